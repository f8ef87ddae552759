"""Ports, as the schema has them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    answer,
    described,
    described_input,
    listed,
    narrowing,
    told,
)
from catalog_service.api.graphql.resource import Policy, Resource, head
from catalog_service.api.graphql.words import Sensitivity
from catalog_service.services import products
from catalog_service.services.products import Role
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.dataset import Dataset
    from catalog_service.api.graphql.product import DataProduct

_DATASET = strawberry.lazy("catalog_service.api.graphql.dataset")
_PRODUCT = strawberry.lazy("catalog_service.api.graphql.product")

listed(Role, name="ManagementRole")


@described
class Read:
    """Something an input port reads."""

    found: strawberry.Private[products.Read]
    source: Iri = told("The output port or operational system that is read.")

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The published product that serves it; none for an operational system."""
        return await info.context.nodes.product(self.found.provider)

    @answer
    async def resource(self, info: Asked) -> Resource | None:
        """What the source is; none where nothing is published about it."""
        return await info.context.nodes.resource(self.found.source)


@described
class InputPort(Resource):
    """Where a data product takes data."""

    found: strawberry.Private[products.InputPort]

    @classmethod
    def of(cls, found: products.InputPort) -> "InputPort":
        """The port that was found."""
        return cls(**head(found.iri, Kind.INPUT_PORT, found.name, found.description), found=found)

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product it belongs to."""
        return await info.context.nodes.product(self.found.product)

    @answer
    def reads_from(self) -> list[Read]:
        """What it reads."""
        return [Read(found=read, source=read.source) for read in self.found.reads]


@described
class ServiceLevelObjective(Resource):
    """A promise that is measured: an indicator against a target."""

    indicator: Iri | None = told("What is measured.")
    comparator: Iri | None = told("How the measure compares with the target.")
    target: str | None = told("The target, as a decimal.")
    unit: Iri | None = told("The unit of the target.")
    window: str | None = told("The period over which it is measured, as xsd:duration.")
    sentence: str = told("The promise in words.")

    @classmethod
    def of(cls, found: products.Objective) -> "ServiceLevelObjective":
        """The objective that was found."""
        return cls(
            **head(found.iri, Kind.OBJECTIVE, found.sentence),
            indicator=found.indicator,
            comparator=found.comparator,
            target=found.target or None,
            unit=found.unit,
            window=found.window or None,
            sentence=found.sentence,
        )


@described
class OutputPort(Resource):
    """Where a data product serves data."""

    found: strawberry.Private[products.OutputPort]
    protocol: str | None = told("How it speaks.")
    endpoint: str | None = told("Where it is reached.")
    contract: Iri | None = told("The contract it keeps.")
    security: str | None = told("How callers prove who they are.")
    sensitivity: Sensitivity | None = told("The highest level of what it serves, lineage included.")

    @classmethod
    def of(cls, found: products.OutputPort) -> "OutputPort":
        """The port that was found."""
        return cls(
            **head(found.iri, Kind.OUTPUT_PORT, found.name, found.description),
            found=found,
            protocol=found.protocol or None,
            endpoint=found.endpoint or None,
            contract=found.contract,
            security=found.security or None,
            sensitivity=Sensitivity.of(found.sensitivity),
        )

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product it belongs to."""
        return await info.context.nodes.product(self.found.product)

    @answer
    async def datasets(self, info: Asked) -> list[Annotated["Dataset", _DATASET]]:
        """The datasets it serves."""
        return await info.context.nodes.datasets(self.found.datasets)

    @answer
    async def slos(self, info: Asked) -> list[ServiceLevelObjective]:
        """What it promises."""
        found = await info.context.loaders.objectives.load(self.iri)
        return [ServiceLevelObjective.of(objective) for objective in found]

    @answer
    async def policies(self, info: Asked) -> list[Policy]:
        """Who may use it, for what, and on which terms."""
        found = await info.context.loaders.resource.load_many(self.found.policies)
        return [Policy.of(policy) for policy in found if policy]


@described_input
class PortFilter:
    """Which output ports to answer; values of one field are alternatives, fields narrow others."""

    protocols: list[str] | None = narrowing("How they speak, in capitals or not.")
    sensitivities: list[Sensitivity] | None = narrowing(
        "The highest level of what they serve, lineage included."
    )

    def keeps(self, port: OutputPort) -> bool:
        """True of a port that is wanted."""
        spoken = {protocol.casefold() for protocol in self.protocols or ()}
        return (not spoken or (port.protocol or "").casefold() in spoken) and (
            not self.sensitivities or port.sensitivity in self.sensitivities
        )


@described
class ManagementPort(Resource):
    """Where a data product can be asked about itself, watched or steered."""

    found: strawberry.Private[products.ManagementPort]
    role: Role = told("What it is for.")
    endpoint: str | None = told("Where it is reached.")

    @classmethod
    def of(cls, found: products.ManagementPort) -> "ManagementPort":
        """The port that was found."""
        return cls(
            **head(found.iri, Kind.MANAGEMENT_PORT, found.name, found.description),
            found=found,
            role=found.role,
            endpoint=found.endpoint or None,
        )

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product it belongs to."""
        return await info.context.nodes.product(self.found.product)
