"""The IRIs that harvesters mint: never two things under one, never one that owns the mesh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import iri
from catalog_service.harvesting import Names
from catalog_service.terms import Iri

NAMES = Names("https://mesh.example/")
words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(words, words)
def test_two_identifiers_never_share_an_iri(one: str, two: str) -> None:
    assert (NAMES.product(one) == NAMES.product(two)) == (one == two)


@given(words)
def test_whatever_the_identifier_the_iri_is_one(identifier: str) -> None:
    assert iri(NAMES.product(identifier)).startswith("https://mesh.example/products/")
    assert "/" not in NAMES.product(identifier).removeprefix("https://mesh.example/products/")


def test_an_identifier_that_is_an_iri_is_the_iri() -> None:
    assert (
        NAMES.product("https://shop.example/products/orders")
        == "https://shop.example/products/orders"
    )


@pytest.mark.parametrize(
    "wide",
    [
        "https://mesh.example",
        "https://mesh.example/",
        "https://other.example/",
        "https://other.example",
    ],
)
def test_an_iri_that_would_own_a_whole_site_is_a_text_like_any_other(wide: str) -> None:
    assert NAMES.product(wide).startswith("https://mesh.example/products/https:%2F%2F")


@pytest.mark.parametrize(
    ("name", "agent"),
    [
        ("ana@media.example", "mailto:ana@media.example"),
        ("ana lindholm", "https://mesh.example/agents/ana%20lindholm"),
        ("https://id.example/ana", "https://id.example/ana"),
    ],
)
def test_an_agent_is_an_address_an_iri_or_a_name_of_the_mesh(name: str, agent: str) -> None:
    assert NAMES.agent(name) == agent


def test_a_part_lies_below_its_whole_and_nowhere_else() -> None:
    assert (
        Names.part(Iri("https://m.example/p"), "ports", "../x?y#z")
        == "https://m.example/p/ports/..%2Fx%3Fy%23z"
    )
    assert (
        Names.part(Iri("https://m.example/p"), "ports", "..") == "https://m.example/p/ports/%2E%2E"
    )
