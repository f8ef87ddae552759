"""The SPARQL door, on a real server."""

import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
import rdflib
import SPARQLWrapper
import uvicorn
from fastapi import FastAPI
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import POSTDIRECTLY
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from catalog_service.api import problems, sparql
from catalog_service.domain.rdf import Literal, Triple, line
from catalog_service.graph.formats import parse
from catalog_service.graph.results import FORMAT_IRIS
from catalog_service.graph.workers import Limits, WorkerPool
from catalog_service.terms import DCT, RDF, SD, Iri

A, B, MANY = (Iri(f"http://mesh.example/{name}") for name in ("a", "b", "many"))
ENDPOINT = Iri("https://mesh.example/sparql")
TITLES = "SELECT ?title { ?s dct:title ?title } ORDER BY ?title"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GROWING = (
    "SELECT (STRLEN(?x30) AS ?n) { BIND(REPEATED AS ?x0) ".replace("REPEATED", f"'{'y' * 1000}'")
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }"
)
EVERYTHING = "SELECT * { ?s ?p ?o . ?t ?q ?r }"
REVISION = [7]
JSON = "application/sparql-results+json"


def contents() -> Iterator[bytes]:
    graphs = {
        A: [Triple(A, DCT.title, Literal("first"))],
        B: [Triple(B, DCT.title, Literal("zweite ä"))],
        MANY: [Triple(Iri(f"{MANY}/{n}"), DCT.subject, Literal("x" * 50)) for n in range(600)],
    }
    for name, triples in graphs.items():
        yield "".join(f"{line(triple)[:-1]}<{name}> .\n" for triple in triples).encode()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server on this machine that serves the app."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    limits = Limits(seconds=2, memory_bytes=64 << 20, answer_bytes=4 << 20)
    with WorkerPool(limits) as pool:
        pool.start(contents)
        yield pool


@pytest.fixture(scope="module")
def door(pool: WorkerPool) -> Iterator[str]:
    app = FastAPI(openapi_url=None)
    problems.install(app)
    app.include_router(sparql.router(pool, endpoint=ENDPOINT, revision=lambda: REVISION[0]))
    with served(app) as address:
        yield address


def ask(door: str, query: str, accept: str = "", **options: str) -> httpx.Response:
    headers = {"Accept": accept} if accept else {}
    return httpx.get(door, params={"query": query, **options}, headers=headers, timeout=30)


def titles(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["title"]["value"] for row in answer.json()["results"]["bindings"]]


