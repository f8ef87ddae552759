"""What makes an answer wrong in silence, each found before anything is read, and refused by name.

Each refusal has a code, says which fact of the graph is at fault, and what would mend it. What only
the data can tell (whether a key is unique, whether units agree) is checked while it is read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic import hidden
from catalog_service.semantic.plan import (
    Additivity,
    Aggregate,
    AllOf,
    AnyOf,
    Axis,
    Cardinality,
    Clock,
    Column,
    Compare,
    Empty,
    FactAggregate,
    Measure,
    Missing,
    Not,
    Operand,
    Parameter,
    Plan,
    Predicate,
    Within,
)
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.predicates import columns_of
from catalog_service.semantic.question import (
    Comparison,
    Condition,
    Grain,
    Question,
    Scalar,
    Sharing,
    Span,
)
from catalog_service.semantic.resolve import (
    StatedColumn,
    StatedDataset,
    StatedMeasure,
    StatedPolyseme,
)
from catalog_service.terms import XSD, Iri

CURRENCY = re.compile(r"^(?:.*[/#:])?[A-Z]{3}$")
INEXACT = frozenset({XSD.double, XSD.float})
WHOLE = frozenset({XSD.integer, XSD.int, XSD.long, XSD.short, XSD.byte})
AGGREGATES = frozenset(Aggregate)
ADDITIVITIES = frozenset(Additivity)
EMPTY_RULES = frozenset(Empty)
MANY = frozenset({Cardinality.ONE_TO_MANY, Cardinality.MANY_TO_MANY})
TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(WHOLE, (int,)),
    XSD.string: (str,),
    XSD.boolean: (bool,),
    XSD.decimal: (int, Decimal, str),
    XSD.double: (int, Decimal, str),
    XSD.float: (int, Decimal, str),
    XSD.date: (date, str),
    XSD.dateTime: (datetime, date, str),
}
"""The types of values that an attribute takes; a text stands for what it says in that type."""

READ: dict[str, Callable[[str], Scalar]] = {
    XSD.decimal: Decimal,
    XSD.double: Decimal,
    XSD.float: Decimal,
    XSD.date: date.fromisoformat,
    XSD.dateTime: datetime.fromisoformat,
}


def measure(
    stated: StatedMeasure, dataset: StatedDataset, clock: tuple[StatedColumn, bool] | None
) -> Measure:
    """A measure as a plan has it; refused where something that it needs is not stated.

    Raises:
        Refused: `measure-undeclared`, `inexact-money`.
    """
    missing = [
        word
        for word, said in (
            ("aggregate", stated.aggregate in AGGREGATES),
            ("additivity", stated.additivity in ADDITIVITIES),
            ("rule for emptiness", stated.empty in EMPTY_RULES),
            ("time zone of its clock", clock is None or _known(stated.zone)),
        )
        if not said
    ]
    aggregate = Aggregate(stated.aggregate) if stated.aggregate in AGGREGATES else None
    operand = dataset.by_iri(stated.operand) if stated.operand else None
    if operand is None and (stated.operand or aggregate is not Aggregate.COUNT):
        missing.append("operand, a column of its dataset")
    if missing or aggregate is None:
        raise _undeclared(stated, missing)
    if (
        aggregate in {Aggregate.SUM, Aggregate.AVERAGE}
        and operand
        and operand.column.datatype in INEXACT
        and CURRENCY.match(stated.unit or "")
    ):
        raise Refused(
            f"{stated.name} sums money in {operand.column.name}, whose numbers are not exact",
            code="inexact-money",
            because=(stated.iri, operand.column.iri),
            hint="serve the amount as a decimal",
        )
    not_over = dataset.by_iri(stated.not_over) if stated.not_over else None
    unit_column = dataset.by_iri(stated.unit_column) if stated.unit_column else None
    return Measure(
        iri=stated.iri,
        name=stated.name,
        aggregate=aggregate,
        operand=operand.column.name if operand else None,
        unit=stated.unit,
        unit_column=unit_column.column.name if unit_column else None,
        additivity=Additivity(stated.additivity),
        not_over=not_over.column.name if not_over else None,
        empty=Empty(stated.empty),
        clock=clock
        and Clock(
            clock[0].column.name,
            stated.zone,
            of_parent=clock[1],
            day=clock[0].column.datatype == XSD.date,
        ),
    )


def values(condition: Condition, column: StatedColumn) -> None:
    """That the values of a condition are as many, and of such types, as its attribute takes.

    Raises:
        Refused: `condition-values`.
    """
    comparison, given = condition.comparison, condition.values
    tests_null = comparison in {Comparison.IS_NULL, Comparison.IS_NOT_NULL}
    fits = not given if tests_null else given if comparison is Comparison.IN else len(given) == 1
    if not fits:
        wanted = (
            "no value"
            if tests_null
            else "one value or more"
            if comparison is Comparison.IN
            else "one value"
        )
        raise Refused(
            f"{condition.attribute} {comparison} takes {wanted}, and {len(given)} are given",
            code="condition-values",
            hint="give as many values as the comparison takes",
        )
    types = TYPES.get(column.column.datatype)
    for value in given:
        if types and (
            not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
        ):
            raise Refused(
                f"{condition.attribute} holds {short(Iri(column.column.datatype))}, which"
                f" {value!r} is not",
                code="condition-values",
                because=(column.column.iri,),
                hint="give a value of that type",
            )


def read(value: Scalar, datatype: str) -> Scalar:
    """A value of a condition in the type of its attribute.

    Raises:
        Refused: `condition-values`, where a text says nothing in that type.
    """
    if not isinstance(value, str) or datatype not in READ:
        return value
    try:
        return READ[datatype](value)
    except (ValueError, ArithmeticError):
        raise Refused(
            f"{value!r} is no {short(Iri(datatype))}",
            code="condition-values",
            hint="write 2026-02-28, 2026-02-28T10:00:00 or 12.50",
        ) from None


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        Refused: `unknown-zone`.
    """
    if not _known(name):
        raise Refused(
            f"there is no time zone {name!r}", code="unknown-zone", hint="write Europe/Paris"
        )
    return ZoneInfo(name)


