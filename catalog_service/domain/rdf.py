"""Statements: terms, triples, and facts that remember where they were read."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalog_service.errors import InvalidIri
from catalog_service.terms import RDF, XSD, Iri

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_MAX_IRI = 2048


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: its text, its datatype, and its language where the datatype is rdf:langString."""

    lexical: str
    datatype: Iri = XSD.string
    language: str = ""


Term = Iri | Literal
"""What can be the object of a triple. There are no blank nodes: readers give each node an IRI."""


class Triple(NamedTuple):
    """One statement."""

    subject: Iri
    predicate: Iri
    object: Term


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a file: line and column counted from 1; 0 where only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`file:line:column`, as editors and terminals understand it."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class Fact(NamedTuple):
    """A triple and the place where it was read."""

    triple: Triple
    origin: Origin


def iri(text: str) -> Iri:
    """`text` as an absolute IRI (RFC 3987, at most 2,048 characters).

    Raises:
        InvalidIri: it is relative, too long, or holds a character that no IRI may hold.
    """
    if len(text) > _MAX_IRI or not _IRI.fullmatch(text):
        raise InvalidIri(
            f"{text[:80]!r} is not an absolute IRI",
            hint="write it in full, such as https://mesh.example/products/orders, without spaces",
        )
    return Iri(text)


def text(value: str, language: str = "") -> Literal:
    """A literal of plain text, in a language where one is given (BCP 47)."""
    return Literal(value, RDF.langString, language.lower()) if language else Literal(value)


def number(value: float | str) -> Literal:
    """A decimal literal: `xsd:decimal` in its shortest form, never a float (1E3 is no decimal)."""
    from decimal import Decimal  # noqa: PLC0415 - a quarter of this module's import time

    plain = format(Decimal(str(value)).normalize(), "f")
    return Literal(plain if "." in plain else plain + ".0", XSD.decimal)


def boolean(value: bool) -> Literal:  # noqa: FBT001 - the value is the subject
    """`true` or `false` as xsd:boolean."""
    return Literal("true" if value else "false", XSD.boolean)


_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


def safe(named: Iri) -> Iri:
    """The IRI, if nothing in it could end it where it is written between angle brackets.

    Raises:
        InvalidIri: it holds such a character; whoever made it should have gone through `iri`.
    """
    if _UNSAFE.search(named):
        raise InvalidIri(
            f"{named[:80]!r} is not an IRI", hint="percent-encode what it may not hold"
        )
    return named


def ntriples(term: Term) -> str:
    """A term in N-Triples syntax, escaped as RDFC-1.0 asks, so that equal terms are equal text."""
    if isinstance(term, str):
        return f"<{safe(term)}>"
    quoted = '"' + term.lexical.translate(_ESCAPES) + '"'
    if term.language:
        return f"{quoted}@{term.language}"
    return quoted if term.datatype == XSD.string else f"{quoted}^^<{term.datatype}>"


_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}


def line(triple: Triple) -> str:
    """One line of N-Triples, without its line end."""
    return f"<{safe(triple.subject)}> <{safe(triple.predicate)}> {ntriples(triple.object)} ."


class Lines:
    """Triples as lines of N-Triples, for many at once: each term is written out a single time."""

    def __init__(self) -> None:
        self._written: dict[Term, str] = {}

    @property
    def terms(self) -> Collection[str]:
        """The terms of all that was written, as they are written."""
        return self._written.values()

    def of(self, triples: Sequence[Triple]) -> str:
        """The lines of some triples, with their ends."""
        known = self._written
        for triple in triples:
            for term in triple:
                if term not in known:
                    known[term] = ntriples(term)
        return "".join(f"{known[s]} {known[p]} {known[o]} .\n" for s, p, o in triples)


_TERM = re.compile(r'<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def term(written: str) -> Term:
    """The term that `ntriples` wrote.

    Raises:
        ValueError: the text is no term in N-Triples syntax.
    """
    found = _TERM.fullmatch(written)
    if not found:
        msg = f"{written[:80]!r} is no term in N-Triples syntax"
        raise ValueError(msg)
    named, lexical, language, datatype = found.groups()
    if named is not None:
        return Iri(_unescaped(named))
    if language:
        return Literal(_unescaped(lexical), RDF.langString, language)
    return Literal(_unescaped(lexical), Iri(datatype) if datatype else XSD.string)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _PLAIN.get(m[3], m[3]), text
    )
