"""The timetable both ways: as data that a query is rewritten over, and as the graph they make."""

from pathlib import Path

import pyoxigraph as ox

from catalog_service.graph import Store
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.sparql.mapping import Mapped


class Timetable:
    """The timetable both ways; no dataclass, since Hypothesis would print all of one."""

    def __init__(
        self, mapped: Mapped, engine: DuckDb, store: ox.Store, catalog: Store, folder: Path
    ) -> None:
        self.mapped = mapped
        self.engine = engine
        self.store = store
        self.catalog = catalog
        self.folder = folder
