"""A view of a server: the same answers as of a store, and a clear word where there is none."""

import inspect
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.errors import InvalidIri, Misconfigured, Unavailable
from catalog_service.graph import Store, View
from catalog_service.graph.exchange import Bounds
from catalog_service.graph.remote import RemoteView
from catalog_service.terms import DCT, RDF, SD, XSD, Iri

BASE = "https://mesh.example/"
ORDERS, RETURNS = Iri(f"{BASE}products/orders"), Iri(f"{BASE}products/returns")
TITLES = (
    Triple(ORDERS, DCT.title, text('Orders, "all"\n', "en")),
    Triple(ORDERS, DCT.identifier, Literal("7", XSD.integer)),
    Triple(ORDERS, DCT.conformsTo, RETURNS),
)
TITLE = f"SELECT ?product ?title WHERE {{ ?product <{DCT.title}> ?title }} ORDER BY ?title"
QUICK = Bounds(answer_seconds=0.5, answer_bytes=20_000, seconds=2.0, bytes=50_000)
_JSON = "application/sparql-results+json"
_NT = "application/n-triples"
_DOOR = f"<{BASE}sparql#service> <{SD.endpoint}> <{BASE}sparql> .\n"

_OPEN: list[RemoteView] = []


class CloseNowError(Exception):
    """The connection is to be let go without an answer."""


class Server:
    """A catalog that answers from a store; what it does may be replaced, request by request.

    Args:
        instead: what to answer a path with; None to answer it as a catalog does.
    """

    def __init__(self, instead: Callable[[str], tuple[int, str, bytes] | None]) -> None:
        self.store = Store()
        self.store.replace({ORDERS: TITLES, RETURNS: [Triple(RETURNS, DCT.title, text("Back"))]})
        self.instead = instead
        self.tag = '"1.2.0-rc1-18-n-triples"'
        self.asked: list[tuple[str, str, str]] = []

    def answer(self, path: str, body: str) -> tuple[int, str, bytes]:
        told = self.instead(path)
        if told is not None:
            return told
        if path.startswith("/resource.nt"):
            return 200, _NT, b""
        if not body:
            return 200, _NT, _DOOR.encode()
        return 200, _JSON, self._rows(body)

    def _rows(self, query: str) -> bytes:
        view = self.store.view()
        if query.startswith("ASK"):
            return json.dumps({"head": {}, "boolean": view.ask(query)}).encode()
        rows = [{n: _told(v) for n, v in row.items()} for row in view.select(query)]
        return json.dumps({"results": {"bindings": rows}}).encode()


def _told(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return {"type": "uri", "value": value}
    if value.language:
        return {"type": "literal", "value": value.lexical, "xml:lang": value.language}
    return {"type": "literal", "value": value.lexical, "datatype": value.datatype}


@contextmanager
def served(
    instead: Callable[[str], tuple[int, str, bytes] | None] = lambda _: None,
) -> Iterator[tuple[Server, str]]:
    """A server, and its address."""
    server = Server(instead)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length).decode()
            server.asked.append((self.path, body, self.headers.get("Authorization", "")))
            try:
                answer = server.answer(self.path, body)
            except CloseNowError:
                self.close_connection = True
                return
            if self.headers.get("If-None-Match") == server.tag:
                status, kind, told = 304, _NT, b""
            else:
                status, kind, told = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(told)))
            self.send_header("ETag", server.tag)
            self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(told)

        do_POST = do_GET  # noqa: N815 - what the library calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    """Close the views of a test before its servers are forgotten."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def opened(address: str, token: str = "", bounds: Bounds | None = None) -> RemoteView:
    _OPEN.append(RemoteView(address, token, bounds))
    return _OPEN[-1]


def test_every_question_that_a_view_takes_is_asked_of_the_server() -> None:
    questions = {
        name
        for name, found in inspect.getmembers(View, inspect.isfunction)
        if not name.startswith("_")
    }
    assert questions <= set(vars(RemoteView)), "it would be asked of an empty store"


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda view: View.objects(view, ORDERS, DCT.conformsTo), "quads_for_pattern"),
        (lambda view: View.subjects(view, DCT.conformsTo, RETURNS), "quads_for_pattern"),
        (lambda view: View.describes(view, ORDERS), "quads_for_pattern"),
        (lambda view: View.sees(view, ORDERS), "contains_named_graph"),
        (lambda view: list(View.graphs(view)), "named_graphs"),
        (lambda view: View.ask(view, "ASK {}"), "query"),
    ],
)
def test_what_is_looked_up_where_there_is_no_store_is_an_error_and_never_nothing(
    ask: Callable[[RemoteView], object], says: str
) -> None:
    with served() as (_, address):
        view = opened(f"{address}/")
        with pytest.raises(Unavailable, match=says) as fault:
            ask(view)
        assert address in fault.value.message
        assert fault.value.hint


