"""What is wanted of a table as one SELECT in the source's own language, as a syntax tree."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import AllOf, AnyOf, Compare, Missing, Not, Predicate, Within
from catalog_service.semantic.question import Comparison, Scalar
from catalog_service.semantic.sources.sifting import value_of

_COMPARED: Mapping[Comparison, type[exp.Binary]] = {
    Comparison.EQ: exp.EQ,
    Comparison.NE: exp.NEQ,
    Comparison.LT: exp.LT,
    Comparison.LTE: exp.LTE,
    Comparison.GT: exp.GT,
    Comparison.GTE: exp.GTE,
}


def named(name: str) -> exp.Identifier:
    """A name as it is written, whatever letters it has."""
    return exp.to_identifier(name, quoted=True)


def column(name: str) -> exp.Column:
    """A column by its name."""
    return exp.Column(this=named(name))


def literal(value: Scalar) -> exp.Expr:
    """A value as a typed literal."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | Decimal):
        return exp.Literal.number(format(value, "f") if isinstance(value, Decimal) else value)
    if isinstance(value, datetime):
        kind = "TIMESTAMPTZ" if value.tzinfo else "TIMESTAMP"
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), kind)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.Literal.string(value)


def condition(predicate: Predicate, values: Mapping[str, Scalar]) -> exp.Expr:
    """A condition as SQL."""
    if isinstance(predicate, AllOf):
        parts = [condition(each, values) for each in predicate.conditions]
        return exp.and_(*parts) if parts else exp.true()
    if isinstance(predicate, AnyOf):
        parts = [condition(each, values) for each in predicate.conditions]
        return exp.or_(*parts) if parts else exp.false()
    if isinstance(predicate, Not):
        return exp.not_(exp.paren(condition(predicate.condition, values)))
    return _atom(predicate, values)


def _atom(predicate: Compare | Within | Missing, values: Mapping[str, Scalar]) -> exp.Expr:
    subject = column(predicate.column)
    if isinstance(predicate, Missing):
        return exp.Is(this=subject, expression=exp.null())
    if isinstance(predicate, Within):
        wanted = [literal(value_of(each, values)) for each in predicate.values]
        return exp.In(this=subject, expressions=wanted) if wanted else exp.false()
    compared = _COMPARED[predicate.comparison]
    return compared(this=subject, expression=literal(value_of(predicate.value, values)))


def selection(wanted: Wanted, table: str, schema: str) -> exp.Select:
    """The columns and rows that are wanted of a table."""
    place = exp.Table(this=named(table), db=named(schema) if schema else None)
    return (
        exp.select(*(column(name) for name in wanted.columns))
        .from_(place)
        .where(condition(wanted.predicate, wanted.values))
    )
