"""Speaking graphql-transport-ws by hand, to say what no client would."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from feeding import SUBSCRIPTION, Served
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
HELLO = {"type": "connection_init"}


def closing(served: Served, *messages: Any) -> tuple[int | None, str]:
    """With which code and reason a connection is closed after some messages."""

    async def ask() -> tuple[int | None, str]:
        async with connect(served.ws, subprotocols=[PROTOCOL], max_size=None) as socket:
            try:
                for message in messages:
                    raw = message if isinstance(message, str | bytes) else json.dumps(message)
                    await socket.send(raw)
            except ConnectionClosed:
                pass
            return await ended(socket)

    return asyncio.run(ask())


async def ended(socket: ClientConnection) -> tuple[int | None, str]:
    """With which code and reason a connection is closed, whatever is said before."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 15)
    except ConnectionClosed:
        return socket.close_code, socket.close_reason or ""


@asynccontextmanager
async def opened(
    served: Served, payload: dict[str, Any] | None = None
) -> AsyncIterator[ClientConnection]:
    """A connection after its first words."""
    async with connect(served.ws, subprotocols=[PROTOCOL]) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": payload or {}}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        yield socket


async def subscribe(socket: ClientConnection, id_: str, **variables: Any) -> None:
    """Begin a subscription."""
    payload = {"query": SUBSCRIPTION, "variables": variables}
    await socket.send(json.dumps({"id": id_, "type": "subscribe", "payload": payload}))
