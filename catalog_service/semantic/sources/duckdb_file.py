"""Tables in a DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.files import Files, files, whole
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.selecting import selection
from catalog_service.semantic.sources.source import stated_columns

_BATCH = 65_536


@dataclass
class DuckDbFile:
    """One table of a DuckDB file, which is opened to be read only."""

    relation: Relation
    files: Files
    schema: str
    table: str

    @cached_property
    def snapshot(self) -> Snapshot:
        """The file with its length and hash."""
        return self.files.snapshot(whole)

    @property
    def bytes(self) -> int:
        """How long the file is."""
        return self.files.bytes

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted, selected by the file's own engine."""
        with self._connected() as connection:
            found = connection.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = ? AND table_name = ?",
                [self.schema, self.table],
            ).fetchall()
            stated_columns(self.relation, wanted.columns, [name for (name,) in found])
            sql = selection(wanted, self.table, self.schema).sql("duckdb", identify=True)
            reader = connection.execute(sql).to_arrow_reader(_BATCH)
            return budget.gathered(reader.schema, reader)

    @contextmanager
    def _connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with duckdb.connect(self.files.paths[0], read_only=True) as connection:
                connection.execute("SET enable_external_access = false")
                yield connection
        except duckdb.Error as fault:
            raise unavailable(
                self.relation,
                "its DuckDB file cannot be read",
                hint="it may be written just now, or be of a newer release: try again later",
            ) from fault

    def same(self) -> bool:
        """Whether the file was not written since."""
        return self.files.same()

    def close(self) -> None:
        """Nothing is held open."""


def opened(relation: Relation, place: Located) -> DuckDbFile:
    """The table of a place.

    Raises:
        SourceUnavailable: the file is not there, or there are several.
    """
    found = files(relation, place, (".duckdb", ".db"))
    if len(found.files) > 1:
        raise unavailable(relation, "its address names several DuckDB files")
    return DuckDbFile(relation, found, place.schema or "main", place.table)
