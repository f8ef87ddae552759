"""Where polysemes are found in data: columns that carry them, crosswalks between schemes."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, grouped, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Carrier:
    """A column whose values identify a polyseme, in the product that serves it."""

    column: Iri
    name: str
    dataset: Iri
    product: Iri
    domain: Iri | None
    scheme: Iri | None


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Identity as data: a served table that leads from one scheme to another."""

    iri: Iri
    name: str
    from_scheme: Iri | None
    to_scheme: Iri | None
    port: Iri | None
    product: Iri | None
    from_column: Iri | None
    to_column: Iri | None
    cardinality: Iri | None


def carriers(view: View, polysemes: Iterable[Iri]) -> dict[Iri, tuple[Carrier, ...]]:
    """The columns that carry `polysemes`, by product."""
    rows = view.select(many(query(__package__, "carriers"), "polyseme", polysemes))
    return {
        polyseme: tuple(_carrier(told[0]) for told in grouped(found, "column").values())
        for polyseme, found in grouped(rows, "polyseme").items()
    }


def crosswalks(view: View, polysemes: Iterable[Iri]) -> dict[Iri, tuple[Crosswalk, ...]]:
    """The crosswalks that lead to or from the global schemes of `polysemes`."""
    rows = view.select(many(query(__package__, "crosswalks"), "polyseme", polysemes))
    return {
        polyseme: tuple(_crosswalk(told[0]) for told in grouped(found, "crosswalk").values())
        for polyseme, found in grouped(rows, "polyseme").items()
    }


def crosswalks_at(view: View, crosswalks: Iterable[Iri]) -> dict[Iri, Crosswalk]:
    """Those of `crosswalks` that are crosswalks."""
    rows = view.select(many(query(__package__, "crosswalks_at"), "crosswalk", crosswalks))
    return {at: _crosswalk(found[0]) for at, found in grouped(rows, "crosswalk").items()}


def _carrier(row: Row) -> Carrier:
    return Carrier(
        column=row.iri("column"),
        name=row.text("name") or short(row.iri("column")),
        dataset=row.iri("dataset"),
        product=row.iri("product"),
        domain=optional(row, "domain"),
        scheme=optional(row, "scheme"),
    )


def _crosswalk(row: Row) -> Crosswalk:
    return Crosswalk(
        iri=row.iri("crosswalk"),
        name=row.text("label") or short(row.iri("crosswalk")),
        from_scheme=optional(row, "from"),
        to_scheme=optional(row, "to"),
        port=optional(row, "port"),
        product=optional(row, "product"),
        from_column=optional(row, "fromColumn"),
        to_column=optional(row, "toColumn"),
        cardinality=optional(row, "cardinality"),
    )
