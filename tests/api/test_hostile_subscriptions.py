"""What is sent to the doors of GraphQL to bring them down: each an answer that names the limit."""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from feeding import SUBSCRIPTION, Served, feeding, until
from talking import HELLO, PROTOCOL, closing, ended, opened, subscribe
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from catalog_service.api.graphql import eventstream, following, sockets

STREAM = {"Accept": "text/event-stream", "Content-Type": "application/json"}
DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture(autouse=True)
def lives(served: Served) -> Iterator[None]:
    """After each of these, the next caller is answered, and nothing is left open."""
    yield
    assert httpx.post(served.url, json={"query": "{ mesh { domains } }"}).status_code == 200
    until(lambda: served.subscriptions._open == {"subscriptions": 0, "sockets": 0})


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        DEEP.encode(),
        b'{"query": "{ mesh { domains } }", "variables": ' + DEEP.encode(),
        b"[" + b'{"query": "subscription { changes { cursor } }"},' * 50 + b"{}]",
        b'{"query": 5}',
        b'{"query": "subscription { changes { cursor } }", "variables": []}',
        b"",
    ],
)
@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_body_that_is_no_request_is_refused(served: Served, body: bytes, accept: str) -> None:
    headers = {**STREAM, "Accept": accept}
    answer = httpx.post(served.url, content=body, headers=headers)
    assert answer.status_code == 400
    assert "json" in answer.headers["content-type"]
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "invalid-request"


def test_a_body_that_is_too_long_is_refused_however_it_is_sent(served: Served) -> None:
    body = b'{"query": "' + b"#" * (1 << 20) + b'"}'
    for content in (body, iter([body])):
        answer = httpx.post(served.url, content=content, headers=STREAM)
        assert (answer.status_code, answer.json()["limit"]) == (413, "body-bytes")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            "subscription { a: changes { cursor } b: changes { cursor } }",
            "only one top level field",
        ),
        ("subscription { changes { " + "cursor " * 3_000 + "} }", "2000 tokens"),
        ("subscription { changes(filter: {domains: [5]}) { cursor } }", "not an IRI"),
        (
            "subscription { changes { resource { ... on Domain { "
            + "products(first: 500) { edges { node { downstream { downstream { id } } } } }" * 60
            + " } } } }",
            "values",
        ),
    ],
)
def test_a_subscription_that_asks_too_much_is_refused(
    served: Served, query: str, says: str
) -> None:
    answer = httpx.post(served.url, json={"query": query}, headers=STREAM, timeout=20)
    first = next(line for line in answer.text.splitlines() if line.startswith("data: "))
    assert says in json.loads(first.removeprefix("data: "))["errors"][0]["message"]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("nothing", "a message is a JSON object"),
        (DEEP, "a message is a JSON object"),
        ("[]", "a message is a JSON object"),
        ("5", "a message is a JSON object"),
        ("{}", "with a type"),
        ({"type": 5}, "with a type"),
        ({"type": "start"}, "Unknown message type"),
        ({"type": "x" * 50_000}, "Unknown message type"),
        ({"type": "subscribe"}, "id is no string"),
        ({"type": "subscribe", "id": {}}, "id is no string"),
        ({"type": "complete", "id": []}, "id is no string"),
        ({"type": "subscribe", "id": "1"}, "query is no string"),
        ({"type": "subscribe", "id": "1", "payload": "x"}, "query is no string"),
        ({"type": "subscribe", "id": "1", "payload": {"query": 5}}, "query is no string"),
        (
            {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}},
            "variables is no object",
        ),
        (
            {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 5}},
            "operationName is no string",
        ),
        (b"\x00\x01", "must be text"),
    ],
)
def test_a_message_that_is_none_ends_its_connection(
    served: Served, message: Any, says: str
) -> None:
    code, reason = closing(served, HELLO, message)
    assert code == 4400
    assert says in reason


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{", "Syntax Error"),
        ("{" * 5_000, "Syntax Error"),
        ("{" + "mesh { domains } " * 1_000 + "}", "2000 tokens"),
        (
            "{ mesh { domains ...a } } fragment a on Mesh { ...b } fragment b on Mesh { ...a }",
            "itself",
        ),
    ],
)
def test_a_query_that_is_none_is_told_and_others_go_on(
    served: Served, query: str, says: str
) -> None:
    async def ask() -> list[dict[str, Any]]:
        async with opened(served) as wire:
            for id_, text in (("1", query), ("2", "{ mesh { domains } }")):
                message = {"type": "subscribe", "id": id_, "payload": {"query": text}}
                await wire.send(json.dumps(message))
            return sorted([json.loads(await wire.recv()) for _ in range(3)], key=str)

    told = asyncio.run(ask())
    (refused,) = [each for each in told if each["type"] == "error"]
    assert refused["id"] == "1"
    assert says in refused["payload"][0]["message"]
    assert refused["payload"][0]["extensions"]["code"] == "invalid-request"
    (answered,) = [each for each in told if each["type"] == "next"]
    assert answered["payload"] == {"data": {"mesh": {"domains": 3}}}


def test_a_greeting_that_is_none_ends_its_connection(served: Served) -> None:
    assert closing(served, {"type": "connection_init", "payload": 5})[0] == 4400


def test_a_message_that_is_too_long_ends_its_connection(served: Served) -> None:
    code, reason = closing(served, HELLO, "x" * ((1 << 20) + 1))
    assert (code, reason) == (1009, "message-bytes: at most 1,048,576 in a message")


