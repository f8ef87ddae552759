"""What of the ontology the shapes can see.

Each check reads the ontology anew, and most of it is labels and comments that no shape asks for. A
shape reads a triple only by a property that it names, or to tell what class a thing is of. (A query
with a variable in the place of a property is refused when it is loaded.)
"""

from collections.abc import Iterable, Iterator, Mapping

import rdflib

from catalog_service.governance.lint import SHACL
from catalog_service.terms import OWL, RDF, RDFS

_CLASS_OF_TERMS = (f"<{RDF.Property}>", f"<{RDFS.Class}>", f"<{RDFS.base}Datatype>", f"<{OWL.base}")


def seen(ontology: str, shapes: rdflib.Graph, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of an ontology in N-Triples that any of the shapes can read."""
    return readable(ontology, named(shapes, prefixes))


def readable(ontology: str, terms: Iterable[str]) -> tuple[str, ...]:
    """The lines of an ontology in N-Triples that can be read by these terms."""
    written = {f"<{term}>" for term in terms}
    return tuple(line for line in ontology.splitlines() if _readable(line, written))


def _readable(line: str, named: set[str]) -> bool:
    _, _, rest = line.partition(" ")
    predicate, _, value = rest.partition(" ")
    if predicate == f"<{RDF.type}>":
        kind = value.removesuffix(" .")
        return kind in named or not kind.startswith(_CLASS_OF_TERMS)
    return predicate == f"<{RDFS.subClassOf}>" or predicate in named


def named(shapes: rdflib.Graph, prefixes: Mapping[str, str]) -> Iterator[rdflib.URIRef]:
    """The terms by which shapes read a graph, in their triples and in their queries."""
    from catalog_service.governance.queries import Query  # noqa: PLC0415 - slow to import

    for value in shapes.objects(unique=True):
        if isinstance(value, rdflib.URIRef):
            yield value
    for text in shapes.objects(None, SHACL.select):
        yield from Query.parsed(str(text), prefixes).mentions()
