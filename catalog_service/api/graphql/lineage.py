"""Lineage, as the schema has it."""

from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, given, listed, told
from catalog_service.api.graphql.resource import Resource
from catalog_service.domain.names import short
from catalog_service.errors import NotFound
from catalog_service.services import lineage
from catalog_service.services.lineage import Grain
from catalog_service.terms import Iri

listed(Grain)


@described
class LineageNode:
    """A thing in a lineage."""

    iri: Iri = told("What it is called everywhere.")
    level: int = told("How many steps it is from the root; below 0 upstream.")

    @answer
    async def title(self, info: Asked) -> str:
        """The name people read."""
        found = await info.context.loaders.resource.load(self.iri)
        return found.name if found else short(self.iri)

    @answer
    async def resource(self, info: Asked) -> Resource | None:
        """What it is; none where nothing is published about it."""
        return await info.context.nodes.resource(self.iri)


@described
class LineageEdge:
    """One step: the target came from the source."""

    source: Iri = told("What it came from.")
    target: Iri = told("What came of it.")


@described
class Lineage:
    """What a thing came from, and what came of it."""

    nodes: list[LineageNode] = told("The things, those nearest to the root first.")
    edges: list[LineageEdge] = told("The steps between the nodes shown.")
    shown: int = told("How many nodes this answer holds.")
    total: int = told("How many there are within the steps asked for, as far as was counted.")
    complete: bool = told("Whether nothing within the steps asked for was left out.")
    root_iri: strawberry.Private[Iri]

    @classmethod
    def of(cls, found: lineage.Lineage) -> "Lineage":
        """The lineage that was found."""
        return cls(
            root_iri=found.root,
            nodes=[LineageNode(iri=node.iri, level=node.level) for node in found.nodes],
            edges=[LineageEdge(source=edge.source, target=edge.target) for edge in found.edges],
            shown=found.shown,
            total=found.total,
            complete=found.complete,
        )

    @answer
    async def root(self, info: Asked) -> Resource | None:
        """What was asked about; none where others name it and nothing is published about it."""
        return await info.context.nodes.resource(self.root_iri)


@strawberry.type
class LineageQuery:
    """The question of what came from what."""

    @answer
    async def lineage(
        self,
        info: Asked,
        iri: Annotated[Iri, given("What to ask about.")],
        up: Annotated[int, given("How many steps upstream.")] = 1,
        down: Annotated[int, given("How many steps downstream.")] = 1,
        grain: Annotated[Grain, given("What the nodes are.")] = Grain.PRODUCT,
    ) -> Lineage:
        """What a product, port, column or operational system came from, and what came of it."""
        view = info.context.catalog.view()
        found = await run_in_threadpool(lineage.lineage, view, iri, up=up, down=down, grain=grain)
        if found is None:
            raise NotFound(f"nothing is published about {iri}", hint="find its IRI with `search`")
        return Lineage.of(found)
