"""What a plan comes to, computed row by row in Python: an oracle that knows no SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from catalog_service.semantic import transforms
from catalog_service.semantic.plan import (
    Aggregate,
    AllOf,
    AnyOf,
    Axis,
    Cardinality,
    Clock,
    Compare,
    Constant,
    Crosswalk,
    Empty,
    FactAggregate,
    Guarded,
    Measure,
    Missing,
    Not,
    Plan,
    Predicate,
    Within,
)
from catalog_service.semantic.question import Comparison, Grain, Sharing, Span

Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]
MANY = {Cardinality.ONE_TO_MANY, Cardinality.MANY_TO_MANY}
COMPARED = {
    Comparison.EQ: lambda left, right: left == right,
    Comparison.NE: lambda left, right: left != right,
    Comparison.LT: lambda left, right: left < right,
    Comparison.LTE: lambda left, right: left <= right,
    Comparison.GT: lambda left, right: left > right,
    Comparison.GTE: lambda left, right: left >= right,
}


def evaluate(plan: Plan, tables: Tables, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the answer to a plan, in no order."""
    spine = plan.spine
    people = [
        row for row in _read(spine.relation, tables, values) if _holds(spine.filters, row, values)
    ]
    keys = {"": {row[spine.key]: row for row in people if row[spine.key] is not None}}
    for derived in spine.derived:
        keys[derived.name] = {
            made: row
            for row in people
            if (made := _made(row[derived.column], derived.transforms)) is not None
        }
    grouped = plan.grain is Grain.GROUPED
    by = [at.column for at in spine.dimensions] if grouped else [spine.key]
    groups = dict.fromkeys(tuple(row[name] for name in by) for row in people)
    if grouped and not by:
        groups = {(): None}
    figures = [_figures(plan, fact, tables, values, keys, by) for fact in plan.facts]
    named = {row[spine.key]: row for row in people}
    if plan.axes:
        groups = dict.fromkeys(group for figure in figures for group in figure)
    found = []
    for group in groups:
        told = {} if grouped else {spine.key: group[0]}
        for name in plan.order:
            told[name] = None
        if grouped:
            dimensions = [at.name for at in spine.dimensions]
            told |= dict(zip(dimensions, group[: len(by)], strict=True))
        else:
            told |= {at.name: named[group[0]][at.column] for at in spine.dimensions}
        told |= dict(zip((axis.name for axis in plan.axes), group[len(by) :], strict=True))
        for fact, figure in zip(plan.facts, figures, strict=True):
            for one in fact.measures:
                value = figure.get(group, {}).get(one.name)
                told[one.name] = 0 if value is None and one.empty is Empty.ZERO else value
        found.append(told)
    return found


def _figures(  # noqa: PLR0917 - what a figure comes from
    plan: Plan,
    fact: FactAggregate,
    tables: Tables,
    values: Mapping[str, Any],
    keys: Mapping[str, Mapping[Any, Row]],
    by: list[str],
) -> dict[tuple[Any, ...], dict[str, Any]]:
    parents = {}
    if fact.parent:
        parents = {
            row[fact.parent.parent_column]: row
            for row in _read(fact.parent.relation, tables, values)
        }
    counted: dict[tuple[Any, ...], list[tuple[Row, int]]] = defaultdict(list)
    rows = list(_own(fact, tables, values))
    last = _last(plan, fact, rows)
    looked = [
        {row[at.parent_column]: row for row in _read(at.relation, tables, values)}
        for at in fact.lookups
    ]
    for number, row in enumerate(rows):
        parent = parents.get(row[fact.parent.column]) if fact.parent else None
        if fact.parent and (parent is None or not _during(fact, parent, values, of_parent=True)):
            continue
        if fact.parent and not _holds(fact.parent.filters, parent or {}, values):
            continue
        found = [
            pairs.get(((parent or {}) if at.of_parent else row)[at.column])
            or defaultdict(lambda: None)
            for at, pairs in zip(fact.lookups, looked, strict=True)
        ]
        if not all(
            _holds(at.filters, one, values) for at, one in zip(fact.lookups, found, strict=True)
        ):
            continue
        axes = tuple(
            _axis(plan, fact, number_, row, parent or {}, found)
            for number_, _ in enumerate(plan.axes)
        )
        key = _made((parent or row)[fact.path.column], fact.path.transforms)
        for identity, share in _led(fact, key, parent or row, row, tables, values):
            person = keys[fact.path.spine_key].get(identity)
            if person is not None and identity is not None:
                counted[(*(person[name] for name in by), *axes)].append(
                    ({**row, "#": number in last}, share)
                )
    return {
        group: {one.name: _aggregate(one, of, fact) for one in fact.measures}
        for group, of in counted.items()
    }


def _own(fact: FactAggregate, tables: Tables, values: Mapping[str, Any]) -> Iterable[Row]:
    for row in _read(fact.relation, tables, values):
        if _holds(fact.filters, row, values) and _during(fact, row, values, of_parent=False):
            yield row


def _axis(  # noqa: PLR0917 - where an axis may be
    plan: Plan, fact: FactAggregate, at: int, row: Row, parent: Row, looked: list[Row]
) -> Any:  # fmt: skip
    axis, position = plan.axes[at], fact.positions[at]
    if position.lookup is not None:
        return looked[position.lookup][position.column]
    value = (parent if position.of_parent else row)[position.column]
    return _begins(value, axis, fact.clock) if axis.span else value


