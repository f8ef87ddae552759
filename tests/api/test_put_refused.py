"""Publishing over HTTP: whoever may not, or sends what cannot be taken, changes nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asking import Client
from putting import (
    PLAYS,
    STREAMING,
    TURTLE,
    YAML,
    Put,
    copied,
    graph_of,
    publish_example,
    putter,
    state,
    token_for,
)

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog
from catalog_service.governance.gate import Gate


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Gate]:
    return publish_example(tmp_path_factory.mktemp("begun") / "home")


@pytest.fixture(scope="module")
def catalog(
    begun: tuple[Path, Gate], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalog]:
    with copied(begun, tmp_path_factory.mktemp("copy") / "home") as catalog:
        yield catalog


@pytest.fixture(scope="module")
def secret(catalog: Catalog) -> str:
    return token_for(catalog, STREAMING)


@pytest.fixture(scope="module")
def client(catalog: Catalog) -> Client:
    return Client(create_app(catalog))


@pytest.fixture(scope="module")
def put(client: Client, secret: str) -> Put:
    return putter(client, secret)


@pytest.fixture(scope="module")
def plays(client: Client) -> str:
    """The product as it is published, with a new title."""
    return graph_of(client).replace('"Plays"', '"Played tracks"')


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer polyseme_x", "Basic {}", "bearer x{}"])
def test_without_a_valid_token_nothing_is_written(
    client: Client, catalog: Catalog, secret: str, plays: str, header: str
) -> None:
    before = state(catalog)
    headers = {"Content-Type": TURTLE, "Authorization": header.format(secret)}
    answer = client.request("PUT", "/products/streaming.plays", content=plays, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert state(catalog) == before


def moved_out(plays: str) -> str:
    return plays.replace("domains/streaming>", "domains/users>")


def of_another(plays: str) -> str:
    return plays.replace("products/streaming.plays", "products/users.profiles").replace(
        "domains/streaming>", "domains/users>"
    )


def disguised(plays: str) -> str:
    """A product of another domain that is said to be in the token's own."""
    return plays.replace("products/streaming.plays", "products/users.profiles")


def without_domain(plays: str) -> str:
    return plays.replace("dprod:domain", "rdfs:seeAlso")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (moved_out, "streaming.plays"),
        (of_another, "users.profiles"),
        (disguised, "users.profiles"),
        (without_domain, "streaming.plays"),
    ],
)
def test_outside_its_domain_a_token_writes_nothing(
    put: Put, catalog: Catalog, plays: str, change: Callable[[str], str], path: str
) -> None:
    before = state(catalog)
    changed = change(plays)
    assert changed != plays
    answer = put(changed, path=f"/products/{path}")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert state(catalog) == before
    assert catalog.journal.quarantined() == ()


@pytest.mark.parametrize(
    ("body", "form", "status", "said"),
    [
        ("<a", TURTLE, 400, "does not parse"),
        ("", TURTLE, 400, "empty"),
        (b"\xff", TURTLE, 400, "not UTF-8"),
        ("{", "application/ld+json", 400, "line 1, column 2"),
        ('{"@id": "x:y", "title": "Z"}', "application/ld+json", 400, "'title' means nothing"),
        ('{"@context": "https://x.example/c"}', "application/ld+json", 400, "none is fetched"),
        ("apiVersion: v3.1.0\nkind: DataContract\nid: [", YAML, 400, "line 4"),
        ("a: 1", YAML, 400, "no harvester knows"),
        ("<x:y> a <x:z> .", TURTLE, 400, "describes no data product"),
        ("x", "text/plain", 415, "not read in the form"),
        ("x", "", 415, "not read in the form"),
    ],
)
def test_a_body_that_cannot_be_taken_is_answered_with_the_reason(  # noqa: PLR0917 - a table
    put: Put, catalog: Catalog, body: str | bytes, form: str, status: int, said: str
) -> None:
    before = state(catalog)
    answer = put(body, form)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert state(catalog) == before


def test_a_product_is_sent_to_its_own_address(put: Put, plays: str) -> None:
    answer = put(plays, path="/products/streaming.other")
    assert answer.status_code == 400
    assert f"describes {PLAYS}" in answer.json()["detail"]


def test_a_larger_body_than_is_read_is_refused(put: Put) -> None:
    answer = put(b"#" * (16 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert json.loads(answer.text)["limit"] == "body-bytes"
