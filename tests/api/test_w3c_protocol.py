"""The W3C's suites for SPARQL 1.1 Protocol and Service Description, request by request.

The door of the catalog takes no updates, so the seven tests that ask for one to succeed are refused
by it. The same code over a store of its own, where updates are taken, passes them all.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from asking import Client
from fastapi import FastAPI
from rdflib import RDFS, Namespace
from rdflib.collection import Collection

from catalog_service.api import problems, sparql
from catalog_service.domain.rdf import Triple
from catalog_service.graph import parse
from catalog_service.graph.convert import triple
from catalog_service.graph.view import syntax
from catalog_service.graph.workers import Limits, WorkerPool
from catalog_service.terms import RDF, SD, Iri

pytestmark = pytest.mark.realdata

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
ENDPOINT = Iri("http://www.example/sparql")
UPDATES = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
}
TABLES = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
FORMATS = {
    "tabular": TABLES,
    "boolean": TABLES,
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


class Ask(NamedTuple):
    """One request of a test, and what must come of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: set[str]
    boolean: bool | None
    format: str


class Suite(NamedTuple):
    """The tests by name, and the graphs that they ask about."""

    tests: dict[str, list[Ask]]
    data: dict[Iri, tuple[Triple, ...]]


@pytest.fixture(scope="module")
def suite(realdata: Path) -> Suite:
    folder = realdata / "sparql11" / "protocol"
    # The library parses a file of the checkout's owner, not a stranger's.
    graph = rdflib.Graph().parse(folder / "manifest.ttl", publicID="http://w3.example/")
    entries = Collection(graph, next(graph.objects(None, MF.entries)))
    tests = {
        str(entry).rpartition("#")[2]: [
            _ask(graph, node)
            for node in Collection(graph, graph.value(graph.value(entry, MF.action), HT.requests))
        ]
        for entry in entries
    }
    data = {
        Iri(str(graph.value(node, RDFS.label))): parse(
            (folder / str(graph.value(node, UT.graph)).rpartition("/")[2]).read_text(), "ntriples"
        )
        for node in graph.objects(None, UT.graphData)
    }
    return Suite(tests, data)


def _ask(graph: rdflib.Graph, node: rdflib.term.Node) -> Ask:
    headers = {
        str(graph.value(one, HT.fieldName)): str(graph.value(one, HT.fieldValue))
        for one in Collection(graph, graph.value(node, HT.headers) or rdflib.RDF.nil)
    }
    body, wanted = graph.value(node, HT.body), graph.value(node, HT.resp)
    text = str(graph.value(body, CNT.chars)) if body else ""
    boolean = graph.value(wanted, MF.expectedBoolean)
    return Ask(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        headers,
        text.encode(str(graph.value(body, CNT.characterEncoding)) if body else "utf-8"),
        {str(one)[-3:] for one in graph.objects(wanted, MF.expectedStatus)},
        None if boolean is None else bool(boolean.toPython()),
        str(graph.value(wanted, MF.expectedFormat) or ""),
    )


class Scratch:
    """A store that takes updates, and a pool that follows it."""

    def __init__(self, suite: Suite, pool: WorkerPool) -> None:
        self._store = ox.Store()
        self._pool = pool
        for name, triples in suite.data.items():
            for s, p, o in triples:
                ends = (ox.NamedNode(str(one)) for one in (s, p, o, name))
                self._store.add(ox.Quad(*ends))
        pool.start(lambda: iter(()))
        self._follow(())

    def update(self, asked: sparql.Update) -> None:
        before = self._names()
        chosen = [f"USING <{graph}>" for graph in asked.default_graphs]
        chosen += [f"USING NAMED <{graph}>" for graph in asked.named_graphs]
        text = re.sub(r"\bWHERE\b", f"{' '.join(chosen)} WHERE", asked.text)
        try:
            self._store.update(text, base_iri=ENDPOINT)
        except SyntaxError as fault:
            raise syntax(str(fault)) from fault
        self._follow(before)

    def _names(self) -> tuple[Iri, ...]:
        return tuple(Iri(str(name.value)) for name in self._store.named_graphs())

    def _follow(self, gone: tuple[Iri, ...]) -> None:
        self._pool.replace(
            {
                name: [
                    triple(quad)
                    for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(name))
                ]
                for name in (*gone, *self._names())
            }
        )


@contextmanager
def door(suite: Suite, *, updates: bool) -> Iterator[Client]:
    app = FastAPI(openapi_url=None)
    problems.install(app)
    with WorkerPool(Limits(seconds=5, memory_bytes=64 << 20), size=1) as pool:
        scratch = Scratch(suite, pool)
        taken = scratch.update if updates else None
        app.include_router(sparql.router(pool, endpoint=ENDPOINT, update=taken))
        yield Client(app, "www.example")


def passes(client: Client, asks: list[Ask]) -> bool:
    """True where every request of a test is answered as it must be."""
    return all(_as_wanted(_sent(client, ask), ask) for ask in asks)


def _sent(client: Client, ask: Ask) -> httpx.Response:
    return client.request(ask.method, ask.path, headers=ask.headers, content=ask.body)


def _as_wanted(answer: httpx.Response, ask: Ask) -> bool:
    status = str(answer.status_code)
    if not {status, f"{status[0]}xx"} & ask.statuses:
        return False
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if ask.format and media_type not in FORMATS[ask.format]:
        return False
    return ask.boolean is None or answer.json()["boolean"] is ask.boolean


def test_the_suite_is_whole(suite: Suite) -> None:
    assert len(suite.tests) == 34
    assert len(suite.data) == 3
    assert suite.tests.keys() > UPDATES
    assert all(asks and all(ask.statuses for ask in asks) for asks in suite.tests.values())


def test_the_door_passes_all_that_ask_for_no_update_to_succeed(suite: Suite) -> None:
    with door(suite, updates=False) as client:
        failed = {name for name, asks in suite.tests.items() if not passes(client, asks)}
    assert failed == UPDATES


def test_the_same_code_passes_all_where_updates_are_taken(suite: Suite) -> None:
    with door(suite, updates=True) as client:
        failed = {name for name, asks in suite.tests.items() if not passes(client, asks)}
    assert failed == set()


def test_the_service_description_is_rdf_with_the_endpoint_and_of_the_schema(suite: Suite) -> None:
    with door(suite, updates=False) as client:
        answer = client.get("/sparql")
    stated = parse(answer.text, "turtle")
    (service,) = (t.subject for t in stated if t[1:] == (RDF.type, SD.Service))
    assert Triple(service, SD.endpoint, ENDPOINT) in stated
    (dataset,) = (t.object for t in stated if t[:2] == (service, SD.defaultDataset))
    assert Triple(Iri(str(dataset)), RDF.type, SD.Dataset) in stated
    (graph,) = (t.object for t in stated if t[:2] == (dataset, SD.defaultGraph))
    assert Triple(Iri(str(graph)), RDF.type, SD.Graph) in stated
