"""What a decision of the federation would decide otherwise, and which products rest on it."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from catalog_service.domain.names import compact
from catalog_service.domain.rdf import Term, Triple
from catalog_service.graph import View, distinct, grouped, many, query
from catalog_service.services.changes.dependants import Dependant, headed
from catalog_service.services.changes.facts import Facts, written
from catalog_service.services.changes.kept import kept
from catalog_service.services.changes.kinds import WORDS, Impact
from catalog_service.terms import DCAT, FOAF, ORG, PM, RDF, Iri

_SORTS: dict[Term, str] = {
    PM.Decision: "decision",
    PM.Domain: "domain",
    PM.Polyseme: "polyseme",
    PM.IdentifierScheme: "identifier scheme",
    PM.Waiver: "waiver",
    PM.OperationalSystem: "operational system",
    DCAT.DataService: "operational interface",
    PM.GlobalPolicy: "policy",
    PM.DomainPolicy: "policy",
    PM.SensitiveCombination: "policy",
    PM.FederatedTeam: "team",
    ORG.OrganizationalUnit: "team",
    ORG.Membership: "membership",
    FOAF.Agent: "person",
}
"""What a thing is called by its type, in the order in which types count."""
_OTHER = "thing"
_HOLDING = frozenset(
    {"domain", "polyseme", "identifier scheme", "waiver", "operational system"}
    | {"operational interface"}
)
"""What products rest on, so that they do not stand without it."""
_BINDING = frozenset(
    {PM.globalIdentifier, PM.datatype, PM.pattern, PM.iriTemplate, PM.waives, PM.appliesTo}
)
"""What may not become another without products noticing."""


class Done(StrEnum):
    """What becomes of a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Detail(NamedTuple):
    """What is said of a thing by one property, before and after."""

    property: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One thing that would be decided otherwise.

    Args:
        thing: what it is about.
        sort: what kind of thing it is: `domain`, `polyseme`, `waiver`.
        done: what becomes of it.
        impact: what that does to the products that rest on it.
        details: what is said of it otherwise.
        concerned: those products; broken where the impact is breaking.
    """

    thing: Iri
    sort: str
    done: Done
    impact: Impact
    details: tuple[Detail, ...]
    concerned: tuple[Dependant, ...]

    @property
    def breaking(self) -> bool:
        """True where a product that is published would no longer stand on it."""
        return self.impact is Impact.BREAKING and bool(self.concerned)


@dataclass(frozen=True, slots=True)
class Amendment:
    """What publishing a working copy of a decision would change.

    Args:
        decision: the decision.
        new: True where it is not published.
        rulings: what it would decide otherwise, what breaks first.
    """

    decision: Iri
    new: bool
    rulings: tuple[Ruling, ...]


def amendment(
    view: View, decision: Iri, after: Iterable[Triple], *, elsewhere: Container[Iri] = ()
) -> Amendment:
    """What publishing `after` would change of a decision, and whom it concerns.

    Args:
        view: what is published.
        decision: the decision.
        after: all that the working copy states of it.
        elsewhere: what other decisions of the same run state: it only moved there.
    """
    old, new = Facts(view.graph(decision)), Facts(kept(decision, after))
    differing = sorted(
        {s for s, _, _ in old.triples ^ new.triples if s not in elsewhere or new.about(s)}
    )
    anchors = {thing: _anchors(thing, old, new) for thing in differing}
    asked = sorted(set(chain.from_iterable(anchors.values())))
    rows = view.select(many(query(__package__, "concerned"), "thing", asked)) if asked else []
    speaking = {at: set(distinct(found, "product")) for at, found in grouped(rows, "thing").items()}
    rulings = []
    for thing in differing:
        products = set().union(*(speaking.get(anchor, set()) for anchor in anchors[thing]))
        rulings.append(_ruling(view, thing, (old, new), sorted(products)))
    weights = list(Impact)
    rulings.sort(key=lambda r: (weights.index(r.impact), r.sort, r.thing))
    return Amendment(decision, not old.triples, tuple(rulings))


def _anchors(thing: Iri, old: Facts, new: Facts) -> set[Iri]:
    """By which names products may rest on a thing: a waiver by what it applies to."""
    applied = old.things(thing, PM.appliesTo) + new.things(thing, PM.appliesTo)
    return set(applied) or {thing}


def _ruling(view: View, thing: Iri, sides: tuple[Facts, Facts], products: list[Iri]) -> Ruling:
    old, new = (facts.about(thing) for facts in sides)
    done = Done.ADDED if not old else Done.REMOVED if not new else Done.CHANGED
    sort = _sort(old.get(RDF.type, frozenset()) | new.get(RDF.type, frozenset()))
    differing = sorted(p for p in old.keys() | new.keys() if old.get(p) != new.get(p))
    impact = _impact(sort, done, old, new)
    details = [
        Detail(compact(p), written(old.get(p, ())), written(new.get(p, ()))) for p in differing
    ]
    broken = impact is Impact.BREAKING
    return Ruling(
        thing,
        sort,
        done,
        impact,
        tuple(details) if done is Done.CHANGED else (),
        headed(view, [(product, broken) for product in products]),
    )


def _sort(types: frozenset[Term]) -> str:
    return next((name for term, name in _SORTS.items() if term in types), _OTHER)


_Said = dict[Iri, frozenset[Term]]


def _impact(sort: str, done: Done, old: _Said, new: _Said) -> Impact:
    if done is not Done.CHANGED:
        lost = done is Done.REMOVED and sort in _HOLDING
        return Impact.BREAKING if lost else Impact.COMPATIBLE
    differing = {p for p in old.keys() | new.keys() if old.get(p) != new.get(p)}
    if differing & _BINDING or _ends_earlier(old, new):
        return Impact.BREAKING
    return Impact.INFORMATIONAL if differing <= WORDS else Impact.COMPATIBLE


def _ends_earlier(old: _Said, new: _Said) -> bool:
    """True of a waiver that would end before the day that was granted."""
    days = [written(said.get(PM.expires, ())) for said in (old, new)]
    return bool(days[1]) and days[1] < days[0]
