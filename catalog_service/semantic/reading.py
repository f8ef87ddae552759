"""What a plan wants of each relation: which columns, and which rows at most."""

from collections.abc import Iterator, Mapping

from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    FactAggregate,
    Guarded,
    Plan,
    Predicate,
    Relation,
)
from catalog_service.semantic.predicates import columns_of
from catalog_service.semantic.question import Comparison, Scalar

Use = tuple[Guarded, frozenset[str], Predicate]


def wanted(plan: Plan, values: Mapping[str, Scalar]) -> tuple[Wanted, ...]:
    """The needs of a plan, one for each relation, the spine first.

    A relation that is read in several places is wanted for all of them together.
    """
    uses: dict[str, list[Use]] = {}
    for use in _uses(plan):
        uses.setdefault(use[0].relation.name, []).append(use)
    found = []
    for of in uses.values():
        guarded = of[0][0]
        names = frozenset().union(*(use[1] for use in of)) | set(columns_of(guarded.rows))
        either = [use[2] for use in of]
        rest = (
            AllOf()
            if AllOf() in either
            else either[0]
            if len(either) == 1
            else AnyOf(tuple(either))
        )
        both = tuple(one for one in (guarded.rows, rest) if one != AllOf())
        found.append(Wanted(guarded, tuple(sorted(names)), AllOf(both), values))
    return tuple(found)


def used(plan: Plan) -> Iterator[tuple[Relation, frozenset[str]]]:
    """The relations that a plan reads, and which columns of them."""
    return ((guarded.relation, names) for guarded, names, _ in _uses(plan))


def _uses(plan: Plan) -> Iterator[Use]:
    spine = plan.spine
    names = {
        spine.key,
        *(at.column for at in spine.dimensions),
        *(at.column for at in spine.derived),
    }
    # Coverage, and what is not attributed, are told over all identities: filters stay in the SQL.
    yield spine.relation, frozenset(names | set(columns_of(spine.filters))), AllOf()
    for fact in plan.facts:
        yield from _of(fact)


def _of(fact: FactAggregate) -> Iterator[Use]:
    own = {name for one in fact.measures for name in (one.operand, one.unit_column) if name}
    own |= {at.column for at in fact.positions if not at.of_parent and at.lookup is None}
    own |= {at.column for at in fact.lookups if not at.of_parent}
    own |= {one.clock.column for one in fact.measures if one.clock and not one.clock.of_parent}
    own.add(fact.parent.column if fact.parent else fact.path.column)
    if any(one.last_state for one in fact.measures):
        own |= set(fact.relation.relation.unique_on)
    period = _period(fact)
    of_parent = bool(fact.bounds and fact.bounds.clock.of_parent)
    conditions = [fact.filters, AllOf() if of_parent else period]
    filters = AllOf(tuple(one for one in conditions if one != AllOf()))
    yield fact.relation, frozenset(own | set(columns_of(fact.filters))), filters
    if fact.parent:
        names = {fact.parent.parent_column, fact.path.column}
        names |= {one.clock.column for one in fact.measures if one.clock and one.clock.of_parent}
        names |= {at.column for at in fact.positions if at.of_parent and at.lookup is None}
        names |= {at.column for at in fact.lookups if at.of_parent}
        names |= set(columns_of(fact.parent.filters))
        # A child whose parent lies outside of the period still has one: coverage wants them all.
        yield fact.parent.relation, frozenset(names), period if of_parent else AllOf()
    if walk := fact.path.crosswalk:
        names = {walk.from_column, walk.to_column}
        names |= {walk.validity.start, walk.validity.end} if walk.validity else set()
        yield walk.relation, frozenset(names), AllOf()
    for number, lookup in enumerate(fact.lookups):
        names = {lookup.parent_column, *columns_of(lookup.filters)}
        names |= {at.column for at in fact.positions if at.lookup == number}
        yield lookup.relation, frozenset(names), AllOf()


def _period(fact: FactAggregate) -> Predicate:
    if fact.bounds is None:
        return AllOf()
    clock = fact.bounds.clock.column
    ends = ((Comparison.GTE, fact.bounds.start), (Comparison.LT, fact.bounds.end))
    return AllOf(tuple(Compare(clock, how, end) for how, end in ends if end))
