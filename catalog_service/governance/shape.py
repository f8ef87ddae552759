"""The shape of one standard: its triples, and what is asked about them again and again."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from typing import TypedDict

import rdflib
from rdflib.term import Node

from catalog_service.domain.rdf import Literal, ntriples
from catalog_service.governance.engines.background import named
from catalog_service.governance.reading import Reading
from catalog_service.governance.reading import Record as Read
from catalog_service.terms import RDF, XSD, Iri


class Record(TypedDict):
    """A shape as it is kept between processes."""

    text: str
    lines: list[str]
    mentions: list[str]
    reading: Read


class Shape:
    """A shape; what is asked of it is worked out once, and need not be where it was kept.

    Args:
        base: what its blank nodes are named below, where they need names.
        prefixes: the prefixes that its queries may use.
        graph: its triples; None where they are in `kept`.
        kept: what an earlier process knew of it.
    """

    def __init__(
        self,
        base: str,
        prefixes: Mapping[str, str],
        graph: rdflib.Graph | None = None,
        kept: Record | None = None,
    ) -> None:
        self._base = base
        self._prefixes = prefixes
        self._graph = graph
        self._kept = kept

    @cached_property
    def graph(self) -> rdflib.Graph:
        """Its triples."""
        if self._graph is not None:
            return self._graph
        return rdflib.Graph(bind_namespaces="none").parse(data=self.text, format="nt")

    @cached_property
    def text(self) -> str:
        """Its triples as N-Triples; its blank nodes have labels that no other shape uses."""
        return self._kept["text"] if self._kept else self.graph.serialize(format="nt")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its triples as lines of N-Triples in which blank nodes have IRIs, sorted."""
        if self._kept:
            return tuple(self._kept["lines"])
        return tuple(sorted(set(skolemised(self.graph, self._base))))

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The terms that it reads by, in its triples and in its queries."""
        if self._kept:
            return frozenset(self._kept["mentions"])
        return frozenset(str(term) for term in named(self.graph, self._prefixes))

    @cached_property
    def reading(self) -> Reading:
        """What it can read of a graph."""
        if self._kept:
            return Reading.restored(self._kept["reading"])
        return Reading.of(self.graph, self._prefixes)

    def record(self) -> Record:
        """It as it is kept."""
        return {
            "text": self.text,
            "lines": list(self.lines),
            "mentions": sorted(self.mentions),
            "reading": self.reading.record(),
        }


def skolemised(graph: rdflib.Graph, base: str) -> Iterator[str]:
    """The lines of a graph, each blank node named below `base` after what is said of it."""
    names: dict[Node, str] = {}

    def name(node: Node) -> str:
        if isinstance(node, rdflib.Literal):
            language = node.language or ""
            datatype = RDF.langString if language else Iri(node.datatype or XSD.string)
            return ntriples(Literal(str(node), datatype, language))
        if not isinstance(node, rdflib.BNode):
            return node.n3()
        if node not in names:
            said = sorted(f"{p.n3()} {name(o)}" for p, o in graph.predicate_objects(node))
            names[node] = f"<{base}.{sha256(chr(10).join(said).encode()).hexdigest()[:12]}>"
        return names[node]

    for subject, predicate, value in graph:
        yield f"{name(subject)} {predicate.n3()} {name(value)} .\n"
