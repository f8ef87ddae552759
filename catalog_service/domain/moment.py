"""Moments: the states of a catalog that can be asked about."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A past state of the catalog.

    A revision names the state in which it was the latest: with all that was observed until the
    next one came. A time names the state at that time.

    Args:
        revision: the latest revision then; 0 before the first.
        asked: the time that was asked about; None where a revision was.
        began: when that revision came.
        until: what was observed later is not part of it; None while it may still change.
    """

    revision: int
    asked: datetime | None = None
    began: datetime | None = None
    until: datetime | None = None
