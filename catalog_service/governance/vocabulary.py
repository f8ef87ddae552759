"""Which words there are, and which words a text uses: an unknown term is an error.

A term is known where `ontology/` says what it is, in a file of ours or in a stub. Standards are
known by their folders in `shapes/`. What is of no namespace of `terms.PREFIXES` is nobody's term
and is not looked at.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import rdflib

from catalog_service import bundled
from catalog_service.errors import Unreadable
from catalog_service.terms import PREFIXES, RDFS, SH, STD

_QUERIES = {rdflib.URIRef(SH.base + name) for name in ("select", "ask", "construct")}

_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<text> \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
              | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | <(?P<iri> [^<>"{}|^`\\\s]* )>
    | (?P<name> [?$]\w+ | _:\w+ )
    | (?P<prefix> [A-Za-z][\w.-]* )? : (?P<local> \w(?:[\w.%-]*[\w%-])? )?
    """,
    re.VERBOSE | re.DOTALL,
)
_DECLARATION = re.compile(
    r"^\s*(?:PREFIX|@prefix)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE
)


@cache
def declared() -> frozenset[str]:
    """Every IRI of which the ontology says where it is defined."""
    graph = rdflib.Graph()
    for file in bundled.folder("ontology").glob("*.ttl"):
        graph.parse(file, format="turtle")
    return frozenset(str(term) for term in graph.subjects(rdflib.URIRef(RDFS.isDefinedBy)))


def undeclared(iris: Iterable[str]) -> tuple[str, ...]:
    """Those of the IRIs that are in a known namespace and are no known term, sorted."""
    return tuple(sorted(iri for iri in set(iris) if _local(iri) and not _known(iri)))


def used_by_query(text: str) -> frozenset[str]:
    """Every IRI that a SPARQL query names, with or without a prefix.

    Raises:
        Unreadable: it uses a prefix that it does not declare; the line is told.
    """
    return frozenset(_named(text, dict(_DECLARATION.findall(text))))


def used_by_turtle(text: str) -> frozenset[str]:
    """Every IRI that a Turtle document names: terms, datatypes, and those in queries of shapes.

    A query inside a shape has the catalog's own prefixes, which the shapes declare once for all.

    Raises:
        Unreadable: the document does not parse, or a query in it uses an unknown prefix.
    """
    graph = rdflib.Graph()
    try:
        graph.parse(data=text, format="turtle")
    except (SyntaxError, ValueError) as fault:
        raise Unreadable(f"the Turtle does not parse: {fault}", hint="mend the syntax") from fault
    found = set()
    for statement in graph:
        for node in statement:
            if isinstance(node, rdflib.URIRef):
                found.add(str(node))
            elif isinstance(node, rdflib.Literal) and node.datatype:
                found.add(str(node.datatype))
        if statement[1] in _QUERIES:
            found.update(_named(str(statement[2]), PREFIXES))
    return frozenset(found)


def _local(iri: str) -> str:
    """The name of a term within its known namespace; empty where the namespace is not known."""
    base = max((base for base in PREFIXES.values() if iri.startswith(base)), key=len, default=iri)
    return iri.removeprefix(base)


def _known(iri: str) -> bool:
    if iri.startswith(STD.base):
        return (bundled.folder("shapes") / _local(iri) / "shape.ttl").is_file()
    return iri in declared()


def _named(text: str, prefixes: dict[str, str]) -> Iterator[str]:
    """The IRIs in a SPARQL text, those of its prefix declarations left out."""
    body = _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text)
    for token in _TOKEN.finditer(body):
        if token["iri"]:
            yield token["iri"]
        elif token["local"]:
            prefix = token["prefix"] or ""
            if prefix not in prefixes:
                raise Unreadable(
                    f"the prefix {prefix!r} is not declared",
                    line=body.count("\n", 0, token.start()) + 1,
                    hint=f"add a line such as PREFIX {prefix}: <…>",
                )
            yield prefixes[prefix] + token["local"]
