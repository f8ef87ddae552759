"""Polysemes, and how their members are identified, as the schema has them."""

from asyncio import gather
from collections.abc import Sequence

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import (
    Connection,
    First,
    bounded,
    by_iri,
    cut,
    place,
    placed,
)
from catalog_service.api.graphql.context import Asked, Context
from catalog_service.api.graphql.dataset import (
    Column,
    ColumnConnection,
    ColumnsWanted,
    Dataset,
    columns_of,
)
from catalog_service.api.graphql.domain import Domain
from catalog_service.api.graphql.fields import answer, described, told
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.port import OutputPort
from catalog_service.api.graphql.product import DataProduct, ProductConnection
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.api.graphql.words import Cardinality
from catalog_service.domain.names import compact
from catalog_service.services import polysemes
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri


@described
class IdentifierScheme(Resource):
    """A way to write identifiers."""

    found: strawberry.Private[polysemes.Scheme]
    datatype: str | None = told("The datatype of its values, such as `xsd:string`.")
    pattern: str | None = told("What every value matches.")
    iri_template: str | None = told("What makes an IRI of a value.")

    @classmethod
    def of(cls, found: polysemes.Scheme) -> "IdentifierScheme":
        """The scheme that was found."""
        return cls(
            **head(found.iri, Kind.SCHEME, found.name, found.definition),
            found=found,
            datatype=compact(found.datatype) if found.datatype else None,
            pattern=found.pattern or None,
            iri_template=found.template or None,
        )

    @answer
    async def issued_by(self, info: Asked) -> Domain | None:
        """The domain that issues its values."""
        return await info.context.nodes.domain(self.found.issuer)


@described
class LocalConcept(Resource):
    """What a polyseme means in one domain."""

    found: strawberry.Private[polysemes.LocalConcept]

    @classmethod
    def of(cls, found: polysemes.LocalConcept) -> "LocalConcept":
        """The concept that was found."""
        return cls(**head(found.iri, Kind.LOCAL_CONCEPT, found.name, found.definition), found=found)

    @answer
    async def domain(self, info: Asked) -> Domain | None:
        """The domain whose notion it is."""
        return await info.context.nodes.domain(self.found.domain)

    @answer
    async def interprets(self, info: Asked) -> list["Polyseme"]:
        """The polysemes that it interprets."""
        return await info.context.nodes.polysemes(self.found.interprets)

    @answer
    async def datasets(self, info: Asked) -> list[Dataset]:
        """The datasets that are about it."""
        return await info.context.nodes.datasets(self.found.datasets)


@described
class Crosswalk(Resource):
    """A served table that leads from one identifier scheme to another."""

    found: strawberry.Private[polysemes.Crosswalk]
    cardinality: Cardinality | None = told("How many values stand for how many.")

    @classmethod
    def of(cls, found: polysemes.Crosswalk) -> "Crosswalk":
        """The crosswalk that was found."""
        return cls(
            **head(found.iri, Kind.CROSSWALK, found.name),
            found=found,
            cardinality=Cardinality.of(found.cardinality),
        )

    @answer
    async def from_scheme(self, info: Asked) -> IdentifierScheme | None:
        """The scheme it leads from."""
        return await info.context.nodes.scheme(self.found.from_scheme)

    @answer
    async def to_scheme(self, info: Asked) -> IdentifierScheme | None:
        """The scheme it leads to."""
        return await info.context.nodes.scheme(self.found.to_scheme)

    @answer
    async def from_column(self, info: Asked) -> Column | None:
        """The column that holds the values it leads from."""
        return await info.context.nodes.column(self.found.from_column)

    @answer
    async def to_column(self, info: Asked) -> Column | None:
        """The column that holds the values it leads to."""
        return await info.context.nodes.column(self.found.to_column)

    @answer
    async def port(self, info: Asked) -> OutputPort | None:
        """The port that serves it."""
        return await info.context.nodes.output_port(self.found.port)

    @answer
    async def product(self, info: Asked) -> DataProduct | None:
        """The product that serves it."""
        return await info.context.nodes.product(self.found.product)


@described
class PolysemeMeaning:
    """A polyseme as one domain has it."""

    found: strawberry.Private[polysemes.Meaning]
    polyseme: strawberry.Private[Iri]
    context: strawberry.Private[Context]

    @answer
    async def domain(self, info: Asked) -> Domain | None:
        """The domain; none for what lies in no domain."""
        return await info.context.nodes.domain(self.found.domain)

    @answer
    def concepts(self) -> list[LocalConcept]:
        """The domain's own concepts."""
        return [LocalConcept.of(concept) for concept in self.found.concepts]

    @answer
    async def schemes(self, info: Asked) -> list[IdentifierScheme]:
        """The schemes in which its products write the identifiers."""
        found = await gather(*map(info.context.nodes.scheme, self.found.schemes))
        return [scheme for scheme in found if scheme]

    @answer
    async def columns(
        self,
        info: Asked,
        filter: ColumnsWanted = None,  # noqa: A002 - the name callers know
        first: First = 50,
        after: After = None,
    ) -> ColumnConnection:
        """The columns of its products that identify it."""
        meaning: polysemes.Meaning | None = self.found
        if info.context is not self.context:  # what its cursor is of is another state
            told = await _meanings(info.context, self.polyseme)
            meaning = next((one for one in told if one.domain == self.found.domain), None)
        columns = [c.column for c in meaning.columns] if meaning else []
        return await columns_of(info, columns, filter, first=first, after=after)


