"""How the answer of a query is written: the formats for rows, truths and triples."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain, islice
from typing import IO, Protocol, TypeVar, cast

import pyoxigraph as ox

from catalog_service.errors import InvalidRequest, UnknownFormat
from catalog_service.graph.querygate import Form
from catalog_service.terms import PREFIXES

_ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
_TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}

OFFERS: dict[Form, tuple[str, ...]] = {
    Form.SELECT: tuple(_ROWS),
    Form.ASK: tuple(_ROWS),
    Form.CONSTRUCT: tuple(_TRIPLES),
    Form.DESCRIBE: tuple(_TRIPLES),
}
"""The media types that each form of query can be answered in, the usual one first."""

FORMAT_IRIS = tuple(
    dict.fromkeys(
        [*(rows.iri for rows in _ROWS.values()), *(kind.iri for kind in _TRIPLES.values())]
    )
)
"""The formats by the IRIs that the W3C gave them, as a service description names them."""

TRIPLES_IRIS = tuple(kind.iri for kind in _TRIPLES.values())
"""Those of triples, likewise."""

_LOOK_AHEAD = 1_000
_XML_NAME_AT_END = re.compile(r"[^\W\d][\w.-]*\Z")
_F = TypeVar("_F")


class Outlet(Protocol):
    """Where an answer is written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes of the answer."""
        ...

    def flush(self) -> None:
        """Nothing: the outlet decides when to pass on what it holds."""
        ...


def write(
    found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str, out: Outlet
) -> None:
    """Write what the engine found.

    Raises:
        UnknownFormat: what was found is not written that way.
        InvalidRequest: the format cannot hold it.
    """
    # The engine calls write and flush only, whatever its types ask for.
    output = cast("IO[bytes]", out)
    if isinstance(found, ox.QueryTriples):
        _write_triples(found, _chosen(_TRIPLES, media_type), output)
    else:
        found.serialize(output, _chosen(_ROWS, media_type))


def retold(told: bytes, media_type: str) -> bytes:
    """Triples, told in N-Triples, written in another format.

    Raises:
        UnknownFormat: they are not written that way.
        InvalidRequest: the format cannot hold them.
    """
    kind = _chosen(_TRIPLES, media_type)
    if kind == ox.RdfFormat.N_TRIPLES:
        return told
    out = BytesIO()
    _write_triples((quad.triple for quad in ox.parse(told, ox.RdfFormat.N_TRIPLES)), kind, out)
    return out.getvalue()


def _chosen(offers: dict[str, _F], media_type: str) -> _F:
    if media_type not in offers:
        raise UnknownFormat(
            f"this answer is not written as {media_type}", hint=f"ask for {', '.join(offers)}"
        )
    return offers[media_type]


def _write_triples(found: Iterator[ox.Triple], kind: ox.RdfFormat, output: IO[bytes]) -> None:
    # The prefixes stand before the triples, and which are used is guessed from the first of them.
    first = list(islice(found, _LOOK_AHEAD))
    spoken = "".join(str(triple) for triple in first)
    prefixes = {name: base for name, base in PREFIXES.items() if f"<{base}" in spoken}
    triples: Iterable[ox.Triple] = chain(first, found)
    if kind == ox.RdfFormat.RDF_XML:
        triples = _nameable(triples)
    ox.serialize(triples, output, format=kind, prefixes=prefixes)


def _nameable(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples, as long as each predicate ends in a name of XML: the engine does not look."""
    for triple in triples:
        if not _XML_NAME_AT_END.search(triple.predicate.value):
            raise InvalidRequest(
                f"RDF/XML has no way to write the predicate {triple.predicate}",
                hint="ask for text/turtle",
            )
        yield triple
