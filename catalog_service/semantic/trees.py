"""Small pieces of SQL as trees, made in place: sqlglot's own builders copy all they are given.

Every identifier is quoted. A tree that is handed in belongs to what is made of it.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from sqlglot import exp


def identifier(name: str) -> exp.Identifier:
    """A quoted name."""
    return exp.Identifier(this=name, quoted=True)


def column(alias: str | None, name: str) -> exp.Column:
    """A column, of a relation where an alias is given."""
    if alias is None:
        return exp.Column(this=identifier(name))
    return exp.Column(this=identifier(name), table=identifier(alias))


def named(value: exp.Expr, name: str) -> exp.Alias:
    """A value under a name."""
    return exp.Alias(this=value, alias=identifier(name))


def relation(name: str, alias: str = "") -> exp.Table:
    """A named relation behind FROM."""
    if not alias:
        return exp.Table(this=identifier(name))
    return exp.Table(this=identifier(name), alias=_alias(alias))


def inner(query: exp.Select | exp.Union, alias: str) -> exp.Subquery:
    """A query behind FROM."""
    return exp.Subquery(this=query, alias=_alias(alias))


def join(source: exp.Expr, on: exp.Expr, *, left: bool = False) -> exp.Join:
    """A join."""
    return exp.Join(this=source, on=on, side="LEFT") if left else exp.Join(this=source, on=on)


def equal(left: exp.Expr, right: exp.Expr) -> exp.EQ:
    """Two values are equal; null equals nothing."""
    return exp.EQ(this=left, expression=right)


def null(value: exp.Expr) -> exp.Is:
    """A value is null."""
    return exp.Is(this=value, expression=exp.Null())


def every(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """All of the conditions; true where there are none."""
    listed = list(conditions)
    if not listed:
        return exp.Boolean(this=True)
    return reduce(lambda left, right: exp.And(this=left, expression=right), listed)


def either(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """One of the conditions, in parentheses; false where there are none."""
    listed = list(conditions)
    if not listed:
        return exp.Boolean(this=False)
    joined = reduce(lambda left, right: exp.Or(this=left, expression=right), listed)
    return exp.Paren(this=joined)


def number(value: int) -> exp.Literal:
    """A whole number of ours, never of a question."""
    return exp.Literal(this=str(value), is_string=False)


def double(value: exp.Expr) -> exp.Cast:
    """A value as a double."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DType.DOUBLE))


def whole(value: exp.Expr) -> exp.Cast:
    """A value as a whole number of 64 bits."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DType.BIGINT))


def count(value: exp.Expr | None = None, *, distinct: bool = False) -> exp.Count:
    """How many rows, values, or different values there are."""
    if value is None:
        return exp.Count(this=exp.Star())
    return exp.Count(this=exp.Distinct(expressions=[value]) if distinct else value)


def window(
    function: exp.Expr,
    partition: Sequence[exp.Expr],
    order: exp.Expr | None = None,
    *,
    descending: bool = False,
) -> exp.Window:
    """A function over the rows that share `partition`, in the order of one value."""
    made = exp.Window(this=function, partition_by=list(partition))
    if order is not None:
        made.set("order", exp.Order(expressions=[exp.Ordered(this=order, desc=descending)]))
    return made


def select(
    columns: Sequence[exp.Expr],
    source: exp.Expr,
    *,
    joins: Sequence[exp.Join] = (),
    where: Sequence[exp.Expr] = (),
    group: Sequence[exp.Expr] = (),
    order: Sequence[exp.Expr] = (),
    limit: exp.Expr | None = None,
    distinct: bool = False,
) -> exp.Select:
    """A SELECT; nulls come last in its order."""
    made = exp.Select(expressions=list(columns), from_=exp.From(this=source))
    if joins:
        made.set("joins", list(joins))
    if where:
        made.set("where", exp.Where(this=every(where)))
    if group:
        made.set("group", exp.Group(expressions=list(group)))
    if order:
        ordered = [exp.Ordered(this=one, nulls_first=False) for one in order]
        made.set("order", exp.Order(expressions=ordered))
    if limit is not None:
        made.set("limit", exp.Limit(expression=limit))
    if distinct:
        made.set("distinct", exp.Distinct())
    return made


def with_(made: exp.Select, parts: Iterable[tuple[str, exp.Select]]) -> exp.Select:
    """A SELECT with named parts before it, in order."""
    listed = [exp.CTE(this=part, alias=_alias(name)) for name, part in parts]
    made.set("with_", exp.With(expressions=listed))
    return made


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=identifier(name))
