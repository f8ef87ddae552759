"""Datasets and their columns, as the schema has them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.connection import Connection, First, by_iri, cut
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    answer,
    described,
    described_input,
    given,
    narrowing,
    told,
)
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.api.graphql.words import Sensitivity
from catalog_service.domain.names import compact
from catalog_service.services import products
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.polyseme import IdentifierScheme, LocalConcept, Polyseme
    from catalog_service.api.graphql.product import DataProduct

_POLYSEME = strawberry.lazy("catalog_service.api.graphql.polyseme")
_PRODUCT = strawberry.lazy("catalog_service.api.graphql.product")


@described
class PolysemeBinding:
    """A column's tie to a polyseme."""

    column_iri: strawberry.Private[Iri]
    polyseme_iri: strawberry.Private[Iri]
    scheme_iri: strawberry.Private[Iri | None]

    @classmethod
    def of(cls, column: Iri, polyseme: Iri, scheme: Iri | None) -> "PolysemeBinding":
        """The binding of `column` to `polyseme`, its values in `scheme`."""
        return cls(column_iri=column, polyseme_iri=polyseme, scheme_iri=scheme)

    @answer
    async def column(self, info: Asked) -> "Column | None":
        """The column whose values identify."""
        return await info.context.nodes.column(self.column_iri)

    @answer
    async def polyseme(self, info: Asked) -> Annotated["Polyseme", _POLYSEME] | None:
        """What the values identify a member of."""
        return await info.context.nodes.polyseme(self.polyseme_iri)

    @answer
    async def scheme(self, info: Asked) -> Annotated["IdentifierScheme", _POLYSEME] | None:
        """The scheme that the values are in."""
        return await info.context.nodes.scheme(self.scheme_iri)


