"""What the journal knows of a revision: origin of each statement, earlier revisions."""

from datetime import datetime

from catalog_service.api.graphql.fields import described, told
from catalog_service.domain import rdf
from catalog_service.services import publications
from catalog_service.terms import Iri


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
