"""Reads what the federation decides: domains, teams, polysemes, identifier schemes, policies.

One Turtle file is one decision; it names itself as a `pm:Decision`, which is also the name of the
graph that it becomes.
"""

from collections.abc import Iterator

from catalog_service.domain.rdf import Origin
from catalog_service.errors import LimitExceeded, Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Source
from catalog_service.harvesting.turtle import facts
from catalog_service.terms import DPROD, PM, RDF


class GovernanceHarvester:
    """Reads decisions of the federation, written in Turtle."""

    kind = "governance"
    patterns = ("*.ttl",)
    marks = (PM.base,)

    def recognises(self, document: Document) -> bool:
        """True for Turtle that speaks of decisions, domains, polysemes or schemes of a mesh."""
        text = document.text()
        return PM.base in text and any(
            f":{name}" in text or f"{PM.base}{name}" in text
            for name in ("Decision", "Domain", "Polyseme", "IdentifierScheme", "GlobalPolicy")
        )

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """Each decision, with everything that its file states."""
        for document in source.documents():
            try:
                yield _decision(document, source.names.base)
            except Unreadable as fault:
                yield Faulty.of(document, fault)
            except LimitExceeded as fault:
                yield Faulty(document.origin, fault.message, fault.hint)


def _decision(document: Document, base: str) -> Harvested | Faulty:
    stated = facts(document, base)
    decisions = [
        (fact.triple.subject, fact.origin)
        for fact in stated
        if fact.triple.predicate == RDF.type and fact.triple.object == PM.Decision
    ]
    if len(decisions) != 1:
        place = decisions[1][1] if decisions else Origin(document.name, 1)
        return Faulty(
            place,
            f"the file holds {len(decisions)} decisions, where one belongs",
            "name it once, such as <https://mesh.example/decisions/domains> a pm:Decision ;"
            ' dct:title "Our domains"',
            unread=False,
        )
    for triple, origin in stated:
        if triple.predicate == RDF.type and triple.object == DPROD.DataProduct:
            return Faulty(
                origin,
                "a decision of the federation describes a data product",
                "let the owning team publish the product from its own descriptor",
                unread=False,
            )
    subject, origin = decisions[0]
    return Harvested(subject, stated, origin, decision=True)
