"""Errors as problems."""

import json
import logging
from pathlib import Path

import pytest
from asking import Client
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from catalog_service import errors
from catalog_service.api import problems
from catalog_service.errors import CatalogError

FAULTS: list[tuple[CatalogError, int, str]] = [
    (errors.InvalidRequest("m"), 400, "invalid-request"),
    (errors.InvalidIri("m"), 400, "invalid-iri"),
    (errors.UnknownFormat("m"), 400, "unknown-format"),
    (errors.QuerySyntax("m"), 400, "query-syntax"),
    (errors.LimitExceeded("m", limit="page-size"), 400, "limit-exceeded"),
    (errors.LimitExceeded("m", limit="body-bytes"), 413, "limit-exceeded"),
    (errors.Forbidden("m"), 403, "forbidden"),
    (errors.ServiceNotAllowed("m"), 403, "service-not-allowed"),
    (errors.NotFound("m"), 404, "not-found"),
    (errors.Conflict("m"), 409, "conflict"),
    (errors.HomeInUse("m"), 409, "home-in-use"),
    (errors.Unavailable("m"), 503, "unavailable"),
    (errors.QueryTimeout("m"), 503, "query-timeout"),
    (errors.MemoryLimit("m"), 503, "memory-limit"),
    (errors.JournalDamaged("m"), 503, "journal-damaged"),
    (errors.Unreadable("m"), 500, "internal"),
    (errors.Misconfigured("m"), 500, "internal"),
]


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/fault/{number}")
    def fault(number: int) -> None:
        raise FAULTS[number][0]

    @app.get("/secret")
    def secret() -> None:
        raise RuntimeError("/home/secret")

    @app.get("/teapot")
    def teapot() -> None:
        raise HTTPException(418, "short and stout")

    return app


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_each_error_has_its_status_and_its_type(app: FastAPI, number: int) -> None:
    _, status, slug = FAULTS[number]
    answer = Client(app).get(f"/fault/{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, problems.MEDIA_TYPE)
    assert (answer.json()["type"], answer.json()["status"]) == (f"/problems/{slug}", status)
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_fault_of_ours_is_logged_and_tells_nothing(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = Client(app).get("/secret")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError: /home/secret" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_another_status_keeps_its_words(app: FastAPI) -> None:
    answer = Client(app).get("/teapot")
    assert (answer.status_code, answer.json()["detail"]) == (418, "short and stout")


def test_an_argument_of_the_wrong_kind_is_named_and_not_repeated(app: FastAPI) -> None:
    answer = Client(app).get("/fault/%3Cscript%3E")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("path.number: ")
    assert "script" not in answer.text


def test_a_place_in_a_query_is_told() -> None:
    answer = problems.of(errors.QuerySyntax("no", line=3, column=7, hint="mend it"))
    assert json.loads(bytes(answer.body)) == {
        "type": "/problems/query-syntax",
        "title": "Query syntax",
        "status": 400,
        "detail": "no",
        "hint": "mend it",
        "line": 3,
        "column": 7,
    }


def test_every_type_of_problem_has_a_page(client: Client) -> None:
    meanings = problems.meanings()
    assert {slug for _, _, slug in FAULTS} <= set(meanings)
    for slug, meaning in meanings.items():
        page = client.get(f"/problems/{slug}", "text/html")
        assert page.status_code == 200
        assert meaning.split(";")[0] in page.text
    assert client.get("/problems/no-such").status_code == 404


def test_unknown_addresses_and_methods_are_problems(client: Client) -> None:
    assert client.get("/nothing/here").json()["type"] == "/problems/not-found"
    answer = client.request("DELETE", "/health/live")
    assert answer.json()["type"] == "/problems/method-not-allowed"
    assert "GET" in answer.headers["allow"]


def test_no_answer_names_a_file_of_the_server(client: Client) -> None:
    told = [
        client.get("/nothing"),
        client.get("/?after=bogus"),
        client.request("POST", "/graphql", content=b"{"),
        client.get("/sparql?query=nonsense"),
    ]
    home = str(Path(problems.__file__).parents[2])
    for answer in told:
        assert answer.status_code >= 400
        assert home not in answer.text
        assert "Traceback" not in answer.text
