"""A plan as indented text: what a caller is shown, and what the tests of the planner hold."""

from collections.abc import Iterator

from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Axis,
    Compare,
    Constant,
    Crosswalk,
    FactAggregate,
    Guarded,
    Measure,
    Missing,
    Not,
    Operand,
    Parameter,
    Plan,
    Predicate,
    Transform,
    Within,
)
from catalog_service.semantic.question import Sharing


def told(plan: Plan) -> str:
    """The plan, one step to a line; what is inside a step is indented below it."""
    return "\n".join(_plan(plan)) + "\n"


def condition(predicate: Predicate) -> str:
    """A condition in words; values of the question are shown by their place."""
    match predicate:
        case Compare(column, comparison, value):
            return f"{column} {comparison} {_operand(value)}"
        case Within(column, values):
            return f"{column} in ({', '.join(map(_operand, values))})"
        case Missing(column):
            return f"{column} is null"
        case Not(inner):
            return f"not ({condition(inner)})"
        case AllOf(conditions):
            return " and ".join(map(condition, conditions)) or "all rows"
        case AnyOf(conditions):
            return " or ".join(f"({condition(one)})" for one in conditions) or "no rows"


def _plan(plan: Plan) -> Iterator[str]:
    spine = plan.spine
    yield f"answer: one row for each {'group' if plan.grain == 'grouped' else 'identity'}"
    yield f"  identities of {spine.polyseme}"
    yield f"    key {spine.key}"
    for dimension in spine.dimensions:
        yield f"    dimension {dimension.name}"
    for derived in spine.derived:
        yield f"    derived key {derived.column}{_rule(derived.transforms)} in {derived.scheme}"
    yield from _relation(spine.relation, "    ")
    if spine.filters != AllOf():
        yield f"    where {condition(spine.filters)}"
    for fact in plan.facts:
        yield from _fact(fact, plan.axes)
    if plan.minimum_group > 1:
        yield f"  groups of fewer than {plan.minimum_group} identities are withheld"
    if plan.unattributed:
        yield "  one more row for what leads to no identity"


def _fact(fact: FactAggregate, axes: tuple[Axis, ...]) -> Iterator[str]:
    yield f"  aggregate {fact.name}"
    for one in fact.measures:
        yield f"    {_measure(one)}"
    yield from _relation(fact.relation, "    ")
    if fact.filters != AllOf():
        yield f"    where {condition(fact.filters)}"
    if fact.bounds:
        clock = fact.bounds.clock
        yield f"    during the period asked for, by {_clock(clock.column, clock.of_parent)}"
    if fact.parent:
        yield f"    joined n to 1: {fact.parent.column} to {fact.parent.parent_column} of"
        yield from _relation(fact.parent.relation, "      ")
        if fact.parent.filters != AllOf():
            yield f"      where {condition(fact.parent.filters)}"
    yield from _dimensions(fact, axes)
    path = fact.path
    yield f"    key {_clock(path.column, fact.parent is not None)}{_rule(path.transforms)}"
    if path.crosswalk:
        yield from _crosswalk(path.crosswalk, fact.sharing)
    if path.spine_key:
        yield f"    to the derived key {path.spine_key}"


def _dimensions(fact: FactAggregate, axes: tuple[Axis, ...]) -> Iterator[str]:
    for lookup in fact.lookups:
        own = _clock(lookup.column, lookup.of_parent)
        yield f"    looked up n to 1: {own} to {lookup.parent_column} of"
        yield from _relation(lookup.relation, "      ")
        if lookup.filters != AllOf():
            yield f"      where {condition(lookup.filters)}"
    for axis, position in zip(axes, fact.positions, strict=True):
        told = _clock(position.column, position.of_parent)
        if position.lookup is not None:
            told = f"{position.column} of {fact.holder(position).relation.name}"
        span = f"{axis.span} in {axis.zone} of " if axis.span else ""
        yield f"    grouped by {axis.name}: {span}{told}"


def _crosswalk(walk: Crosswalk, sharing: Sharing) -> Iterator[str]:
    yield f"    through {walk.iri}: {walk.from_column} to {walk.to_column}, {walk.cardinality}"
    if walk.validity:
        yield f"      while {walk.validity.start} to {walk.validity.end}"
    if sharing is not Sharing.REJECT:
        yield f"      shared: {sharing}"
    yield from _relation(walk.relation, "      ")


def _measure(one: Measure) -> str:
    of = f"{one.aggregate}({one.operand or '*'})"
    unit = f" in {one.unit}" if one.unit else ""
    return f"{one.name} = {of}{unit}, {one.additivity}, {one.empty} when empty"


def _relation(guarded: Guarded, indent: str) -> Iterator[str]:
    relation = guarded.relation
    yield f"{indent}read {relation.name}: {relation.dataset}"
    yield f"{indent}  at {relation.port}"
    if guarded.rows != AllOf():
        yield f"{indent}  rows {condition(guarded.rows)}"
    if guarded.masks:
        yield f"{indent}  hidden {', '.join(mask.column for mask in guarded.masks)}"


def _operand(value: Operand) -> str:
    match value:
        case Parameter(name):
            return f"?{name}"
        case Constant(given):
            return repr(given)


def _rule(transforms: tuple[Transform, ...]) -> str:
    return "".join(f" by {one.name}{_arguments(one.arguments)}" for one in transforms)


def _arguments(given: tuple[str, ...]) -> str:
    return f"({', '.join(given)})" if given else ""


def _clock(column: str, of_parent: bool) -> str:  # noqa: FBT001 - whose column it is
    return f"{column} of the parent" if of_parent else column
