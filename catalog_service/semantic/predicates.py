"""Conditions of a plan as SQL over the columns of one relation."""

from collections.abc import Iterator

from sqlglot import exp

from catalog_service.semantic import trees
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Missing,
    Not,
    Operand,
    Parameter,
    Predicate,
    Within,
)
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.template import parameter

COMPARED: dict[Comparison, type[exp.Binary]] = {
    Comparison.EQ: exp.EQ,
    Comparison.NE: exp.NEQ,
    Comparison.LT: exp.LT,
    Comparison.LTE: exp.LTE,
    Comparison.GT: exp.GT,
    Comparison.GTE: exp.GTE,
}


def predicate(condition: Predicate, dialect: str, alias: str | None = None) -> exp.Expr:
    """A condition as SQL; the values of a question are places, those of a policy literals."""
    match condition:
        case Compare(name, comparison, value):
            left = trees.column(alias, name)
            return COMPARED[comparison](this=left, expression=_operand(value, dialect))
        case Within(name, values):
            listed = [_operand(value, dialect) for value in values]
            return exp.In(this=trees.column(alias, name), expressions=listed)
        case Missing(name):
            return trees.null(trees.column(alias, name))
        case Not(inner):
            return exp.Not(this=exp.Paren(this=predicate(inner, dialect, alias)))
        case AllOf(conditions):
            return trees.every(predicate(one, dialect, alias) for one in conditions)
        case AnyOf(conditions):
            return trees.either(predicate(one, dialect, alias) for one in conditions)


def columns_of(predicate: Predicate) -> Iterator[str]:
    """The columns that a condition reads."""
    match predicate:
        case Compare(column) | Within(column) | Missing(column):
            yield column
        case Not(condition):
            yield from columns_of(condition)
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from columns_of(condition)


def rows(dialect: str, *conditions: Predicate, alias: str | None = None) -> list[exp.Expr]:
    """Some conditions as the parts of a WHERE; those that always hold are left out."""
    return [predicate(one, dialect, alias) for one in conditions if one != AllOf()]


def _operand(value: Operand, dialect: str) -> exp.Expr:
    match value:
        case Parameter(name):
            return parameter(name)
        case Constant(given):
            return literal(given, dialect)