async def _meanings(context: Context, polyseme: Iri) -> Sequence[polysemes.Meaning]:
    concepts, columns = await gather(
        context.loaders.local_concepts.load(polyseme), context.loaders.carriers.load(polyseme)
    )
    return polysemes.side_by_side(concepts, columns)


@described
class JoinPath:
    """How two products join on a polyseme."""

    found: strawberry.Private[polysemes.JoinPath]
    coverage: float | None = told(
        "The share of identifiers that the crosswalk has a pair for, from 0 to 1; none where nobody"
        " measured it, and for two crosswalks, which were measured apart."
    )

    @classmethod
    def of(cls, found: polysemes.JoinPath) -> "JoinPath":
        """The path that was found."""
        return cls(found=found, coverage=found.coverage)

    @answer
    async def left(self, info: Asked) -> DataProduct | None:
        """One of the products."""
        return await info.context.nodes.product(self.found.left.product)

    @answer
    async def left_column(self, info: Asked) -> Column | None:
        """Its column."""
        return await info.context.nodes.column(self.found.left.column)

    @answer
    async def right(self, info: Asked) -> DataProduct | None:
        """The other product."""
        return await info.context.nodes.product(self.found.right.product)

    @answer
    async def right_column(self, info: Asked) -> Column | None:
        """Its column."""
        return await info.context.nodes.column(self.found.right.column)

    @answer
    async def crosswalks(self, info: Asked) -> list[Crosswalk]:
        """What leads their schemes together.

        None where the columns are in one scheme, one crosswalk between their schemes, or one from
        each to the global scheme.
        """
        found = await gather(*map(info.context.nodes.crosswalk, self.found.crosswalks))
        return [crosswalk for crosswalk in found if crosswalk]


@described
class JoinPathConnection(Connection[JoinPath]):
    """A page of pairs of products, each with the path by which they join."""


@described
class Polyseme(Resource):
    """An element that crosses domains and has one global identifier."""

    found: strawberry.Private[polysemes.Polyseme]

    @classmethod
    def of(cls, found: polysemes.Polyseme) -> "Polyseme":
        """The polyseme that was found."""
        return cls(**head(found.iri, Kind.POLYSEME, found.name, found.definition), found=found)

    @answer
    async def authoritative_domain(self, info: Asked) -> Domain | None:
        """The domain that answers for it."""
        return await info.context.nodes.domain(self.found.domain)

    @answer
    async def scheme(self, info: Asked) -> IdentifierScheme | None:
        """The scheme in which its members are told apart everywhere."""
        return await info.context.nodes.scheme(self.found.scheme)

    @answer
    async def local_concepts(self, info: Asked) -> list[LocalConcept]:
        """What it means in single domains."""
        found = await info.context.loaders.local_concepts.load(self.iri)
        return [LocalConcept.of(concept) for concept in found]

    @answer
    async def columns(
        self,
        info: Asked,
        filter: ColumnsWanted = None,  # noqa: A002 - the name callers know
        first: First = 50,
        after: After = None,
    ) -> ColumnConnection:
        """The columns that carry it, by product."""
        carriers = await info.context.loaders.carriers.load(self.iri)
        columns = [carrier.column for carrier in carriers]
        return await columns_of(info, columns, filter, first=first, after=after)

    @answer
    async def products(
        self, info: Asked, first: First = 50, after: After = None
    ) -> ProductConnection:
        """The products that carry it in a column."""
        carriers = await info.context.loaders.carriers.load(self.iri)
        found = cut({c.product for c in carriers}, by_iri, first=first, after=after)
        return ProductConnection.of(found.of(await info.context.nodes.products(found.items())))

    @answer
    async def crosswalks(self, info: Asked) -> list[Crosswalk]:
        """The crosswalks that lead to or from its scheme."""
        found = await info.context.loaders.crosswalks.load(self.iri)
        return [Crosswalk.of(crosswalk) for crosswalk in found]

    @answer
    async def meanings(self, info: Asked) -> list[PolysemeMeaning]:
        """What it is in each domain that has a word or a column for it, side by side."""
        context = info.context
        return [
            PolysemeMeaning(found=meaning, polyseme=self.iri, context=context)
            for meaning in await _meanings(context, self.iri)
        ]

    @answer
    async def joinable(
        self, info: Asked, first: First = 50, after: After = None
    ) -> JoinPathConnection:
        """The products that can be joined on it, pair by pair, each by the shortest path."""
        pairs, behind = await info.context.loaders.joinable.load(self.iri), place(after)
        start = (Iri(behind[0]), behind[1]) if behind else None
        wanted = bounded(first) + 1
        found = await run_in_threadpool(pairs.paths, wanted, start) if pairs else ()
        page = placed(
            found[:first],
            _by_pair,
            total=pairs.total if pairs else 0,
            more=len(found) > first,
            begun=after is not None,
        )
        return JoinPathConnection.of(page.turned(JoinPath.of))


def _by_pair(path: polysemes.JoinPath) -> tuple[str, Iri]:
    """The order of pairs: by the IRIs of both products."""
    return path.pair


@described
class PolysemeConnection(Connection[Polyseme]):
    """A page of polysemes."""
