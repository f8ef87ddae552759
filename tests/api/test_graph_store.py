"""Graphs by their names over HTTP, and what the dataset is."""

from typing import Any

import httpx
import pytest
from asking import Client

from catalog_service.domain.rdf import Triple
from catalog_service.graph import parse
from catalog_service.terms import DPROD, FOAF, RDF, SD, VOID, Iri

BASE = "https://mesh.media.example/"
PROFILES = f"{BASE}products/users.profiles"
STORE = "/rdf-graph-store"


def got(client: Client, method: str = "GET", path: str = STORE, **options: Any) -> httpx.Response:
    return client.request(method, path, **options)


def test_a_graph_is_read_by_its_name(client: Client) -> None:
    answer = got(client, params={"graph": PROFILES})
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/turtle; charset=utf-8",
    )
    stated = parse(answer.text, "turtle")
    assert Triple(Iri(PROFILES), RDF.type, DPROD.DataProduct) in stated
    assert not any(triple.subject.endswith("podcasts.listeners") for triple in stated)


def test_the_default_graph_is_all_of_them(client: Client) -> None:
    answer = got(client, path=f"{STORE}?default", headers={"Accept": "application/n-triples"})
    products = {
        triple.subject
        for triple in parse(answer.text, "ntriples")
        if triple[1:] == (RDF.type, DPROD.DataProduct)
    }
    assert len(products) == 3


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.2", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_it_is_written_as_asked(client: Client, accept: str, media_type: str) -> None:
    answer = got(client, params={"graph": PROFILES}, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_head_tells_what_get_would(client: Client) -> None:
    for params, status in (
        ({"graph": PROFILES}, 200),
        ({"default": ""}, 200),
        ({"graph": f"{BASE}none"}, 404),
    ):
        answer = got(client, "HEAD", params=params)
        assert (answer.status_code, answer.content) == (status, b"")


def test_a_graph_has_a_tag(client: Client) -> None:
    tag = got(client, params={"graph": PROFILES}).headers["etag"]
    again = {"If-None-Match": tag}
    assert got(client, params={"graph": PROFILES}, headers=again).status_code == 304
    assert got(client, path=f"{STORE}?default", headers=again).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "slug"),
    [
        ("", 400, "invalid-request"),
        ("?graph=http://a/&default", 400, "invalid-request"),
        ("?graph=http://a/&graph=http://b/", 400, "invalid-request"),
        ("?graph=nonsense", 400, "invalid-iri"),
        ("?graph=%ff", 400, "invalid-request"),
        (f"?graph={BASE}nothing", 404, "not-found"),
        (f"?graph={PROFILES.replace('u', '%2575')}", 404, "not-found"),
    ],
)
def test_what_names_no_graph_is_told_so(client: Client, asked: str, status: int, slug: str) -> None:
    answer = client.get(STORE + asked)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


def test_a_name_may_be_encoded_in_any_way_and_is_decoded_once(client: Client) -> None:
    encoded = "".join(f"%{ord(letter):02x}" for letter in PROFILES)
    plain = got(client, params={"graph": PROFILES})
    assert client.get(f"{STORE}?graph={encoded}").text == plain.text


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_it_is_for_reading(client: Client, method: str) -> None:
    answer = client.request(method, f"{STORE}?graph={PROFILES}", content="<a:a> <a:b> <a:c> .")
    assert answer.status_code == 405
    assert {m.strip() for m in answer.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert got(client, params={"graph": PROFILES}).status_code == 200
    assert "GET" in got(client, "OPTIONS").headers["allow"]


def test_void_says_what_the_dataset_is_and_where_it_is_asked(client: Client) -> None:
    answer = client.get("/.well-known/void")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    stated = parse(answer.text, "turtle")
    about = Iri(f"{BASE}.well-known/void")
    (dataset,) = (t.object for t in stated if t[:2] == (about, FOAF.primaryTopic))
    said = {t.predicate: t.object for t in stated if t.subject == dataset}
    assert said[VOID.sparqlEndpoint] == f"{BASE}sparql"
    assert said[VOID.dataDump] == f"{BASE}rdf-graph-store?default"
    parts = {t.subject: t.object for t in stated if t.predicate == VOID["class"]}
    (products,) = (part for part, kind in parts.items() if kind == DPROD.DataProduct)
    (count,) = (t.object for t in stated if t[:2] == (products, VOID.entities))
    assert getattr(count, "lexical", "") == "3"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert got(client, path="/.well-known/void", headers=tag).status_code == 304


def test_the_service_describes_the_same_dataset(client: Client) -> None:
    described = parse(client.get("/sparql").text, "turtle")
    (dataset,) = (t.object for t in described if t.predicate == SD.defaultDataset)
    told = parse(client.get("/.well-known/void").text, "turtle")
    assert Triple(Iri(str(dataset)), RDF.type, VOID.Dataset) in told