def test_a_query_comes_by_get_by_form_and_by_itself(door: str) -> None:
    form = httpx.post(door, data={"query": TITLES})
    direct = httpx.post(
        door, content=TITLES, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}
    )
    for answer in (ask(door, TITLES), form, direct):
        assert titles(answer) == ["first", "zweite ä"]
        assert answer.headers["content-type"] == JSON
        assert answer.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (TITLES, "", JSON),
        (TITLES, "*/*", JSON),
        (TITLES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (TITLES, "text/csv;q=0.5, text/tab-separated-values;q=0.8", "text/tab-separated-values"),
        (TITLES, "text/*", "text/csv"),
        (TITLES, "application/json", "application/json"),
        (TITLES, f"{JSON};q=0.3, */*;q=0.2, text/csv", "text/csv"),
        (TITLES, f"{JSON};q=0, application/*", "application/sparql-results+xml"),
        ("ASK {}", "text/turtle;q=0.9, application/xml;q=0.1", "application/xml"),
        (f"DESCRIBE <{A}>", "", "text/turtle"),
        (f"DESCRIBE <{A}>", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s dct:title ?o }", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s dct:title ?o }", "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_answer_is_written_as_the_client_likes_it_best(
    door: str, query: str, accept: str, media_type: str
) -> None:
    answer = ask(door, query, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_what_cannot_be_written_as_asked_is_told_what_there_is(door: str) -> None:
    answer = ask(door, TITLES, "text/turtle, image/png")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert "text/csv" in answer.json()["detail"]


def test_text_is_sent_as_utf_8(door: str) -> None:
    answer = ask(door, TITLES, "text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "zweite ä" in answer.content.decode()


def test_the_dataset_of_the_request_comes_before_that_of_the_query(door: str) -> None:
    query = f"SELECT ?title FROM <{A}> {{ ?s dct:title ?title }}"  # noqa: S608 - SPARQL, of ours
    inner = "SELECT ?title { GRAPH ?g { ?s dct:title ?title } }"
    assert titles(ask(door, query)) == ["first"]
    assert titles(ask(door, query, **{"default-graph-uri": B})) == ["zweite ä"]
    assert titles(ask(door, inner, **{"named-graph-uri": A})) == ["first"]
    assert titles(ask(door, inner, **{"default-graph-uri": A})) == []


def test_a_form_may_name_its_graphs_in_the_address_and_in_the_body(door: str) -> None:
    form = {"query": TITLES, "default-graph-uri": [A, B]}
    assert titles(httpx.post(door, data=form)) == ["first", "zweite ä"]
    there = httpx.post(f"{door}?default-graph-uri={quote(B)}", data={"query": TITLES})
    assert titles(there) == ["zweite ä"]
    direct = httpx.post(
        f"{door}?default-graph-uri={quote(A)}",
        content=TITLES,
        headers={"Content-Type": "application/sparql-query"},
    )
    assert titles(direct) == ["first"]


def test_a_relative_iri_is_relative_to_the_door(door: str) -> None:
    answer = ask(door, "CONSTRUCT { <products/p> dct:title 'P' } WHERE {}")
    product = Iri("https://mesh.example/products/p")
    assert parse(answer.text, "turtle") == (Triple(product, DCT.title, Literal("P")),)


def test_parameters_that_clients_add_are_passed_over(door: str) -> None:
    assert titles(ask(door, TITLES, format="json", output="json")) == ["first", "zweite ä"]


def test_a_bare_request_is_answered_by_what_the_door_is(door: str) -> None:
    answer = httpx.get(door)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    stated = parse(answer.text, "turtle")
    (service,) = (t.subject for t in stated if t[1:] == (RDF.type, SD.Service))
    assert Triple(service, SD.endpoint, ENDPOINT) in stated
    assert Triple(service, SD.feature, SD.UnionDefaultGraph) in stated
    assert {t.object for t in stated if t.predicate == SD.resultFormat} == set(FORMAT_IRIS)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml", "text/turtle; charset=utf-8"),
    ],
)
def test_the_description_is_written_as_asked(door: str, accept: str, media_type: str) -> None:
    answer = httpx.get(door, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_head_tells_what_get_would_without_the_answer(door: str, pool: WorkerPool) -> None:
    bare = httpx.head(door)
    assert (bare.status_code, bare.content) == (200, b"")
    asked = httpx.head(door, params={"query": TITLES}, headers={"Accept": "text/csv"})
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-type"] == "text/csv; charset=utf-8"
    assert httpx.head(door, params={"query": "SELECT"}).status_code == 400
    assert pool.health().answering == 0


def test_options_and_other_methods_tell_what_there_is(door: str) -> None:
    options = httpx.options(door)
    assert options.status_code == 204
    assert "application/sparql-query" in options.headers["accept-post"]
    refused = httpx.put(door, params={"query": TITLES})
    assert refused.status_code == 405
    for answer in (options, refused):
        allowed = {method.strip() for method in answer.headers["allow"].split(",")}
        assert allowed == {"GET", "HEAD", "OPTIONS", "POST"}


FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "slug"),
    [
        (FORM, urlencode([("query", TITLES), ("query", TITLES)]), 400, "invalid-request"),
        (FORM, "", 400, "invalid-request"),
        (FORM, "default-graph-uri=http://a/", 400, "invalid-request"),
        (FORM, urlencode({"query": TITLES, "default-graph-uri": "no iri"}), 400, "invalid-iri"),
        (FORM, urlencode({"update": "CLEAR ALL"}), 400, "invalid-request"),
        (FORM, urlencode({"query": "CLEAR ALL"}), 400, "query-syntax"),
        (FORM, "query=ASK%7B%7D%20%23%ff", 400, "invalid-request"),
        (FORM, "query=ASK{} #ä".encode("latin-1"), 400, "invalid-request"),
        (FORM, "&".join(["named-graph-uri=a:b"] * 1001), 400, "limit-exceeded"),
        (QUERY, "ASK {} # ä".encode("latin-1"), 400, "invalid-request"),
        (QUERY, "ASK {} # ä".encode("utf-16"), 400, "invalid-request"),
        (QUERY, "ASK { ?s ?p", 400, "query-syntax"),
        (QUERY, "INSERT DATA { <a:a> <a:b> 1 }", 400, "query-syntax"),
        (QUERY, "x" * (sparql.MAX_BODY + 1), 413, "limit-exceeded"),
        (QUERY, "ASK {} #" + "x" * (64 << 10), 400, "limit-exceeded"),
        (f"{QUERY}; charset=utf-16", "ASK {}", 415, "unsupported-media-type"),
        ("application/sparql-update", "CLEAR ALL", 415, "unsupported-media-type"),
        ("text/plain", TITLES, 415, "unsupported-media-type"),
        ("", TITLES, 415, "unsupported-media-type"),
    ],
)
def test_a_request_that_breaks_the_protocol_is_refused_in_words(
    door: str, content_type: str, body: str | bytes, status: int, slug: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = httpx.post(door, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["type"].endswith(f"/{slug}")
    assert titles(ask(door, TITLES)) == ["first", "zweite ä"]


def test_a_get_may_neither_ask_twice_nor_update(door: str) -> None:
    for wrong in (
        [("query", TITLES), ("query", TITLES)],
        [("update", "CLEAR ALL")],
        [("query", TITLES), ("update", "CLEAR ALL")],
        [("default-graph-uri", A)],
        [("query", "")],
    ):
        assert httpx.get(f"{door}?{urlencode(wrong)}").status_code == 400


def test_a_query_that_does_not_parse_is_told_where(door: str) -> None:
    told = ask(door, "SELECT * {\n  ?s ex:p ?o }").json()
    assert (told["line"], told["column"]) == (2, 6)
    assert "ex:" in told["detail"]


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * { SERVICE <THERE> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . OPTIONAL { ?s ?p trueSERVICE<THERE>{} } }",
        "PREFIX : <THERE> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "LOAD <THERE>",
    ],
)
def test_nobody_is_called_for_a_query(door: str, attack: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        refused = ask(door, attack.replace("THERE", there))
        assert refused.status_code == 403
        assert refused.json()["type"].endswith("/service-not-allowed")
        for known in ("FROM", "FROM NAMED"):
            empty = ask(door, f"SELECT ?title {known} <{there}> {{ ?title ?p ?o }}")
            assert titles(empty) == []
        assert titles(ask(door, TITLES, **{"default-graph-uri": there})) == []
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("SELECT * " + "{" * 3000, 400, "limit-exceeded"),
        ("ASK { FILTER" + "(" * 5000 + "1" + ")" * 5000 + "}", 400, "limit-exceeded"),
        ("ASK { " + "?s ?p ?o . " * 5000 + "}", 400, "limit-exceeded"),
        ("ASK { FILTER(" + "1+" * 3000 + "1) }", 400, "limit-exceeded"),
        ("ASK { " + "{} UNION " * 2000 + "{} }", 400, "limit-exceeded"),
        ("ASK { ?s " + "^" * 3990 + "?p ?o }", 400, "query-syntax"),
        ("ASK { FILTER(" + "!" * 60_000 + "true) }", 400, "limit-exceeded"),
        (GROWING, 503, "memory-limit"),
        (PRODUCT, 503, "query-timeout"),
        ("SELECT * { ?s (dct:subject|!dct:subject)* ?o . ?a ?b ?c . ?d ?e ?f }", 0, ""),
        (f"{EVERYTHING} ORDER BY ?s ?t", 503, "memory-limit"),
    ],
)
def test_a_query_that_would_take_all_is_stopped_and_the_next_is_answered(
    door: str, query: str, status: int, slug: str
) -> None:
    try:
        answer = httpx.post(door, data={"query": query}, timeout=60)
    except httpx.RemoteProtocolError:
        assert not status  # an answer that had begun: the connection broke
    else:
        assert answer.status_code == status
        assert answer.json()["type"].endswith(f"/{slug}")
        assert ("retry-after" in answer.headers) == (status == 503)
    begun = time.monotonic()
    assert titles(ask(door, TITLES)) == ["first", "zweite ä"]
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("media_type", [JSON, "text/csv"])
def test_an_answer_that_breaks_off_never_looks_complete(door: str, media_type: str) -> None:
    headers = {"Accept": media_type}
    with httpx.stream(
        "GET", door, params={"query": EVERYTHING}, headers=headers, timeout=30
    ) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()


