"""Who may state what: a product speaks of itself, the federation of what all products share.

A shape cannot see which graph a triple came from. If a product could describe the team of a
domain or the rank of a sensitivity level, it could loosen every standard that reads them. So this
is looked at before any shape runs, and a statement out of place is left out of what shapes see.

A product's graph describes the product and its parts, whose IRIs begin with the product's. Of
agents (a mailbox, or `{base}agents/{name}`) it may say what they are called and how to reach them,
which loosens nothing; whose member they are, only the federation says.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Triple
from catalog_service.governance.stated import Stated
from catalog_service.governance.wording import shown
from catalog_service.graph import is_iri
from catalog_service.terms import (
    DCT,
    DPROD,
    DPV,
    FOAF,
    ORG,
    OWL,
    PM,
    RDF,
    RDFS,
    STD,
    VCARD,
    Iri,
)  # fmt: skip

GOVERNED = frozenset(
    (
        PM.Domain, PM.OperationalSystem, PM.Polyseme, PM.IdentifierScheme, PM.GlobalPolicy,
        PM.SensitiveCombination, PM.FederatedTeam, PM.Decision, PM.Waiver, ORG.Organization,
        ORG.OrganizationalUnit, ORG.Membership, ORG.Role,
        DPROD.InformationSensitivityClassification, DPV.SensitivityLevel,
    )
)  # fmt: skip
"""The classes whose members are described by decisions of the federation.

`dqv:Metric` is not among them: the metrics of the global catalogue are terms of the ontology, and
beside them a product has metrics of its own, one for each check that its team runs.
"""

_MEMBERSHIP = frozenset((ORG.memberOf, ORG.hasMembership, ORG.member))
_CLASSIFYING = frozenset((RDF.type, RDFS.subClassOf, OWL.equivalentClass))
_JOINED, _CLASSED, _GOVERNED_TERMS = (
    frozenset(f"<{name}>" for name in names) for names in (_MEMBERSHIP, _CLASSIFYING, GOVERNED)
)
"""As N-Triples has them."""
_OF_AGENTS = frozenset(
    (RDFS.label, RDFS.seeAlso, DCT.title, DCT.description, FOAF.name, FOAF.page, VCARD.fn,
     VCARD.hasEmail, VCARD.hasURL)
)  # fmt: skip
_KINDS_OF_AGENTS = frozenset((FOAF.Agent, VCARD.Kind))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a subject may be described by.

    Args:
        subject: the product, or the decision.
        terms: the terms that the ontology describes.
        governed: what the decisions of the federation describe.
        nearby: what the neighbourhood places under the federation.
        decision: True where the federation itself speaks.
    """

    subject: Iri
    terms: Collection[Iri]
    governed: Collection[Iri] = ()
    nearby: Collection[Iri] = ()
    decision: bool = False

    def free(self, subject: Iri) -> bool:
        """True of a thing of which the subject may say anything but what only a decision can."""
        return (
            not self.decision
            and self.owns(subject)
            and subject not in self.governed
            and subject not in self.nearby
            and not is_term(subject, self.terms)
        )

    def nodes(self, rows: Sequence[Sequence[str]]) -> set[Iri]:
        """The nodes to be judged in a graph of the subject, whose terms are as N-Triples has them.

        Its subjects, and the parts of the subject that it names without a word about them.
        """
        own = (f"<{self.subject}/", f"<{self.subject}#", f"<{self.subject}>")
        written = {row[0] for row in rows}
        written.update(row[2] for row in rows if row[2].startswith(own))
        return {Iri(node[1:-1]) for node in written}

    def doubtful(self, rows: Sequence[Sequence[str]]) -> list[int]:
        """The places of statements that may be out of place; see `trespass`."""
        free = {node for node in {row[0] for row in rows} if self.free(Iri(node[1:-1]))}
        return [
            place
            for place, (subject, predicate, value) in enumerate(rows)
            if subject not in free
            or predicate in _JOINED
            or (predicate in _CLASSED and value in _GOVERNED_TERMS)
        ]

    def owns(self, node: str) -> bool:
        """True of the subject and of its parts."""
        return node == self.subject or node.startswith((f"{self.subject}/", f"{self.subject}#"))

    def trespass(self, triple: Triple) -> Finding | None:
        """What is wrong with stating this triple here; None where nothing is."""
        for standard, wrong, fix in self._wrongs(triple):
            return Finding(
                standard,
                Severity.VIOLATION,
                wrong,
                fix=fix,
                focus=triple.subject,
                path=f"<{triple.predicate}>",
                value=triple.object,
                product=self.subject,
            )
        return None

    def _wrongs(self, triple: Triple) -> Iterator[tuple[str, str, str]]:
        subject, predicate, value = triple
        if is_term(subject, self.terms):
            yield "governed-subject", f"<{subject}> is a term of the ontology.", _TERM
        elif self.decision:
            return
        elif predicate in _CLASSIFYING and value in GOVERNED:
            wrong = f"<{subject}> is made a {shown(value)}, which only a decision can."
            yield "governed-subject", wrong, _ASK
        elif predicate in _MEMBERSHIP:
            wrong = f"Whose member <{subject}> is, only a decision can say."
            yield "governed-subject", wrong, _ASK
        elif subject in self.governed or subject in self.nearby:
            yield "governed-subject", f"<{subject}> belongs to the federation.", _ASK
        elif not (self.owns(subject) or self._describes_agent(triple)):
            wrong = f"<{subject}> is neither this product nor a part of it."
            fix = f"Describe it where it belongs, or give the part an IRI below <{self.subject}/>."
            yield "foreign-subject", wrong, fix

    def _describes_agent(self, triple: Triple) -> bool:
        base, products, _ = self.subject.rpartition("products/")
        if not triple.subject.startswith(("mailto:", f"{base}agents/") if products else "mailto:"):
            return False
        if triple.predicate == RDF.type:
            return triple.object in _KINDS_OF_AGENTS
        return triple.predicate in _OF_AGENTS


_LANGUAGE = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)*")
_VOCABULARIES = (PM.base, STD.base)
_TERM = "Leave the statement out; what the words mean is changed in ontology/, not by data."
_ASK = "Leave the statement out and point at the thing; what is said of it, the federation decides."


def is_term(node: Iri, terms: Collection[Iri]) -> bool:
    """True of what the ontology describes, and of any name in our own vocabularies."""
    return node in terms or node.startswith(_VOCABULARIES)


def governed_among(triples: Iterable[Triple]) -> Iterator[Iri]:
    """The subjects that these triples place under the federation."""
    return (s for s, predicate, value in triples if predicate == RDF.type and value in GOVERNED)


def governed_in(stated: Stated) -> Iterator[Iri]:
    """The subjects that are placed under the federation in what is stated."""
    classed = stated.by_property.get(f"<{RDF.type}>", ())
    return (Iri(subject[1:-1]) for subject, _, kind in classed if kind in _GOVERNED_TERMS)


def unwritable(triple: Triple) -> str:
    """Why a triple cannot be written down as RDF; empty where it can."""
    subject, predicate, value = triple
    for term in (subject, predicate, value if isinstance(value, str) else value.datatype):
        if not is_iri(term):
            return f"{term[:80]!a} is not an absolute IRI"
    if isinstance(value, str):
        return ""
    if value.language and not _LANGUAGE.fullmatch(value.language):
        return f"{value.language[:80]!a} is no language tag"
    if not value.lexical.isprintable():
        try:
            value.lexical.encode()
        except UnicodeEncodeError:
            return f"{value.lexical[:80]!a} holds half a character (a lone surrogate)"
    return ""
