"""Reading the identities first, so that a large fact hands over their rows and no others.

Where a question is about few identities, their keys go along with what is asked of a fact's source,
which then leaves out all other rows. Whoever runs the source sees those keys, in its log too; they
may be another domain's. So they go only where the connection of the source says that it takes them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalog_service.domain.names import short
from catalog_service.semantic.execution import Bound, Session, Wanted
from catalog_service.semantic.plan import AllOf, Constant, FactAggregate, Plan, Within
from catalog_service.semantic.question import Scalar
from catalog_service.semantic.reading import wanted
from catalog_service.semantic.template import Template
from catalog_service.terms import XSD

MOST = 2_000
"""Keys that go along with one statement; where there are more, all rows of the fact are read."""

_WHOLE = frozenset(XSD.base + name for name in ("integer", "long", "int", "short"))

Listing = Callable[[FactAggregate], Template]
"""The statement that lists the keys by which a fact leads to the identities of a question."""


def bind(
    made: Plan,
    values: Mapping[str, Scalar],
    session: Session,
    listing: Listing,
    *,
    counted: bool,
) -> tuple[dict[str, Bound], tuple[str, ...]]:
    """Everything that a plan reads, bound; and what was sent along, in a sentence each.

    Args:
        made: the plan.
        values: the values of its parameters.
        session: where it is bound.
        listing: lists the keys of a fact.
        counted: whether it is told of all rows of the facts how many lead to an identity; then
            none may be left out.
    """
    narrow = {} if counted or made.unattributed else _narrow(made, session)
    bound: dict[str, Bound] = {}
    told: list[str] = []
    needs = wanted(made, values)
    for one in sorted(needs, key=lambda each: each.guarded.relation.name in narrow):
        name = one.guarded.relation.name
        if fact := narrow.get(name):
            tables = {at: each.table for at, each in bound.items()}
            found = session.run(listing(fact).fill(tables, values))["key"].to_pylist()
            if (keys := _sent(fact, found)) is not None:
                one = _with(one, fact.path.column, keys)  # noqa: PLW2901 - the same, narrowed
                port = short(one.guarded.relation.port)
                told.append(f"{len(keys)} keys of identities go along to port {port}")
        bound[name] = session.bind(one)
    return bound, tuple(told)


def _narrow(made: Plan, session: Session) -> dict[str, FactAggregate]:
    """The facts whose rows may be left out by their keys, by the names of their relations.

    The key has to lie in the fact itself, as it is compared. What is read in several places is
    read whole. Of states over time the last counts, whoever it led to: it may be another's.
    """
    uses = Counter([made.spine.relation.relation.name])
    uses.update(at.relation.name for fact in made.facts for at in fact.relations())
    facts = ((fact.relation.relation.name, fact) for fact in _simple(made.facts))
    return {
        name: fact for name, fact in facts if uses[name] == 1 and session.takes_keys(fact.relation)
    }


def _simple(facts: Sequence[FactAggregate]) -> Iterator[FactAggregate]:
    for fact in facts:
        states = any(one.last_state for one in fact.measures)
        if fact.parent is None and not fact.path.transforms and not states:
            yield fact


def _sent(fact: FactAggregate, keys: Sequence[Scalar]) -> list[Scalar] | None:
    """The keys as they are sent; None where they are too many, or not of the column's type."""
    if len(keys) > MOST:
        return None
    datatype = fact.relation.relation.column(fact.path.column).datatype
    if datatype in _WHOLE:
        fit = all(isinstance(key, int) and not isinstance(key, bool) for key in keys)
    else:
        fit = datatype == XSD.string and all(isinstance(key, str) for key in keys)
    # No database keeps a text with a null character, and some take none in a statement either.
    plain = [key for key in keys if not (isinstance(key, str) and "\0" in key)]
    return plain if fit else None


def _with(one: Wanted, column: str, keys: Sequence[Scalar]) -> Wanted:
    among = Within(column, tuple(Constant(key) for key in keys))
    return replace(one, predicate=AllOf((one.predicate, among)))
