"""GraphQL over server-sent events: each operation is a stream of its own (distinct connections)."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.streaming import SSETransport

from catalog_service.api.graphql.subscriptions import Subscriptions

MEDIA_TYPE = "text/event-stream"
SEND_SECONDS = 30.0
"""How long one piece may wait for a client that does not read."""

KEEP_ALIVE_SECONDS = 15.0
"""How often a stream that waits sends a comment, so that nobody between takes it for dead."""

_LOG = logging.getLogger(__name__)


class EventTransport(SSETransport):
    """Writes each result as an event whose id is the cursor that a client comes back with."""

    def __init__(self) -> None:
        super().__init__(KEEP_ALIVE_SECONDS)

    def encode_next(
        self, response: GraphQLHTTPResponse, encode_json: Callable[[object], str]
    ) -> str:
        """An event, with the cursor that `extensions` has."""
        event = super().encode_next(response, encode_json)
        cursor = (response.get("extensions") or {}).get("cursor")
        return f"id: {cursor}\r\n{event}" if cursor else event


class EventStream(Response):
    """A response that goes on until its stream ends, its reader goes, or the server ends.

    It ends without the event `complete` where the server does, so that clients come back.

    Args:
        pieces: what is sent.
        subscriptions: those of the server.
        headers: of the response.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[str, None],
        subscriptions: Subscriptions,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(headers=headers, media_type=MEDIA_TYPE)
        self._pieces = pieces
        self._subscriptions = subscriptions
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send until one of the three comes to pass.

        A client that reads nothing is let go in the middle: what it has must not look whole.
        """
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        try:
            await _first(self._sent(send), _gone(receive), self._subscriptions.stopping())
            await _in_time(send, {"type": "http.response.body", "body": b""})
        except TimeoutError:
            _LOG.warning("a subscriber has read nothing for %g seconds", SEND_SECONDS)

    async def _sent(self, send: Send) -> None:
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                body = piece.encode()
                await _in_time(
                    send, {"type": "http.response.body", "body": body, "more_body": True}
                )


async def _in_time(send: Send, message: Message) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send(message)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first(*ways: Coroutine[object, object, None]) -> None:
    """Wait for the first of some ways to end, and give the others up."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault
