"""Publishing over HTTP: in which forms, on which conditions, and what is answered."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from asking import Client
from putting import (
    BASE,
    MESH,
    PLAYS,
    STREAMING,
    TURTLE,
    USERS,
    YAML,
    Put,
    copied,
    graph_of,
    publish_example,
    putter,
    state,
    token_for,
)

from catalog_service.api import products as door
from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog
from catalog_service.governance.gate import Gate
from catalog_service.settings import Settings
from catalog_service.terms import Iri


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Gate]:
    return publish_example(tmp_path_factory.mktemp("begun") / "home")


@pytest.fixture
def catalog(begun: tuple[Path, Gate], tmp_path: Path) -> Iterator[Catalog]:
    with copied(begun, tmp_path / "home") as catalog:
        yield catalog


@pytest.fixture
def secret(catalog: Catalog) -> str:
    return token_for(catalog, STREAMING)


@pytest.fixture
def client(catalog: Catalog) -> Client:
    return Client(create_app(catalog))


@pytest.fixture
def put(client: Client, secret: str) -> Put:
    return putter(client, secret)


@pytest.fixture
def plays(client: Client) -> str:
    """The product as it is published, with a new title."""
    return graph_of(client).replace('"Plays"', '"Played tracks"')


def test_a_product_is_published_and_seen_at_once(put: Put, client: Client, plays: str) -> None:
    answer = put(plays)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["iri"], told["outcome"], told["revision"]) == (PLAYS, "published", 19)
    assert "Played tracks" in client.get("/products/streaming.plays", TURTLE).text
    assert client.data('{search(query: "Played tracks") {edges {node {iri}}}}')["search"]["edges"]


def test_who_published_stands_in_the_journal(put: Put, catalog: Catalog, plays: str) -> None:
    put(plays)
    (token,) = catalog.journal.tokens.all()
    assert catalog.journal.latest(PLAYS).publisher == f"token {token.id}"  # type: ignore[union-attr]


def test_publishing_the_same_again_changes_nothing(put: Put, catalog: Catalog, plays: str) -> None:
    first = put(plays).json()
    before = state(catalog)
    again = put(plays)
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert again.json()["revision"] == first["revision"]
    assert state(catalog) == before


def test_the_files_of_a_product_are_published_as_one_stream(put: Put) -> None:
    folder = MESH / "streaming"
    files = [f for f in sorted(folder.glob("*.yaml")) if "plays" in f.name]
    assert len(files) == 2
    stream = "\n---\n".join(
        file.read_text().replace("name: Plays", "name: Streams") for file in files
    )
    answer = put(stream, YAML)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "published"), answer.text


def test_a_product_is_published_as_json_ld(put: Put, plays: str, client: Client) -> None:
    put(plays)
    shown = client.get("/products/streaming.plays.jsonld").json()
    whole = graph_of(client, accept="application/ld+json")
    assert shown["@context"]
    answer = put(whole, "application/ld+json")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged"), answer.text


def test_a_new_product_is_created_at_its_address(put: Put, plays: str, client: Client) -> None:
    moved = plays.replace("products/streaming.plays", "products/streaming.more")
    moved = moved.replace('"streaming.plays"', '"streaming.more"')
    answer = put(moved, path="/products/streaming.more")
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{BASE}products/streaming.more"
    assert client.get("/products/streaming.more").status_code == 200


def test_what_does_not_conform_is_refused_with_its_findings_and_kept(
    put: Put, catalog: Catalog, plays: str, client: Client
) -> None:
    before = state(catalog)
    broken = plays.replace("dprod:dataProductOwner", "rdfs:seeAlso")
    assert broken != plays
    answer = put(broken)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == "/problems/refused"
    (violation,) = told["violations"]
    assert (violation["standard"], violation["focus"]) == ("owner-named", PLAYS)
    assert violation["file"] == "body.ttl"
    assert violation["line"] > 0
    assert state(catalog)[0] == before[0]
    assert state(catalog)[2] == before[2]
    assert [kept.subject for kept in catalog.journal.quarantined()] == [PLAYS]
    assert "refusedSubmissions" in told["hint"]
    listed = client.data(
        "{ refusedSubmissions { edges { node { subject findings { fingerprint file line } } } } }"
    )
    (edge,) = listed["refusedSubmissions"]["edges"]
    assert edge["node"]["subject"] == PLAYS
    known = {key: violation[key] for key in ("fingerprint", "file", "line")}
    assert known in edge["node"]["findings"]


def test_a_token_that_was_taken_back_writes_no_more(put: Put, catalog: Catalog, plays: str) -> None:
    (token,) = catalog.journal.tokens.all()
    catalog.journal.tokens.revoke(token.id)
    assert put(plays).status_code == 401


def test_what_is_said_of_another_product_is_refused(put: Put, catalog: Catalog, plays: str) -> None:
    before = state(catalog)
    answer = put(plays + f'\n<{BASE}products/users.profiles> dct:title "Mine" .\n')
    assert answer.status_code == 422
    assert "foreign-subject" in {found["standard"] for found in answer.json()["violations"]}
    assert state(catalog)[2] == before[2]


def test_a_repeated_request_is_answered_as_before(put: Put, catalog: Catalog, plays: str) -> None:
    first = put(plays, idempotency_key="one")
    later = put(plays.replace("Played tracks", "Other"), idempotency_key="two")
    assert later.json()["revision"] == first.json()["revision"] + 1
    before = state(catalog)
    again = put(plays, idempotency_key="one")
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert state(catalog) == before


def test_a_key_belongs_to_one_request(put: Put, plays: str) -> None:
    put(plays, idempotency_key="one")
    answer = put(plays + "\n", idempotency_key="one")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
    assert put(plays, idempotency_key="a b").status_code == 400


def test_a_change_is_made_only_on_what_was_read(put: Put, client: Client, plays: str) -> None:
    read_at = client.get("/products/streaming.plays", TURTLE).headers["etag"]
    assert put(plays, if_match=read_at).status_code == 200
    lost = put(plays.replace("Played", "Heard"), if_match=read_at)
    assert (lost.status_code, lost.json()["type"]) == (412, "/problems/precondition-failed")
    fresh = client.get("/products/streaming.plays", TURTLE).headers["etag"]
    assert put(plays.replace("Played", "Heard"), if_match=fresh).status_code == 200


def test_what_others_publish_meanwhile_does_not_matter(
    put: Put, client: Client, catalog: Catalog, plays: str
) -> None:
    read_at = client.get("/products/streaming.plays", TURTLE).headers["etag"]
    profiles = Iri(f"{BASE}products/users.profiles")
    theirs = graph_of(client, profiles).replace('"User profiles"', '"Profiles of users"')
    sent = putter(client, token_for(catalog, USERS))(theirs, path="/products/users.profiles")
    assert sent.json()["outcome"] == "published"
    assert put(plays, if_match=read_at).status_code == 200


@pytest.mark.parametrize(
    ("condition", "path", "status"),
    [
        ({"if_match": "*"}, "streaming.plays", 200),
        ({"if_none_match": "*"}, "streaming.plays", 412),
        ({"if_match": '"18"'}, "streaming.plays", 200),
        ({"if_match": '"1"'}, "streaming.plays", 412),
        ({"if_match": '"1", "18"'}, "streaming.plays", 200),
        ({"if_match": "18"}, "streaming.plays", 400),
        ({"if_match": '"abc"'}, "streaming.plays", 400),
        ({"if_none_match": '"18"'}, "streaming.plays", 400),
        ({"if_none_match": "*", "if_match": "*"}, "streaming.plays", 400),
        ({"if_match": "*"}, "streaming.more", 412),
        ({"if_none_match": "*"}, "streaming.more", 201),
    ],
)
def test_a_condition_that_does_not_hold_stops_the_write(
    put: Put, plays: str, condition: dict[str, str], path: str, status: int
) -> None:
    moved = plays.replace("products/streaming.plays", f"products/{path}")
    moved = moved.replace('"streaming.plays"', f'"{path}"')
    answer = put(moved, path=f"/products/{path}", **condition)
    assert answer.status_code == status, answer.text


def test_beyond_the_queue_a_writer_comes_again(
    catalog: Catalog, secret: str, plays: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MAX_WAITING", 1)
    app = create_app(catalog)
    headers = {"Content-Type": TURTLE, "Authorization": f"Bearer {secret}"}

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            asked = (
                client.put("/products/streaming.plays", content=plays, headers=headers)
                for _ in range(3)
            )
            return await asyncio.gather(*asked)

    answers = asyncio.run(both())
    assert sorted(answer.status_code for answer in answers) == [200, 503, 503]
    (busy, _) = (answer for answer in answers if answer.status_code == 503)
    assert busy.headers["retry-after"]


def test_a_token_that_publishes_may_read_as_well(catalog: Catalog, secret: str, plays: str) -> None:
    settings: dict[str, Any] = {"home": catalog.settings.home, "token": "of-the-mesh"}
    catalog.settings = Settings(**settings)
    client = Client(create_app(catalog))
    assert client.get("/products/streaming.plays").status_code == 401
    known = {"Authorization": f"Bearer {secret}"}
    assert client.request("GET", "/products/streaming.plays", headers=known).status_code == 200
    mesh = {"Authorization": "Bearer of-the-mesh", "Content-Type": TURTLE}
    refused = client.request("PUT", "/products/streaming.plays", content=plays, headers=mesh)
    assert refused.status_code == 401  # what opens the doors for reading signs for no domain
