"""The whole application on a real server, over a real socket."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from asking import BASE, catalog_of, mesh
from fastapi import FastAPI

from catalog_service.api.app import create_app
from catalog_service.graph import parse


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        (listening,) = server.servers[0].sockets
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("served")
    with catalog_of(home, mesh()) as catalog, served(create_app(catalog)) as address:
        yield address


def test_every_door_answers(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert client.get("/health/ready").json()["status"] == "ready"
        query = {"query": "{ mesh { products } }"}
        assert client.post("/graphql", json=query).json() == {"data": {"mesh": {"products": 3}}}
        turtle = client.get("/products/users.profiles", headers={"Accept": "text/turtle"})
        assert parse(turtle.text, "turtle")
        asked = "ASK { ?product a <https://www.omg.org/spec/DPROD/dprod/DataProduct> }"
        answer = client.get("/sparql", params={"query": asked})
        assert answer.json()["boolean"] is True
        assert client.get("/").headers["content-type"].startswith("text/html")


def test_paths_arrive_as_they_were_sent(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        for path in ("/%2e%2e/domains/users", "/domains%2Fusers", "/domains/users%3F"):
            assert client.get(path).status_code == 404
        found = client.get("/resource", params={"iri": f"{BASE}domains/users"})
        assert found.status_code == 200


def test_the_head_has_no_body_on_the_wire(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        head, whole = client.head("/domains/users"), client.get("/domains/users")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == whole.headers["content-length"]


def test_another_host_is_refused(address: str) -> None:
    answer = httpx.get(f"{address}/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