def _begins(value: Any, axis: Axis, clock: Clock | None) -> Any:  # noqa: PLR0911 - one for each
    """When the span of the calendar began that a moment falls into."""
    assert clock is not None
    if value is None:
        return None
    if not clock.day:
        written = value.replace(tzinfo=ZoneInfo(clock.zone))
        value = written.astimezone(ZoneInfo(axis.zone)).replace(tzinfo=None)
        if axis.span is Span.HOUR:
            return value.replace(minute=0, second=0, microsecond=0)
        value = value.date()
    match axis.span:
        case Span.DAY:
            return value
        case Span.WEEK:
            return value - timedelta(days=value.weekday())
        case Span.MONTH:
            return value.replace(day=1)
        case Span.QUARTER:
            return value.replace(month=(value.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return value.replace(month=1, day=1)


def _last(plan: Plan, fact: FactAggregate, rows: list[Row]) -> set[int]:
    clock = next((one.clock for one in fact.measures if one.clock), None)
    newest: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        if clock is None or clock.of_parent:
            return set()
        thing = tuple(
            row[name] for name in fact.relation.relation.unique_on if name != clock.column
        ) + tuple(_begins(row[clock.column], axis, clock) for axis in plan.axes if axis.span)
        if thing not in newest or row[clock.column] > rows[newest[thing]][clock.column]:
            newest[thing] = number
    return set(newest.values())


def _led(  # noqa: PLR0917 - what a key leads to
    fact: FactAggregate, key: Any, clocked: Row, row: Row, tables: Tables, values: Mapping[str, Any]
) -> list[tuple[Any, int]]:  # fmt: skip
    walk = fact.path.crosswalk
    if walk is None:
        return [(key, 1)]
    clock = next((one.clock for one in fact.measures if one.clock), None)
    at = (clocked if clock and clock.of_parent else row)[clock.column] if clock else None
    goals = [pair[walk.to_column] for pair in _pairs(walk, key, at, tables, values)]
    if walk.cardinality not in MANY:
        return [(goal, 1) for goal in goals]
    goals = sorted({goal for goal in goals if goal is not None})
    if fact.sharing is Sharing.PRIMARY:
        return [(goal, 1) for goal in goals[:1]]
    return [(goal, len(goals) if fact.sharing is Sharing.SPLIT else 1) for goal in goals]


def _pairs(
    walk: Crosswalk, key: Any, at: Any, tables: Tables, values: Mapping[str, Any]
) -> Iterable[Row]:
    for pair in _read(walk.relation, tables, values):
        if key is None or pair[walk.from_column] != key:
            continue
        if walk.validity:
            start, end = pair[walk.validity.start], pair[walk.validity.end]
            if start is None or _moment(at) < _moment(start):
                continue
            if end is not None and _moment(at) >= _moment(end):
                continue
        yield pair


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - on the clock's zone


def _aggregate(  # noqa: C901, PLR0911 - one for each aggregate
    one: Measure, rows: list[tuple[Row, int]], fact: FactAggregate
) -> Any:
    if one.last_state:
        rows = [(row, share) for row, share in rows if row["#"]]
    walk = fact.path.crosswalk
    if walk and walk.cardinality in MANY and fact.sharing is Sharing.SPLIT:
        parts = [
            float(row[one.operand] if one.operand else 1) / share
            for row, share in rows
            if not one.operand or row[one.operand] is not None
        ]
        return sum(parts) if parts else None
    if one.operand is None:
        return len(rows)
    operands = [row[one.operand] for row, _ in rows if row[one.operand] is not None]
    match one.aggregate:
        case Aggregate.COUNT:
            return len(operands)
        case Aggregate.COUNT_DISTINCT:
            return len(set(operands))
    if not operands:
        return None
    match one.aggregate:
        case Aggregate.SUM:
            return sum(operands, Decimal(0) if isinstance(operands[0], Decimal) else 0)
        case Aggregate.AVERAGE:
            return float(sum(operands)) / len(operands)
        case Aggregate.MEDIAN:
            return float(median(map(float, operands)))
        case Aggregate.MINIMUM:
            return min(operands)
        case _:
            return max(operands)


def _read(guarded: Guarded, tables: Tables, values: Mapping[str, Any]) -> Iterable[Row]:
    return (row for row in tables[guarded.relation.name] if _holds(guarded.rows, row, values))


def _during(fact: FactAggregate, row: Row, values: Mapping[str, Any], *, of_parent: bool) -> bool:
    bounds = fact.bounds
    if bounds is None or bounds.clock.of_parent is not of_parent:
        return True
    at = row[bounds.clock.column]
    begun = bounds.start is None or (at is not None and values[bounds.start.name] <= at)
    ends = bounds.end is None or (at is not None and at < values[bounds.end.name])
    return begun and ends


def _made(value: Any, rule: tuple[transforms.Transform, ...]) -> Any:
    for one in rule:
        value = transforms.python(one, value)
    return value


def _holds(condition: Predicate, row: Row, values: Mapping[str, Any]) -> bool:
    return _told(condition, row, values) is True


def _told(condition: Predicate, row: Row, values: Mapping[str, Any]) -> bool | None:
    """True, false, or unknown, as SQL has it."""
    match condition:
        case Missing(column):
            return row[column] is None
        case Compare(column, comparison, operand):
            left = row[column]
            return None if left is None else COMPARED[comparison](left, _value(operand, values))
        case Within(column, operands):
            left = row[column]
            return None if left is None else left in {_value(one, values) for one in operands}
        case Not(inner):
            told = _told(inner, row, values)
            return None if told is None else not told
        case AllOf(conditions):
            all_told = [_told(one, row, values) for one in conditions]
            return False if False in all_told else None if None in all_told else True
        case AnyOf(conditions):
            any_told = [_told(one, row, values) for one in conditions]
            return True if True in any_told else None if None in any_told else False


def _value(operand: Any, values: Mapping[str, Any]) -> Any:
    return operand.value if isinstance(operand, Constant) else values[operand.name]
