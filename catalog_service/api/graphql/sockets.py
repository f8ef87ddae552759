"""GraphQL over WebSocket: strawberry's handler of graphql-transport-ws, held to limits.

What comes in is read one message at a time, so a client that sends too fast waits; what it may
not send ends the connection with the code of the protocol and a reason that names the limit.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import NonTextMessageReceived, WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from catalog_service.api.graphql import faults
from catalog_service.api.graphql.eventstream import SEND_SECONDS

PROTOCOL = "graphql-transport-ws"
MOST_OPERATIONS = 100
"""Operations of one connection at a time."""

MOST_MESSAGES = 200
"""Messages that one connection may send in a second."""

MOST_BYTES = 1 << 20
"""Bytes of one message: as many as the body of a request may have."""

FIRST_WORD = timedelta(seconds=10)
"""How long a connection may take to say who it is."""

FORBIDDEN, TOO_MANY, TOO_BIG = 4403, 4429, 1009
_LONGEST_REASON = 123
"""Bytes that the reason of a closing frame may have."""

_SHAPE = {"query": str, "variables": dict | None, "operationName": str | None}
_NONE = {str: "no string", dict | None: "no object", str | None: "no string"}

_LOG = logging.getLogger(__name__)


class Frames(ASGIWebSocketAdapter):
    """Reads and writes the messages of one connection."""

    def __init__(self, view: Any, request: WebSocket, response: WebSocket) -> None:  # noqa: ANN401
        super().__init__(view, request, response)
        self._stalled = asyncio.Event()
        self._second, self._count = 0, 0

    async def iter_json(
        self,
        *,
        ignore_parsing_errors: bool = False,  # noqa: ARG002 - as strawberry has it
    ) -> AsyncGenerator[object, None]:
        """The messages, until one is not what it may be."""
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                text = await self._text()
                if text is None or not await self._allowed(text):
                    return
                yield await self._message(text)
        except KeyError as fault:
            raise NonTextMessageReceived from fault
        except WebSocketDisconnect:
            return

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message; a client that reads nothing for too long is let go."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await super().send_json(message)
        except TimeoutError as fault:
            _LOG.warning("a subscriber has read nothing for %g seconds", SEND_SECONDS)
            self._stalled.set()
            raise WebSocketDisconnected from fault

    async def close(self, code: int, reason: str) -> None:
        """Close, unless the client went first."""
        told = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        with suppress(WebSocketDisconnect, RuntimeError):
            await super().close(code, told)

    async def _text(self) -> str | None:
        """The next message; None where the client no longer reads what it is sent."""
        received = asyncio.create_task(self.ws.receive_text())
        stalled = asyncio.create_task(self._stalled.wait())
        try:
            await asyncio.wait((received, stalled), return_when=asyncio.FIRST_COMPLETED)
            return received.result() if received.done() else None
        finally:
            for task in (received, stalled):
                task.cancel()

    async def _allowed(self, text: str) -> bool:
        second = int(asyncio.get_running_loop().time())
        self._count = self._count + 1 if second == self._second else 1
        self._second = second
        if self._count > MOST_MESSAGES:
            await self.close(TOO_MANY, f"messages: at most {MOST_MESSAGES} in a second")
            return False
        if len(text) > MOST_BYTES or len(text.encode()) > MOST_BYTES:
            await self.close(TOO_BIG, f"message-bytes: at most {MOST_BYTES:,} in a message")
            return False
        return True

    async def _message(self, text: str) -> object:
        with suppress(json.JSONDecodeError, RecursionError):
            return self.view.decode_json(text)
        return None


class Socket(BaseGraphQLTransportWSHandler[Any, None]):
    """One connection.

    Each operation has a context of its own: what one has asked is not what another is answered.
    """

    fresh: Callable[[Any], Any]
    """Makes the context of an operation out of that of the connection."""

    admitted: Callable[[Any], bool]
    """Whether what the connection, or its first message, carries lets it in still."""

    async def handle_message(self, message: Any) -> None:  # noqa: ANN401 - whatever was sent
        """Take a message that has the shape of one."""
        wrong = _wrong(message)
        if wrong:
            await self.handle_invalid_message(wrong)
        else:
            await super().handle_message(message)

    async def handle_subscribe(self, message: Any) -> None:  # noqa: ANN401 - strawberry's own
        """Begin an operation, where there is room for one and the caller may still ask."""
        if not self.connection_acknowledged:
            await super().handle_subscribe(message)
        elif len(self.operations) >= MOST_OPERATIONS:
            reason = f"operations: at most {MOST_OPERATIONS} at a time on one connection"
            await self.websocket.close(TOO_MANY, reason)
        elif not type(self).admitted(self.context):
            await self.websocket.close(FORBIDDEN, "Forbidden")
        else:
            self.context = type(self).fresh(self.context)
            await super().handle_subscribe(message)

    async def _send_result_stream(self, operation: Operation[Any, None], source: Any) -> None:  # noqa: ANN401
        await super()._send_result_stream(operation, _told(source))


async def _told(source: Any) -> AsyncGenerator[Any, None]:  # noqa: ANN401 - results of any kind
    """Results whose errors are in words that may leave the house."""
    async for result in source:
        if result.errors:
            result.errors = [faults.told(error) for error in result.errors]
        yield result


def _wrong(message: object) -> str:
    """What is wrong with a message; empty for nothing."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "a message is a JSON object with a type"
    kind = message["type"]
    if kind in ("subscribe", "complete") and not isinstance(message.get("id"), str):
        return f"{kind}: id is no string"
    asked = message.get("payload") if kind == "subscribe" else {"query": ""}
    named = asked if isinstance(asked, dict) else {}
    wrong = (name for name, of in _SHAPE.items() if not isinstance(named.get(name), of))
    return next((f"subscribe: payload.{name} is {_NONE[_SHAPE[name]]}" for name in wrong), "")
