"""Lineage, as the schema has it."""

from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.connection import MOST_ON_A_PAGE, First, bounded
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.dataset import Column
from catalog_service.api.graphql.domain import Domain
from catalog_service.api.graphql.fields import (
    answer,
    described,
    given,
    listed,
    question,
    told,
)
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.resource import Resource
from catalog_service.domain.names import short
from catalog_service.errors import NotFound
from catalog_service.services import lineage
from catalog_service.services.lineage import MOST_STEPS, Grain
from catalog_service.terms import Iri

listed(Grain)


@described
class LineageSide:
    """The neighbours of a node on one side."""

    shown: int = told("How many of them this answer holds an edge to.")
    total: int = told("How many there are, one step away.")

    @classmethod
    def of(cls, found: lineage.Side) -> "LineageSide":
        """The side that was found."""
        return cls(shown=found.shown, total=found.total)


@described
class LineageNode:
    """A thing in a lineage."""

    iri: Iri = told("What it is called everywhere.")
    level: int = told("How many steps it is from the root; below 0 upstream.")
    upstream: LineageSide = told("What lies one step up of it.")
    downstream: LineageSide = told("What lies one step down of it.")

    @classmethod
    def of(cls, found: lineage.Node) -> "LineageNode":
        """The node that was found."""
        up, down = LineageSide.of(found.upstream), LineageSide.of(found.downstream)
        return cls(iri=found.iri, level=found.level, upstream=up, downstream=down)

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
    """What a thing came from, and what came of it: a page of it, where there is more."""

    nodes: list[LineageNode] = told("The things, those nearest to the root first.")
    edges: list[LineageEdge] = told(
        "The steps between the nodes shown, and from them to those of earlier pages."
    )
    shown: int = told("How many nodes this answer holds.")
    total: int = told("How many there are within the steps asked for, as far as was counted.")
    complete: bool = told("Whether nothing within the steps asked for was left out.")
    place: strawberry.Private[str]
    root_iri: strawberry.Private[Iri]

    @classmethod
    def of(cls, found: lineage.Lineage) -> "Lineage":
        """The lineage that was found."""
        return cls(
            root_iri=found.root,
            nodes=[LineageNode.of(node) for node in found.nodes],
            edges=[LineageEdge(source=edge.source, target=edge.target) for edge in found.edges],
            shown=found.shown,
            total=found.total,
            complete=found.complete,
            place=found.after,
        )

    @answer
    def after(self, info: Asked) -> str | None:
        """The cursor to go on from; none where there is nothing more."""
        return info.context.pin.cursor(self.place) if self.place else None

    @answer
    async def root(self, info: Asked) -> Resource | None:
        """What was asked about; none where others name it and nothing is published about it."""
        return await info.context.nodes.resource(self.root_iri)


@described
class Affected:
    """A data product downstream of a thing, or somebody who registered as a consumer."""

    iri: Iri = told("What it is called everywhere.")
    level: int = told("How many steps it is away.")
    found: strawberry.Private[lineage.Affected]

    @classmethod
    def of(cls, found: lineage.Affected) -> "Affected":
        """The product or consumer that was found."""
        return cls(iri=found.iri, level=found.level, found=found)

    @answer
    async def resource(self, info: Asked) -> Resource | None:
        """What it is; none where nothing is published about it."""
        return await info.context.nodes.resource(self.iri)

    @answer
    async def owner(self, info: Asked) -> Agent | None:
        """Who answers for it; a consumer that is no product answers for itself."""
        return await info.context.nodes.agent(self.found.owner)

    @answer
    async def domain(self, info: Asked) -> Domain | None:
        """Its domain."""
        return await info.context.nodes.domain(self.found.domain)

    @answer
    async def columns(self, info: Asked) -> list[Column]:
        """Its columns that come from the thing's; none where it says nothing of columns."""
        return await info.context.nodes.columns(self.found.columns)


@described
class Told:
    """Somebody to tell of a change."""

    count: int = told("How much of what is affected is theirs.")
    owner_iri: strawberry.Private[Iri | None]

    @answer
    async def owner(self, info: Asked) -> Agent | None:
        """Who it is; none for what nobody is named to answer for."""
        return await info.context.nodes.agent(self.owner_iri)


@described
class Impact:
    """Whom a change of a thing hits: a page of it, where there is more."""

    affected: list[Affected] = told("The products and consumers, the nearest first.")
    owners: list[Told] = told(
        "Everybody to tell, of all that is affected; the most affected first."
    )
    shown: int = told("How many this answer holds.")
    total: int = told("How many there are within the steps asked for, as far as was counted.")
    complete: bool = told("Whether nothing within the steps asked for was left out.")
    place: strawberry.Private[str]
    root_iri: strawberry.Private[Iri]

    @classmethod
    def of(cls, found: lineage.Impact) -> "Impact":
        """The impact that was found."""
        return cls(
            root_iri=found.root,
            affected=[Affected.of(one) for one in found.affected],
            owners=[Told(count=one.count, owner_iri=one.owner) for one in found.owners],
            shown=found.shown,
            total=found.total,
            complete=found.complete,
            place=found.after,
        )

    @answer
    def after(self, info: Asked) -> str | None:
        """The cursor to go on from; none where there is nothing more."""
        return info.context.pin.cursor(self.place) if self.place else None

    @answer
    async def root(self, info: Asked) -> Resource | None:
        """What would change; none where others name it and nothing is published about it."""
        return await info.context.nodes.resource(self.root_iri)


@strawberry.type
class LineageQuery:
    """The question of what came from what."""

    @question
    async def lineage(
        self,
        info: Asked,
        iri: Annotated[Iri, given("What to ask about.")],
        *,
        up: Annotated[int, given("How many steps upstream.")] = 1,
        down: Annotated[int, given("How many steps downstream.")] = 1,
        grain: Annotated[Grain, given("What the nodes are.")] = Grain.PRODUCT,
        first: First = MOST_ON_A_PAGE,
        after: After = None,
    ) -> Lineage:
        """What a product, port, column or operational system came from, and what came of it."""
        found = await run_in_threadpool(
            lineage.lineage,
            info.context.view,
            iri,
            up=up,
            down=down,
            grain=grain,
            first=bounded(first),
            after=after or "",
        )
        if found is None:
            raise _nothing(iri)
        return Lineage.of(found)

    @question
    async def impact(
        self,
        info: Asked,
        iri: Annotated[Iri, given("What would change.")],
        *,
        down: Annotated[int, given("How many steps downstream.")] = MOST_STEPS,
        first: First = 100,
        after: After = None,
    ) -> Impact:
        """Whom a change of a product, port, dataset, column or operational system hits."""
        found = await run_in_threadpool(
            lineage.impact,
            info.context.view,
            iri,
            down=down,
            first=bounded(first),
            after=after or "",
        )
        if found is None:
            raise _nothing(iri)
        return Impact.of(found)


def _nothing(iri: Iri) -> NotFound:
    return NotFound(f"nothing is published about {iri}", hint="find its IRI with `search`")
