"""DuckDB, inside this process: the engine of every question that asks for no other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import reduce
from operator import or_
from threading import Timer
from typing import Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from catalog_service.errors import CatalogError, LimitExceeded, Refused, SourceUnavailable
from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.engines.duckdb_pool import Pool
from catalog_service.semantic.engines.duckdb_scans import Scan, scan
from catalog_service.semantic.engines.lockdown import Needs
from catalog_service.semantic.execution import Bound, Limits, Wanted
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.sources import Budget, Options, Reading, Source, opened
from catalog_service.semantic.sources.budget import out_of_memory, out_of_time
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.selecting import named
from catalog_service.terms import Iri

_BATCH = 65_536

Key = tuple[Iri, Iri]
"""Port and dataset: what a source is told apart by."""


class DuckDb:
    """The engine; it may be asked by several threads.

    Args:
        options: what may be read, and how.
    """

    name = "duckdb"
    dialect = "duckdb"

    def __init__(self, options: Options) -> None:
        self._options = options
        self._pool = Pool(options.threads, options.spill)

    def session(self, limits: Limits, relations: Sequence[Guarded]) -> "DuckDbSession":
        """A session in which these relations, and no others, can be bound.

        Raises:
            SourceUnavailable: one cannot be opened.
        """
        return DuckDbSession(self._pool, self._options, limits, relations)

    def close(self) -> None:
        """Let go of the databases that are kept."""
        self._pool.close()


class DuckDbSession:
    """One question's stay: its sources, its cursor, its time."""

    def __init__(
        self, pool: Pool, options: Options, limits: Limits, relations: Sequence[Guarded]
    ) -> None:
        self._options = options
        self._limits = limits
        self._budget = Budget(limits)
        self._registered = 0
        self._read: list[tuple[Source, exp.Expr]] = []
        self._sources: dict[Key, Source] = {}
        self._snapshots: dict[Key, Snapshot] = {}
        with ExitStack() as opening:
            for guarded in relations:
                source = opened(guarded.relation, options)
                opening.callback(source.close)
                self._sources[_key(guarded)] = source
            self._scans = _scans(self._sources, options, limits)
            needs = reduce(or_, (each.needs for each in self._scans.values()), Needs())
            try:
                taken = opening.enter_context(pool.cursor(needs, limits.memory))
                self._cursor, self._database = taken
                if needs.servers:
                    opening.callback(self._ended)
                    self._cursor.begin()  # a server is read in one state
            except duckdb.Error as fault:
                raise self._failed(fault) from fault
            self._stack = opening.pop_all()

    def bind(self, wanted: Wanted) -> Bound:
        """Make a relation readable.

        Raises:
            SourceUnavailable: it cannot be read, or is none of this session's.
        """
        key = _key(wanted.guarded)
        source = self._sources.get(key)
        if source is None:
            raise unavailable(wanted.guarded.relation, "the session was not opened for it")
        if not wanted.columns:  # rows are counted; a table has at least one column
            relation = wanted.guarded.relation
            first = (*relation.unique_on, *(each.name for each in relation.columns))[:1]
            wanted = replace(wanted, columns=first)
        table = None
        if (by_engine := self._scans.get(key)) is not None:
            try:
                table = by_engine.table(wanted, self._asked)
            except duckdb.Error as fault:
                raise self._failed(fault) from fault
        if table is None:
            table = self._registered_as(source.arrow(wanted, self._budget))
        snapshot = self._snapshots.get(key)
        if snapshot is None:
            snapshot = self._pinned(key, source)
        self._read.append((source, table))
        return Bound(table, snapshot, source.bytes)

    def takes_keys(self, guarded: Guarded) -> bool:
        """Whether the connection of a relation says so."""
        return self._options.takes_keys(guarded.relation)

    def run(self, sql: str) -> pa.Table:
        """The rows of one SELECT.

        Raises:
            LimitExceeded: time, memory or rows ran out; names the limit.
            SourceUnavailable: a source failed while it was read, or was written meanwhile.
            Refused: it is no single SELECT, or a figure is too large.
        """
        with self._deadline():
            try:
                reader = self._executed(sql)
                table = pa.Table.from_batches(self._limited(reader), reader.schema)
            except duckdb.Error as fault:
                raise self._failed(fault) from fault
        for source, _ in self._read:
            if not source.same():
                raise unavailable(
                    source.relation, "it was written while it was read", hint="ask again"
                )
        return table

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _pinned(self, key: Key, source: Source) -> Snapshot:
        try:
            scanned = self._scans.get(key)
            found = scanned.snapshot(self._asked) if scanned else source.snapshot
        except duckdb.Error as fault:
            raise self._failed(fault) from fault
        return self._snapshots.setdefault(key, found)

    def _ended(self) -> None:
        """Leave the transaction by a word of one's own.

        Where a server is gone, a cursor that is merely closed ends the whole process over it.
        """
        with suppress(duckdb.Error):
            self._cursor.rollback()

    def _registered_as(self, table: pa.Table) -> exp.Expr:
        self._registered += 1
        name = f"bound_{self._registered}"
        self._cursor.register(name, table)
        return exp.Table(this=named(name))

    def _asked(self, sql: str, values: Sequence[str]) -> list[tuple[object, ...]]:
        return self._cursor.execute(sql, list(values)).fetchall()

    def _executed(self, sql: str) -> pa.RecordBatchReader:
        statements = self._cursor.extract_statements(sql)
        begins = sql.lstrip()[:6].upper()
        if (
            len(statements) != 1
            or statements[0].type != duckdb.StatementType.SELECT
            or not begins.startswith(("SELECT", "WITH"))
        ):
            raise Refused("what would be run is no single SELECT", code="not-a-select")
        return self._cursor.execute(statements[0]).to_arrow_reader(_BATCH)

    def _limited(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = 0
        for batch in batches:
            rows += batch.num_rows
            if rows > self._limits.rows:
                raise LimitExceeded(
                    f"the answer has more than {self._limits.rows:,} rows",
                    limit="rows",
                    hint="group by fewer dimensions, or narrow the question",
                )
            yield batch

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        timer = Timer(self._budget.left, self._stopped)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _stopped(self) -> None:
        with suppress(duckdb.Error):  # the cursor may be closed just now
            self._cursor.interrupt()

    def _failed(self, fault: duckdb.Error) -> CatalogError:
        """What a failure of DuckDB means; its own words quote values and paths, so none is kept."""
        if isinstance(fault, duckdb.InterruptException) or self._budget.over:
            return out_of_time(self._limits.seconds)
        if isinstance(fault, duckdb.OutOfMemoryException):
            return out_of_memory(self._limits.memory)
        text = str(fault)
        at_fault = next((s for s in self._sources.values() if _mentioned(s, text)), None)
        if at_fault is None and isinstance(fault, duckdb.OutOfRangeException):
            return Refused("a figure is too large to be told exactly", code="out-of-range")
        return self._unread(
            at_fault or next(iter(self._sources.values())), sure=at_fault is not None
        )

    def _unread(self, source: Source, *, sure: bool) -> SourceUnavailable:
        with suppress(AttributeError):
            self._database.broken = True
        why = "its data does not read as the catalog states it" if sure else "the engine failed"
        return unavailable(source.relation, why)


def _key(guarded: Guarded) -> Key:
    return guarded.relation.port, guarded.relation.dataset


def _scans(sources: Mapping[Key, Source], options: Options, limits: Limits) -> dict[Key, Scan]:
    """The sources that the engine reads by itself.

    Raises:
        SourceUnavailable: one cannot be, and nothing else is allowed.
    """
    if options.reading is Reading.ARROW:
        return {}
    found = {
        key: by_engine
        for at, (key, source) in enumerate(sources.items(), 1)
        if (by_engine := scan(source, f"source_{at}", limits.seconds)) is not None
    }
    for key in _overlapping(found):
        del found[key]
    if options.reading is Reading.ENGINE and (rest := sources.keys() - found.keys()):
        raise unavailable(sources[rest.pop()].relation, "DuckDB cannot read it by itself")
    return found


def _overlapping(found: Mapping[Key, Scan]) -> list[Key]:
    """What lies below the prefix of another service or of other rights.

    DuckDB takes the rights by the longest prefix, so that one's could be used for the other.
    """
    stores = {store for each in found.values() for store in each.needs.stores}
    mixed = {
        store
        for store in stores
        for other in stores
        if store.secret != other.secret and store.scope.startswith(other.scope)
    }
    mixed |= {other for store in mixed for other in stores if store.scope.startswith(other.scope)}
    return [key for key, each in found.items() if each.needs.stores & mixed]


def _mentioned(source: Source, text: str) -> bool:
    files = getattr(source, "files", None)
    return files is not None and any(path in text for path in files.paths)
