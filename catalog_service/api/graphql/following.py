"""Following the feed for one caller: from where it broke off, as far as the caller may see.

A caller is asked who they are anew before each change, and is let go when they may no longer ask;
so is one that falls too far behind.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from strawberry.extensions import SchemaExtension
from strawberry.fastapi import BaseContext

from catalog_service.api.graphql.subscriptions import Subscriptions
from catalog_service.bootstrap import Catalog
from catalog_service.errors import Forbidden, LimitExceeded
from catalog_service.services import feed

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from catalog_service.api.graphql.context import Asked

MOST_BEHIND = 1_000
"""Changes that may wait for a caller, beside those that it came to catch up with."""

_AT_A_TIME = 100
_ASKED_AGAIN = 5.0
"""Seconds after which one that waits is asked again who they are."""

_LAST_EVENT = "last-event-id"


class Following:
    """What one request needs to follow the feed.

    Args:
        catalog: what is followed.
        subscriptions: those of the server.
        context: that of the request.
        fresh: makes such a context anew.
        admitted: whether what the connection, or its first message, carries lets it in still.
    """

    def __init__(
        self,
        catalog: Catalog,
        subscriptions: Subscriptions,
        context: BaseContext,
        fresh: Callable[[], BaseContext],
        admitted: Callable[[BaseContext], bool],
    ) -> None:
        self._catalog = catalog
        self._subscriptions = subscriptions
        self._context = context
        self._fresh = fresh
        self._admitted = admitted
        self.cursor = ""

    async def heads(
        self, wanted: feed.Wanted, after: str | None
    ) -> AsyncGenerator[feed.Head, None]:
        """What is published, from where the caller stands until they go.

        Args:
            wanted: which changes.
            after: the cursor to go on from; None to begin with what is published next.

        Raises:
            InvalidRequest: the cursor is none.
            LimitExceeded: there are too many subscriptions, or this one is too far behind.
            Forbidden: the caller may ask no longer.
        """
        subscriptions = self._subscriptions
        begun = subscriptions.revision()
        place = self._begin(after, begun)
        with subscriptions.joined():
            while True:
                await self._go_on()
                latest = subscriptions.revision()
                if latest <= place:
                    await subscriptions.later(place, within=_ASKED_AGAIN)
                    continue
                if latest - max(place, begun) > MOST_BEHIND:
                    raise _behind(latest - place, place)
                found = await run_in_threadpool(
                    feed.page,
                    self._catalog.view(),
                    self._catalog.journal.feed,
                    wanted,
                    after=place,
                    until=latest,
                    first=_AT_A_TIME,
                )
                for head in found.heads:
                    await self._go_on()
                    if self._catalog.view().sees(head.subject):
                        self._renew()
                        self.cursor = str(head.revision)
                        yield head
                place = found.reached

    def _begin(self, after: str | None, latest: int) -> int:
        """The revision to go on from: of two that are told, the later one."""
        request: HTTPConnection | None = self._context.request
        told = request.headers.get(_LAST_EVENT, "") if request else ""
        places = [feed.place(cursor, latest=latest) for cursor in (after, told) if cursor]
        return max(places, default=latest)

    async def _go_on(self) -> None:
        """Let the caller in once more.

        When the server ends, this never does: a stream that came to its own end would be told to be
        complete, and its client would not come back. Whoever sends it breaks it off.
        """
        if self._subscriptions.stopped:
            await asyncio.get_running_loop().create_future()
        if not await run_in_threadpool(self._admitted, self._context):
            raise Forbidden(
                "the token of this subscription is no longer valid",
                hint="make another one with `polyseme token create`, and go on with the cursor",
            )

    def _renew(self) -> None:
        """Let the next event be answered by what is there now, not by what was asked before."""
        made = vars(self._fresh())
        made = {name: value for name, value in made.items() if name not in _KEPT}
        vars(self._context).update(made)


_KEPT = (*vars(BaseContext()), "connection_params", "following")


def following(info: "Asked") -> Following:
    """What the request of a field needs to follow the feed."""
    found: Following = info._raw_info.context.following  # noqa: SLF001 - of whichever state
    return found


def _behind(by: int, place: int) -> LimitExceeded:
    return LimitExceeded(
        f"this subscription is {by:,} changes behind; at most {MOST_BEHIND:,} may wait for it",
        limit="waiting-changes",
        hint=f'read faster, or ask for fewer fields; go on with `after: "{place}"`',
    )


class CursorTeller(SchemaExtension):
    """Tells the place in the feed beside each result of a subscription, whatever it selects."""

    def on_stream_result(self, result: Any) -> Iterator[None]:  # noqa: ANN401 - of any kind
        """Add the cursor to the extensions of a result."""
        followed = getattr(self.execution_context.context, "following", None)
        if followed is not None and followed.cursor:
            result.extensions = {**(result.extensions or {}), "cursor": followed.cursor}
        yield
