"""The heat table: verdicts by domain and standard, as the schema has them."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import Connection, Edge, First, cut
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    StandardName,
    answer,
    described,
    given,
    question,
    told,
)
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.standard import Standard
from catalog_service.api.graphql.standing import Cell
from catalog_service.services import governance
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.domain import Domain

_DOMAIN = strawberry.lazy("catalog_service.api.graphql.domain")


@described
class HeatRow:
    """The products of one domain, those of its sub-domains included, or of the whole mesh."""

    found: strawberry.Private[governance.Warmth]
    products: int = told("How many products it has.")
    conforming: int = told("How many of them were checked, and have no violation but waived ones.")
    cells: list[Cell] = told("How they stand to each standard, in the order of the columns.")

    @classmethod
    def of(cls, found: governance.Warmth, columns: tuple[governance.Standard, ...]) -> "HeatRow":
        """The row that was found."""
        return cls(
            found=found,
            products=found.products,
            conforming=found.conforming,
            cells=[
                Cell.at(standard.key, cell)
                for standard, cell in zip(columns, found.cells, strict=True)
            ],
        )

    @answer
    def domain_iri(self) -> Iri | None:
        """The IRI of the domain; none for the whole mesh."""
        return self.found.domain

    @answer
    async def domain(self, info: Asked) -> Annotated["Domain", _DOMAIN] | None:
        """The domain; none for the whole mesh, and where no decision describes it."""
        return await info.context.nodes.domain(self.found.domain)


@described
class Heat(Connection[HeatRow]):
    """The heat table, page by page: the row of the whole mesh first, then the domains by IRI."""

    columns: list[Standard] = told("The standards, by group: a cell in each row for each of them.")


def row_of(board: governance.Board, domain: Iri) -> HeatRow:
    """The row of a domain."""
    columns = tuple(board.standards)
    here = board.lying().get(domain, ())
    return HeatRow.of(governance.warmth(board, domain, here, columns), columns)


@strawberry.type
class HeatQuery:
    """The question of how the mesh stands to its standards."""

    @question
    async def heat(
        self,
        info: Asked,
        domain: Annotated[
            Iri | None, given("Only this domain and the domains below it; all by default.")
        ] = None,
        standards: Annotated[
            list[StandardName] | None, given("Only these; all by default.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Heat:
        """How the products of each domain stand to each standard, by their last checks."""
        layers = info.context.layers
        columns = None if standards is None else [layers.named(name) for name in standards]
        board = await info.context.loaders.board()
        found = await run_in_threadpool(governance.heat, board, domain=domain, columns=columns)
        page = cut(found.rows, _place, first=first, after=after)
        rows = page.turned(lambda row: HeatRow.of(row, found.columns))
        return Heat(
            columns=[Standard.of(standard) for standard in found.columns],
            total_count=rows.total,
            edges=[Edge(place=place, node=row) for place, row in rows.placed],
            page_info=rows.info(),
        )


def _place(row: governance.Warmth) -> tuple[str, Iri]:
    return ("", row.domain) if row.domain is not None else ("", Iri(""))
