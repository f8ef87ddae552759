"""That nothing of a plan makes use of a column that a policy hides from who asks."""

from collections.abc import Iterator

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.plan import Axis, FactAggregate, Guarded, Plan
from catalog_service.semantic.predicates import columns_of

Use = tuple[Guarded, str, str]
"""A column of a relation, and what a plan does with it."""


def check(plan: Plan) -> None:
    """That no hidden column is grouped, filtered, aggregated or told time by.

    Nor is it joined by, unless the policy of its port permits it as a key.

    Raises:
        Refused: `masked-column`.
    """
    for guarded, column, use in _uses(plan):
        shown(guarded, column, use)
    for guarded, column in _keys(plan):
        if column not in guarded.keys:
            shown(guarded, column, "joined by: the policy of its port does not permit it as a key")


def shown(guarded: Guarded, column: str, use: str) -> None:
    """That a column is not hidden.

    Raises:
        Refused: `masked-column`.
    """
    if guarded.masked(column):
        at = guarded.relation.column(column)
        raise Refused(
            f"{short(guarded.relation.product)}: {column} is above your clearance and cannot be"
            f" {use}",
            code="masked-column",
            because=(at.iri, *guarded.because),
            hint="ask without it, or ask its owner for access",
        )


def _uses(plan: Plan) -> Iterator[Use]:
    spine = plan.spine
    for at in spine.dimensions:
        yield spine.relation, at.column, "grouped by"
    for column in columns_of(spine.filters):
        yield spine.relation, column, "filtered by"
    for fact in plan.facts:
        yield from _of_fact(fact, plan.axes)
        for guarded, condition in fact.conditions():
            for column in columns_of(condition):
                yield guarded, column, "filtered by"


def _keys(plan: Plan) -> Iterator[tuple[Guarded, str]]:
    """The columns that a plan joins by."""
    spine = plan.spine
    if any(not fact.path.spine_key for fact in plan.facts):
        yield spine.relation, spine.key
    for derived in spine.derived:
        yield spine.relation, derived.column
    for fact in plan.facts:
        parent = fact.parent
        if parent:
            yield fact.relation, parent.column
            yield parent.relation, parent.parent_column
        yield (parent.relation if parent else fact.relation), fact.path.column
        if walk := fact.path.crosswalk:
            yield walk.relation, walk.from_column
            yield walk.relation, walk.to_column
            if walk.validity:
                yield walk.relation, walk.validity.start
                yield walk.relation, walk.validity.end
        for lookup in fact.lookups:
            own = parent.relation if lookup.of_parent and parent else fact.relation
            yield own, lookup.column
            yield lookup.relation, lookup.parent_column


def _of_fact(fact: FactAggregate, axes: tuple[Axis, ...]) -> Iterator[Use]:
    for axis, position in zip(axes, fact.positions, strict=True):
        if axis.span is None:
            yield fact.holder(position), position.column, "grouped by"
    for one in fact.measures:
        for name in (one.operand, one.unit_column):
            if name:
                yield fact.relation, name, f"aggregated by {one.name}"
        if one.clock:
            of_parent = fact.parent.relation if one.clock.of_parent and fact.parent else None
            yield of_parent or fact.relation, one.clock.column, f"the clock of {one.name}"
