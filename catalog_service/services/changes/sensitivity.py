"""The protection class of a dataset or a column, and the personal data that it holds."""

from catalog_service.domain.rdf import Term
from catalog_service.services.changes.comparison import Comparison, Pair
from catalog_service.services.changes.facts import written
from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import PM, Iri

_RANKS: dict[Term, int] = {PM.Public: 0, PM.Internal: 1, PM.Confidential: 2, PM.Restricted: 3}


def sensitivity(seen: Comparison, thing: Iri, name: str, predicate: Iri) -> None:
    """Compare the level of a thing. Where none is stated, it is weighed as if it were public."""
    pair = seen.pair(thing, predicate)
    if pair.differs:
        seen.differ(_kind(pair), thing, name, pair)


def personal(
    seen: Comparison,
    thing: Iri,
    name: str,
    predicate: Iri,
    *,
    explained: frozenset[Term] = frozenset(),
) -> None:
    """Compare the categories of personal data in a thing.

    Args:
        seen: the graphs.
        thing: the dataset or the column.
        name: what to call it.
        predicate: what states its categories.
        explained: categories that came or went with a column, and are told with it.
    """
    pair = seen.pair(thing, predicate)
    if come := pair.after - pair.before - explained:
        seen.add(Kind.PERSONAL_ADDED, thing, name, after=written(come))
    if gone := pair.before - pair.after - explained:
        seen.add(Kind.PERSONAL_REMOVED, thing, name, before=written(gone))


def _kind(pair: Pair) -> Kind:
    was = [_RANKS.get(level) for level in pair.before or {PM.Public}]
    now = [_RANKS.get(level) for level in pair.after or {PM.Public}]
    if len(was) != 1 or len(now) != 1 or was[0] is None or now[0] is None:
        return Kind.SENSITIVITY_CHANGED
    if was[0] == now[0]:
        return Kind.SENSITIVITY_STATED
    return Kind.SENSITIVITY_RAISED if now[0] > was[0] else Kind.SENSITIVITY_LOWERED
