"""The mesh as a whole, as the schema has it."""

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    answer,
    described,
    question,
    told,
)
from catalog_service.api.graphql.network import NetworkEffect
from catalog_service.services import mesh


@described
class Mesh:
    """The mesh in figures."""

    revision: int = told("The revision of the catalog that was counted.")
    products: int = told("Data products.")
    domains: int = told("Domains.")
    polysemes: int = told("Polysemes.")
    output_ports: int = told("Output ports.")
    columns: int = told("Columns of datasets.")
    bound_columns: int = told("Columns that identify a polyseme.")
    edges: int = told("Pairs of products of which one reads from the other.")
    cross_domain_edges: int = told("Those of them whose products lie in different domains.")

    @classmethod
    def of(cls, found: mesh.Counts, revision: int) -> "Mesh":
        """The figures that were found."""
        return cls(
            revision=revision,
            products=found.products,
            domains=found.domains,
            polysemes=found.polysemes,
            output_ports=found.output_ports,
            columns=found.columns,
            bound_columns=found.bound_columns,
            edges=found.edges,
            cross_domain_edges=found.cross_domain_edges,
        )

    @answer
    async def network(self, info: Asked) -> NetworkEffect:
        """How much its products are worth to each other."""
        found = await run_in_threadpool(info.context.figures.network)
        return NetworkEffect.of(await run_in_threadpool(found.mesh))


@strawberry.type
class MeshQuery:
    """The question of how large the mesh is."""

    @question
    async def mesh(self, info: Asked) -> Mesh:
        """The mesh in figures."""
        revision = info.context.pin.revision
        return Mesh.of(await run_in_threadpool(info.context.figures.counts), revision)
