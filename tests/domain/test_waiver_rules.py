"""Waivers: how long they live, and which findings they excuse."""

from dataclasses import replace
from datetime import date

import pytest

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.waivers import Waiver, longest_lived
from catalog_service.terms import STD, Iri

PRODUCT = Iri("https://mesh.example/products/listens")
FOUND = Finding("described", Severity.VIOLATION, "No title.", focus=PRODUCT, product=PRODUCT)
WAIVER = Waiver(
    Iri("https://mesh.example/waivers/1"),
    Iri(STD.base + "described"),
    PRODUCT,
    "The new portal writes the titles.",
    frozenset({Iri("https://mesh.example/teams/federation")}),
    date(2026, 3, 31),
)


def test_a_waiver_ends_on_its_date() -> None:
    assert WAIVER.in_force(date(2026, 3, 30))
    assert WAIVER.in_force(date(2026, 3, 31))
    assert not WAIVER.in_force(date(2026, 4, 1))


@pytest.mark.parametrize(
    ("at", "excused"),
    [
        (PRODUCT, True),
        (f"{PRODUCT}/datasets/rows/columns/id", True),
        (f"{PRODUCT}#row", True),
        (f"{PRODUCT}2", False),
        ("https://mesh.example/products", False),
        (None, False),
    ],
)
def test_a_waiver_covers_its_resource_and_what_is_below(at: str | None, *, excused: bool) -> None:
    assert WAIVER.excuses(replace(FOUND, focus=at)) is excused


def test_a_waiver_for_a_part_does_not_cover_the_whole() -> None:
    column = replace(WAIVER, applies_to=Iri(f"{PRODUCT}/datasets/rows/columns/id"))
    assert not column.excuses(FOUND)
    assert column.concerns(PRODUCT)
    assert not column.concerns(Iri("https://mesh.example/products/other"))


def test_a_waiver_is_for_one_standard() -> None:
    assert not WAIVER.excuses(replace(FOUND, standard="versioned"))
    own = "https://mesh.example/domains/podcasts/standards/described"
    assert not WAIVER.excuses(replace(FOUND, standard=own))
    assert replace(WAIVER, standard=Iri(own)).excuses(replace(FOUND, standard=own))


def test_a_waiver_that_names_findings_covers_no_other() -> None:
    named = replace(WAIVER, covers=frozenset({Iri(f"{PRODUCT}/conformance/{FOUND.fingerprint}")}))
    assert named.excuses(FOUND)
    assert not named.excuses(replace(FOUND, path="<https://mesh.example/other>"))


def test_of_several_waivers_the_one_that_ends_last_is_told() -> None:
    later = replace(WAIVER, iri=Iri("https://mesh.example/waivers/0"), expires=date(2026, 6, 1))
    assert longest_lived([later, WAIVER]) is later
    assert longest_lived([]) is None
