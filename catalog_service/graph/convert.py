"""Between the domain's terms and pyoxigraph's."""

from functools import lru_cache

import pyoxigraph as ox

from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.errors import InvalidIri
from catalog_service.terms import RDF, Iri

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def node(iri: str) -> ox.NamedNode:
    """An IRI as pyoxigraph has it.

    Raises:
        InvalidIri: the text is none; pyoxigraph is the one that looks.
    """
    try:
        return ox.NamedNode(iri)
    except ValueError as fault:
        raise InvalidIri(
            f"{iri[:80]!r} is not an absolute IRI", hint="write the IRI in full"
        ) from fault


@lru_cache(maxsize=1 << 10)
def property_node(iri: Iri) -> ox.NamedNode:
    """A property as pyoxigraph has it: there are few, and each is asked for often."""
    return node(iri)


@lru_cache(maxsize=1 << 16)
def is_iri(text: str) -> bool:
    """True where the store takes a text for an absolute IRI, which is stricter than `iri`."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def outward(term: Term) -> ox.NamedNode | ox.Literal:
    """A term of the domain as pyoxigraph's."""
    if isinstance(term, str):
        return node(term)
    if term.language:
        return ox.Literal(term.lexical, language=term.language)
    return ox.Literal(term.lexical, datatype=node(term.datatype))


def inward(term: OxTerm) -> Term:
    """A term of pyoxigraph as the domain's; a blank node becomes an IRI of its label (`_:b0`)."""
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, RDF.langString, term.language)
        return Literal(term.value, Iri(term.datatype.value))
    return Iri(str(term))


def triple(found: ox.Triple | ox.Quad) -> Triple:
    """A triple of pyoxigraph as the domain's."""
    subject = inward(found.subject)
    assert isinstance(subject, str)  # noqa: S101 - RDF 1.1: a subject is no literal
    return Triple(subject, Iri(found.predicate.value), inward(found.object))