def parameters(plan: Plan) -> dict[str, str]:
    """The places for values in the conditions of a plan, with their datatypes."""
    conditions = [plan.spine.filters]
    for fact in plan.facts:
        conditions += [condition for _, condition in fact.conditions()]
    return dict(at for condition in conditions for at in _parameters(condition))


def check(plan: Plan, question: Question, asker: Asker, polyseme: StatedPolyseme) -> list[str]:
    """The checks of a whole plan; returns what a reader has to be warned of.

    Raises:
        Refused: the plan could give a wrong answer, or show what may not be seen.
    """
    warnings: list[str] = []
    hidden.check(plan)
    _identities(plan, asker)
    for fact in plan.facts:
        _key_types(plan, fact, polyseme)
        warnings += _shared(fact, question)
        _temporal(fact)
        for axis in plan.axes:
            if axis.span:
                _calendar(axis, fact)
        for one in fact.measures:
            _additive(one, fact, plan.axes)
    if plan.unattributed and (plan.spine.relation.rows != AllOf() or plan.grain is Grain.IDENTITY):
        raise Refused(
            "what is not attributed cannot be told apart from what a policy hides",
            code="unattributed-hidden",
            because=plan.spine.relation.because,
            hint="ask for groups, of a polyseme whose rows no policy filters",
        )
    return warnings


def _parameters(predicate: Predicate) -> Iterator[tuple[str, str]]:
    match predicate:
        case Compare(_, _, value):
            yield from _placed((value,))
        case Within(_, listed):
            yield from _placed(listed)
        case Missing():
            pass
        case Not(condition):
            yield from _parameters(condition)
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from _parameters(condition)


def _placed(operands: tuple[Operand, ...]) -> Iterator[tuple[str, str]]:
    return ((one.name, one.datatype) for one in operands if isinstance(one, Parameter))


def _undeclared(stated: StatedMeasure, missing: list[str]) -> Refused:
    return Refused(
        f"{stated.name} does not state its {', its '.join(missing)}",
        code="measure-undeclared",
        because=(stated.iri,),
        hint="its owner has to declare the measure in full; nothing of it is guessed",
    )


