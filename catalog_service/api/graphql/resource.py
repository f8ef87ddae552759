"""What everything in the answers has in common."""

from typing import Any

import strawberry

from catalog_service.api.graphql.fields import described, described_interface, listed, told
from catalog_service.domain.names import short
from catalog_service.services import resources
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri

listed(Kind)


@described_interface
class Node:
    """Anything that can be fetched again by its id."""

    id: strawberry.ID = told("The id to fetch it by: its IRI.")


@described_interface
class Resource(Node):
    """Any thing of the mesh."""

    iri: Iri = told("What it is called everywhere; it can be opened in a browser.")
    name: str = told("The short name people type.")
    title: str = told("The name people read; its short name where it has no other.")
    description: str | None = told("What it is, in sentences.")
    kind: Kind = told("What kind of thing it is.")


@described
class Thing(Resource):
    """A thing of the mesh that needs no fields of its own."""

    @classmethod
    def of(cls, found: resources.Resource) -> "Thing":
        """The thing that was found."""
        return cls(**head(found.iri, found.kind, found.name, found.description))


@described
class Policy(Resource):
    """Who may use data, for what, and on which terms."""

    @classmethod
    def of(cls, found: resources.Resource) -> "Policy":
        """The policy that was found."""
        return cls(**head(found.iri, Kind.POLICY, found.name, found.description))


def head(
    iri: Iri, kind: Kind, title: str, description: str = "", *, name: str = ""
) -> dict[str, Any]:
    """The fields of `Resource`.

    Args:
        iri: what it is called everywhere.
        kind: what kind of thing it is.
        title: the name people read.
        description: what it is; empty where nothing is said.
        name: the short name; the end of its IRI where it has none.
    """
    return {
        "id": strawberry.ID(iri),
        "iri": iri,
        "kind": kind,
        "name": name or short(iri),
        "title": title,
        "description": description or None,
    }


def by_title(resource: Resource) -> tuple[str, Iri]:
    """The order of lists that people read: by title, then by IRI."""
    return resource.title.casefold(), resource.iri
