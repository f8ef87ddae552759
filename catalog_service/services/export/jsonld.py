"""Writing triples as JSON-LD with the catalog's prefixes, the same text for the same triples."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from catalog_service.domain.names import compact
from catalog_service.domain.rdf import Literal, Term, Triple, line
from catalog_service.terms import PREFIXES, RDF, XSD, Iri


def document(triples: Iterable[Triple]) -> bytes:
    """The triples as one JSON-LD document; its context holds the prefixes that it uses."""
    stated = sorted(set(triples), key=line)
    names = _Names(stated)
    nodes = _nodes(stated, names)
    told = {"@context": names.used, "@graph": nodes}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def stream(batches: Iterable[Iterable[Triple]]) -> Iterator[bytes]:
    """Batches of triples as one JSON-LD document, each written before the next is made.

    Names are in full, since no prefix is known to be safe before all IRIs are.
    """
    yield b'{"@graph": ['
    between = b"\n"
    for triples in batches:
        for node in _nodes(sorted(set(triples), key=line), _InFull()):
            yield between + json.dumps(node, ensure_ascii=False).encode()
            between = b",\n"
    yield b"\n]}\n"


class _Naming(Protocol):
    def short(self, iri: Iri) -> str: ...


class _InFull:
    """IRIs as they are."""

    def short(self, iri: Iri) -> str:
        """The IRI."""
        return iri


def _nodes(stated: Iterable[Triple], names: _Naming) -> list[dict[str, Any]]:
    nodes: dict[Iri, dict[str, Any]] = {}
    for subject, predicate, value in stated:
        node = nodes.setdefault(subject, {"@id": names.short(subject)})
        if predicate == RDF.type and isinstance(value, str):
            node.setdefault("@type", []).append(names.short(value))
        else:
            node.setdefault(names.short(predicate), []).append(_value(value, names))
    return list(nodes.values())


class _Names:
    """Short names of IRIs, and the prefixes that were needed for them.

    A prefix that is the scheme of some IRI in the document would make a reader expand that IRI, so
    it is not used there.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._schemes = {iri.partition(":")[0] for triple in triples for iri in _iris(triple)}
        self.used: dict[str, str] = {}

    def short(self, iri: Iri) -> str:
        """The IRI with a prefix, where one fits."""
        prefix, _, local = compact(iri).partition(":")
        if prefix not in PREFIXES or prefix in self._schemes or local.startswith("//"):
            return iri
        self.used[prefix] = PREFIXES[prefix]
        return f"{prefix}:{local}"


def _iris(triple: Triple) -> Iterator[Iri]:
    subject, predicate, value = triple
    yield subject
    yield predicate
    yield value.datatype if isinstance(value, Literal) else value


def _value(value: Term, names: _Naming) -> str | dict[str, str]:
    if isinstance(value, str):
        return {"@id": names.short(value)}
    if value.language:
        return {"@value": value.lexical, "@language": value.language}
    if value.datatype == XSD.string:
        return value.lexical
    return {"@value": value.lexical, "@type": names.short(value.datatype)}
