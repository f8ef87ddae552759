"""Joins that are more sensitive than their parts: stated by the federation, and asked for."""

from pathlib import Path
from typing import Any

import pytest
from semantic_mesh import INSIDER, Mesh, company, iri

from catalog_service.errors import Refused
from catalog_service.semantic.policy import Asker
from catalog_service.terms import DPV, PD, PM, RDF, Iri

BOTH = ("StreamsPlayed", "PodcastListens")
STREAMING, PODCASTS = iri("domains", "streaming"), iri("domains", "podcasts")


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return company(tmp_path)


def combine(mesh: Mesh, *parts: Iri, purpose: str = "", level: str = "") -> None:
    at = iri("policies", "together")
    mesh.say(at, (RDF.type, PM.SensitiveCombination), *((PM.combines, part) for part in parts))
    if purpose:
        mesh.say(at, (PM.permittedFor, Iri(DPV.base + purpose)))
    if level:
        mesh.say(at, (PM.resultSensitivity, PM[level]))


def refused(mesh: Mesh, *measures: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as raised:
        mesh.answer(*measures, **more)
    assert raised.value.code == "combination-not-permitted"
    return raised.value


def test_each_is_told_apart_and_both_together_only_for_a_purpose_that_permits_it(
    mesh: Mesh,
) -> None:
    combine(mesh, STREAMING, PODCASTS, purpose="Marketing")
    fault = refused(mesh, *BOTH)
    assert "listens, plays are more sensitive together than apart (together)" in fault.message
    assert "Marketing permits" in fault.message
    assert any("permittedFor" in fact for fact in fault.because)
    assert any("plays" in fact for fact in fault.because)
    assert mesh.ask("StreamsPlayed") == [{"StreamsPlayed": 6}]
    assert mesh.ask("PodcastListens") == [{"PodcastListens": 4}]


def test_a_purpose_that_permits_it_is_answered_and_the_answer_says_so(mesh: Mesh) -> None:
    combine(mesh, STREAMING, PODCASTS, purpose="ServiceOptimisation")
    answer = mesh.answer(*BOTH)
    assert answer.records() == [{"StreamsPlayed": 6, "PodcastListens": 4}]
    assert [at.rule for at in answer.policies if at.effect == "combined"] == [
        iri("policies", "together")
    ]


def test_no_purpose_permits_what_names_none(mesh: Mesh) -> None:
    combine(mesh, STREAMING, PODCASTS)
    assert "which no purpose permits" in refused(mesh, *BOTH).message


def test_the_result_wants_its_own_clearance(mesh: Mesh) -> None:
    combine(mesh, STREAMING, PODCASTS, purpose="ServiceOptimisation", level="Restricted")
    mesh.permit_key(iri("products", "users.profiles", "datasets", "profiles"), "email")
    assert mesh.ask(*BOTH, asker=INSIDER)
    low = Asker("otto", PM.Internal)
    assert "Restricted together" in refused(mesh, *BOTH, asker=low).message


def test_a_category_of_personal_data_counts_where_its_column_is_read(mesh: Mesh) -> None:
    profiles = "https://mesh.example/products/users.profiles/datasets/profiles"
    mesh.say(Iri(f"{profiles}/columns/country"), (PM.personalDataCategory, PD.Country))
    combine(mesh, PD.Country, iri("products", "streaming.plays"))
    assert mesh.ask("StreamsPlayed") == [{"StreamsPlayed": 6}]
    refused(mesh, "StreamsPlayed", dimensions=("country",))


def test_what_one_dataset_holds_alone_is_for_its_own_policy(mesh: Mesh) -> None:
    combine(mesh, STREAMING, iri("products", "streaming.plays"))
    assert mesh.ask("StreamsPlayed") == [{"StreamsPlayed": 6}]
