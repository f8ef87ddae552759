"""What reading a source may cost before it is given up."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import pyarrow as pa

from catalog_service.errors import LimitExceeded
from catalog_service.semantic.execution import Limits


def out_of_time(seconds: float) -> LimitExceeded:
    """The error for a question that takes longer than it may."""
    return LimitExceeded(
        f"the question took more than {seconds:g} s",
        limit="seconds",
        hint="ask for a shorter period, fewer products or fewer measures",
    )


def out_of_memory(mebibytes: int) -> LimitExceeded:
    """The error for a question that needs more memory than it may use."""
    return LimitExceeded(
        f"the question needs more than {mebibytes:,} MiB of memory",
        limit="memory",
        hint="ask for a shorter period, fewer products or fewer measures",
    )


@dataclass(slots=True)
class Budget:
    """Time and memory of one question, shared by all that it reads.

    Args:
        limits: what it may cost in all.
    """

    limits: Limits
    ends: float = field(init=False)
    _held: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.limits.seconds

    @property
    def left(self) -> float:
        """Seconds that are left.

        Raises:
            LimitExceeded: none.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise out_of_time(self.limits.seconds)
        return left

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.ends

    def gathered(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.Table:
        """All batches as one table.

        Raises:
            LimitExceeded: they need more time or memory than is left.
        """
        kept = []
        for batch in batches:
            self._held += batch.nbytes
            if self._held > self.limits.memory << 20:
                raise out_of_memory(self.limits.memory)
            _ = self.left
            kept.append(batch)
        return pa.Table.from_batches(kept, schema)

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """The budget of a question that begins now."""
        return cls(limits)
