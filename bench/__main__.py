"""All measurements, one after the other: `make bench`."""

from bench import memory, publishing, search, start, sweep

publishing.main()
sweep.main()
start.main()
memory.main()
search.main()
