"""All measurements, one after the other: `make bench`."""

from bench import memory, publishing, search, start, sweep, verdict

publishing.main()
verdict.main()
sweep.main()
start.main()
memory.main()
search.main()
