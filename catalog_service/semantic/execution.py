"""What an engine offers to the rest of correlation, and a source to an engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, Self

from sqlglot import exp

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.plan import Guarded, Predicate
from catalog_service.semantic.question import Scalar

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan needs of one relation.

    Args:
        guarded: the relation, with its policy.
        columns: the columns it reads, those of policy and filters included.
        predicate: what every row that is needed fulfils: policy, filters and period. The SQL
            filters again, so pushing it down is only a help to speed; but for the rows that a
            policy forbids, which no source may hand over.
        values: the values of the parameters in it.
    """

    guarded: Guarded
    columns: tuple[str, ...]
    predicate: Predicate
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bound:
    """A relation that an engine can read.

    Args:
        table: what stands behind FROM.
        snapshot: the state that is read; every read of the same binding reads it.
        bytes: an estimate of what a scan reads, where the source can tell.
    """

    table: exp.Expr
    snapshot: Snapshot
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost.

    Args:
        seconds: how long it may run.
        rows: how many rows it may have.
        memory: MiB that the engine may use.
    """

    seconds: float = 60.0
    rows: int = 10_000_000
    memory: int = 2048


class Session(Protocol):
    """One question's stay in an engine: what it binds is let go when it is left."""

    def bind(self, wanted: Wanted) -> Bound:
        """Make a relation readable.

        Raises:
            SourceUnavailable: it cannot be read; names port and product.
        """
        ...

    def takes_keys(self, guarded: Guarded) -> bool:
        """Whether the source of a relation may be told keys of identities, to read by them."""
        ...

    def run(self, sql: str) -> "pa.Table":
        """The rows of one SELECT.

        Raises:
            LimitExceeded: time, memory or rows ran out; names the limit.
            SourceUnavailable: a source failed while it was read.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Engine(Protocol):
    """Something that runs SQL over sources."""

    name: str
    dialect: str

    def session(self, limits: Limits, relations: Sequence[Guarded]) -> Session:
        """A session in which these relations, and no others, can be bound."""
        ...


def earliest(snapshots: Sequence[Snapshot]) -> datetime | None:
    """The oldest moment of the states, None where one source does not tell its own."""
    moments = [snapshot.as_of for snapshot in snapshots]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None
