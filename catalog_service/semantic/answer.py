"""The answer to a question: rows, and everything that lets a reader trust or doubt them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog_service.terms import Iri

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What state of a source was read.

    Args:
        pin: how the source names that state: a snapshot id, a version, a hash of the files.
        as_of: the moment of that state, where the source tells it.
    """

    pin: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """Where one column of an answer comes from."""

    name: str
    datatype: str
    polyseme: Iri | None = None
    measure: Iri | None = None
    unit: str | None = None
    product: Iri | None = None
    port: Iri | None = None
    column: Iri | None = None
    transform: str | None = None


@dataclass(frozen=True, slots=True)
class ProductRead:
    """A product that was read, by which port, in which state; `left_out` says why it was not."""

    product: Iri
    port: Iri
    snapshot: Snapshot | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class PolicyApplied:
    """A rule that had an effect: `rows`, `masked`, `purpose`, `combined` or `withheld`."""

    product: Iri | None
    rule: Iri | None
    effect: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rows of a fact lead to an identity of the spine, and how many do not.

    Args:
        product: whose rows.
        fact: the name of the aggregation.
        matched: rows that lead to an identity, before its filters.
        unmatched: rows that lead to none, rows without a key among them.
        not_ascii: rows whose key holds letters beyond ASCII and is folded by a transform.
    """

    product: Iri
    fact: str
    matched: int
    unmatched: int
    not_ascii: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Args:
        columns: the columns of the rows, in order.
        table: the rows; None where the question was only explained.
        sql: the statement that was run.
        plan: the plan as text.
        engine: the engine that ran it, and why that one.
        products: what was read, in which state.
        policies: what policies did.
        coverage: how much of each fact found its identity.
        warnings: what a reader has to know.
        revision: the revision of the catalog.
        as_of: the oldest moment among the states read, where all sources tell it.
        digest: the SHA-256 of the SQL.
    """

    columns: tuple[AnswerColumn, ...]
    table: "pa.Table | None"
    sql: str
    plan: str
    engine: str
    products: tuple[ProductRead, ...]
    policies: tuple[PolicyApplied, ...]
    coverage: tuple[Coverage, ...]
    warnings: tuple[str, ...]
    revision: int
    as_of: datetime | None
    digest: str

    def batches(self, rows: int = 65_536) -> Iterator["pa.RecordBatch"]:
        """The rows in record batches of at most so many."""
        if self.table is not None:
            yield from self.table.to_batches(max_chunksize=rows)

    def arrow(self) -> "pa.Table":
        """The rows as an Arrow table.

        Raises:
            ValueError: the question was only explained.
        """
        if self.table is None:
            msg = "the question was only explained; it has no rows"
            raise ValueError(msg)
        return self.table

    def records(self) -> list[dict[str, Any]]:
        """The rows as Python values by the names of their columns."""
        return list(self.arrow().to_pylist())

    def parts(self, rows: int = 65_536) -> Iterator[bytes]:
        """The rows as an Arrow IPC stream, in parts; its schema names revision and statement."""
        import pyarrow as pa  # noqa: PLC0415 - an answer is told without it as well

        table = self.arrow()
        told = {"polyseme.revision": str(self.revision), "polyseme.digest": self.digest}
        written = io.BytesIO()
        with pa.ipc.new_stream(
            pa.PythonFile(written, mode="w"), table.schema.with_metadata(told)
        ) as writer:
            for batch in table.to_batches(max_chunksize=rows):
                writer.write_batch(batch)
                yield _drained(written)
        yield _drained(written)

    def stream(self) -> bytes:
        """The rows as one Arrow IPC stream."""
        return b"".join(self.parts())

    def pandas(self) -> object:
        """The rows as a pandas DataFrame; wants `pandas`."""
        return self.arrow().to_pandas()

    def polars(self) -> object:
        """The rows as a polars DataFrame; wants `polars`."""
        import polars as pl  # noqa: PLC0415 - only who asks for it needs it

        return pl.from_arrow(self.arrow())


def _drained(written: io.BytesIO) -> bytes:
    """What was written since it was last drained."""
    told = written.getvalue()
    written.seek(0)
    written.truncate()
    return told
