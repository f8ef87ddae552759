"""Proving standards: what is missing or wrong among the graphs beside a shape is told."""

from pathlib import Path

import pytest
from domain_standards import BODY, HEAD, TIGHTER, chosen, prefixes, written

from catalog_service import bundled
from catalog_service.governance import layers, proving
from catalog_service.governance.proving import Flaw, Proof
from catalog_service.governance.standards import load

MESH = chosen()
GRAPH = """# A product of the domain podcasts.
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://mesh.example/> .
ex:listens a dprod:DataProduct ; dct:title "Listens" ; dct:description "Each episode played." ;
  dprod:purpose "Show what is heard" ; dct:identifier "listens" ; dcat:version "1.0.0" ;
  dprod:domain ex:podcasts ; dprod:dataProductOwner ex:bo ; pm:controlPort ex:control ;
  pm:observabilityPort ex:metrics .
ex:podcasts a pm:Domain .
"""
KEYED = GRAPH.replace("dct:title", 'dcat:keyword "podcast" ; dct:title')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = written(tmp_path / "standards", HEAD + BODY)
    (made / "keywords" / "conforms.one.ttl").write_text(KEYED, encoding="utf-8")
    (made / "keywords" / "violates.none.ttl").write_text(GRAPH, encoding="utf-8")
    return made


def flaws(folder: Path, name: str = "keywords") -> list[Flaw]:
    (layer,) = layers.load(folder, MESH)
    return list(Proof(layer.standards, MESH).flaws(layer.standards.named(name)))


def told(folder: Path, name: str = "keywords") -> list[tuple[str, str]]:
    return [(flaw.file.name, flaw.reason) for flaw in flaws(folder, name)]


def test_a_standard_with_good_and_bad_graphs_is_proved(folder: Path) -> None:
    assert flaws(folder) == []


def test_the_standards_of_the_mesh_are_proved_by_their_graphs() -> None:
    every = load(bundled.folder("shapes"))
    proof = Proof(every)
    for name in ("owner-named", "management-ports", "no-same-as"):
        assert list(proof.flaws(every.named(name))) == []


@pytest.mark.parametrize(("kind", "file"), [("conforms", "one"), ("violates", "none")])
def test_a_standard_without_a_graph_of_each_kind_is_not_proved(
    folder: Path, kind: str, file: str
) -> None:
    (folder / "keywords" / f"{kind}.{file}.ttl").unlink()
    (flaw,) = flaws(folder)
    assert flaw.reason == f"there is no {kind}.*.ttl beside it"
    assert flaw.file.name == "shape.ttl"
    assert flaw.fix


def test_a_bad_graph_that_meets_the_standard_proves_nothing(folder: Path) -> None:
    (folder / "keywords" / "violates.none.ttl").write_text(KEYED, encoding="utf-8")
    assert ("violates.none.ttl", "it meets the standard") in told(folder)


def test_a_good_graph_that_does_not_meet_it_is_told_what_to_do(folder: Path) -> None:
    (folder / "keywords" / "conforms.one.ttl").write_text(GRAPH, encoding="utf-8")
    assert told(folder) == [
        (
            "conforms.one.ttl",
            "it does not meet the standard: Add a keyword with dcat:keyword.",
        )
    ]


def test_a_good_graph_at_which_nobody_looks_proves_nothing(folder: Path) -> None:
    (folder / "keywords" / "conforms.one.ttl").write_text("<a:b> <a:c> <a:d> .")
    ((file, reason),) = told(folder)
    assert file == "conforms.one.ttl"
    assert reason.startswith("the standard looks at nothing in it")


def test_a_good_graph_of_a_domain_meets_the_standards_of_the_mesh_as_well(folder: Path) -> None:
    unowned = KEYED.replace("dprod:dataProductOwner ex:bo ;", "")
    (folder / "keywords" / "conforms.one.ttl").write_text(unowned, encoding="utf-8")
    ((file, reason),) = told(folder)
    assert file == "conforms.one.ttl"
    assert reason.startswith("it breaks owner-named, which holds for the mesh")


def test_a_bad_graph_that_breaks_a_second_standard_is_told(folder: Path) -> None:
    written(folder, prefixes() + TIGHTER, "ports-managed")
    both = GRAPH.replace("pm:controlPort ex:control ;", "")
    (folder / "keywords" / "violates.none.ttl").write_text(both, encoding="utf-8")
    assert told(folder) == [
        (
            "violates.none.ttl",
            "it breaks https://mesh.example/domains/podcasts/standards/ports-managed as well",
        )
    ]


def test_a_constraint_that_no_graph_needs_is_told(folder: Path) -> None:
    more = (HEAD + BODY).replace("sh:minCount 1 ;", "sh:minCount 1 ; sh:maxCount 9 ;")
    written(folder, more)
    assert told(folder) == [("shape.ttl", "no graph needs sh:maxCount 9")]


def test_a_graph_that_cannot_be_read_is_told_and_the_others_are_judged(folder: Path) -> None:
    (folder / "keywords" / "violates.broken.ttl").write_text("<a:b> <a:c", encoding="utf-8")
    (folder / "keywords" / "violates.bytes.ttl").write_bytes(b"\xff\xfe")
    found = told(folder)
    assert [file for file, _ in found] == ["violates.broken.ttl", "violates.bytes.ttl"]
    assert all(reason.startswith("it cannot be read: ") for _, reason in found)


def test_two_engines_that_differ_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind(proving.FastEngine):
        def among(self, shared: object) -> object:  # type: ignore[override]
            del shared
            return lambda *_: ()

    monkeypatch.setattr(proving, "FastEngine", Blind)
    assert ("violates.none.ttl", "the two engines differ") in told(folder)


def test_without_the_fast_engine_a_standard_is_proved_alike(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "fast_available", lambda: False)
    assert flaws(folder) == []
