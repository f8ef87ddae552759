"""A home in which the example mesh was published, and sending a product to it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from asking import Client

from catalog_service.bootstrap import Catalog, build
from catalog_service.governance.gate import Gate
from catalog_service.graph import canonical
from catalog_service.settings import Settings, read
from catalog_service.terms import Iri

MESH = Path(__file__).parents[2] / "examples" / "media_mesh"
BASE = "https://mesh.media.example/"
PLAYS = Iri(f"{BASE}products/streaming.plays")
STREAMING = Iri(f"{BASE}domains/streaming")
USERS = Iri(f"{BASE}domains/users")
TURTLE = "text/turtle"
YAML = "application/yaml"

Put = Callable[..., httpx.Response]


def publish_example(home: Path) -> tuple[Path, Gate]:
    """The example mesh, published in a home, and the gate it came through."""
    with build(read(MESH, home=home)) as catalog:
        assert catalog.publish(catalog.read([MESH])).conforms
        return home, catalog.gate


@contextmanager
def copied(begun: tuple[Path, Gate], to: Path) -> Iterator[Catalog]:
    """The catalog of a copy of a home, with its gate: making one again takes longer than a test."""
    home, gate = begun
    with build(Settings(home=Path(shutil.copytree(home, to)))) as catalog:
        catalog.__dict__["gate"] = gate
        yield catalog


def token_for(catalog: Catalog, domain: Iri) -> str:
    """The secret of a new token for a domain."""
    return catalog.journal.tokens.create(domain, lasts=timedelta(days=1))[1]


def putter(client: Client, secret: str) -> Put:
    """What sends a body to the address of a product."""

    def send(
        body: str | bytes, form: str = TURTLE, path: str = "/products/streaming.plays", **more: str
    ) -> httpx.Response:
        headers = {"Content-Type": form, "Authorization": f"Bearer {secret}"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return client.request("PUT", path, content=body, headers=headers)

    return send


def graph_of(client: Client, product: Iri = PLAYS, accept: str = TURTLE) -> str:
    """The whole graph of a product, as SPARQL gives it."""
    asked = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{product}> {{ ?s ?p ?o }} }}"
    answer = client.request("POST", "/sparql", data={"query": asked}, headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.text


def state(catalog: Catalog) -> tuple[int, int, str]:
    """All that a refused write must leave as it was."""
    return (
        catalog.journal.revision(),
        len(catalog.store),
        canonical(catalog.view().graph(PLAYS), PLAYS),
    )
