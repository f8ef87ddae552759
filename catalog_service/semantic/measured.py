"""The measures of a fact as aggregates in SQL, over its rows as `s` and its crosswalk as `x`."""

from collections.abc import Iterator

from sqlglot import exp

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.checks import WHOLE
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import Aggregate, FactAggregate, Measure
from catalog_service.semantic.trees import column, count, double, equal, named, number, whole
from catalog_service.terms import Iri

LAST = "__last"
"""The column that is 1 in the latest state of each thing."""


def units(at: int, one: Measure) -> tuple[str, ...]:
    """The columns that tell of the units of a measure's rows; they are never shown.

    Where a unit is declared, one that holds another unit if there is any; else the least and the
    greatest.
    """
    if one.unit_column is None:
        return ()
    return (f"__unit_{at}",) if one.unit else (f"__unit_from_{at}", f"__unit_to_{at}")


def measured(fact: FactAggregate, dialect: str, *, split: bool = False) -> Iterator[exp.Expr]:
    """The figures of a fact as `m0`, `m1` and so on, each with what tells of its units.

    Args:
        fact: the fact.
        dialect: `duckdb`, `spark`, `trino` or `postgres`.
        split: whether each identity gets a part of what a key leads to several for.

    Raises:
        Refused: the dialect has no template for an aggregate.
    """
    for at, one in enumerate(fact.measures):
        yield named(_figure(one, fact, dialect, split=split), f"m{at}")
        for found, name in zip(_units(one, dialect), units(at, one), strict=True):
            yield named(found, name)


def _units(one: Measure, dialect: str) -> Iterator[exp.Expr]:
    """What tells of the units of the rows that are counted, as `units` names it."""
    if one.unit_column is None:
        return
    stated = column("s", one.unit_column)
    if one.unit is None:
        yield exp.Min(this=stated)
        yield exp.Max(this=stated.copy())
        return
    declared = literal(short(Iri(one.unit)), dialect)
    other = exp.NEQ(this=stated, expression=declared)
    yield exp.Max(this=exp.Case(ifs=[exp.If(this=other, true=stated.copy())]))


def _figure(one: Measure, fact: FactAggregate, dialect: str, *, split: bool) -> exp.Expr:
    operand: exp.Expr | None = column("s", one.operand) if one.operand else None
    if one.last_state:
        latest = equal(column("s", LAST), number(1))
        operand = exp.Case(ifs=[exp.If(this=latest, true=operand or number(1))])
    if split:
        shares = double(column("x", "w"))
        return exp.Sum(this=exp.Div(this=double(operand or number(1)), expression=shares))
    datatype = fact.relation.relation.column(one.operand).datatype if one.operand else ""
    return _aggregate(one, operand, datatype, dialect)


def _aggregate(  # noqa: PLR0911 - one for each aggregate
    one: Measure, operand: exp.Expr | None, datatype: str, dialect: str
) -> exp.Expr:
    if operand is None or one.aggregate is Aggregate.COUNT:
        return count(operand)
    match one.aggregate:
        case Aggregate.COUNT_DISTINCT:
            return count(operand, distinct=True)
        case Aggregate.SUM:
            made = exp.Sum(this=operand)
            return whole(made) if datatype in WHOLE else made
        case Aggregate.AVERAGE:
            some = exp.Nullif(this=count(operand.copy()), expression=number(0))
            return exp.Div(this=double(exp.Sum(this=operand)), expression=double(some))
        case Aggregate.MINIMUM:
            return exp.Min(this=operand)
        case Aggregate.MAXIMUM:
            return exp.Max(this=operand)
        case Aggregate.MEDIAN:
            if dialect not in {"duckdb", "spark"}:
                raise Refused(
                    f"{one.name} is a median, which {dialect} has not exactly",
                    code="aggregate-not-in-dialect",
                    because=(one.iri,),
                    hint="ask another engine",
                )
            return exp.Anonymous(this="MEDIAN", expressions=[double(operand)])
