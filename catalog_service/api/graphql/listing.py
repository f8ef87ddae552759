"""Lists that the search index keeps in order: of products, domains and polysemes."""

from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import Page, bounded
from catalog_service.api.graphql.context import Asked, Context
from catalog_service.services import discovery
from catalog_service.services.discovery import Hits, Kind, Question
from catalog_service.terms import Iri


def listing(kind: Kind, first: int, after: str | None) -> Question:
    """The question for a page of all things of one kind, by name."""
    return Question(kinds=(kind,), first=bounded(first), after=after or "", facets=())


async def found(info: Asked, question: Question) -> Hits:
    """What search finds of what the caller may see."""
    return await run_in_threadpool(_found, info.context, question)


def _found(context: Context, question: Question) -> Hits:
    return discovery.search(context.index(), question)


async def page(info: Asked, question: Question) -> Page[Iri]:
    """The same as a page of IRIs."""
    return placed(await found(info, question), question)


def placed(hits: Hits, question: Question) -> Page[Iri]:
    """Hits as a page of IRIs."""
    return Page(
        [(hit.cursor, hit.iri) for hit in hits.hits],
        hits.total,
        bool(hits.next),
        bool(question.after),
    )
