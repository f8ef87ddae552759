"""What stands before the doors: hosts, tokens, sizes, headers."""

from collections.abc import AsyncIterator, Iterator

import pytest
from asking import Client, catalog_of, mesh
from pydantic import SecretStr

from catalog_service.api.app import check_exposure, create_app
from catalog_service.api.guard import MAX_BODY, authorised
from catalog_service.bootstrap import Catalog
from catalog_service.errors import Misconfigured
from catalog_service.settings import Settings

TOKEN = "a-token-of-the-mesh"  # noqa: S105 - of a test
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    home = tmp_path_factory.mktemp("guarded")
    settings = {"token": SecretStr(TOKEN), "host": "0.0.0.0"}  # noqa: S104 - not listened on
    with catalog_of(home, mesh(), **settings) as catalog:
        yield Client(create_app(catalog), host="catalog.example")


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/sparql", "/domains/users", "/nothing", "/health"]
)
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"],
)
def test_without_the_token_nothing_is_told(guarded: Client, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = guarded.request("GET", path, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["type"] == "/problems/unauthenticated"


def test_with_the_token_everything_is_answered(guarded: Client) -> None:
    for scheme in ("Bearer", "bearer"):
        answer = guarded.request(
            "GET", "/domains/users", headers={"Authorization": f"{scheme} {TOKEN}"}
        )
        assert answer.status_code == 200


def test_health_needs_no_token(guarded: Client) -> None:
    assert guarded.get("/health/live").status_code == 200
    assert guarded.get("/health/ready").status_code == 200


def test_a_token_beyond_ascii_is_no_token() -> None:
    assert not authorised(TOKEN, "Bearer é")
    assert authorised("é", "Bearer é")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:80", "mesh.media.example"])
def test_hosts_of_this_machine_and_of_the_mesh_are_answered(catalog: Catalog, host: str) -> None:
    answer = Client(create_app(catalog)).get("/health/live", host=host)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "a" * 500]
)
def test_other_hosts_are_refused(catalog: Catalog, host: str) -> None:
    answer = Client(create_app(catalog)).get("/health/live", host=host)
    assert answer.status_code == 421


def test_a_long_body_is_refused(client: Client) -> None:
    answer = client.request("POST", "/graphql", content=b" " * (MAX_BODY + 1), headers=JSON)
    assert (answer.status_code, answer.json()["limit"]) == (413, "body-bytes")


def test_a_long_body_of_unknown_length_is_refused(client: Client) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MAX_BODY // 10)

    answer = client.request("POST", "/graphql", content=body(), headers=JSON)
    assert (answer.status_code, answer.json()["limit"]) == (413, "body-bytes")


def test_a_length_that_is_no_number_is_refused(client: Client) -> None:
    headers = {**JSON, "content-length": "-1"}
    assert client.request("POST", "/graphql", content=b"", headers=headers).status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/domains/users.ttl", "/nothing", "/health/live"]
)
def test_every_answer_carries_the_headers_that_protect(client: Client, path: str) -> None:
    answer = client.get(path, "text/html, */*")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    html = answer.headers["content-type"].startswith("text/html")
    assert html == ("content-security-policy" in answer.headers)


def test_there_is_no_page_that_loads_scripts_of_others(client: Client) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404


def test_beyond_loopback_a_token_is_needed() -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - not listened on
    with pytest.raises(Misconfigured, match="no token is set"):
        check_exposure(Settings(host=everywhere))
    with pytest.raises(Misconfigured, match="no token is set"):
        check_exposure(Settings(host=everywhere, token=SecretStr("")))
    check_exposure(Settings(host=everywhere, token=SecretStr(TOKEN)))
    for host in ("127.0.0.1", "localhost", "::1"):
        check_exposure(Settings(host=host))
