"""A timetable in files, what it states, and the graph that it makes."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from timetable_mesh import Timetable

from bench import gtfs
from catalog_service.graph import Store
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.sources.options import Options
from catalog_service.semantic.sparql.mapping import mapped
from catalog_service.terms import Iri


@pytest.fixture(scope="session")
def timetable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timetable]:
    """As many trips as the eighteen queries need to have answers."""
    yield from _made(tmp_path_factory, 120)


@pytest.fixture(scope="session")
def little(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timetable]:
    """So few trips that a product of everything with everything is soon made."""
    yield from _made(tmp_path_factory, 12)


def _made(factory: pytest.TempPathFactory, trips: int) -> Iterator[Timetable]:
    folder = factory.mktemp("gtfs").resolve()
    made = gtfs.feed(trips)
    gtfs.written(made, folder)
    catalog = Store()
    catalog.replace({Iri("https://transit.example/stated"): gtfs.graph()})
    store = ox.Store()
    store.bulk_extend(gtfs.triples(made))
    engine = DuckDb(Options(roots=(folder,), threads=1))
    yield Timetable(mapped(catalog.view(), gtfs.relations(folder)), engine, store, catalog, folder)
    engine.close()
