"""polyseme show: what is known of one thing."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from catalog_service.cli.naming import meant
from catalog_service.cli.pages import product_page, thing_page
from catalog_service.cli.session import Given
from catalog_service.domain.names import short
from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Triple, ntriples
from catalog_service.errors import NotFound
from catalog_service.graph import serialize
from catalog_service.services import products, publications, resources
from catalog_service.services.products import Product
from catalog_service.services.resources import Resource
from catalog_service.terms import Iri

_SERIALIZED = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples"}


def show(
    thing: str, *, as_: Literal["table", "ttl", "jsonld", "nt"] = "table", session: Given
) -> None:
    """Tell what is known of a product, or of any other thing.

    Args:
        thing: Its IRI or its name.
        as_: How to write it. With --format json it is one JSON object.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    with session.reading() as catalog:
        at = meant(catalog.index, thing)
        view = catalog.view()
        known = resources.resources(view, [at]).get(at)
        stated = resources.described(view, at)
        if known is None and not stated:
            raise NotFound(f"nothing is known of {at}", hint="look for it with `polyseme search`")
        entry = publications.current(catalog.journal, [at]).get(at)
        product = products.product(view, at)
        if asked == "json":
            session.out.json(_record(at, known, stated, entry, product))
        elif as_ != "table":
            session.out.raw(serialize(stated, _SERIALIZED[as_]))
        elif product is not None:
            product_page(session.out, view, product, entry)
        else:
            thing_page(session.out, view, known, at, stated)


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