def test_a_client_that_goes_away_lets_the_worker_go(door: str, pool: WorkerPool) -> None:
    split = urlsplit(door)
    there = http.client.HTTPConnection(split.hostname or "", split.port or 0)
    there.request("GET", f"{split.path}?{urlencode({'query': EVERYTHING})}")
    assert there.getresponse().read(10)
    there.close()
    until = time.monotonic() + 5
    while pool.health().answering and time.monotonic() < until:
        time.sleep(0.01)
    assert pool.health().answering == 0


def test_large_answers_come_whole(door: str) -> None:
    answer = ask(door, f"{EVERYTHING} LIMIT 9000", "text/csv")
    assert len(answer.content) > 1 << 20
    assert answer.text.count("\r\n") == 9001


def test_an_answer_has_a_tag_by_which_a_client_asks_whether_it_still_holds(
    door: str, pool: WorkerPool
) -> None:
    tag = ask(door, TITLES).headers["etag"]
    options: dict[str, dict[str, str]] = {"headers": {"If-None-Match": f'"other", {tag}'}}
    asked_before = pool.health().stopped
    for method in ("GET", "HEAD"):
        same = httpx.request(method, door, params={"query": TITLES}, **options)
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert pool.health().stopped == asked_before
    others = (
        ask(door, TITLES, "text/csv"),
        ask(door, TITLES, **{"default-graph-uri": A}),
        ask(door, TITLES + " LIMIT 1"),
    )
    assert len({tag, *(answer.headers["etag"] for answer in others)}) == 4
    REVISION[0] += 1
    assert titles(httpx.get(door, params={"query": TITLES}, **options)) == ["first", "zweite ä"]
    assert titles(httpx.post(door, data={"query": TITLES}, headers={"If-None-Match": "*"}))


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "StrUUID()", "BNODE()"])
def test_what_is_another_each_time_has_no_tag(door: str, function: str) -> None:
    answer = ask(door, f"SELECT ({function} AS ?it) {{}}")
    assert answer.status_code == 200
    assert "etag" not in answer.headers