def test_a_message_in_no_encoding_ends_its_connection(served: Served) -> None:
    host, _, port = served.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        _greet(wire)
        masked = bytes([0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE])  # a frame of text that is no UTF-8
        wire.sendall(masked)
        frame = wire.recv(4_096)
        assert (frame[0], struct.unpack("!H", frame[2:4])[0]) == (0x88, 1007)


def test_a_flood_of_messages_ends_its_connection(served: Served) -> None:
    code, reason = closing(served, HELLO, *[{"type": "ping"}] * 1_000)
    assert (code, reason) == (4429, "messages: at most 200 in a second")


def test_too_many_operations_end_their_connection(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_MESSAGES", 10_000)

    async def ask() -> tuple[int | None, str]:
        async with opened(served) as wire:
            with suppress(ConnectionClosed):
                for number in range(1_000):
                    await subscribe(wire, str(number))
            return await ended(wire)

    assert asyncio.run(ask()) == (4429, "operations: at most 100 at a time on one connection")


def test_a_connection_that_says_nothing_is_let_go(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.api.graphql.streams.FIRST_WORD", sockets.FIRST_WORD / 50)
    with feeding(tmp_path_factory.mktemp("silent")) as silent:
        assert closing(silent) == (4408, "Connection initialisation timeout")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("small"), subscriptions=2) as small:
        yield small


class TestSubscriptionsThatAreTooMany:
    def test_a_stream_is_told_to_try_again(self, small: Served) -> None:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient() as client:
                body = {"query": SUBSCRIPTION}
                for _ in range(2):
                    request = client.build_request("POST", small.url, json=body, headers=STREAM)
                    await client.send(request, stream=True)
                await asyncio.to_thread(small.followed_by, 2)
                return await client.post(small.url, json=body, headers=STREAM)

        answer = asyncio.run(ask())
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["limit"] == "subscriptions"
        assert "2 subscriptions are open" in answer.json()["detail"]
        until(lambda: small.subscriptions._open["subscriptions"] == 0)

    def test_an_operation_on_a_socket_is_told_too(self, small: Served) -> None:
        async def ask() -> dict[str, Any]:
            async with opened(small) as wire:
                for id_ in ("1", "2", "3"):
                    await subscribe(wire, id_)
                found: dict[str, Any] = json.loads(await wire.recv())
                return found

        told = asyncio.run(ask())
        assert told["id"] == "3"
        assert told["payload"]["errors"][0]["extensions"]["code"] == "limit-exceeded"
        until(lambda: small.subscriptions._open == {"subscriptions": 0, "sockets": 0})

    def test_a_socket_is_refused_at_the_door(self, small: Served) -> None:
        async def ask() -> InvalidStatus:
            async with opened(small), opened(small):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(small.ws, subprotocols=[PROTOCOL])
                return refused.value

        answer = asyncio.run(ask()).response
        assert json.loads(answer.body)["limit"] == "sockets"


def test_who_falls_too_far_behind_is_told_where_to_go_on(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_BEHIND", 5)

    async def ask() -> list[dict[str, Any]]:
        begun = served.revision
        async with opened(served) as wire:
            await subscribe(wire, "1", after=begun)
            await asyncio.to_thread(served.followed_by, 1)
            await asyncio.to_thread(served.publish, *(f"many{number}" for number in range(10)))
            error = json.loads(await wire.recv())["payload"]
            assert json.loads(await wire.recv())["type"] == "complete"
            await subscribe(wire, "2", after=begun)
            told = [json.loads(await wire.recv())["payload"] for _ in range(10)]
        assert [each["data"]["changes"]["revision"] for each in told] == [
            *range(begun + 1, begun + 11)
        ]
        found: list[dict[str, Any]] = error["errors"]
        assert f'`after: "{begun}"`' in found[0]["extensions"]["hint"]
        return found

    (error,) = asyncio.run(ask())
    assert "10 changes behind; at most 5" in error["message"]
    assert error["extensions"]["code"] == "limit-exceeded"


@pytest.mark.parametrize("way", ["sse", "websocket"])
def test_who_reads_nothing_is_let_go(
    served: Served,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(eventstream, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(sockets, "SEND_SECONDS", 0.3)
    caplog.set_level(logging.WARNING)
    begun = served.revision
    served.publish(*(f"large{number}" for number in range(30)), title="x" * 10_000)
    fields = " ".join(f"t{number}: resource {{ title }}" for number in range(30))
    query = f"subscription {{ changes(after: {begun}) {{ {fields} }} }}"
    body = json.dumps({"query": query}).encode()
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        host, _, port = served.address.removeprefix("http://").partition(":")
        wire.connect((host, int(port)))
        if way == "sse":
            wire.sendall(
                b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Accept: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
        else:
            _greet(wire)
            wire.sendall(
                _masked(json.dumps(HELLO).encode())
                + _masked(b'{"type":"subscribe","id":"1","payload":' + body + b"}")
            )
        served.followed_by(1)
        until(lambda: served.subscriptions._open == {"subscriptions": 0, "sockets": 0})
    until(lambda: "has read nothing" in caplog.text)  # it is let go first, and told of then


def _greet(wire: socket.socket) -> None:
    wire.sendall(
        b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    assert b"101" in wire.recv(4_096)


def _masked(text: bytes) -> bytes:
    """A frame of text as clients send it; its mask is 0."""
    long = len(text) >= 126
    length = struct.pack("!H", len(text)) if long else b""
    return bytes([0x81, 0x80 | (126 if long else len(text))]) + length + bytes(4) + text
