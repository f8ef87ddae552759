"""Finding things by IRI, each as the type of the schema that it is."""

from asyncio import gather
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from strawberry.dataloader import DataLoader

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.dataset import Column, Dataset, Distribution
from catalog_service.api.graphql.domain import Domain, OperationalInterface, OperationalSystem
from catalog_service.api.graphql.finding import Verdict
from catalog_service.api.graphql.loaders import Loaders
from catalog_service.api.graphql.polyseme import (
    Crosswalk,
    IdentifierScheme,
    LocalConcept,
    Polyseme,
)
from catalog_service.api.graphql.port import (
    InputPort,
    ManagementPort,
    OutputPort,
    ServiceLevelObjective,
)
from catalog_service.api.graphql.product import CodeComponent, DataProduct, InfrastructureComponent
from catalog_service.api.graphql.resource import Policy, Resource, Thing
from catalog_service.api.graphql.standard import Standard
from catalog_service.api.graphql.waiver import Waiver
from catalog_service.services import standards
from catalog_service.services.resources import Kind
from catalog_service.services.standards import Layers
from catalog_service.terms import Iri

Found = TypeVar("Found")
Type = TypeVar("Type")


class Nodes:
    """Everything that can be fetched by IRI. What is not published is None, or left out of a list.

    Args:
        loaders: the questions of this request.
        standards: the standards of the mesh and of its domains.
    """

    def __init__(self, loaders: Loaders, standards: Layers) -> None:
        self._loaders = loaders
        self._standards = standards
        self._by_kind: dict[Kind, Callable[[Iri], Awaitable[Resource | None]]] = {
            Kind.PRODUCT: self.product,
            Kind.INPUT_PORT: self.input_port,
            Kind.OUTPUT_PORT: self.output_port,
            Kind.MANAGEMENT_PORT: self.management_port,
            Kind.DATASET: self.dataset,
            Kind.COLUMN: self.column,
            Kind.DISTRIBUTION: self.distribution,
            Kind.OBJECTIVE: self.objective,
            Kind.POLICY: self.policy,
            Kind.CODE: self.component,
            Kind.INFRASTRUCTURE: self.component,
            Kind.DOMAIN: self.domain,
            Kind.TEAM: self.agent,
            Kind.PERSON: self.agent,
            Kind.SYSTEM: self.system,
            Kind.INTERFACE: self.interface,
            Kind.POLYSEME: self.polyseme,
            Kind.SCHEME: self.scheme,
            Kind.LOCAL_CONCEPT: self.local_concept,
            Kind.CROSSWALK: self.crosswalk,
            Kind.STANDARD: self.standard,
            Kind.WAIVER: self.waiver,
        }

    async def resource(self, iri: Iri) -> Resource | None:
        """Anything at all."""
        found = await self._loaders.resource.load(iri)
        if found is None:
            return None
        finder = self._by_kind.get(found.kind)
        return (await finder(iri) if finder else None) or Thing.of(found)

    async def resources(self, iris: Iterable[Iri]) -> list[Resource]:
        """Those of `iris` of which something is published, each once."""
        found = await gather(*(self.resource(iri) for iri in dict.fromkeys(iris)))
        return [resource for resource in found if resource is not None]

    async def product(self, iri: Iri | None) -> DataProduct | None:
        """A data product."""
        return await _at(self._loaders.product, DataProduct.of, iri)

    async def products(self, iris: Iterable[Iri]) -> list[DataProduct]:
        """Those of `iris` that are data products, each once."""
        return await _all(self._loaders.product, DataProduct.of, iris)

    async def input_port(self, iri: Iri | None) -> InputPort | None:
        """An input port."""
        return await _at(self._loaders.input_port, InputPort.of, iri)

    async def output_port(self, iri: Iri | None) -> OutputPort | None:
        """An output port."""
        return await _at(self._loaders.output_port, OutputPort.of, iri)

    async def management_port(self, iri: Iri | None) -> ManagementPort | None:
        """A discovery, observability or control port."""
        return await _at(self._loaders.management_port, ManagementPort.of, iri)

    async def objective(self, iri: Iri | None) -> ServiceLevelObjective | None:
        """A service level objective."""
        return await _at(self._loaders.objective, ServiceLevelObjective.of, iri)

    async def policy(self, iri: Iri | None) -> Policy | None:
        """A policy."""
        return await _at(self._loaders.resource, Policy.of, iri)

    async def component(self, iri: Iri) -> CodeComponent | InfrastructureComponent | None:
        """A part of a product that is code or infrastructure."""
        found = await self._loaders.component.load(iri)
        if found is None:
            return None
        return CodeComponent.of(found) if found.code else InfrastructureComponent.of(found)

    async def distribution(self, iri: Iri | None) -> Distribution | None:
        """One form of a dataset."""
        return await _at(self._loaders.distribution, Distribution.of, iri)

    async def dataset(self, iri: Iri | None) -> Dataset | None:
        """A dataset."""
        return await _at(self._loaders.dataset, Dataset.of, iri)

    async def datasets(self, iris: Iterable[Iri]) -> list[Dataset]:
        """Those of `iris` that are datasets, each once."""
        return await _all(self._loaders.dataset, Dataset.of, iris)

    async def column(self, iri: Iri | None) -> Column | None:
        """A column."""
        return await _at(self._loaders.column, Column.of, iri)

    async def columns(self, iris: Iterable[Iri]) -> list[Column]:
        """Those of `iris` that are columns, each once."""
        return await _all(self._loaders.column, Column.of, iris)

    async def domain(self, iri: Iri | None) -> Domain | None:
        """A domain."""
        return await _at(self._loaders.domain, Domain.of, iri)

    async def domains(self, iris: Iterable[Iri]) -> list[Domain]:
        """Those of `iris` that are domains, each once."""
        return await _all(self._loaders.domain, Domain.of, iris)

    async def system(self, iri: Iri | None) -> OperationalSystem | None:
        """An operational system."""
        return await _at(self._loaders.system, OperationalSystem.of, iri)

    async def interface(self, iri: Iri | None) -> OperationalInterface | None:
        """An interface of an operational system."""
        return await _at(self._loaders.interface, OperationalInterface.of, iri)

    async def agent(self, iri: Iri | None) -> Agent | None:
        """A person or a team."""
        return await _at(self._loaders.agent, Agent.of, iri)

    async def agents(self, iris: Iterable[Iri]) -> list[Agent]:
        """`iris` as people or teams, each once."""
        return await _all(self._loaders.agent, Agent.of, iris)

    async def polyseme(self, iri: Iri | None) -> Polyseme | None:
        """A polyseme."""
        return await _at(self._loaders.polyseme, Polyseme.of, iri)

    async def polysemes(self, iris: Iterable[Iri]) -> list[Polyseme]:
        """Those of `iris` that are polysemes, each once."""
        return await _all(self._loaders.polyseme, Polyseme.of, iris)

    async def scheme(self, iri: Iri | None) -> IdentifierScheme | None:
        """An identifier scheme."""
        return await _at(self._loaders.scheme, IdentifierScheme.of, iri)

    async def local_concept(self, iri: Iri | None) -> LocalConcept | None:
        """A local concept."""
        return await _at(self._loaders.local_concept, LocalConcept.of, iri)

    async def local_concepts(self, iris: Iterable[Iri]) -> list[LocalConcept]:
        """Those of `iris` that are local concepts, each once."""
        return await _all(self._loaders.local_concept, LocalConcept.of, iris)

    async def crosswalk(self, iri: Iri | None) -> Crosswalk | None:
        """A crosswalk."""
        return await _at(self._loaders.crosswalk, Crosswalk.of, iri)

    async def standard(self, iri: Iri) -> Standard | None:
        """A standard."""
        found = standards.at(self._standards, iri)
        return Standard.of(found) if found else None

    async def waiver(self, iri: Iri) -> Waiver | None:
        """A waiver."""
        found = await self._loaders.waivers()
        return next((Waiver.of(waiver) for waiver in found if waiver.iri == iri), None)

    async def verdict(self, product: Iri) -> Verdict | None:
        """How a product stands to the standards."""
        found = await self._loaders.standing.load(product)
        return Verdict.of(found) if found else None


async def _at(
    loader: DataLoader[Iri, Found | None], make: Callable[[Found], Type], iri: Iri | None
) -> Type | None:
    found = await loader.load(iri) if iri is not None else None
    return make(found) if found is not None else None


async def _all(
    loader: DataLoader[Iri, Found | None], make: Callable[[Found], Type], iris: Iterable[Iri]
) -> list[Type]:
    found = await loader.load_many(dict.fromkeys(iris))
    return [make(one) for one in found if one is not None]
