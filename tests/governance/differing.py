"""Statements to change and graphs to make up, for tests that compare the two engines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import rdflib

from catalog_service.domain.rdf import Literal, Term, Triple, text
from catalog_service.governance.lint import SHACL
from catalog_service.governance.queries import Query
from catalog_service.terms import DCAT, PM, RDF, SH, SSSOM, XSD, Iri

BASE = "https://mesh.example/"

PLAIN: Sequence[Term] = (
    text("x"),
    text("x", "en"),
    text("X", "de-ch"),
    text(" "),
    text("1.2.0"),
    text("2.0.0-rc.1"),
    text("listener_no"),
    text("https://id.example/{id}"),
    text('a "quoted" \\ line\n\tbreak 🎧'),
)
FALSE: Sequence[Term] = (
    text(""),
    Literal("0", XSD.integer),
    Literal("false", XSD.boolean),
    Literal("no", XSD.boolean),
)
"""Values that Python takes for false, and that are there all the same."""

ODD: Sequence[Term] = (
    Literal("soon", XSD.date),
    Literal("2026-02-30", XSD.date),
    Literal("2026-11-24", XSD.date),
    Literal("2026-11-24T12:00:00Z", XSD.dateTime),
    Literal("P1D", XSD.duration),
    Literal("01", XSD.integer),
    Literal("1.5", XSD.integer),
    Literal("abc", XSD.decimal),
    Literal("0.5", XSD.decimal),
    Literal("-2", XSD.decimal),
    Literal("1e3", XSD.double),
    Literal("true", XSD.boolean),
    Literal("1", XSD.boolean),
    Literal("not an IRI", XSD.anyURI),
    Literal("x", Iri(f"{BASE}a-datatype")),
    *FALSE,
)
"""Values of other datatypes, right and wrong."""

COMPARED: Mapping[Iri, str] = {
    SSSOM.confidence: "a bound to which it cannot be compared",
    DCAT.version: "the text of a number",
    PM.rank: "an order between literals of two types",
}
"""Properties whose values a standard compares in a way on which the engines are known to differ."""

Edit = tuple[str, int, int, int]
"""What is done, to which statement, by which value, and in what other place."""

EDITS = ("drop", "change", "repeat", "add")


def values(predicate: Iri, nodes: Sequence[Iri]) -> Sequence[Term]:
    """What may stand as the object of a property: any node, and nearly any value."""
    return (*nodes, *PLAIN, *(() if predicate in COMPARED else ODD))


def edited(
    graph: Sequence[Triple], edits: Sequence[Edit], words: Sequence[Iri]
) -> tuple[Triple, ...]:
    """A graph after some edits; numbers stand for a place in whatever there is to choose from."""
    found = list(graph)
    nodes = sorted(nodes_of(graph))
    for done, at, by, where in edits:
        if not found:
            break
        triple = found[at % len(found)]
        if triple.subject.startswith(PM.base):
            continue  # what a word of the ontology is, no graph changes: the gate refuses it first
        if done == "drop":
            found.remove(triple)
            continue
        if done == "add":
            triple = Triple(nodes[where % len(nodes)], words[at % len(words)], triple.object)
        choice = values(triple.predicate, nodes)
        new = triple._replace(object=choice[by % len(choice)])
        if done == "change":
            found[at % len(found)] = new
        else:
            found.append(new)
    return tuple(dict.fromkeys(found))


def nodes_of(graph: Sequence[Triple]) -> set[Iri]:
    """Every node of a graph, described in it or only pointed at."""
    objects = {value for _, _, value in graph if isinstance(value, str)}
    return objects | {triple.subject for triple in graph}


@dataclass(frozen=True, slots=True)
class Words:
    """What shapes name.

    Args:
        properties: what they read.
        things: the classes, and whatever else.
    """

    properties: Sequence[Iri]
    things: Sequence[Iri]

    @classmethod
    def of(cls, shapes: rdflib.Graph, prefixes: Mapping[str, str]) -> Self:
        """The words of a graph of shapes."""
        named = {value for value in shapes.objects() if isinstance(value, rdflib.URIRef)}
        for query in shapes.objects(None, SHACL.select):
            named.update(Query.parsed(str(query), prefixes).mentions())
        words = sorted(
            Iri(str(word)) for word in named if not str(word).startswith((SH.base, RDF.base))
        )
        properties = tuple(filter(_is_property, words))
        return cls(properties, tuple(word for word in words if word not in properties))


def _is_property(word: Iri) -> bool:
    return not word.startswith(XSD.base) and word.replace("#", "/").rpartition("/")[2][:1].islower()


def made_up(
    things: Collection[tuple[int, int]], statements: Collection[tuple[int, int, int]], words: Words
) -> tuple[Triple, ...]:
    """A graph of a few nodes: of what class each is, and what is said of them, by number."""
    nodes = tuple(Iri(f"{BASE}{number}") for number in range(4))
    found = [
        Triple(nodes[node % len(nodes)], RDF.type, words.things[kind % len(words.things)])
        for node, kind in things
    ]
    for node, word, by in statements:
        predicate = words.properties[word % len(words.properties)]
        # Every other value is a node, so that graphs hang together.
        choice = nodes if by % 2 else values(predicate, words.things)
        found.append(Triple(nodes[node % len(nodes)], predicate, choice[by // 2 % len(choice)]))
    return tuple(dict.fromkeys(found))
