"""The code and the infrastructure that a data product consists of, beside its data."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, grouped, many, optional, query
from catalog_service.terms import PM, Iri


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a data product that is code (`code` is True) or infrastructure."""

    iri: Iri
    product: Iri
    code: bool
    name: str
    description: str
    kind: Iri | None
    source: str


def components(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Component, ...]]:
    """The code and infrastructure components of `products`."""
    rows = view.select(many(query(__package__, "components"), "product", products))
    return {
        product: tuple(_component(told[0]) for told in grouped(found, "component").values())
        for product, found in grouped(rows, "product").items()
    }


def components_at(view: View, components: Iterable[Iri]) -> dict[Iri, Component]:
    """Those of `components` that are components of a product."""
    rows = view.select(many(query(__package__, "components"), "component", components))
    return {at: _component(found[0]) for at, found in grouped(rows, "component").items()}


def _component(row: Row) -> Component:
    return Component(
        iri=row.iri("component"),
        product=row.iri("product"),
        code=row.iri("role") == PM.codeComponent,
        name=row.text("title") or short(row.iri("component")),
        description=row.text("description"),
        kind=optional(row, "kind"),
        source=row.text("source"),
    )
