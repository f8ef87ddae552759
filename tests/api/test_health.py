"""Whether the server says truly how it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Client, catalog_of, draft, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog

FINE = {"journal": True, "projection": True, "search": True, "workers": True}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Catalog]:
    with catalog_of(tmp_path / "home", mesh()[:1]) as catalog:
        yield catalog


def test_it_lives(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    head = client.request("HEAD", "/health/live")
    assert head.status_code == 200


def test_it_is_ready_when_all_is_at_the_same_revision(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": FINE})


def test_it_is_not_ready_while_the_projection_is_behind_the_journal(own: Catalog) -> None:
    client = Client(create_app(own))
    own.journal.append([draft(*mesh()[1])])
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unready",
        "checks": {**FINE, "projection": False, "search": False},
    }
    assert client.get("/health/live").status_code == 200


def test_workers_that_were_lost_are_brought_back(own: Catalog) -> None:
    client = Client(create_app(own))
    own.pool._keeper.kill()  # type: ignore[union-attr]
    assert not own.pool.health().alive
    assert client.get("/health/ready").json()["checks"]["workers"]
    assert own.pool.health().alive


def test_it_is_not_ready_without_workers(own: Catalog) -> None:
    client = Client(create_app(own))
    own.pool.close()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["workers"]) == (503, False)
