"""The mesh of the examples as a store, and documents that a test writes, harvested."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from catalog_service.domain.publication import Submission
from catalog_service.graph import Store, View
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.runner import Harvest, harvest
from catalog_service.terms import Iri

ROOT = Path(__file__).parents[2]
MESH = ROOT / "examples" / "media_mesh"
BASE = "https://mesh.media.example/"
PRODUCTS = f"{BASE}products/"
WRITTEN_BY_HAND = (
    "artists.catalog", "artists.payments", "streaming.plays", "users.identities", "users.profiles",
)  # fmt: skip
"""The products of the example whose teams write descriptors and contracts; the others use dbt."""


@cache
def submissions() -> tuple[Submission, ...]:
    """What the files of the example mesh state."""
    return harvest([MESH], harvesters(), base=BASE).submissions


@cache
def example() -> View:
    """The example mesh."""
    return stored(submissions())


def stored(submissions: tuple[Submission, ...]) -> View:
    """Submissions as a store holds them, each in its graph."""
    store = Store()
    store.replace({found.subject: found.triples for found in submissions})
    return store.view()


def read(
    files: Mapping[str, Mapping[str, Any] | str | bytes], register: Register | None = None
) -> Harvest:
    """What a harvest of such files reads, beside what is published."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            body = content if isinstance(content, str | bytes) else yaml.safe_dump(dict(content))
            written = body.encode() if isinstance(body, str) else body
            Path(folder, name).write_bytes(written)
        return harvest([Path(folder)], harvesters(), base=BASE, register=register)


def product(name: str) -> Iri:
    return Iri(PRODUCTS + name)
