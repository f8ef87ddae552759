"""A query as it was read: what of SPARQL is answered over data, and nothing else.

It is made in a worker by `reading` and comes out of it as text, so every part is plain: see
`plain` and `whole`.
"""

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from catalog_service.domain.rdf import Literal, Term
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable; one that begins with a dot stands for a blank node and is never shown."""

    name: str


Node: TypeAlias = Variable | Term


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, by its name in small letters, such as `regex` or `<`."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a pattern has a solution beside the one at hand."""

    pattern: "Pattern"
    negated: bool


Expression: TypeAlias = Node | Call | Exists


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """One triple pattern; its predicate is always told."""

    subject: Node
    predicate: Iri
    object: Node


@dataclass(frozen=True, slots=True)
class Basic:
    """Triple patterns that hold together."""

    triples: tuple[TriplePattern, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Both."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL: the left, with the right where there is one that meets the condition."""

    left: "Pattern"
    right: "Pattern"
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Union:
    """UNION."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Filter:
    """FILTER, or HAVING."""

    of: "Pattern"
    condition: Expression


@dataclass(frozen=True, slots=True)
class Extend:
    """BIND, or an expression of SELECT."""

    of: "Pattern"
    variable: Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES; None stands for UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate of a group: its name in small letters, and None for `*`."""

    result: Variable
    name: str
    distinct: bool
    argument: Expression | None


@dataclass(frozen=True, slots=True)
class Group:
    """GROUP BY; without keys everything is one group."""

    of: "Pattern"
    keys: tuple[Variable, ...]
    aggregates: tuple[Aggregate, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """What a SELECT shows."""

    of: "Pattern"
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """DISTINCT, or REDUCED, which permits the same."""

    of: "Pattern"


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of ORDER BY."""

    expression: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class Order:
    """ORDER BY."""

    of: "Pattern"
    by: tuple[Sort, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """LIMIT and OFFSET."""

    of: "Pattern"
    offset: int
    limit: int | None


Pattern: TypeAlias = (
    Basic
    | Join
    | Optional
    | Union
    | Minus
    | Filter
    | Extend
    | Values
    | Group
    | Project
    | Distinct
    | Order
    | Slice
)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node of a template: another one for each solution."""

    name: str


Made: TypeAlias = Node | Blank


@dataclass(frozen=True, slots=True)
class Templated:
    """One triple of a CONSTRUCT's template."""

    subject: Made
    predicate: Made
    object: Made


@dataclass(frozen=True, slots=True)
class Query:
    """A query.

    Args:
        pattern: what its solutions come from.
        variables: what of them is looked at.
        ask: whether only their being is asked.
        template: the triples that a CONSTRUCT makes of each.
        described: what a DESCRIBE names, beside what the variables find.
    """

    pattern: Pattern
    variables: tuple[str, ...]
    ask: bool
    template: tuple[Templated, ...] | None = None
    described: tuple[Iri, ...] | None = None


_CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Variable, Call, Exists, TriplePattern, Basic, Join, Optional, Union, Minus, Filter, Extend,
        Values, Aggregate, Group, Project, Distinct, Sort, Order, Slice, Query, Literal,
        Blank, Templated,
    )
}  # fmt: skip


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of a tree
    """A part of a query in lists, as JSON carries it."""
    if isinstance(value, tuple):
        return ["", *map(plain, value)]
    if type(value).__name__ in _CLASSES:
        return [
            type(value).__name__,
            *(plain(getattr(value, at.name)) for at in fields(value)),
        ]
    return value


def whole(told: Any) -> Any:  # noqa: ANN401 - any part of a tree
    """The part that `plain` made lists of."""
    if not isinstance(told, list):
        return told
    parts = tuple(map(whole, told[1:]))
    return _CLASSES[told[0]](*parts) if told[0] else parts
