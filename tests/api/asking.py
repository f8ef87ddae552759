"""A real catalog made of the files in `tests/fixtures/mesh`, and a client that needs no network."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Origin
from catalog_service.graph import canonical, parse
from catalog_service.graph.formats import content_hash
from catalog_service.journal import Draft
from catalog_service.settings import Settings
from catalog_service.terms import DPROD, PM, RDF, Iri

MESH = Path(__file__).parents[1] / "fixtures" / "mesh"
BASE = "https://mesh.media.example/"
PROFILES = Iri(f"{BASE}products/users.profiles")
LISTENERS = Iri(f"{BASE}products/podcasts.listeners")
DEMOGRAPHICS = Iri(f"{BASE}products/podcasts.demographics")
USER = Iri(f"{BASE}polysemes/User")


class Client:
    """Asks an app, one request at a time."""

    def __init__(self, app: FastAPI, host: str = "127.0.0.1") -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._base = f"http://{host}"

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=self._base) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str, accept: str = "*/*", **headers: str) -> httpx.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers={"Accept": accept, **told})

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        found: dict[str, Any] = self.request("POST", "/graphql", json=body).json()
        return found

    def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = self.graphql(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def fault(self, query: str, **variables: Any) -> dict[str, Any]:
        """The one error of an answer."""
        (found,) = self.graphql(query, **variables)["errors"]
        told: dict[str, Any] = found
        return told


def catalog_of(home: Path, texts: Iterable[tuple[str, str]], **settings: Any) -> Catalog:
    """A catalog in which files were published.

    Args:
        home: its folder.
        texts: the names of the files, and what they say in Turtle.
        settings: how it is set up beside that.
    """
    catalog = build(Settings(home=home, base_iri=BASE, **settings))
    _ = catalog.introduced  # the standards are in use before the files are checked by them
    catalog.journal.append([draft(name, text) for name, text in texts])
    return catalog


def mesh() -> list[tuple[str, str]]:
    """The files of the fixtures."""
    return [(file.name, file.read_text(encoding="utf-8")) for file in sorted(MESH.glob("*.ttl"))]


def draft(name: str, turtle: str) -> Draft:
    """A file, ready for the journal; its statements are said to stand line by line."""
    triples = parse(turtle, "turtle")
    subject, kind = next(
        (t.subject, Kind.PRODUCT if t.object == DPROD.DataProduct else Kind.DECISION)
        for t in triples
        if t.predicate == RDF.type and t.object in {DPROD.DataProduct, PM.Decision}
    )
    nquads = canonical(triples, subject)
    lines = nquads.count("\n")
    return Draft(
        subject=subject,
        kind=kind,
        version="1.0.0",
        nquads=nquads,
        content_hash=content_hash(nquads),
        publisher="podcasts-team",
        verdict=Verdict(subject, _findings(subject), ("slo-met",)),
        origins=tuple(Origin(name, number, 3) for number in range(1, lines + 1)),
        source="odcs",
    )


def _findings(subject: Iri) -> tuple[Finding, ...]:
    if subject != LISTENERS:
        return ()
    return (
        Finding(
            "discovery-port",
            Severity.WARNING,
            "there is <no> discovery port",
            fix="state one",
            focus=subject,
            file="listeners.ttl",
            line=7,
            column=2,
            product=subject,
        ),
        Finding("unread-key", Severity.INFO, "`shape` is not read", product=subject),
    )
