"""What the journal knows of a revision: verdict, origin of each statement, earlier revisions."""

from datetime import datetime

import strawberry

from catalog_service.api.graphql.fields import answer, described, listed, told
from catalog_service.domain import findings, rdf
from catalog_service.domain.findings import Severity
from catalog_service.services import publications
from catalog_service.terms import Iri

listed(Severity)


@described
class Finding:
    """One result of the gate, at one node."""

    shape: strawberry.Private[Iri]
    standard: str = told("The name of the standard.")
    severity: Severity = told("How much it weighs.")
    message: str = told("What is wrong.")
    fix: str | None = told("What to do about it.")
    focus: Iri | None = told("The node it is about.")
    path: str | None = told("The property it is about.")
    value: str | None = told("The value at fault, in N-Triples.")
    file: str | None = told("The file where it was read.")
    line: int | None = told("The line, counted from 1.")
    column: int | None = told("The column, counted from 1.")
    product: Iri | None = told("The product it belongs to.")
    fingerprint: str = told("What makes it the same finding in two revisions.")
    waiver: Iri | None = told("The waiver that covers it.")

    @classmethod
    def of(cls, found: findings.Finding) -> "Finding":
        """The finding that was found."""
        return cls(
            shape=found.shape,
            standard=found.standard,
            severity=found.severity,
            message=found.message,
            fix=found.fix or None,
            focus=found.focus,
            path=found.path or None,
            value=None if found.value is None else rdf.ntriples(found.value),
            file=found.file or None,
            line=found.line or None,
            column=found.column or None,
            product=found.product,
            fingerprint=found.fingerprint,
            waiver=found.waiver,
        )


@described
class Verdict:
    """The whole answer of the gate."""

    found: strawberry.Private[findings.Verdict]
    conforms: bool = told("Whether no violation stands without a live waiver.")
    not_evaluated: list[str] = told("The standards of later gates, which this one cannot decide.")

    @classmethod
    def of(cls, found: findings.Verdict) -> "Verdict":
        """The verdict that was found."""
        return cls(found=found, conforms=found.conforms, not_evaluated=list(found.not_evaluated))

    @answer
    def findings(self) -> list[Finding]:
        """Its findings, by file and line."""
        return [Finding.of(finding) for finding in self.found.findings]


@described
class Fact:
    """A statement, and the place where it was read."""

    subject: Iri = told("What is spoken of.")
    predicate: Iri = told("The property.")
    object: str = told("The value, in N-Triples.")
    file: str | None = told("The file where it was read.")
    line: int | None = told("The line, counted from 1.")
    column: int | None = told("The column, counted from 1.")

    @classmethod
    def of(cls, found: rdf.Fact) -> "Fact":
        """The fact that was found."""
        (subject, predicate, value), origin = found
        return cls(
            subject=subject,
            predicate=predicate,
            object=rdf.ntriples(value),
            file=origin.file or None,
            line=origin.line or None,
            column=origin.column or None,
        )


@described
class Version:
    """One revision of a product."""

    revision: int = told("Its number in the journal.")
    version: str | None = told("The version the product stated of itself.")
    time: datetime = told("When it was published.")
    publisher: str = told("Who published it.")
    content_hash: str = told("The hash of its canonical graph.")
    conforms: bool = told("Whether it met the standards when it was published.")

    @classmethod
    def of(cls, found: publications.Version) -> "Version":
        """The version that was found."""
        return cls(
            revision=found.revision,
            version=found.version or None,
            time=found.time,
            publisher=found.publisher,
            content_hash=found.content_hash,
            conforms=found.conforms,
        )
