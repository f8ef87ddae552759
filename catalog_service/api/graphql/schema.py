"""The schema, with the limits within which it is asked.

Run as a module, it writes the schema to `schema.graphql`, which is committed and held by a test.
"""

from pathlib import Path
from typing import Annotated

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxAliasesLimiter, MaxTokensLimiter, QueryDepthLimiter
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from catalog_service.api.graphql.change import REVISION, ChangeQuery, Revision, Subscription
from catalog_service.api.graphql.connection import MOST_ON_A_PAGE
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.correlation import (
    ROW,
    VALUE,
    AttributeValue,
    CorrelationQuery,
    CorrelationRow,
)
from catalog_service.api.graphql.cost import CostLimiter
from catalog_service.api.graphql.documents import Remembered
from catalog_service.api.graphql.domain import Domain
from catalog_service.api.graphql.fields import (
    IRI,
    STANDARD_NAME,
    ByIri,
    StandardName,
    described,
    given,
    question,
)
from catalog_service.api.graphql.findings import FindingQuery
from catalog_service.api.graphql.following import CursorTeller
from catalog_service.api.graphql.heat import HeatQuery
from catalog_service.api.graphql.history import HistoryQuery
from catalog_service.api.graphql.lineage import LineageQuery
from catalog_service.api.graphql.mesh import MeshQuery
from catalog_service.api.graphql.moments import AS_OF, AsOf
from catalog_service.api.graphql.polyseme import Crosswalk, IdentifierScheme, LocalConcept, Polyseme
from catalog_service.api.graphql.product import DataProduct
from catalog_service.api.graphql.refused import RefusedQuery
from catalog_service.api.graphql.resource import Node, Resource, Thing
from catalog_service.api.graphql.search import SearchQuery
from catalog_service.api.graphql.standard import StandardQuery
from catalog_service.api.graphql.waiver import WaiverQuery
from catalog_service.domain.rdf import iri as checked
from catalog_service.errors import LimitExceeded
from catalog_service.terms import Iri

MOST_DEEP = 14
MOST_ALIASES = 30
MOST_TOKENS = 2_000
FILE = Path(__file__).parent / "schema.graphql"


@described
class Query(
    SearchQuery,
    LineageQuery,
    StandardQuery,
    HeatQuery,
    WaiverQuery,
    MeshQuery,
    FindingQuery,
    RefusedQuery,
    HistoryQuery,
    ChangeQuery,
    CorrelationQuery,
):
    """What can be asked of the catalog."""

    @question
    async def node(
        self,
        info: Asked,
        id: Annotated[strawberry.ID, given("Its id.")],  # noqa: A002
    ) -> Node | None:
        """Anything, by its id."""
        return await info.context.nodes.resource(checked(id))

    @question
    async def nodes(
        self,
        info: Asked,
        ids: Annotated[list[strawberry.ID], given("Their ids.")],
    ) -> list[Node | None]:
        """Many things, by their ids, in the same order; none for an id of nothing."""
        if len(ids) > MOST_ON_A_PAGE:
            raise LimitExceeded(
                f"{len(ids):,} ids were given; at most {MOST_ON_A_PAGE} are answered",
                limit="ids",
                hint="ask for them in several steps",
            )
        asked = [checked(each) for each in ids]
        there = {found.iri: found for found in await info.context.nodes.resources(asked)}
        return [there.get(iri) for iri in asked]

    @question
    async def resource(self, info: Asked, iri: ByIri) -> Resource | None:
        """Anything, by its IRI."""
        return await info.context.nodes.resource(iri)

    @question
    async def product(self, info: Asked, iri: ByIri) -> DataProduct | None:
        """A data product."""
        return await info.context.nodes.product(iri)

    @question
    async def domain(self, info: Asked, iri: ByIri) -> Domain | None:
        """A domain."""
        return await info.context.nodes.domain(iri)

    @question
    async def polyseme(self, info: Asked, iri: ByIri) -> Polyseme | None:
        """A polyseme."""
        return await info.context.nodes.polyseme(iri)


class _Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave the log to `faults`, which tells a caller's mistakes from ours."""


schema = _Schema(
    Query,
    subscription=Subscription,
    types=[Thing, IdentifierScheme, LocalConcept, Crosswalk],
    config=StrawberryConfig(
        scalar_map={
            Iri: IRI,
            AsOf: AS_OF,
            Revision: REVISION,
            StandardName: STANDARD_NAME,
            AttributeValue: VALUE,
            CorrelationRow: ROW,
        },
        info_class=Asked,
    ),
    extensions=[
        CostLimiter,
        CursorTeller,
        lambda: QueryDepthLimiter(max_depth=MOST_DEEP),
        lambda: MaxAliasesLimiter(max_alias_count=MOST_ALIASES),
        lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
        Remembered,
    ],
)


def text() -> str:
    """The schema in its own language."""
    return schema.as_str() + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
