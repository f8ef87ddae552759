"""Statements as the graph keeps them, so that they can be compared with what it gives back."""

from collections.abc import Iterable

from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store
from catalog_service.terms import Iri


def kept(name: Iri, stated: Iterable[Triple]) -> tuple[Triple, ...]:
    """The statements as a store gives them back: it keeps numbers and times by value."""
    store = Store()
    store.replace({name: tuple(stated)})
    return store.view().graph(name)