def test_large_answers_are_compressed_on_their_way_for_who_takes_it(door: str) -> None:
    query = {"query": f"{EVERYTHING} LIMIT 9000"}
    for accept, encoding in (("gzip, br", "gzip"), ("gzip;q=0", None), ("identity", None)):
        headers = {"Accept": "text/csv", "Accept-Encoding": accept}
        with httpx.stream("GET", door, params=query, headers=headers, timeout=30) as answer:
            assert answer.headers.get("content-encoding") == encoding
            assert answer.headers["vary"] == "Accept, Accept-Encoding"
            length = sum(map(len, answer.iter_raw()))
            assert (length < 100_000) == bool(encoding)
        assert httpx.get(door, params=query, headers=headers).text.count("\r\n") == 9001
    assert "content-encoding" not in ask(door, TITLES).headers


def test_a_compressed_answer_that_breaks_off_never_looks_complete(door: str) -> None:
    headers = {"Accept-Encoding": "gzip"}
    with (
        httpx.stream(
            "GET", door, params={"query": EVERYTHING}, headers=headers, timeout=30
        ) as answer,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        answer.read()


def test_sparqlwrapper_is_answered(door: str) -> None:
    for ask_as in (SPARQLWrapper.GET, SPARQLWrapper.POST, POSTDIRECTLY):
        client = SPARQLWrapper.SPARQLWrapper(door, returnFormat=SPARQLWrapper.JSON)
        client.setQuery(TITLES)
        if ask_as is POSTDIRECTLY:
            client.setMethod(SPARQLWrapper.POST)
            client.setRequestMethod(POSTDIRECTLY)
        else:
            client.setMethod(ask_as)
        rows = client.queryAndConvert()["results"]["bindings"]
        assert [row["title"]["value"] for row in rows] == ["first", "zweite ä"]
    client = SPARQLWrapper.SPARQLWrapper(door, returnFormat=SPARQLWrapper.TURTLE)
    client.setQuery(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}")
    assert b"first" in client.queryAndConvert()
    client.setQuery("CONSTRUCT { nonsense }")
    with pytest.raises(QueryBadFormed):
        client.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_the_store_of_rdflib_is_answered(door: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(door, method=method), identifier=rdflib.URIRef(A))
    assert [str(title) for title in graph.objects(predicate=rdflib.URIRef(DCT.title))] == ["first"]
    whole = rdflib.Graph(SPARQLStore(door, method=method, returnFormat="json"))
    assert [str(row.title) for row in whole.query(TITLES)] == ["first", "zweite ä"]
    assert whole.query("ASK { ?s ?p 'first' }").askAnswer is True


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed here")
def test_curl_is_answered(door: str) -> None:
    command = ["curl", "-sS", "--data-urlencode", f"query={TITLES}", door]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert len(found["results"]["bindings"]) == 2
