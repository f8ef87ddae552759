"""Spark, by Spark Connect: the engine of questions over more than one machine holds."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from secrets import token_hex
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, Final, Self

import pyarrow as pa
import sqlglot
from sqlglot import exp

from catalog_service.errors import CatalogError, LimitExceeded, Refused, Unavailable
from catalog_service.semantic.engines.spark_client import connected, fault_type, shape
from catalog_service.semantic.engines.spark_files import read
from catalog_service.semantic.execution import Bound, Limits, Wanted
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.sources import Budget, Options, Source, opened
from catalog_service.semantic.sources.budget import out_of_time
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.trees import identifier
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

    from catalog_service.semantic.answer import Snapshot

_SENT: Final = 64 << 20
"""Bytes of one relation that are sent to the server at most; more has to be read by itself."""

_OVERFLOWS: Final = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "Arithmetic overflow")

Key = tuple[Iri, Iri]
"""Port and dataset: what a source is told apart by."""


class Spark:
    """The engine; it may be asked by several threads.

    Args:
        url: the address of the server, such as `sc://127.0.0.1:15002`.
        options: what may be read.
        files: whether the server sees the files of ports under the paths that this process sees
            them by. Where it does not, the rows that are wanted are sent to it.
    """

    name = "spark"
    dialect = "spark"

    def __init__(self, url: str, options: Options, *, files: bool = False) -> None:
        self._url = url
        self._options = options
        self._files = files

    def session(self, limits: Limits, relations: Sequence[Guarded]) -> "SparkEngineSession":
        """A session in which these relations, and no others, can be bound.

        Raises:
            SourceUnavailable: one cannot be opened.
            Unavailable: the server does not answer.
        """
        with ExitStack() as opening:
            sources: dict[Key, Source] = {}
            for guarded in relations:
                source = opened(guarded.relation, self._options)
                opening.callback(source.close)
                sources[_key(guarded)] = source
            client = opening.enter_context(connected(self._url))
            stack = opening.pop_all()
        return SparkEngineSession(client, sources, self._options, limits, stack, files=self._files)


class SparkEngineSession:
    """One question's stay: a session of its own on the server, whose views nobody else sees."""

    def __init__(
        self,
        client: "SparkSession",
        sources: dict[Key, Source],
        options: Options,
        limits: Limits,
        stack: ExitStack,
        *,
        files: bool,
    ) -> None:
        self._client = client
        self._sources = sources
        self._options = options
        self._limits = limits
        self._stack = stack
        self._files = files
        self._budget = Budget(limits)
        self._late = Event()
        self._snapshots: dict[Key, Snapshot] = {}

    def bind(self, wanted: Wanted) -> Bound:
        """Make a relation readable, under a name that cannot be guessed.

        Raises:
            SourceUnavailable: it cannot be read, or is none of this session's.
        """
        key = _key(wanted.guarded)
        source = self._sources.get(key)
        if source is None:
            raise unavailable(wanted.guarded.relation, "the session was not opened for it")
        name = f"bound_{token_hex(12)}"
        with self._failing(source):
            frame = read(self._client, source, wanted) if self._files else None
            if frame is None:
                frame = self._sent(source, source.arrow(wanted, self._budget))
            frame.createTempView(name)
        snapshot = self._snapshots.setdefault(key, source.snapshot)
        return Bound(exp.Table(this=identifier(name)), snapshot, source.bytes)

    def takes_keys(self, guarded: Guarded) -> bool:
        """Whether the connection of a relation says so."""
        return self._options.takes_keys(guarded.relation)

    def run(self, sql: str) -> pa.Table:
        """The rows of one SELECT.

        Raises:
            LimitExceeded: time or rows ran out; names the limit.
            SourceUnavailable: a source failed while it was read, or was written meanwhile.
            Refused: it is no single SELECT, or a figure is too large.
        """
        statements = sqlglot.parse(sql, dialect=self._dialect)
        if len(statements) != 1 or not isinstance(statements[0], exp.Select):
            raise Refused("what would be run is no single SELECT", code="not-a-select")
        with self._failing(None):
            table = self._gathered(self._client.sql(sql))
        for source in self._sources.values():
            if not source.same():
                raise unavailable(
                    source.relation, "it was written while it was read", hint="ask again"
                )
        return table

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    _dialect = Spark.dialect

    def _sent(self, source: Source, table: pa.Table) -> Any:  # noqa: ANN401 - a frame of the client
        if table.nbytes > _SENT:
            raise unavailable(
                source.relation,
                f"more than {_SENT >> 20} MiB of it would have to be sent to Spark",
                hint="let the server see its files and set `spark_files`: it reads Parquet, CSV"
                " and, where it has a reader, Delta; or narrow the question",
            )
        return self._client.createDataFrame(table, shape(table.schema))

    def _gathered(self, frame: Any) -> pa.Table:  # noqa: ANN401 - a frame of the client
        batches, rows = [], 0
        plan = frame._plan.to_proto(self._client.client)  # noqa: SLF001 - only so do rows stream
        with closing(self._client.client.to_table_as_iterator(plan, {})) as parts:
            for part in parts:
                if not isinstance(part, pa.Table):
                    continue
                rows += part.num_rows
                if rows > self._limits.rows:
                    raise LimitExceeded(
                        f"the answer has more than {self._limits.rows:,} rows",
                        limit="rows",
                        hint="group by fewer dimensions, or narrow the question",
                    )
                batches.append(part)
        return _naive(pa.concat_tables(batches) if batches else frame.toArrow())

    @contextmanager
    def _failing(self, source: Source | None) -> Iterator[None]:
        """Under the deadline; failures are told in our words, for Spark's quote values and paths.

        Args:
            source: what is read; None where it may be any.
        """
        timer = Timer(self._budget.left, self._stopped)
        timer.daemon = True
        timer.start()
        try:
            yield
        except fault_type() as fault:
            raise self._told(fault, source) from None
        finally:
            timer.cancel()

    def _stopped(self) -> None:
        self._late.set()
        for end in (self._client.interruptAll, self._client.client.release_session):
            with suppress(*fault_type()):  # nothing may be running just now
                end()
        # Sail goes on sending an answer that it no longer works on: whoever waits for it is told.
        self._client.client.close()

    def _told(self, fault: BaseException, source: Source | None) -> CatalogError:
        if self._late.is_set():
            return out_of_time(self._limits.seconds)
        text = str(fault)
        if any(word in text for word in _OVERFLOWS):
            return Refused("a figure is too large to be told exactly", code="out-of-range")
        at_fault = source or next((s for s in self._sources.values() if _mentioned(s, text)), None)
        if at_fault is None:
            return Unavailable("Spark failed on the question", hint="ask again, or ask its owner")
        return unavailable(at_fault.relation, "its data does not read as the catalog states it")


def _key(guarded: Guarded) -> Key:
    return guarded.relation.port, guarded.relation.dataset


def _mentioned(source: Source, text: str) -> bool:
    files = getattr(source, "files", None)
    return files is not None and any(path in text for path in files.paths)


def _naive(table: pa.Table) -> pa.Table:
    """The rows with moments as every engine gives them: without a zone, to the microsecond."""
    moment = pa.timestamp("us")
    fields = [
        pa.field(field.name, moment if pa.types.is_timestamp(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))
