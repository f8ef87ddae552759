"""Domains, as the schema has them."""

from dataclasses import replace
from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.connection import Connection, First
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, given, told
from catalog_service.api.graphql.heat import HeatRow, row_of
from catalog_service.api.graphql.history import ConformanceDay, SinceDay, UntilDay, days
from catalog_service.api.graphql.listing import listing, page
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.narrowing import DomainProductFilter
from catalog_service.api.graphql.network import NetworkEffect
from catalog_service.api.graphql.product import ProductConnection
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.api.graphql.scorecard import ScorecardSum
from catalog_service.services import domains
from catalog_service.services.discovery import Kind as Sought
from catalog_service.services.resources import Kind


@described
class OperationalInterface(Resource):
    """A way in which an operational system is used."""

    endpoint: str | None = told("Where it is reached.")

    @classmethod
    def of(cls, found: domains.Interface) -> "OperationalInterface":
        """The interface that was found."""
        return cls(**head(found.iri, Kind.INTERFACE, found.name), endpoint=found.endpoint or None)


@described
class OperationalSystem(Resource):
    """A system that runs the business of a domain."""

    interfaces: list[OperationalInterface] = told("The ways in which it is used.")

    @classmethod
    def of(cls, found: domains.System) -> "OperationalSystem":
        """The system that was found."""
        return cls(
            **head(found.iri, Kind.SYSTEM, found.name, name=found.identifier),
            interfaces=[OperationalInterface.of(way) for way in found.interfaces],
        )


@described
class Domain(Resource):
    """A business area that owns data products."""

    found: strawberry.Private[domains.Domain]

    @classmethod
    def of(cls, found: domains.Domain) -> "Domain":
        """The domain that was found."""
        return cls(**head(found.iri, Kind.DOMAIN, found.name, found.definition), found=found)

    @answer
    async def owner(self, info: Asked) -> Agent | None:
        """The team that owns it."""
        return await info.context.nodes.agent(self.found.team)

    @answer
    async def parent(self, info: Asked) -> "Domain | None":
        """The domain it is a part of."""
        return await info.context.nodes.domain(self.found.parent)

    @answer
    async def sub_domains(self, info: Asked) -> list["Domain"]:
        """The domains that are parts of it, one step down."""
        found = await info.context.loaders.sub_domains.load(self.iri)
        return await info.context.nodes.domains(found)

    @answer
    async def products(
        self,
        info: Asked,
        filter: Annotated[  # noqa: A002 - the name callers know
            DomainProductFilter | None, given("Narrows the list.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ProductConnection:
        """Its data products by name, those of its sub-domains included."""
        question = listing(Sought.PRODUCT, first, after)
        question = question if filter is None else filter.within(question)
        found = await page(info, replace(question, domains=(self.iri,)))
        return ProductConnection.of(found.of(await info.context.nodes.products(found.items())))

    @answer
    async def heat(self, info: Asked) -> HeatRow:
        """How its products, those of its sub-domains included, stand to each standard."""
        board = await info.context.loaders.board()
        return row_of(board, self.iri)

    @answer
    async def conformance_days(
        self, info: Asked, since: SinceDay = None, until: UntilDay = None
    ) -> list[ConformanceDay]:
        """How its products, those of its sub-domains included, stood at the end of each day."""
        asked = (self.iri, *days(info, since, until))
        return [ConformanceDay.of(day) for day in await info.context.loaders.days.load(asked)]

    @answer
    async def scorecard(self, info: Asked) -> ScorecardSum:
        """How usable its products are, those of its sub-domains included."""
        board = await info.context.loaders.board()
        here = [held.product for held in board.lying().get(self.iri, ())]
        found = await info.context.loaders.scorecard.load_many(here)
        return ScorecardSum.of([card for card in found if card is not None])

    @answer
    async def systems(self, info: Asked) -> list[OperationalSystem]:
        """Its operational systems, which its data products may read from."""
        found = await info.context.loaders.systems.load(self.iri)
        return [OperationalSystem.of(system) for system in found]

    @answer
    async def network(self, info: Asked) -> NetworkEffect:
        """How much its products are worth to those of other domains, its parts included."""
        found = await run_in_threadpool(info.context.figures.network)
        return NetworkEffect.of(await run_in_threadpool(found.domain, self.iri))


@described
class DomainConnection(Connection[Domain]):
    """A page of domains."""
