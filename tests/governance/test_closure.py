"""The closure of the ontology, and its cache."""

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

from catalog_service.domain.rdf import Triple
from catalog_service.governance import closure
from catalog_service.governance.closure import (
    asserted_ontology,
    closed_ontology,
    derived_ontology,
    ontology,
)
from catalog_service.graph import parse
from catalog_service.terms import (
    DCAT,
    DPV,
    OWL,
    PD,
    PM,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VOID,
    Iri,
)

SMALL = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://mesh.example/> .
e:Small rdfs:subClassOf e:Middle . e:Middle rdfs:subClassOf e:Large .
e:Middle rdfs:label "a # derived \\n line"@en ; rdfs:comment "01"^^xsd:integer .
e:thing a e:Small .
"""
IDENTITY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix e: <https://mesh.example/> .
e:twin owl:sameAs e:thing . e:thing a e:Small ; e:of [ a e:Small ] .
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "small.ttl").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> set[Triple]:
    return set(parse(derived_ontology(tmp_path_factory.mktemp("cache")), "ntriples"))


def kept(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


@pytest.fixture
def computations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever the closure is computed rather than read."""
    seen: list[int] = []
    compute = closure.derivable

    def counted(graph: rdflib.Graph) -> set[closure.Statement]:
        seen.append(len(graph))
        return compute(graph)

    monkeypatch.setattr(closure, "derivable", counted)
    return seen


def test_what_is_asserted_and_what_is_derived_have_nothing_in_common(source: Path) -> None:
    found = ontology(source=source)
    asserted, derived = set(found.asserted.splitlines()), set(found.derived.splitlines())
    assert not asserted & derived
    assert set(found.closed.splitlines()) == asserted | derived


def test_classes_and_members_are_carried_up(source: Path) -> None:
    small, middle, large, thing = (
        Iri(f"https://mesh.example/{name}") for name in ("Small", "Middle", "Large", "thing")
    )
    assert set(parse(derived_ontology(source=source), "ntriples")) == {
        Triple(small, RDFS.subClassOf, large),
        Triple(thing, RDF.type, middle),
        Triple(thing, RDF.type, large),
    }


def test_no_identity_and_nothing_without_a_name_is_derived(source: Path) -> None:
    (source / "identity.ttl").write_text(IDENTITY, encoding="utf-8")
    derived = derived_ontology(source=source)
    assert "<https://mesh.example/twin>" in derived
    assert OWL.sameAs not in derived
    assert "_:" not in derived


def test_literals_are_kept_as_they_are_stated(source: Path) -> None:
    assert '"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in asserted_ontology(source=source)


def test_the_closure_of_the_ontology_has_what_rules_and_shapes_read(derived: set[Triple]) -> None:
    assert {
        Triple(PM.Crosswalk, RDFS.subClassOf, VOID.Dataset),
        Triple(PM.GlobalPolicy, RDFS.subClassOf, PROV.Entity),
        Triple(DCAT.Catalog, RDFS.subClassOf, DCAT.Resource),
        Triple(PD.BloodType, SKOS.broaderTransitive, DPV.SpecialCategoryPersonalData),
    } <= derived


def test_the_closure_says_nothing_that_is_trivially_so(derived: set[Triple]) -> None:
    languages = (OWL.base, RDF.base, RDFS.base)
    assert 50 < len(derived) < 500
    for subject, predicate, value in derived:
        assert isinstance(value, str), "a literal"
        assert subject != value, "reflexive"
        assert predicate != OWL.sameAs
        assert not subject.startswith((*languages, "_:"))
        assert not value.startswith((*languages, "_:"))


def test_it_is_computed_once_for_one_state_of_the_files(
    source: Path, cache: Path, computations: list[int]
) -> None:
    first = ontology(cache, source=source)
    assert ontology(cache, source=source) == first
    assert closed_ontology(cache, source=source) == first.closed
    assert len(computations) == 1


def test_a_changed_file_is_computed_anew(
    source: Path, cache: Path, computations: list[int]
) -> None:
    before = ontology(cache, source=source)
    (source / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    after = ontology(cache, source=source)
    assert len(computations) == 2
    assert after.asserted != before.asserted


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:0],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-2] + b"!\n",
        lambda whole: whole.replace(b"Large", b"Huge"),
        lambda whole: b"\xff\xfe" + whole,
    ],
    ids=["emptied", "cut", "one byte changed", "a word changed", "another encoding"],
)
def test_a_damaged_cache_is_not_believed(
    damage: Callable[[bytes], bytes], source: Path, cache: Path
) -> None:
    right = ontology(cache, source=source)
    kept(cache).write_bytes(damage(kept(cache).read_bytes()))
    assert ontology(cache, source=source) == right
    assert ontology(cache, source=source) == right, "and it is mended"


def test_nothing_but_the_closure_is_left_in_the_cache(source: Path, cache: Path) -> None:
    ontology(cache, source=source)
    assert kept(cache).suffix == ".nt"
    assert parse(kept(cache).read_text(encoding="utf-8"), "ntriples")
