"""What differs between what is published of a product and what would be, as typed changes."""

from collections.abc import Iterable

from catalog_service.domain.names import compact, short
from catalog_service.domain.rdf import Term, Triple
from catalog_service.services.changes.change import Change
from catalog_service.services.changes.comparison import Comparison, Pair
from catalog_service.services.changes.datasets import datasets
from catalog_service.services.changes.facts import Facts
from catalog_service.services.changes.kinds import WORDS, Impact, Kind
from catalog_service.services.changes.meaning import concepts, crosswalks, measures
from catalog_service.services.changes.objectives import objectives
from catalog_service.services.changes.ports import ports
from catalog_service.terms import DCAT, DPROD, PM, Iri

_SERVED: frozenset[Term] = frozenset({PM.Active, PM.Deprecated})
_UNSERVED: frozenset[Term] = frozenset({PM.Proposed, PM.Draft})
_WEIGHTS = {Impact.BREAKING: 0, Impact.COMPATIBLE: 1, Impact.INFORMATIONAL: 2}


def changes(product: Iri, before: Iterable[Triple], after: Iterable[Triple]) -> tuple[Change, ...]:
    """How `after` differs from `before`: what breaks readers first, then by name.

    Nothing that differs is left out: what no kind of change accounts for is told as such. A part
    that went while another came is two changes, never taken for one that was renamed.

    Args:
        product: the product whose graphs they are.
        before: what is published of it; nothing where it is not.
        after: what would be; nothing where it would be gone.
    """
    old, new = Facts(before), Facts(after)
    if old.triples == new.triples:
        return ()
    if not old.triples or not new.triples:
        kind = Kind.PRODUCT_REMOVED if old.triples else Kind.PRODUCT_ADDED
        return (Change(kind, product, short(product)),)
    seen = Comparison(product, old, new)
    _head(seen)
    ports(seen)
    objectives(seen, product, "")
    datasets(seen)
    crosswalks(seen)
    measures(seen)
    concepts(seen)
    _rest(seen)
    return tuple(sorted(seen.found, key=lambda each: (_WEIGHTS[each.impact], each.name, each.kind)))


def _head(seen: Comparison) -> None:
    product, name = seen.product, short(seen.product)
    status = seen.pair(product, DPROD.lifecycleStatus)
    seen.differ(_status(status), product, name, status)
    for predicate, kind in (
        (DCAT.version, Kind.VERSION_CHANGED),
        (DPROD.domain, Kind.DOMAIN_CHANGED),
        (DPROD.dataProductOwner, Kind.OWNER_CHANGED),
        (PM.endOfLife, Kind.END_CHANGED),
    ):
        seen.differ(kind, product, name, seen.pair(product, predicate))


def _status(pair: Pair) -> Kind:
    if PM.Retired in pair.after:
        return Kind.PRODUCT_RETIRED
    if pair.before & _SERVED and pair.after & _UNSERVED:
        return Kind.PRODUCT_WITHDRAWN
    return Kind.PRODUCT_DEPRECATED if PM.Deprecated in pair.after else Kind.STATUS_CHANGED


def _rest(seen: Comparison) -> None:
    """Whatever differs and is not told yet: words for people, and what has no kind of its own."""
    for subject, predicates in sorted(seen.left().items()):
        name = short(subject)
        if words := predicates & WORDS:
            seen.add(Kind.DESCRIBED, subject, name, after=", ".join(map(compact, sorted(words))))
        if others := predicates - WORDS:
            seen.add(Kind.OTHER, subject, name, after=", ".join(map(compact, sorted(others))))
    if not seen.found:  # the same parts, tied together another way
        tied = {predicate for _, predicate, _ in seen.before.triples ^ seen.after.triples}
        told = ", ".join(map(compact, sorted(tied)))
        seen.add(Kind.OTHER, seen.product, short(seen.product), after=told)
