"""What to call things that nobody gave a label."""

import pytest

from catalog_service.domain.names import compact, short
from catalog_service.terms import Iri


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://mesh.example/products/orders", "orders"),
        ("https://mesh.example/products/orders/", "orders"),
        ("https://mesh.example/ns#Order", "Order"),
        ("https://mesh.example/products/a%20b%C3%A9", "a bé"),
        ("mailto:ana@mesh.example", "ana@mesh.example"),
        ("urn:mesh:orders", "orders"),
        ("https://mesh.example/", "mesh.example"),
    ],
)
def test_a_thing_is_called_by_the_end_of_its_iri(iri: str, name: str) -> None:
    assert short(Iri(iri)) == name


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        ("https://w3id.org/polyseme/ns#Domain", "pm:Domain"),
        ("http://purl.org/dc/terms/title", "dct:title"),
        ("http://purl.org/dc/terms/a/b", "http://purl.org/dc/terms/a/b"),
        ("http://purl.org/dc/terms/", "http://purl.org/dc/terms/"),
        ("https://mesh.example/x", "https://mesh.example/x"),
    ],
)
def test_a_term_is_written_with_its_prefix(iri: str, written: str) -> None:
    assert compact(Iri(iri)) == written
