"""A synthetic timetable in the form of GTFS, as a small mesh: seeded, and made offline.

Four products share a timetable: who runs it, where it stops, what runs, and when. The eighteen
queries in `queries/` ask what those of the GTFS-Madrid benchmark ask, in our own words and of our
own vocabulary map.
"""

from bench.gtfs.made import Feed, feed
from bench.gtfs.stated import files, graph, relations, triples, written
from bench.gtfs.tables import TABLES

__all__ = ["TABLES", "Feed", "feed", "files", "graph", "relations", "triples", "written"]
