"""serve: an address, a clean end, and no door to strangers without a token."""

import signal
import socket
from pathlib import Path

import httpx
import pytest
from cli_running import MESH, Command, serving
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from catalog_service.cli.serve import _listening


def test_it_prints_its_address_answers_and_ends_well_when_told_to(
    polyseme: Command, tmp_path: Path
) -> None:
    assert polyseme("--home", tmp_path, "harvest", MESH / "governance").code == 0
    with serving(tmp_path) as (server, address):
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(f"{address}/health/live").status_code == 200
        answer = httpx.post(
            f"{address}/graphql", json={"query": '{search(query:"user"){totalCount}}'}
        )
        assert answer.json()["data"]["search"]["totalCount"] > 0
        second = polyseme("--home", tmp_path, "harvest", MESH / "governance")
        assert second.code == 2
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=30)
        assert (server.returncode, said) == (0, "")


def test_it_ends_at_once_though_somebody_follows_the_feed(tmp_path: Path) -> None:
    query = {"query": "subscription { changes { revision } }"}
    stream = {"Accept": "text/event-stream"}
    with (
        serving(tmp_path) as (server, address),
        httpx.stream("POST", f"{address}/graphql", json=query, headers=stream) as answer,
        connect(f"{address.replace('http', 'ws', 1)}/graphql", max_size=None) as wire,
    ):
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=10)  # half of what it gives to requests under way
        assert "complete" not in answer.read().decode()
        with pytest.raises(ConnectionClosed):
            wire.recv()
    assert (server.returncode, said) == (0, "")


def test_a_message_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, address):
        where = f"{address.replace('http', 'ws', 1)}/graphql"
        with connect(where, subprotocols=[Subprotocol("graphql-transport-ws")]) as wire:
            wire.send("x" * (2 << 20))
            with pytest.raises(ConnectionClosed):
                wire.recv()
            assert wire.protocol.close_code == 1009
        assert httpx.get(f"{address}/health/live").status_code == 200


def test_ctrl_c_ends_it_with_130_and_without_a_traceback(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _):
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=30)
        assert server.returncode == 130
        assert "Traceback" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - that is the point
def test_other_machines_are_served_only_with_a_token(
    polyseme: Command, tmp_path: Path, host: str
) -> None:
    ran = polyseme("--home", tmp_path, "serve", "--host", host)
    assert ran.code == 2
    assert "no token is set" in ran.err


def test_a_port_that_is_taken_is_named(polyseme: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = polyseme("--home", tmp_path, "serve", "--port", port)
    assert ran.code == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in ran.err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(polyseme: Command, tmp_path: Path, port: str) -> None:
    ran = polyseme("--home", tmp_path, "serve", "--port", port)
    assert ran.code == 2
    assert "port" in ran.err


def test_no_connection_waits_before_it_sends_the_end_of_a_response() -> None:
    with (
        _listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()[:2]),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