def _known(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _identities(plan: Plan, asker: Asker) -> None:
    if plan.grain is not Grain.IDENTITY and plan.spine.key not in columns_of(plan.spine.filters):
        return
    if not asker.identities:
        raise Refused(
            "an answer with one row for each identity wants the permission to see identities",
            code="identities-not-permitted",
            because=(plan.spine.polyseme,),
            hint="ask for groups, or for the permission",
        )
    hidden.shown(plan.spine.relation, plan.spine.key, "shown")


def _key_types(plan: Plan, fact: FactAggregate, polyseme: StatedPolyseme) -> None:
    spine = plan.spine.relation.relation.column(plan.spine.key)
    walk = fact.path.crosswalk
    if walk:
        table = walk.relation.relation
        _same_type(table.column(walk.to_column), spine, polyseme.datatype)
        if not fact.path.transforms:
            _same_type(_key_column(fact), table.column(walk.from_column), "")
    elif not fact.path.transforms and not fact.path.spine_key:
        _same_type(_key_column(fact), spine, polyseme.datatype)


def _key_column(fact: FactAggregate) -> Column:
    guarded = fact.parent.relation if fact.parent else fact.relation
    return guarded.relation.column(fact.path.column)


def _same_type(left: Column, right: Column, scheme: str) -> None:
    kinds = {_kind(at) for at in (left.datatype, right.datatype, scheme) if at}
    if len(kinds) > 1:
        raise Refused(
            f"{left.name} and {right.name} are of one scheme and of different types:"
            f" {', '.join(sorted(short(Iri(kind)) for kind in kinds))}",
            code="key-types-differ",
            because=(left.iri, right.iri),
            hint="serve both in the type of the scheme: 000123 and 123 are not one key",
        )


def _kind(datatype: str) -> str:
    return XSD.integer if datatype in WHOLE else datatype


def _shared(fact: FactAggregate, question: Question) -> Iterator[str]:
    walk = fact.path.crosswalk
    if walk is None or walk.cardinality not in MANY:
        return
    if question.sharing is Sharing.REJECT:
        raise Refused(
            f"the crosswalk {short(walk.iri)} may lead one key to several identities"
            f" ({walk.cardinality}), and the question does not say what becomes of them",
            code="crosswalk-many",
            because=(walk.iri,),
            hint="ask with `sharing` primary, split or duplicate",
        )
    if question.sharing is Sharing.SPLIT:
        for one in fact.measures:
            if one.aggregate not in {Aggregate.SUM, Aggregate.COUNT}:
                raise Refused(
                    f"{one.name} cannot be split among identities",
                    code="crosswalk-many",
                    because=(walk.iri, one.iri),
                    hint="split sums and counts only; or ask with `sharing` primary",
                )
    yield {
        Sharing.PRIMARY: f"{fact.name}: where a key leads to several identities, the first has all",
        Sharing.SPLIT: f"{fact.name}: where a key leads to several identities, each has a part",
        Sharing.DUPLICATE: f"{fact.name}: where a key leads to several identities, each has all of"
        " it; totals over identities count it several times",
    }[question.sharing]


def _temporal(fact: FactAggregate) -> None:
    walk = fact.path.crosswalk
    if walk and walk.validity and any(one.clock is None for one in fact.measures):
        raise Refused(
            f"the crosswalk {short(walk.iri)} holds for a time, and {fact.measures[0].name} has no"
            " clock to look it up by",
            code="no-clock",
            because=(walk.iri, fact.measures[0].iri),
            hint="declare the clock of the measure",
        )


def _calendar(axis: Axis, fact: FactAggregate) -> None:
    """That the clock of a fact can be told by a calendar."""
    clock, one = fact.clock, fact.measures[0]
    if clock is None:
        raise Refused(
            f"{one.name} has no clock, and the question groups by {axis.span}",
            code="no-clock",
            because=(one.iri,),
            hint="declare the column that says when a row happened, or ask for it apart",
        )
    if clock.day and (axis.span is Span.HOUR or clock.zone != axis.zone):
        raise Refused(
            f"{one.name} is kept by days in {clock.zone}, which are no {axis.span}s in {axis.zone}",
            code="period-cuts-a-day",
            because=(one.iri,),
            hint=f"ask for days or longer, in the time zone {clock.zone}",
        )


def _additive(one: Measure, fact: FactAggregate, axes: tuple[Axis, ...]) -> None:
    if one.additivity is not Additivity.SEMI_ADDITIVE:
        return
    held = {
        at.column
        for axis, at in zip(axes, fact.positions, strict=True)
        if axis.span is None and not at.of_parent and at.lookup is None
    }
    if one.not_over in held:
        return
    clock = one.clock
    if clock is None or clock.of_parent or one.not_over != clock.column:
        raise Refused(
            f"{one.name} may not be added up over {one.not_over or 'a dimension it does not name'},"
            " which the question does not hold fixed",
            code="semi-additive",
            because=(one.iri,),
            hint="group by that dimension; of what is not additive over its own clock, the last"
            " state is told",
        )
    if clock.column not in fact.relation.relation.unique_on:
        raise Refused(
            f"{one.name} is a state over time, and its clock is no part of the grain of"
            f" {fact.relation.relation.name}",
            code="semi-additive",
            because=(one.iri, fact.relation.relation.dataset),
            hint="declare the grain: what there is one row of for each moment",
        )
