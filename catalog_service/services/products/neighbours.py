"""The data products that a data product reads from, and those that read from it."""

from collections.abc import Iterable

from catalog_service.graph import View, distinct, grouped, many, query
from catalog_service.terms import Iri


def upstream(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The products that `products` read from, one step up."""
    rows = view.select(many(query(__package__, "upstream"), "product", products))
    return {at: distinct(found, "upstream") for at, found in grouped(rows, "product").items()}


def downstream(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The products that read from `products`, one step down."""
    rows = view.select(many(query(__package__, "downstream"), "product", products))
    return {at: distinct(found, "downstream") for at, found in grouped(rows, "product").items()}


def consumers(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """Who registered that they consume a port of `products`: products, teams or people."""
    rows = view.select(many(query(__package__, "consumers"), "product", products))
    return {at: distinct(found, "consumer") for at, found in grouped(rows, "product").items()}
