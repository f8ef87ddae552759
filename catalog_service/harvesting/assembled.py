"""What documents state of one product, on its way to the gate."""

from dataclasses import dataclass, field

from catalog_service.domain.findings import Finding
from catalog_service.domain.publication import Kind, Submission
from catalog_service.domain.rdf import Fact, Origin, Triple
from catalog_service.harvesting.contract import Harvested, Reference, Refers
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Part:
    """What one document states, with the kind of harvester that read it."""

    kind: str
    harvested: Harvested


@dataclass(slots=True)
class Assembled:
    """One product or decision on its way to the gate."""

    subject: Iri
    origin: Origin
    decision: bool = False
    facts: dict[Triple, Origin] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def take(self, part: Part) -> None:
        """Add what a part states, unchanged."""
        self.kinds.add(part.kind)
        self.findings.extend(part.harvested.findings)
        for triple, origin in part.harvested.facts:
            self.facts.setdefault(triple, origin)
        self.references.extend(part.harvested.references)

    def claims(self) -> tuple[Reference, ...]:
        """The contracts that its ports name and that are not taken in yet."""
        return tuple(r for r in self.references if r.refers is Refers.CONTRACT)

    def says(self, subject: Iri, predicate: Iri) -> bool:
        """True where it states, or refers to, something by `predicate`."""
        return any(t.subject == subject and t.predicate == predicate for t in self.facts) or any(
            r.subject == subject and r.predicate == predicate for r in self.references
        )

    def submission(self) -> Submission:
        """It as the gate takes it."""
        return Submission(
            self.subject,
            tuple(Fact(triple, origin) for triple, origin in self.facts.items()),
            Kind.DECISION if self.decision else Kind.PRODUCT,
            "+".join(sorted(self.kinds)),
        )
