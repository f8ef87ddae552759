"""Publications: what the journal keeps of a product, and what became of an attempt to publish."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from catalog_service.domain.findings import Verdict
from catalog_service.domain.rdf import Fact, Origin, Triple, term
from catalog_service.terms import DCAT, Iri


class Kind(StrEnum):
    """What a publication is about: a data product, or a decision of the federation."""

    PRODUCT = "product"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed to the gate: the facts about one subject, each with its place.

    Args:
        subject: the product or the decision.
        facts: everything that is stated.
        kind: product or decision.
        source: the kind of source it was read from, such as `odcs`.
    """

    subject: Iri
    facts: tuple[Fact, ...]
    kind: Kind = Kind.PRODUCT
    source: str = ""

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The facts without their places."""
        return tuple(fact.triple for fact in self.facts)

    @property
    def version(self) -> str:
        """The version that the product states of itself; empty where it states none."""
        return next(
            (
                value.lexical
                for (subject, predicate, value), _ in self.facts
                if subject == self.subject
                and predicate == DCAT.version
                and not isinstance(value, str)
            ),
            "",
        )


class Fate(StrEnum):
    """What became of a submission."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission, and why.

    `revision` is the journal's number for what is current after it: the new one where it was
    published, the one already there where nothing changed, and None where nothing is published.
    """

    subject: Iri
    fate: Fate
    verdict: Verdict
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal: one revision of one subject.

    Args:
        revision: the running number, from 1, without gaps.
        subject: the product or decision.
        kind: which of the two.
        version: what the product says its version is.
        nquads: the canonical graph (RDFC-1.0 N-Quads).
        content_hash: its hash, `sha256:…`.
        previous_hash: the `entry_hash` of the row before; empty for the first.
        entry_hash: the hash over this row and `previous_hash`, which chains them.
        publisher: who published.
        time: when, in UTC.
        verdict: what the gate answered.
        origins: where each fact was read, one for each line of `nquads`.
        source: the kind of source it was read from.
    """

    revision: int
    subject: Iri
    kind: Kind
    version: str
    nquads: str
    content_hash: str
    previous_hash: str
    entry_hash: str
    publisher: str
    time: datetime
    verdict: Verdict
    origins: tuple[Origin, ...] = field(default=(), repr=False)
    source: str = ""

    def facts(self) -> Iterator[Fact]:
        """What was published, each statement with the place where it was read."""
        places = iter(self.origins)
        for row in self.nquads.split("\n")[:-1]:
            subject, predicate, rest = row.split(" ", 2)
            value, _, _ = rest.removesuffix(" .").rpartition(" ")
            triple = Triple(Iri(subject[1:-1]), Iri(predicate[1:-1]), term(value))
            yield Fact(triple, next(places, Origin("")))
