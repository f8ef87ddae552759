"""What the federation has decided: the triples of all its decisions."""

from collections.abc import Mapping

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View, query
from catalog_service.terms import Iri


def decided(view: View, run: Mapping[Iri, tuple[Triple, ...]]) -> tuple[Triple, ...]:
    """What is published as decisions, and what a run is about to add.

    Args:
        view: what is published.
        run: the decisions of the run; they go before what is published under the same name.
    """
    rows = view.select(query(__package__, "decisions"))
    others = [row.iri("decision") for row in rows if row.iri("decision") not in run]
    view.fetch(others)
    published = [triple for decision in others for triple in view.graph(decision)]
    return (*published, *(triple for triples in run.values() for triple in triples))
