"""What a scaffold left open: values that still say `<FILL IN …>`."""

from collections.abc import Iterator, Mapping

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, Origin, Triple
from catalog_service.terms import Iri

MARK = "<FILL IN"


def unfilled(subject: Iri, facts: Mapping[Triple, Origin]) -> Iterator[Finding]:
    """A violation for each place where a value is still to be filled in.

    Args:
        subject: the product.
        facts: what is stated of it, each with its place.
    """
    told: set[Origin] = set()
    for triple, origin in facts.items():
        value = triple.object
        if not isinstance(value, Literal) and value.startswith(f"{subject}/"):
            continue  # a part of the product: where it is named, its name is a literal too
        text = value.lexical if isinstance(value, Literal) else short(value)
        if MARK in text and origin not in told:
            told.add(origin)
            wanted = text[text.index(MARK) + len(MARK) :].partition(">")[0].strip()
            yield Finding(
                "incomplete",
                Severity.VIOLATION,
                "this is still to be filled in",
                fix=f"write {wanted or 'the value'} here",
                focus=triple.subject,
                path=f"<{triple.predicate}>",
                product=subject,
            ).at(origin)
