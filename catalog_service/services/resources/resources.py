"""Naming and describing things by their IRIs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Triple
from catalog_service.graph import Row, View, distinct, grouped, many, query
from catalog_service.services.resources.kinds import Kind, kind
from catalog_service.terms import Iri

MOST_MENTIONS = 500
_GENERATED = "/.well-known/genid/"
_NAMELESS = re.compile(r"\.[0-9a-f]{12}")
"""What a node without a name, inside a standard that a domain keeps, is called below it."""
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Resource:
    """Any thing of the mesh: what it is, what it is called, and how it is described."""

    iri: Iri
    kind: Kind
    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Mention:
    """`subject` points at the thing asked about, by `property`."""

    property: Iri
    subject: Iri


def resources(view: View, iris: Iterable[Iri]) -> dict[Iri, Resource]:
    """Those of `iris` of which something is said."""
    rows = view.select(many(query(__package__, "resources"), "resource", iris))
    return {at: _resource(found) for at, found in grouped(rows, "resource").items()}


def described(view: View, iri: Iri) -> tuple[Triple, ...]:
    """What is said of a thing and of its parts; empty where nothing is.

    A product or a decision is its whole graph. A part of one is what that graph says of it and of
    what lies below it. Anything else is what the mesh says of it.
    """
    if view.sees(iri):
        return view.graph(iri)
    around = whole(view, iri)
    if around is None:
        return tuple(_stated(view, iri, iri, 0))
    below = tuple(f"{iri}{mark}" for mark in "/#")
    return tuple(
        triple
        for triple in view.graph(around)
        if triple.subject == iri
        or triple.subject.startswith(below)
        or _NAMELESS.fullmatch(triple.subject.removeprefix(iri))
    )


def whole(view: View, iri: Iri) -> Iri | None:
    """The product or decision that a thing is a part of, told by its IRI; None for none."""
    return next((around for around in _wholes(iri) if view.sees(around)), None)


def mentions(view: View, iri: Iri) -> tuple[Mention, ...]:
    """What points at a thing; at most `MOST_MENTIONS`, by property."""
    rows = view.select(f"{query(__package__, 'mentions')}LIMIT {MOST_MENTIONS}", resource=iri)
    return tuple(Mention(row.iri("property"), row.iri("mention")) for row in rows)


def _wholes(iri: Iri) -> Iterator[Iri]:
    """The IRIs that `iri` lies below, the nearest first."""
    _, _, path = iri.partition("://")
    for _ in range(path.count("/")):
        iri = Iri(iri.rpartition("/")[0])
        yield iri


def _stated(view: View, root: Iri, node: Iri, depth: int) -> Iterator[Triple]:
    for row in view.select(query(__package__, "statements"), resource=node):
        value = row["value"]
        yield Triple(node, row.iri("property"), value)
        if isinstance(value, str) and _generated(value, root) and depth < _DEEPEST:
            yield from _stated(view, root, value, depth + 1)


def _generated(iri: Iri, root: Iri) -> bool:
    """True of the name of a node that had none where it was read, and so belongs to `root`."""
    return _GENERATED in iri or iri.startswith(f"{root}.")


def _resource(rows: list[Row]) -> Resource:
    first = rows[0]
    iri = first.iri("resource")
    title = first.text("label")
    return Resource(
        iri=iri,
        kind=kind(iri, distinct(rows, "type"), distinct(rows, "role")),
        name=title or short(iri),
        title=title,
        description=first.text("description"),
    )
