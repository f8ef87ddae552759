"""Finding domains, and what lies in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, distinct, grouped, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Domain:
    """A business area that owns data products; `parent` is the domain of which it is a part."""

    iri: Iri
    name: str
    definition: str
    team: Iri | None
    parent: Iri | None


def domains(view: View, iris: Iterable[Iri] | None = None) -> dict[Iri, Domain]:
    """Those of `iris` that are registered domains; every domain where none are named."""
    text = query(__package__, "domains")
    rows = view.select(text if iris is None else many(text, "domain", iris))
    return {at: _domain(found[0]) for at, found in grouped(rows, "domain").items()}


def domain(view: View, iri: Iri) -> Domain | None:
    """The domain of this IRI; None where none is registered under it."""
    return domains(view, [iri]).get(iri)


def sub_domains(view: View, domains: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The parts of `domains` that are domains themselves, one step down."""
    rows = view.select(many(query(__package__, "sub_domains"), "domain", domains))
    return {at: distinct(found, "part") for at, found in grouped(rows, "domain").items()}


def products(view: View, domains: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The data products of `domains`, those of their sub-domains included."""
    rows = view.select(many(query(__package__, "products"), "domain", domains))
    return {at: distinct(found, "product") for at, found in grouped(rows, "domain").items()}


def _domain(row: Row) -> Domain:
    return Domain(
        iri=row.iri("domain"),
        name=row.text("label") or short(row.iri("domain")),
        definition=row.text("definition"),
        team=optional(row, "team"),
        parent=optional(row, "parent"),
    )
