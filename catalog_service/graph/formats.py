"""Reading and writing RDF as text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from catalog_service.domain.rdf import Triple, line
from catalog_service.errors import LimitExceeded, UnknownFormat, Unreadable
from catalog_service.graph import convert
from catalog_service.terms import PREFIXES, Iri

MAX_NESTING = 64
"""Brackets in brackets that a text may hold: the parser's stack is the process's."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a graph: its name, its media type, the suffix of its files."""

    name: str
    media_type: str
    suffix: str


FORMATS: dict[str, Format] = {
    "turtle": Format("turtle", "text/turtle", "ttl"),
    "jsonld": Format("jsonld", "application/ld+json", "jsonld"),
    "ntriples": Format("ntriples", "application/n-triples", "nt"),
    "nquads": Format("nquads", "application/n-quads", "nq"),
    "trig": Format("trig", "application/trig", "trig"),
    "rdfxml": Format("rdfxml", "application/rdf+xml", "rdf"),
}

_OX = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def canonical(triples: Iterable[Triple], graph: Iri) -> str:
    """The triples as RDFC-1.0 N-Quads of one named graph: equal graphs are equal text.

    Without blank nodes the algorithm comes down to sorting the distinct lines by code point.
    """
    return "".join(sorted({quad(triple, graph) for triple in triples}))


def quad(triple: Triple, graph: Iri) -> str:
    """One line of canonical N-Quads, with its line end."""
    return f"{line(triple)[:-1]}<{graph}> .\n"


def content_hash(nquads: str) -> str:
    """The hash of a canonical text: `sha256:` and 64 hexadecimal digits."""
    return "sha256:" + sha256(nquads.encode()).hexdigest()


def parse(text: str, format_name: str, *, base: str = "") -> tuple[Triple, ...]:
    """The triples of a document, its blank nodes given IRIs below `base` (skolemised).

    The IRI of a blank node depends on what the document says of it, not on the parser, so reading a
    document twice states the same triples.

    Raises:
        Unreadable: the text does not parse; the line is the parser's.
        UnknownFormat: there is no such format.
        LimitExceeded: it nests too deep for the parser.
    """
    if format_name not in _OX:
        raise UnknownFormat(
            f"{format_name!r} is no format of RDF", hint=f"use one of {', '.join(sorted(_OX))}"
        )
    _bounded(text)
    try:
        found = ox.Dataset(
            ox.Quad(quad.subject, quad.predicate, quad.object)
            for quad in ox.parse(text, format=_OX[format_name], base_iri=base or None)
        )
    except SyntaxError as fault:
        raise Unreadable(
            f"the {format_name} does not parse: {fault.msg}",
            line=fault.lineno or 0,
            column=fault.offset or 0,
            hint="mend the syntax there",
        ) from fault
    except ValueError as fault:
        raise Unreadable(f"the {format_name} does not parse: {fault}", hint="mend it") from fault
    blank = {
        term for quad in found for term in (quad.subject, quad.object)
        if isinstance(term, ox.BlankNode)
    }  # fmt: skip
    if blank:
        _bounded_blanks(len(blank))
        found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(sorted((_skolemised(convert.triple(quad), base) for quad in found), key=line))


def serialize(triples: Iterable[Triple], format_name: str) -> bytes:
    """The triples as a document, with the catalog's prefixes where the format has prefixes.

    Raises:
        UnknownFormat: there is no such format.
    """
    if format_name not in _OX:
        raise UnknownFormat(
            f"{format_name!r} is no format of RDF", hint=f"use one of {', '.join(sorted(_OX))}"
        )
    stated = sorted(set(triples), key=_in_reading_order)
    used = {name: base for name, base in PREFIXES.items() if _speaks(stated, base)}
    written = ox.serialize(
        (ox.Triple(convert.node(s), convert.node(p), convert.outward(o)) for s, p, o in stated),
        format=_OX[format_name],
        prefixes=used,
    )
    assert written is not None  # noqa: S101 - no output was given, so the bytes come back
    return written


def _speaks(triples: list[Triple], base: str) -> bool:
    return any(
        p.startswith(base)
        or s.startswith(base)
        or (o if isinstance(o, str) else o.datatype).startswith(base)
        for s, p, o in triples
    )


def _in_reading_order(triple: Triple) -> tuple[str, bool, str, str]:
    subject, predicate, _ = triple
    return subject, not predicate.endswith("#type"), predicate, line(triple)


def _skolemised(triple: Triple, base: str) -> Triple:
    subject, predicate, value = triple
    named = f"{base.rstrip('#/')}/.well-known/genid/"
    if subject.startswith("_:"):
        subject = Iri(named + subject[2:])
    if isinstance(value, str) and value.startswith("_:"):
        value = Iri(named + value[2:])
    return Triple(subject, predicate, value)


_BRACKETS = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*|<<|>>|[\[\](){}]')


def _bounded(text: str) -> None:
    depth = 0
    for found in _BRACKETS.finditer(text):
        token = found.group()
        if token in ("[", "(", "{", "<<"):
            depth += 1
            if depth > MAX_NESTING:
                raise LimitExceeded(
                    f"the document nests deeper than {MAX_NESTING}",
                    limit="rdf-nesting",
                    hint="name the inner nodes instead of nesting them",
                )
        elif token in ("]", ")", "}", ">>"):
            depth -= 1


def _bounded_blanks(count: int, most: int = 1000) -> None:
    if count > most:
        raise LimitExceeded(
            f"the document holds {count} blank nodes; at most {most} are read",
            limit="rdf-blank-nodes",
            hint="give the nodes IRIs",
        )
