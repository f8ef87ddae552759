"""All measurements, one after the other: `make bench`."""

from bench import memory, publishing, search, shapes_cost, start, sweep, verdict

publishing.main()
verdict.main()
sweep.main()
shapes_cost.main()
start.main()
memory.main()
search.main()
