"""What every source offers: a pinned state, and its rows through Arrow."""

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.faults import unavailable


class Source(Protocol):
    """One dataset of one port, in the state in which it was found when it was opened."""

    relation: Relation

    @property
    def snapshot(self) -> Snapshot:
        """What names that state."""
        ...

    @property
    def bytes(self) -> int | None:
        """About how much a scan reads; None where the source does not tell."""
        ...

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows and columns that are wanted, and no others: this is the second reading path.

        Raises:
            SourceUnavailable: it cannot be read.
            LimitExceeded: it needs more time or memory than is left.
        """
        ...

    def same(self) -> bool:
        """Whether what was read since is that state: files may have been written meanwhile."""
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...


def stated_columns(relation: Relation, wanted: Sequence[str], found: Sequence[str]) -> None:
    """See that a source has the columns that the catalog says it has.

    Raises:
        SourceUnavailable: one is not there.
    """
    there = set(found)
    if missing := [name for name in wanted if name not in there]:
        names = ", ".join(repr(name) for name in missing)
        raise unavailable(
            relation,
            f"it has no column {names}, which the catalog states of it",
            hint="harvest its contract again, or tell its owner",
        )
