"""A small relational algebra: what a query becomes before it is SQL.

Every column of a plan has a name of its own, so a name always means one column, wherever it is
read: also within an `Any` that looks at the row outside.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from catalog_service.semantic.plan import Guarded

Plain: TypeAlias = str | int | float | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column by its name in the plan."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the query or of the map; `kind` is how SQL holds it, as `kinds` names it."""

    value: Plain
    kind: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of `emission`, by name."""

    name: str
    arguments: tuple["Scalar", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Whether a relation has a row that meets a condition; both may look at the row outside."""

    relation: "Relational"
    condition: "Scalar"


Scalar: TypeAlias = Field | Value | Operation | Any
TRUE = Value(True, "boolean")  # noqa: FBT003 - the value is the subject
FALSE = Value(False, "boolean")  # noqa: FBT003


@dataclass(frozen=True, slots=True)
class Scan:
    """The rows of a guarded relation, some of its columns under new names.

    Args:
        guarded: what is read, behind its policy.
        columns: pairs of a new name and the column; read as their stated type.
    """

    guarded: Guarded
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that the query or the catalog states."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Pairs of rows that meet a condition."""

    left: "Relational"
    right: "Relational"
    on: Scalar


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """Each row of the left with those of the right that meet a condition, or with nulls."""

    left: "Relational"
    right: "Relational"
    on: Scalar


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows for which a condition is true."""

    of: "Relational"
    condition: Scalar


@dataclass(frozen=True, slots=True)
class Project:
    """Each row as some named scalars."""

    of: "Relational"
    columns: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True, slots=True)
class Union:
    """The rows of all parts, duplicates kept; the parts have the same columns."""

    parts: tuple["Relational", ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Each row once."""

    of: "Relational"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Groups, with figures; without keys there is just one."""

    of: "Relational"
    keys: tuple[tuple[str, Scalar], ...]
    figures: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The rows in an order: pairs of a scalar and whether it descends."""

    of: "Relational"
    by: tuple[tuple[Scalar, bool], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the rows, in the order they are in."""

    of: "Relational"
    offset: int
    limit: int | None


Relational: TypeAlias = (
    Scan | Rows | Join | LeftJoin | Filter | Project | Union | Distinct | Aggregate | Order | Slice
)


def both(*conditions: Scalar) -> Scalar:
    """All of some conditions."""
    real = [one for one in conditions if one != TRUE]
    if not real:
        return TRUE
    return real[0] if len(real) == 1 else Operation("and", tuple(real))
