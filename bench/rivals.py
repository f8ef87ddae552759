"""The same work with rdflib and pySHACL alone, as anyone would write it first: the baseline."""

from collections.abc import Iterable, Sequence

import pyshacl
import rdflib

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.governance.standards import Standards


class Rdflib:
    """A catalog of rdflib and pySHACL: a graph for each product, checked, then added to a dataset.

    Args:
        standards: the shapes to check by.
        ontology: the closed ontology as N-Triples.
        decided: what the federation has decided.
    """

    def __init__(self, standards: Standards, ontology: str, decided: Sequence[Triple]) -> None:
        self.shapes = standards.shapes()
        self.around = rdflib.Graph().parse(data=ontology, format="nt")
        for triple in decided:
            self.around.add(_rdflib(triple))
        self.dataset = rdflib.Dataset()

    def publish(self, subject: str, stated: Iterable[Triple], beside: Iterable[Triple]) -> bool:
        """Check one product among what lies around it; add it if it conforms."""
        own = [_rdflib(triple) for triple in stated]
        seen = rdflib.Graph()
        for triple in (*own, *map(_rdflib, beside)):
            seen.add(triple)
        conforms, _, _ = pyshacl.validate(
            seen + self.around,
            shacl_graph=self.shapes,
            focus_nodes=sorted({triple[0] for triple in own}),
            inference="none",
            advanced=False,
        )
        if conforms:
            graph = self.dataset.graph(rdflib.URIRef(subject))
            for triple in own:
                graph.add(triple)
        return bool(conforms)


def _rdflib(triple: Triple) -> tuple[rdflib.URIRef, rdflib.URIRef, rdflib.term.Identifier]:
    subject, predicate, value = triple
    return rdflib.URIRef(subject), rdflib.URIRef(predicate), term(value)


def term(value: str | Literal) -> rdflib.term.Identifier:
    """A term of ours as rdflib's."""
    if isinstance(value, str):
        return rdflib.URIRef(value)
    if value.language:
        return rdflib.Literal(value.lexical, lang=value.language)
    return rdflib.Literal(value.lexical, datatype=rdflib.URIRef(value.datatype))
