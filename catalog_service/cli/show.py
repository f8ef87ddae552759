"""polyseme show: what is known of one thing."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from catalog_service.cli.naming import meant
from catalog_service.cli.network import (
    joinable_on,
    joins_record,
    measures_record,
    mesh_page,
    mesh_record,
    network_of,
)
from catalog_service.cli.output import Output
from catalog_service.cli.pages import product_page, thing_page
from catalog_service.cli.session import Given
from catalog_service.domain.names import short
from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Triple, ntriples
from catalog_service.errors import NotFound
from catalog_service.graph import View, serialize
from catalog_service.services import mesh, products, publications, resources
from catalog_service.services.products import Product
from catalog_service.services.resources import Kind, Resource
from catalog_service.terms import Iri

_SERIALIZED = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples"}


def show(
    thing: str | None = None,
    *,
    as_: Literal["table", "ttl", "jsonld", "nt"] = "table",
    session: Given,
) -> None:
    """Tell what is known of a product or any other thing; of the mesh where nothing is named.

    Args:
        thing: Its IRI or its name.
        as_: How to write it. With --format json it is one JSON object.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    with session.reading() as catalog:
        if thing is None:
            _mesh(session.out, catalog.view(), asked)
            return
        at = meant(catalog.index, thing)
        view = catalog.view()
        known = resources.resources(view, [at]).get(at)
        stated = resources.described(view, at)
        if known is None and not stated:
            raise NotFound(f"nothing is known of {at}", hint="look for it with `polyseme search`")
        entry = publications.current(catalog.journal, [at]).get(at)
        product = products.product(view, at)
        if asked == "json":
            told = _record(at, known, stated, entry, product)
            session.out.json(told | _linked(view, known, at))
        elif as_ != "table":
            session.out.raw(serialize(stated, _SERIALIZED[as_]))
        elif product is not None:
            product_page(session.out, view, product, entry)
        else:
            thing_page(session.out, view, known, at, stated)


def _mesh(out: Output, view: View, asked: str) -> None:
    counts, measures = mesh.counts(view), mesh.network(view).mesh()
    if asked == "json":
        out.json(mesh_record(counts, measures))
    else:
        mesh_page(out, counts, measures)


def _linked(view: View, known: Resource | None, at: Iri) -> dict[str, Any]:
    """What a domain or a polyseme is worth to others."""
    if known and known.kind is Kind.DOMAIN:
        return {"network": measures_record(network_of(view, at))}
    joinable = joinable_on(view, at) if known and known.kind is Kind.POLYSEME else None
    return {"joinable": joins_record(joinable)} if joinable is not None else {}


def _record(
    at: Iri,
    known: Resource | None,
    stated: Sequence[Triple],
    entry: Entry | None,
    product: Product | None,
) -> dict[str, Any]:
    return {
        "iri": at,
        "kind": known.kind.value if known else None,
        "name": known.name if known else short(at),
        "title": known.title if known else "",
        "description": known.description if known else "",
        "publication": None if entry is None else _publication(entry),
        "product": None if product is None else _plain(asdict(product)),
        "statements": [{"subject": s, "predicate": p, "object": ntriples(o)} for s, p, o in stated],
    }


def _publication(entry: Entry) -> dict[str, Any]:
    return {
        "revision": entry.revision,
        "version": entry.version,
        "publisher": entry.publisher,
        "time": entry.time.isoformat(),
        "content_hash": entry.content_hash,
        "conforms": entry.verdict.conforms,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a dataclass holds
    """A dataclass' content as JSON can hold it."""
    if isinstance(value, dict):
        return {str(name): _plain(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(found) for found in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
