"""Data products, as the schema has them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.connection import Connection, First, cut
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.dataset import Dataset, PolysemeBinding
from catalog_service.api.graphql.fields import answer, described, given, told
from catalog_service.api.graphql.finding import Verdict
from catalog_service.api.graphql.history import ConformanceSpan, SinceTime, UntilTime
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.port import InputPort, ManagementPort, OutputPort, PortFilter
from catalog_service.api.graphql.publication import Fact, Version
from catalog_service.api.graphql.resource import Resource, by_title, head
from catalog_service.api.graphql.scorecard import Scorecard
from catalog_service.api.graphql.standard import HeldTo, held_to
from catalog_service.api.graphql.words import LifecycleStatus, Sensitivity
from catalog_service.domain.names import short
from catalog_service.services import products, publications
from catalog_service.services.products import Role
from catalog_service.services.resources import Kind

if TYPE_CHECKING:
    from catalog_service.api.graphql.agent import Agent
    from catalog_service.api.graphql.domain import Domain

_AGENT = strawberry.lazy("catalog_service.api.graphql.agent")
_DOMAIN = strawberry.lazy("catalog_service.api.graphql.domain")


@described
class CodeComponent(Resource):
    """Code that a data product consists of."""

    code_kind: str | None = told("What the code is for, such as `Pipeline`.")
    source: str | None = told("Where it is to be found.")

    @classmethod
    def of(cls, found: products.Component) -> "CodeComponent":
        """The code that was found."""
        return cls(
            **head(found.iri, Kind.CODE, found.name, found.description),
            code_kind=short(found.kind) if found.kind else None,
            source=found.source or None,
        )


@described
class InfrastructureComponent(Resource):
    """Infrastructure that a data product consists of."""

    source: str | None = told("Where it is described.")

    @classmethod
    def of(cls, found: products.Component) -> "InfrastructureComponent":
        """The infrastructure that was found."""
        return cls(
            **head(found.iri, Kind.INFRASTRUCTURE, found.name, found.description),
            source=found.source or None,
        )


@described
class DataProduct(Resource):
    """A node of the mesh: code, data and metadata, with one owner."""

    profile: strawberry.Private[products.Profile]
    status: LifecycleStatus | None = told("Where in its life it is.")
    version: str | None = told("The version it states of itself.")
    purpose: str | None = told("What it is for.")
    sensitivity: Sensitivity | None = told("The highest level of what it holds, lineage included.")

    @classmethod
    def of(cls, found: products.Profile) -> "DataProduct":
        """The product that was found."""
        return cls(
            **head(found.iri, Kind.PRODUCT, found.name, found.description, name=found.identifier),
            profile=found,
            status=LifecycleStatus.of(found.status),
            version=found.version or None,
            purpose=found.purpose or None,
            sensitivity=Sensitivity.of(found.sensitivity),
        )

    @answer
    async def domain(self, info: Asked) -> Annotated["Domain", _DOMAIN] | None:
        """The domain it belongs to."""
        return await info.context.nodes.domain(self.profile.domain)

    @answer
    async def owner(self, info: Asked) -> Annotated["Agent", _AGENT] | None:
        """Who answers for it."""
        return await info.context.nodes.agent(self.profile.owner)

    @answer
    async def keywords(self, info: Asked) -> list[str]:
        """Words its owner chose for it."""
        found = await info.context.loaders.product_labels.load(self.iri)
        return list(found.keywords) if found else []

    @answer
    async def input_ports(self, info: Asked) -> list[InputPort]:
        """Where it takes data."""
        found = await info.context.loaders.input_ports.load(self.iri)
        return [InputPort.of(port) for port in found]

    @answer
    async def output_ports(
        self,
        info: Asked,
        filter: Annotated[PortFilter | None, given("Which ones.")] = None,  # noqa: A002
    ) -> list[OutputPort]:
        """Where it serves data."""
        found = map(OutputPort.of, await info.context.loaders.output_ports.load(self.iri))
        return [port for port in found if filter is None or filter.keeps(port)]

    @answer
    async def management_ports(
        self,
        info: Asked,
        roles: Annotated[list[Role] | None, given("For one of these only; all by default.")] = None,
    ) -> list[ManagementPort]:
        """Where it can be asked about itself, watched or steered."""
        found = await info.context.loaders.management_ports.load(self.iri)
        return [ManagementPort.of(port) for port in found if not roles or port.role in roles]

    @answer
    async def datasets(self, info: Asked) -> list[Dataset]:
        """What it serves."""
        found = await info.context.loaders.datasets.load(self.iri)
        return [Dataset.of(dataset) for dataset in found]

    @answer
    async def code(self, info: Asked) -> list[CodeComponent]:
        """The code it consists of."""
        found = await info.context.loaders.components.load(self.iri)
        return [CodeComponent.of(part) for part in found if part.code]

    @answer
    async def infrastructure(self, info: Asked) -> list[InfrastructureComponent]:
        """The infrastructure it consists of."""
        found = await info.context.loaders.components.load(self.iri)
        return [InfrastructureComponent.of(part) for part in found if not part.code]

    @answer
    async def polysemes(self, info: Asked) -> list[PolysemeBinding]:
        """Its columns that identify a polyseme."""
        found = await info.context.loaders.bindings.load(self.iri)
        return [PolysemeBinding.of(bound.column, bound.polyseme, bound.scheme) for bound in found]

    @answer
    async def upstream(self, info: Asked) -> list["DataProduct"]:
        """The products it reads from, one step up."""
        found = await info.context.loaders.upstream.load(self.iri)
        return await info.context.nodes.products(found)

    @answer
    async def downstream(self, info: Asked) -> list["DataProduct"]:
        """The products that read from it, one step down."""
        found = await info.context.loaders.downstream.load(self.iri)
        return await info.context.nodes.products(found)

    @answer
    async def consumers(
        self, info: Asked, first: First = 50, after: After = None
    ) -> "ProductConnection":
        """The products that consume it: those that read from it, and those that registered."""
        readers = await info.context.loaders.downstream.load(self.iri)
        registered = await info.context.loaders.consumers.load(self.iri)
        found = await info.context.nodes.products((*readers, *registered))
        return ProductConnection.of(cut(found, by_title, first=first, after=after))

    @answer
    async def conformance(self, info: Asked) -> Verdict | None:
        """How it stands to the standards, by all checks of what is published."""
        return await info.context.nodes.verdict(self.iri)

    @answer
    async def conformance_history(
        self, info: Asked, since: SinceTime = None, until: UntilTime = None
    ) -> list[ConformanceSpan]:
        """How it stood over time, the first span first."""
        found = await info.context.loaders.history.load((self.iri, since, until))
        return [ConformanceSpan.of(span) for span in found]

    @answer
    async def standings(self, info: Asked) -> list[HeldTo]:
        """How it stands to each standard that it is held to, by its last check."""
        return await held_to(info, self.iri)

    @answer
    async def scorecard(self, info: Asked) -> Scorecard | None:
        """How usable it is, by named checks."""
        found = await info.context.loaders.scorecard.load(self.iri)
        return Scorecard.of(found) if found else None

    @answer
    async def revision(self, info: Asked) -> int | None:
        """The number of its current revision in the journal."""
        found = await info.context.loaders.publication.load(self.iri)
        return found.revision if found else None

    @answer
    async def provenance(self, info: Asked) -> list[Fact]:
        """Every statement of this revision, with the place where it was read."""
        found = await info.context.loaders.publication.load(self.iri)
        return [Fact.of(fact) for fact in publications.facts(found)] if found else []

    @answer
    async def versions(self, info: Asked) -> list[Version]:
        """All its revisions, the latest first."""
        found = await info.context.loaders.versions.load(self.iri)
        return [Version.of(version) for version in found]


@described
class ProductConnection(Connection[DataProduct]):
    """A page of data products."""
