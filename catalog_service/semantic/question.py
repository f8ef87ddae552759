"""A question in business terms, as every door asks it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = str | int | bool | Decimal | date | datetime
"""A value in a question or a policy. There are no floats: sums of money have to be exact."""


ANY = datetime(1, 1, 1)  # noqa: DTZ001 - stands for every moment in the shape of a question


class Grain(StrEnum):
    """What one row of an answer stands for."""

    GROUPED = "grouped"
    """A group of identities that share the dimensions asked for."""
    IDENTITY = "identity"
    """One identity; wants the permission to see identities."""


class Span(StrEnum):
    """A stretch of the calendar by which rows are grouped; the words are those of every door."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Comparison(StrEnum):
    """How an attribute is compared; the words are those of GraphQL and of the command line."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    IS_NULL = "is_null"
    IS_NOT_NULL = "is_not_null"


class Sharing(StrEnum):
    """What becomes of a fact whose key leads to several identities."""

    REJECT = "reject"
    """The question is refused."""
    PRIMARY = "primary"
    """All of it goes to the identity that comes first in the order of its key."""
    SPLIT = "split"
    """Each identity gets an equal part of a sum."""
    DUPLICATE = "duplicate"
    """Each identity gets all of it, so totals over identities count it several times."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `attribute` compared with `values`.

    Args:
        attribute: the name of a dimension; `dataset.column` where several bear the name.
        comparison: how.
        values: one value, several for `in`, none for the null tests.
    """

    attribute: str
    comparison: Comparison
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A period of time, its start included and its end not, and by whose calendar.

    Args:
        start: when it begins, on the clock of `zone`; without an offset. None where it is open.
        end: when it ends, likewise.
        zone: a time zone by its IANA name; days and months of the answer are told by it as well.
    """

    start: datetime | None = None
    end: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked across products.

    Args:
        polyseme: whose identities the products are joined by: IRI or label.
        measures: the figures, by name, label or IRI.
        dimensions: what is grouped by: names of declared dimensions, of the identities or of all
            that is counted, and spans of the calendar, such as `month`.
        where: conditions that all have to hold.
        time: the period, by the clock that each measure declares; None for all times.
        grain: what a row stands for.
        purpose: what the answer is for: a purpose of the Data Privacy Vocabulary, by name or IRI.
        products: the only products that may be read, by IRI or identifier; none for any.
        paths: crosswalks or columns to take where several lead to the identity, by IRI.
        sharing: what becomes of keys that lead to several identities.
        partial: whether products that may not or cannot be read are left out, not refused.
        unattributed: whether a last row holds what leads to no identity.
        coverage: whether it is counted how much of each fact leads to an identity.
        limit: at most so many rows; None for all.
    """

    polyseme: str
    measures: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    time: Window | None = None
    grain: Grain = Grain.GROUPED
    purpose: str = ""
    products: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    sharing: Sharing = Sharing.REJECT
    partial: bool = False
    unattributed: bool = False
    coverage: bool = True
    limit: int | None = None

    def shape(self) -> "Question":
        """The question without its values: what two questions share that differ only in them."""
        bare = tuple(
            replace(at, values=tuple(type(value).__name__ for value in at.values))
            for at in self.where
        )
        window = self.time and replace(
            self.time, start=self.time.start and ANY, end=self.time.end and ANY
        )
        return replace(self, where=bare, time=window, limit=None)
