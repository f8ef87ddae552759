"""Finding polysemes, and the schemes in which their members are told apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, grouped, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Polyseme:
    """An element that crosses domains; `domain` answers for it, `scheme` identifies it globally."""

    iri: Iri
    name: str
    definition: str
    domain: Iri | None
    scheme: Iri | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to write identifiers: datatype, pattern, and the template that makes IRIs of them."""

    iri: Iri
    name: str
    definition: str
    datatype: Iri | None
    pattern: str
    template: str
    issuer: Iri | None


def polysemes(view: View, iris: Iterable[Iri] | None = None) -> dict[Iri, Polyseme]:
    """Those of `iris` that are registered polysemes; every one where none are named."""
    text = query(__package__, "polysemes")
    rows = view.select(text if iris is None else many(text, "polyseme", iris))
    return {at: _polyseme(found[0]) for at, found in grouped(rows, "polyseme").items()}


def polyseme(view: View, iri: Iri) -> Polyseme | None:
    """The polyseme of this IRI; None where none is registered under it."""
    return polysemes(view, [iri]).get(iri)


def schemes(view: View, iris: Iterable[Iri]) -> dict[Iri, Scheme]:
    """Those of `iris` that are registered identifier schemes."""
    rows = view.select(many(query(__package__, "schemes"), "scheme", iris))
    return {at: _scheme(found[0]) for at, found in grouped(rows, "scheme").items()}


def _polyseme(row: Row) -> Polyseme:
    return Polyseme(
        iri=row.iri("polyseme"),
        name=row.text("label") or short(row.iri("polyseme")),
        definition=row.text("definition"),
        domain=optional(row, "domain"),
        scheme=optional(row, "scheme"),
    )


def _scheme(row: Row) -> Scheme:
    return Scheme(
        iri=row.iri("scheme"),
        name=row.text("label") or short(row.iri("scheme")),
        definition=row.text("definition"),
        datatype=optional(row, "datatype"),
        pattern=row.text("pattern"),
        template=row.text("template"),
        issuer=optional(row, "issuer"),
    )
