"""The feed of changes over WebSocket, with the client that Python programs use."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from asking import mesh
from feeding import SUBSCRIPTION, Served, feeding, iri, until
from gql import Client, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from talking import PROTOCOL, closing, ended, opened, subscribe
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

TOKEN = "a token of sufficient length"  # noqa: S105


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("guarded"), token=TOKEN) as served:
        yield served


def gql_client(served: Served, **options: Any) -> Client:
    transport = WebsocketsTransport(
        served.ws, subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL], **options
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


def asked(text: str = SUBSCRIPTION, **variables: Any) -> Any:
    found = gql(text)
    found.variable_values = variables
    return found


async def took(served: Served, count: int, *, then: Any = None, **variables: Any) -> list[Any]:
    """The first changes that a client is told, after something has been done meanwhile."""
    found = []
    before = served.following
    async with gql_client(served) as session:
        stream = session.subscribe(asked(**variables))
        first = asyncio.ensure_future(anext(stream))
        await asyncio.to_thread(until, lambda: first.done() or served.following > before)
        if then is not None:
            await asyncio.to_thread(then)
        found.append((await first)["changes"])
        while len(found) < count:
            found.append((await anext(stream))["changes"])
        await stream.aclose()
    return found


def test_what_is_published_from_now_on_is_told(served: Served) -> None:
    told = asyncio.run(took(served, 2, then=lambda: served.publish("one", "two")))
    assert [change["subject"] for change in told] == [iri("one"), iri("two")]
    until(lambda: served.subscriptions._open == {"subscriptions": 0, "sockets": 0})


def test_a_client_that_comes_back_misses_nothing_and_gets_nothing_twice(served: Served) -> None:
    begun, seen, cursor = served.revision, [], str(served.revision)
    for part in range(4):
        served.publish(*(f"part{part}.{n}" for n in range(5)))
        told = asyncio.run(took(served, 3, after=cursor))
        seen += [change["revision"] for change in told]
        cursor = told[-1]["cursor"]
    told = asyncio.run(took(served, served.revision - int(cursor), after=cursor))
    seen += [change["revision"] for change in told]
    assert seen == list(range(begun + 1, served.revision + 1))


def test_queries_and_subscriptions_share_a_connection_and_no_answers(served: Served) -> None:
    async def ask() -> list[str]:
        titles = []
        query = f'{{ product(iri: "{iri("shared")}") {{ title }} }}'
        async with gql_client(served) as session:
            stream = session.subscribe(asked(after=served.revision))
            for title in ("One", "Two"):
                await asyncio.to_thread(served.publish, "shared", title=title)
                titles.append((await anext(stream))["changes"]["resource"]["title"])
                titles.append((await session.execute(gql(query)))["product"]["title"])
            await stream.aclose()
        return titles

    assert asyncio.run(ask()) == ["One", "One", "Two", "Two"]


def test_a_mistake_reaches_the_client_with_code_and_hint(served: Served) -> None:
    with pytest.raises(TransportQueryError) as refused:
        asyncio.run(took(served, 1, after="soon"))
    (told,) = refused.value.errors or []
    assert told["extensions"]["code"] == "invalid-request"
    assert told["extensions"]["hint"]


@pytest.mark.parametrize(
    "payload",
    [{"Authorization": f"Bearer {TOKEN}"}, {"authorization": f"Bearer {TOKEN}"}, {"token": TOKEN}],
)
def test_the_first_message_may_carry_the_token(guarded: Served, payload: dict[str, str]) -> None:
    async def ask() -> dict[str, Any]:
        async with gql_client(guarded, init_payload=payload) as session:
            return dict(await session.execute(gql("{ mesh { domains } }")))

    assert asyncio.run(ask()) == {"mesh": {"domains": 3}}


def test_the_header_may_carry_it_too(guarded: Served) -> None:
    async def ask() -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with gql_client(guarded, headers=headers) as session:
            return dict(await session.execute(gql("{ mesh { domains } }")))

    assert asyncio.run(ask()) == {"mesh": {"domains": 3}}


@pytest.mark.parametrize("payload", [{}, {"Authorization": "Bearer another"}, {"token": 5}])
def test_without_a_token_nobody_is_let_in(guarded: Served, payload: dict[str, Any]) -> None:
    async def ask() -> None:
        async with gql_client(guarded, init_payload=payload):
            pass

    with pytest.raises((TransportError, ConnectionClosed)):
        asyncio.run(ask())
    assert closing(guarded, {"type": "connection_init", "payload": payload}) == (4403, "Forbidden")


def test_a_wrong_header_is_refused_at_the_door(guarded: Served) -> None:
    async def ask() -> None:
        async with connect(guarded.ws, additional_headers={"Authorization": "Bearer another"}):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(ask())
    assert refused.value.response.status_code == 401


def test_a_token_that_is_revoked_ends_what_it_began(guarded: Served) -> None:
    tokens = guarded.catalog.journal.tokens
    token, secret = tokens.create(iri("x"), lasts=timedelta(days=1))

    async def ask() -> list[Any]:
        told = []
        async with AsyncExitStack() as stack:
            socket = await stack.enter_async_context(opened(guarded, {"token": secret}))
            await subscribe(socket, "1")
            await asyncio.to_thread(guarded.followed_by, 1)
            await asyncio.to_thread(tokens.revoke, token.id)
            await asyncio.to_thread(guarded.publish, "unseen")
            told += [json.loads(await socket.recv()) for _ in range(2)]
            await subscribe(socket, "2")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            told.append(socket.close_code)
        return told

    ended, complete, code = asyncio.run(ask())
    assert ended["payload"]["errors"][0]["extensions"]["code"] == "forbidden"
    assert "unseen" not in str(ended)
    assert (complete["type"], code) == ("complete", 4403)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_from_elsewhere_is_refused(served: Served, origin: str) -> None:
    async def ask() -> None:
        async with connect(served.ws, origin=Origin(origin), subprotocols=[PROTOCOL]):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(ask())
    assert refused.value.response.status_code == 403


def test_a_page_of_the_mesh_and_of_the_server_itself_is_let_in(served: Served) -> None:
    async def ask(origin: str) -> str | None:
        async with connect(served.ws, origin=Origin(origin), subprotocols=[PROTOCOL]) as socket:
            return socket.subprotocol

    for origin in (served.address, "https://mesh.media.example"):
        assert asyncio.run(ask(origin)) == PROTOCOL


def test_another_host_is_refused(served: Served) -> None:
    async def ask() -> None:
        port = int(served.address.rpartition(":")[2])
        async with connect("ws://evil.example/graphql", host="127.0.0.1", port=port):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(ask())
    assert refused.value.response.status_code == 421


def test_who_says_something_before_hello_is_unauthorized(served: Served) -> None:
    message = {"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}
    assert closing(served, message) == (4401, "Unauthorized")


def test_hello_is_said_once(served: Served) -> None:
    hello = {"type": "connection_init"}
    assert closing(served, hello, hello) == (4429, "Too many initialisation requests")


@pytest.mark.parametrize("protocol", ["graphql-ws", "something"])
def test_other_protocols_are_not_spoken(served: Served, protocol: str) -> None:
    async def ask() -> int | None:
        async with connect(served.ws, subprotocols=[Subprotocol(protocol)]) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            return socket.close_code

    assert asyncio.run(ask()) == 4406


def test_a_server_that_ends_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    async def ask(ending: Served, stack: AsyncExitStack) -> int | None:
        socket = await stack.enter_async_context(opened(ending))
        await subscribe(socket, "1", after=len(mesh()) - 1)
        assert json.loads(await socket.recv())["payload"]["data"]["changes"]["cursor"] == "4"
        ending.end()
        return (await ended(socket))[0]

    async def whole(ending: Served) -> int | None:
        async with AsyncExitStack() as stack:
            return await ask(ending, stack)

    with feeding(tmp_path_factory.mktemp("ending")) as ending:
        assert asyncio.run(whole(ending)) == 1012