@described
class Column(Resource):
    """A column of a dataset."""

    found: strawberry.Private[products.Column]
    datatype: str | None = told("Its datatype, such as `xsd:date`.")
    required: bool = told("Whether every row has a value.")
    sensitivity: Sensitivity | None = told("How well it must be protected, as is stated.")
    effective_sensitivity: Sensitivity | None = told("The same, with what reaches it by lineage.")
    personal_data: list[Iri] = told("The categories of personal data in it (DPV).")

    @classmethod
    def of(cls, found: products.Column) -> "Column":
        """The column that was found."""
        return cls(
            **head(found.iri, Kind.COLUMN, found.name, found.description, name=found.name),
            found=found,
            datatype=compact(found.datatype) if found.datatype else None,
            required=found.required,
            sensitivity=Sensitivity.of(found.sensitivity),
            effective_sensitivity=Sensitivity.of(found.effective),
            personal_data=list(found.personal_data),
        )

    @answer
    async def dataset(self, info: Asked) -> "Dataset | None":
        """The dataset it belongs to."""
        return await info.context.nodes.dataset(self.found.dataset)

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product that serves it."""
        return await info.context.nodes.product(self.found.product)

    @answer
    def binding(self) -> PolysemeBinding | None:
        """The polyseme that its values identify, if any."""
        if self.found.polyseme is None:
            return None
        return PolysemeBinding.of(self.iri, self.found.polyseme, self.found.scheme)

    @answer
    async def upstream(self, info: Asked) -> list["Column"]:
        """The columns it was derived from, one step up."""
        found = await info.context.loaders.column_sources.load(self.iri)
        return await info.context.nodes.columns(found)

    @answer
    async def downstream(self, info: Asked) -> list["Column"]:
        """The columns that were derived from it, one step down."""
        found = await info.context.loaders.column_uses.load(self.iri)
        return await info.context.nodes.columns(found)


@described_input
class ColumnFilter:
    """Which columns to answer; values of one field are alternatives, fields narrow each other."""

    sensitivities: list[Sensitivity] | None = narrowing(
        "How well they must be protected, with what reaches them by lineage."
    )
    polysemes: list[Iri] | None = narrowing("That identify one of these polysemes.")
    bound: bool | None = narrowing("That identify some polyseme, or none.")
    personal_data: list[Iri] | None = narrowing("With one of these categories of personal data.")
    required: bool | None = narrowing("In which every row has a value, or not.")

    def keeps(self, column: Column) -> bool:
        """True of a column that is wanted."""
        found = column.found
        categories = self.personal_data
        return (
            (not self.sensitivities or column.effective_sensitivity in self.sensitivities)
            and (not self.polysemes or found.polyseme in self.polysemes)
            and (self.bound is None or (found.polyseme is not None) is self.bound)
            and (not categories or not set(categories).isdisjoint(found.personal_data))
            and (self.required is None or found.required is self.required)
        )


ColumnsWanted = Annotated[ColumnFilter | None, given("Which ones.")]


@described
class ColumnConnection(Connection[Column]):
    """A page of columns."""


async def columns_of(
    info: Asked, iris: Iterable[Iri], wanted: ColumnFilter | None, *, first: int, after: str | None
) -> ColumnConnection:
    """A page of the columns of these IRIs; where they are not narrowed, only the page is fetched.

    Args:
        info: of the field that asks.
        iris: the columns.
        wanted: which of them.
        first: how many to answer.
        after: the place to go on from.
    """
    if wanted is not None:
        there = await info.context.nodes.columns(iris)
        iris = [column.iri for column in there if wanted.keeps(column)]
    found = cut(iris, by_iri, first=first, after=after)
    return ColumnConnection.of(found.of(await info.context.nodes.columns(found.items())))


@described
class Distribution(Resource):
    """One form in which a dataset is to be had."""

    media_type: str | None = told("Its media type or format.")
    url: str | None = told("Where it is found.")

    @classmethod
    def of(cls, found: products.Distribution) -> "Distribution":
        """The distribution that was found."""
        title = found.media_type or found.url
        return cls(
            **head(found.iri, Kind.DISTRIBUTION, title),
            media_type=found.media_type or None,
            url=found.url or None,
        )


@described
class Dataset(Resource):
    """The content of a data product: one meaning, in one or more forms."""

    found: strawberry.Private[products.Dataset]
    sensitivity: Sensitivity | None = told("How well it must be protected, as is stated.")
    effective_sensitivity: Sensitivity | None = told("The same, with what reaches its columns.")
    semantic_model: Iri | None = told("The model that says what it means.")
    primary_key: list[str] = told("The names of the columns that together tell its rows apart.")

    @classmethod
    def of(cls, found: products.Dataset) -> "Dataset":
        """The dataset that was found."""
        return cls(
            **head(found.iri, Kind.DATASET, found.name, found.description),
            found=found,
            sensitivity=Sensitivity.of(found.sensitivity),
            effective_sensitivity=Sensitivity.of(found.effective),
            semantic_model=found.model,
            primary_key=list(found.primary_key),
        )

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product that serves it."""
        return await info.context.nodes.product(self.found.product)

    @answer
    async def distributions(self, info: Asked) -> list[Distribution]:
        """The forms in which it is to be had."""
        found = await info.context.loaders.distributions.load(self.iri)
        return [Distribution.of(form) for form in found]

    @answer
    async def columns(
        self,
        info: Asked,
        filter: ColumnsWanted = None,  # noqa: A002 - the name callers know
        first: First = 100,
        after: After = None,
    ) -> ColumnConnection:
        """Its columns, by name."""
        found = map(Column.of, await info.context.loaders.columns.load(self.iri))
        columns = [column for column in found if filter is None or filter.keeps(column)]
        return ColumnConnection.of(cut(columns, _by_name, first=first, after=after))

    @answer
    async def about(self, info: Asked) -> list[Annotated["LocalConcept", _POLYSEME]]:
        """The local concepts it is about."""
        return await info.context.nodes.local_concepts(self.found.about)


def _by_name(column: Column) -> tuple[str, Iri]:
    return column.name, column.iri
