"""What is exported: one product, a domain with its products, or the whole catalog."""

from dataclasses import dataclass
from enum import StrEnum

from catalog_service.graph import View, query
from catalog_service.terms import DPROD, PM, RDF, Iri


class Kind(StrEnum):
    """What an export can be of."""

    PRODUCT = "product"
    DOMAIN = "domain"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export covers, as far as the view sees it.

    Args:
        kind: what it is an export of.
        iri: the product or domain; that of the catalog for all of it.
        products: the products, in the order of their IRIs.
        decisions: the decisions that describe what is governed there.
    """

    kind: Kind
    iri: Iri
    products: tuple[Iri, ...]
    decisions: tuple[Iri, ...] = ()

    @property
    def graphs(self) -> tuple[Iri, ...]:
        """The graphs that state it: decisions first, then products."""
        return (*self.decisions, *self.products)


def catalog_iri(base: str) -> Iri:
    """The IRI of the catalog itself."""
    return Iri(f"{base}catalog")


def scope(view: View, base: str, iri: Iri | None = None) -> Scope | None:
    """What an export of `iri` covers; of the catalog where none is given. None for other things."""
    if iri is None or iri == catalog_iri(base):
        products = view.select(query(__package__, "products"))
        decisions = view.select(query(__package__, "decisions"))
        return Scope(
            Kind.CATALOG,
            catalog_iri(base),
            tuple(row.iri("product") for row in products if view.sees(row.iri("product"))),
            tuple(dict.fromkeys(row.iri("decision") for row in decisions)),
        )
    types = {t.object for t in view.graph(iri) if t.subject == iri and t.predicate == RDF.type}
    if DPROD.DataProduct in types:
        return Scope(Kind.PRODUCT, iri, (iri,))
    if not view.ask(query(__package__, "is_a"), thing=iri, type=PM.Domain):
        return None
    products = view.select(query(__package__, "domain_products"), domain=iri)
    decisions = view.select(query(__package__, "domain_decisions"), domain=iri)
    return Scope(
        Kind.DOMAIN,
        iri,
        tuple(row.iri("product") for row in products),
        tuple(row.iri("decision") for row in decisions),
    )