def test_it_answers_as_the_view_that_is_served() -> None:
    with served() as (server, address):
        here, there = server.store.view(), opened(f"{address}/")
        assert there.select(TITLE) == here.select(TITLE)
        assert there.select(TITLE, product=ORDERS) == here.select(TITLE, product=ORDERS)
        assert there.select(TITLE, title=text("Back")) == here.select(TITLE, title=text("Back"))
        assert set(there.graph(ORDERS)) == set(here.graph(ORDERS)) == set(TITLES)
        assert there.graph(Iri(f"{BASE}nothing")) == ()
        assert (there.sees(ORDERS), there.sees(Iri(f"{BASE}nothing"))) == (True, False)
        assert set(there.graphs()) == {ORDERS, RETURNS}
        assert there.ask(f"ASK {{ <{ORDERS}> ?p ?o }}")
        assert there.objects(ORDERS, DCT.conformsTo) == here.objects(ORDERS, DCT.conformsTo)
        assert there.objects(ORDERS, DCT.conformsTo, graph=RETURNS) == ()
        assert there.subjects(DCT.conformsTo, RETURNS) == (ORDERS,)
        assert (there.describes(ORDERS), there.describes(RDF.type)) == (True, False)
        assert (there.base_iri, there.version, there.revision) == (BASE, "1.2.0-rc1", 18)
        there.confirm()


def test_a_question_is_asked_once_and_graphs_together() -> None:
    with served() as (server, address):
        view = opened(address)
        before = len(server.asked)
        for _ in range(3):
            view.select(TITLE)
            view.fetch([ORDERS, RETURNS])
            view.graph(ORDERS)
        assert len(server.asked) - before == 2


def test_what_is_bound_ends_no_query() -> None:
    with served() as (_, address):
        view = opened(address)
        assert view.select(TITLE, title=text('") } } # \\ \n')) == []
        with pytest.raises(InvalidIri):
            view.select(TITLE, product=Iri("https://mesh.example/> } # "))


def test_the_token_goes_with_every_question() -> None:
    with served() as (server, address):
        opened(address, "s3cret").select(TITLE)
        assert {token for _, _, token in server.asked} == {"Bearer s3cret"}


def test_what_was_published_meanwhile_is_noticed() -> None:
    with served() as (server, address):
        view = opened(address)
        server.tag = '"1.2.0-rc1-19-n-triples"'
        with pytest.raises(Unavailable, match="from revision 18 to 19 while it was read"):
            view.confirm()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, "text/html", b"<html>Welcome</html>"), "is no catalog of Polyseme"),
        ((200, _NT, b"<a> <b> <c> .\n"), "is no catalog of Polyseme"),
        ((200, _NT, b"\xff\xfe"), "is no catalog of Polyseme"),
        ((404, "text/html", b"gone"), "answers with status 404"),
        ((500, "text/plain", b""), "answers with status 500"),
        ((302, "text/html", b""), "sends on to https://elsewhere.example/"),
        ((401, "application/problem+json", b'{"detail": "no valid token"}'), "no valid token"),
        ((503, "application/problem+json", b'{"detail": "x"}'), "is busy, asked 4 times"),
        ((200, _NT, b"x" * 30_000), "answered more than 20,000 bytes"),
    ],
)
def test_what_is_no_catalog_or_does_not_let_us_in_is_told(
    answer: tuple[int, str, bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with served(lambda _: answer) as (_, address), pytest.raises(Unavailable, match=said) as caught:
        RemoteView(address, bounds=QUICK)
    assert caught.value.hint


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"results": 1}', b'{"results": {"bindings": [[]]}}', b"[" * 100_000],
)
def test_an_answer_that_is_no_result_is_told(body: bytes) -> None:
    def instead(path: str) -> tuple[int, str, bytes] | None:
        return (200, _JSON, body) if path == "/sparql" and armed else None

    armed = False
    with served(instead) as (_, address):
        view = opened(address)
        armed = True
        with pytest.raises(Unavailable, match="its answer"):
            view.select(TITLE)


def test_a_slow_server_is_not_waited_for() -> None:
    def slow(_: str) -> None:
        time.sleep(1.2)

    with served(slow) as (_, address), pytest.raises(Unavailable, match="takes too long"):
        RemoteView(address, bounds=QUICK)


def test_all_answers_together_are_bounded() -> None:
    with served() as (_, address):
        view = opened(address, bounds=Bounds(bytes=1_000))
        asked = (view.select(f"{TITLE} LIMIT {number + 2}") for number in range(100))
        with pytest.raises(Unavailable, match="bytes"):
            list(asked)


def test_a_connection_that_was_let_go_is_made_again() -> None:
    closing = True

    def instead(_: str) -> None:
        nonlocal closing
        if closing:
            closing = False
            raise CloseNowError

    with served() as (server, address):
        view = opened(address)
        server.instead = instead
        assert len(view.select(TITLE)) == 2


def test_nobody_there_is_told() -> None:
    with served() as (_, address):
        pass
    with pytest.raises(Unavailable, match="cannot be reached: Connection refused"):
        RemoteView(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://mesh.example", "no address of a catalog"),
        ("http://", "no address of a catalog"),
        ("http://mesh.example:port", "no address of a catalog"),
        ("http://mesh.example/a b", "no address of a catalog"),
        ("https://me:pw@mesh.example", "more than host and path"),
        ("https://mesh.example/?x=1", "more than host and path"),
        ("http://mesh.example", "token would be sent to it in the clear"),
    ],
)
def test_an_address_that_is_none_is_refused_and_no_secret_told(address: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said) as caught:
        RemoteView(address, "s3cret")
    assert "pw" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
