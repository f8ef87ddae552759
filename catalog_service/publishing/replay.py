"""Replaying the mesh: what each product's verdict would be under other standards.

Nothing is published. Each product is judged twice on the same day, among the same neighbours and
decisions, so that all that differs is the standards. What lies in quarantine is judged as well: it
is what a standard that asks less would let in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from catalog_service.domain.findings import Finding, Verdict
from catalog_service.domain.rdf import Triple
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.graph import View, parse, query
from catalog_service.journal import Quarantined
from catalog_service.publishing.decided import decided
from catalog_service.publishing.neighbourhood import Neighbours
from catalog_service.terms import DPROD, RDF, Iri

BATCH = 500
"""Products that are judged together: the decisions are read once for all of them."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one product.

    Args:
        product: the product.
        owner: who answers for it; None where it does not say.
        domain: its domain; None where it does not say.
        published: False of what lies in quarantine.
        before: the verdict by the standards before.
        after: the verdict by those after.
    """

    product: Iri
    owner: Iri | None
    domain: Iri | None
    published: bool
    before: Verdict
    after: Verdict

    @property
    def fails(self) -> bool:
        """True where it conforms, and no longer would."""
        return self.before.conforms and not self.after.conforms

    @property
    def passes(self) -> bool:
        """True where it does not conform, and would."""
        return self.after.conforms and not self.before.conforms

    @property
    def appearing(self) -> tuple[Finding, ...]:
        """The findings that it would get, or that would weigh otherwise."""
        return _beyond(self.after, self.before)

    @property
    def vanishing(self) -> tuple[Finding, ...]:
        """The findings that it would be rid of."""
        kept = {finding.fingerprint for finding in self.after.findings}
        return tuple(f for f in self.before.findings if f.fingerprint not in kept)


@dataclass(frozen=True, slots=True)
class Replay:
    """The mesh under other standards.

    Args:
        judged: how many products were judged.
        effects: the products whose verdict would be another, by domain, owner and name.
    """

    judged: int
    effects: tuple[Effect, ...]

    @property
    def failing(self) -> tuple[Effect, ...]:
        """The products that would newly fail."""
        return tuple(effect for effect in self.effects if effect.fails)

    @property
    def passing(self) -> tuple[Effect, ...]:
        """The products that would newly pass."""
        return tuple(effect for effect in self.effects if effect.passes)


def replay(
    view: View,
    quarantined: Iterable[Quarantined],
    before: Gate,
    after: Gate,
    *,
    today: date,
    at: Stage = Stage.PUBLISH,
) -> Replay:
    """Judge every product by two sets of standards.

    Args:
        view: what is published.
        quarantined: what was refused, the latest of each product first.
        before: the gate with the standards as they are.
        after: the gate with the standards as they would be.
        today: the day to judge on.
        at: the gate to judge at.
    """
    around = decided(view, {})
    judged = 0
    effects: list[Effect] = []
    for published, run in _runs(view, quarantined):
        neighbours = Neighbours(view, run)
        hoods = {name: neighbours.of(name) for name in run}
        cases = [
            Case(name, graph, hoods[name].near, beside=hoods[name].beside)
            for name, graph in run.items()
        ]
        pairs = zip(
            before.check(cases, shared=around, at=at, today=today),
            after.check(cases, shared=around, at=at, today=today),
            strict=True,
        )
        judged += len(cases)
        effects += (
            _effect(old, new, run[old.subject], published=published)
            for old, new in pairs
            if _beyond(old, new) or _beyond(new, old)
        )
    effects.sort(key=lambda e: (e.domain or "", e.owner or "", e.product, not e.published))
    return Replay(judged, tuple(effects))


_Run = dict[Iri, tuple[Triple, ...]]


def _runs(view: View, quarantined: Iterable[Quarantined]) -> Iterator[tuple[bool, _Run]]:
    """What is judged together, and whether it is published.

    What lies in quarantine is judged by itself: none of it may rest on what was refused.
    """
    names = iter([row.iri("product") for row in view.select(query(__package__, "products"))])
    while batch := list(islice(names, BATCH)):
        view.fetch(batch)
        yield True, {name: view.graph(name) for name in batch}
    seen: set[Iri] = set()
    for kept in quarantined:
        if kept.subject not in seen:
            seen.add(kept.subject)
            graph = parse(kept.nquads, "nquads")
            if any(p == RDF.type and o == DPROD.DataProduct for _, p, o in graph):
                yield False, {kept.subject: graph}


def _effect(old: Verdict, new: Verdict, graph: Sequence[Triple], *, published: bool) -> Effect:
    def said(predicate: Iri) -> Iri | None:
        named = (o for s, p, o in graph if (s, p) == (old.subject, predicate))
        return min((o for o in named if isinstance(o, str)), default=None)

    owner, domain = said(DPROD.dataProductOwner), said(DPROD.domain)
    return Effect(old.subject, owner, domain, published, old, new)


def _beyond(verdict: Verdict, other: Verdict) -> tuple[Finding, ...]:
    """The findings that the other verdict has not, or not with this weight."""
    known = {(f.fingerprint, f.severity, f.blocks) for f in other.findings}
    return tuple(f for f in verdict.findings if (f.fingerprint, f.severity, f.blocks) not in known)
