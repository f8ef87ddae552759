"""The feed of changes: page by page, and as a subscription that goes on where one broke off."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import Annotated, Any, NewType, TypeVar, cast

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry.types.scalar import ScalarDefinition

from catalog_service.api.graphql.connection import Edge, PageInfo, bounded
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    answer,
    described,
    described_input,
    given,
    listed,
    narrowing,
    told,
)
from catalog_service.api.graphql.following import Following, following
from catalog_service.api.graphql.moments import Plain
from catalog_service.api.graphql.resource import Resource
from catalog_service.domain.publication import Kind
from catalog_service.errors import InvalidRequest
from catalog_service.services import feed
from catalog_service.terms import Iri

listed(Kind, name="PublicationKind")
Method = TypeVar("Method", bound=Callable[..., Any])

Revision = NewType("Revision", str)
"""The place of a change in the feed, as text."""


def _read(value: object) -> Revision:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return Revision(str(value))
    raise InvalidRequest(f"{value!r} is no revision", hint="write a number, or a cursor as text")


REVISION: ScalarDefinition = strawberry.scalar(
    name="Revision",
    description=(
        "A revision of the catalog: its number, or the cursor of a change as it was given. 0 stands"
        " before the first."
    ),
    serialize=str,
    parse_value=_read,
)

_FILTER = given("Which changes; all by default.")


@described_input
class ChangeFilter:
    """Which changes to tell; values of one field are alternatives, fields narrow each other."""

    subjects: list[Iri] | None = narrowing("Of these products or decisions.")
    domains: list[Iri] | None = narrowing(
        "Of products that now belong to these domains or to their sub-domains."
    )
    kinds: list[Kind] | None = narrowing("Of products, of decisions.")

    def wanted(self) -> feed.Wanted:
        """It as the feed has it."""
        return feed.Wanted(
            subjects=tuple(self.subjects or ()),
            domains=tuple(self.domains or ()),
            kinds=tuple(self.kinds or ()),
        )


@described
class Change:
    """A publication: of a product for the first time, or anew; or of a decision."""

    cursor: str = told("The place in the feed: give it as `after` to go on behind this change.")
    revision: int = told("The revision that it made.")
    previous: int | None = told("The revision of the same thing before; none for its first.")
    kind: Kind = told("Whether it is a data product or a decision.")
    subject: Iri = told("What was published.")
    version: str | None = told("The version that a product stated of itself.")
    time: datetime = told("When it was published.")
    publisher: str = told("Who published it.")
    conforms: bool = told("Whether it met the standards when it was published.")
    content_hash: str = told("The hash of its canonical graph.")
    source: str | None = told("The kind of source it was read from.")

    @answer
    async def resource(self, info: Asked) -> Resource | None:
        """The thing that was published, as it is now."""
        return await info.context.nodes.resource(self.subject)

    @classmethod
    def of(cls, found: feed.Head) -> "Change":
        """The change that was found."""
        return cls(
            cursor=str(found.revision),
            revision=found.revision,
            previous=found.previous,
            kind=found.kind,
            subject=found.subject,
            version=found.version or None,
            time=found.time,
            publisher=found.publisher,
            conforms=found.conforms,
            content_hash=found.content_hash,
            source=found.source or None,
        )


@described
class ChangeConnection:
    """Some changes, in the order in which they came."""

    edges: list[Edge[Change]] = told("The changes of this page.")
    page_info: PageInfo = told(
        "Where this page stands: `endCursor` is where all before it was looked at, even where none"
        " of it is told."
    )
    revision: int = told("The latest revision there is.")


@strawberry.type
class ChangeQuery:
    """The question of what was published since."""

    @answer
    async def changes(
        self,
        info: Asked,
        after: Annotated[
            Revision | None, given("The revision or cursor to go on from; none to begin.")
        ] = None,
        first: Annotated[int, given("How many to answer, up to 500.")] = 100,
        filter: Annotated[ChangeFilter | None, _FILTER] = None,  # noqa: A002
    ) -> ChangeConnection:
        """What was published after a revision, page by page."""
        catalog = info.context.catalog
        latest = catalog.projection.revision
        begin = feed.place(after, latest=latest) if after is not None else 0
        page = await run_in_threadpool(
            feed.page,
            info.context.view,
            catalog.journal.feed,
            filter.wanted() if filter else feed.Wanted(),
            after=begin,
            until=latest,
            first=bounded(first),
        )
        edges = [Edge(place=Plain(one.revision), node=Change.of(one)) for one in page.heads]
        info_ = PageInfo(
            has_next_page=page.more,
            has_previous_page=after is not None,
            start=edges[0].place if edges else None,
            end=Plain(page.reached),
        )
        return ChangeConnection(edges=edges, page_info=info_, revision=latest)


def _followed(description: str) -> Callable[[Method], Method]:
    """Make a method a subscription; the type checker goes on seeing the method."""
    return cast("Callable[[Method], Method]", strawberry.subscription(description=description))


@strawberry.type(description="What can be followed: each event is sent as soon as it can be seen.")
class Subscription:
    """What can be followed."""

    @_followed(
        "What is published from now on; or, with `after`, all that was published since, and then"
        " what comes. A client that comes back with the last cursor misses nothing and is told"
        " nothing twice."
    )
    async def changes(
        self,
        info: Asked,
        after: Annotated[
            Revision | None,
            given(
                "The revision or cursor to go on from; none for what comes from now on. A later"
                " `Last-Event-ID` goes before it."
            ),
        ] = None,
        filter: Annotated[ChangeFilter | None, _FILTER] = None,  # noqa: A002
    ) -> AsyncGenerator[Change, None]:
        """Follow the feed."""
        link: Following = following(info)
        wanted = filter.wanted() if filter else feed.Wanted()
        async for head in link.heads(wanted, after):
            yield Change.of(head)
