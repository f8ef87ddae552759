"""The mesh of `tests/fixtures/mesh` in a store, one graph for each file."""

from pathlib import Path

import pytest

from catalog_service.graph import Store, View, parse
from catalog_service.terms import DPROD, PM, RDF

MESH = Path(__file__).parents[1] / "fixtures" / "mesh"


@pytest.fixture(scope="session")
def view() -> View:
    store = Store()
    for file in sorted(MESH.glob("*.ttl")):
        triples = parse(file.read_text(encoding="utf-8"), "turtle")
        graph = next(
            t.subject
            for t in triples
            if t.predicate == RDF.type and t.object in {DPROD.DataProduct, PM.Decision}
        )
        store.replace({graph: triples})
    return store.view()
