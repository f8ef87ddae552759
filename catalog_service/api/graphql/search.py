"""Search, as the schema has it: things of any kind by words and facets, and lists of products."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import First, PageInfo, bounded
from catalog_service.api.graphql.context import Asked, Context, asks_for
from catalog_service.api.graphql.domain import DomainConnection
from catalog_service.api.graphql.fields import (
    answer,
    described,
    given,
    listed,
    question,
    told,
)
from catalog_service.api.graphql.listing import found, listing, page, placed
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.narrowing import ProductFilter, SearchFilter, narrowed_by
from catalog_service.api.graphql.polyseme import PolysemeConnection
from catalog_service.api.graphql.product import ProductConnection
from catalog_service.api.graphql.resource import Resource
from catalog_service.services import discovery
from catalog_service.services.discovery import FACETS, Hit, Order, Question
from catalog_service.services.discovery import Kind as Sought
from catalog_service.terms import Iri

listed(Order, name="ProductOrder")


@described
class FacetCount:
    """How many things have one value of a facet."""

    value: str = told("The value: an IRI, or a word.")
    narrows: str = told("The same as the filter of that name takes it.")
    count: int = told("How many things have it.")


@described
class Facet:
    """A way to narrow an answer, counted as if it were not narrowed by it."""

    name: str = told("Its name.")
    counts: list[FacetCount] = told("Its values, the most frequent first.")


@described
class SearchEdge:
    """One thing that was found."""

    hit: strawberry.Private[Hit]
    score: float = told("How well it fits; comparable within one answer only.")
    node: Resource = told("What was found.")

    @answer
    def cursor(self, info: Asked) -> str:
        """The place of this item: opaque, to be given back as it is."""
        return info.context.pin.cursor(self.hit.cursor)

    @answer
    async def why(self) -> list[str]:
        """What in it fits, word by word, and what else ranks it."""
        return list(self.hit.why)


@described
class SearchConnection:
    """A page of what was found."""

    total_count: int = told("How many were found in all.")
    facets: list[Facet] = told("The ways to narrow it further.")
    edges: list[SearchEdge] = told("What was found, the best first.")
    page_info: PageInfo = told("Where this page stands in the list.")
    revision: int = told("The revision that was searched; later pages are of it, too.")
    words: list[str] = told("The words that were looked for.")
    lost: list[str] = told("Those of them that nothing has, nor anything like them.")
    every: bool = told("Whether all other words were asked for: false where few things have all.")


@described
class Suggestion:
    """A name that goes on as what was typed begins."""

    text: str = told("The name.")
    kind: Sought = told("What kind of thing is called so.")
    iri: Iri | None = told("Which thing; none where it is the name of columns or local concepts.")
    count: int = told("How many things of the kind are called so.")


@strawberry.type
class SearchQuery:
    """The questions that the search index answers."""

    @question
    async def search(
        self,
        info: Asked,
        query: Annotated[str, given("The words; empty for all.")],
        filter: Annotated[  # noqa: A002 - the name callers know
            SearchFilter | None, given("Narrows the search.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> SearchConnection:
        """Find things by words in any order; an exact name comes first.

        Plurals, names of polysemes in any domain, and slips of the finger are understood.
        """
        facets = FACETS if asks_for(info, "facets") else ()
        question = Question(text=query, first=bounded(first), after=after or "", facets=facets)
        if filter is not None:
            question = filter.within(question)
        return await _connected(info, question)

    @question
    async def suggest(
        self,
        info: Asked,
        text: Annotated[str, given("What has been typed so far.")],
        first: Annotated[int, given("How many to answer, up to 50.")] = 10,
    ) -> list[Suggestion]:
        """Complete what is being typed: names that go on so, what is used most first."""
        found = await run_in_threadpool(_suggested, info.context, text, first)
        return [
            Suggestion(text=one.text, kind=one.kind, iri=one.iri, count=one.count) for one in found
        ]

    @question
    async def products(
        self,
        info: Asked,
        filter: Annotated[  # noqa: A002 - the name callers know
            ProductFilter | None, given("Narrows the list.")
        ] = None,
        order_by: Annotated[Order, given("What comes first.")] = Order.NAME,
        first: First = 20,
        after: After = None,
    ) -> ProductConnection:
        """The data products, page by page."""
        question = Question(
            kinds=(Sought.PRODUCT,),
            first=bounded(first),
            after=after or "",
            order=order_by,
            facets=(),
        )
        if filter is not None:
            question = filter.within(question)
        listed = await page(info, question)
        return ProductConnection.of(listed.of(await info.context.nodes.products(listed.items())))

    @question
    async def domains(
        self, info: Asked, first: First = 50, after: After = None
    ) -> DomainConnection:
        """The domains, by name."""
        listed = await page(info, listing(Sought.DOMAIN, first, after))
        return DomainConnection.of(listed.of(await info.context.nodes.domains(listed.items())))

    @question
    async def polysemes(
        self, info: Asked, first: First = 50, after: After = None
    ) -> PolysemeConnection:
        """The polysemes, by name."""
        listed = await page(info, listing(Sought.POLYSEME, first, after))
        return PolysemeConnection.of(listed.of(await info.context.nodes.polysemes(listed.items())))


async def _connected(info: Asked, question: Question) -> SearchConnection:
    hits = await found(info, question)
    there = {
        node.iri: node for node in await info.context.nodes.resources(h.iri for h in hits.hits)
    }
    return SearchConnection(
        total_count=hits.total,
        facets=[
            Facet(
                name=facet.name,
                counts=[
                    FacetCount(value=value, narrows=narrowed_by(facet.name, value), count=number)
                    for value, number in facet.counts
                ],
            )
            for facet in hits.facets
        ],
        edges=[
            SearchEdge(hit=hit, score=hit.score, node=there[hit.iri])
            for hit in hits.hits
            if hit.iri in there
        ],
        page_info=placed(hits, question).info(),
        revision=hits.revision,
        words=list(hits.words),
        lost=list(hits.lost),
        every=hits.every,
    )


def _suggested(context: Context, text: str, first: int) -> Sequence[discovery.Suggestion]:
    return discovery.suggest(context.index(), text, first=first)
