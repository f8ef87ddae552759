"""Targets told beforehand: the nodes that are asked about are looked at, whatever makes them targets."""

import pytest
import rdflib

from catalog_service.governance.engines.fast import FastEngine
from catalog_service.governance.engines.targets import Targets
from catalog_service.graph import parse
from catalog_service.terms import Iri

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://ex/> . @prefix std: <https://w3id.org/polyseme/shapes#> .
"""
NAMED = "sh:severity sh:Violation ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
ABOVE = "<http://ex/Dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://ex/Animal> ."
REX, TOM = Iri("http://ex/rex"), Iri("http://ex/tom")


def engine(target: str, extra: str = "", ontology: tuple[str, ...] = ()) -> FastEngine:
    shape = f"{HEAD} std:s a sh:NodeShape ; {target} ; {extra} {NAMED}"
    return FastEngine(rdflib.Graph().parse(data=shape), ontology)


@pytest.mark.parametrize(
    ("target", "said", "around"),
    [
        ("sh:targetClass ex:Dog", "ex:rex a ex:Dog", ""),
        ("sh:targetClass ex:Animal", "ex:rex a ex:Dog", ""),
        ("sh:targetClass ex:Thing", "ex:rex a ex:Dog", "ex:Animal rdfs:subClassOf ex:Thing"),
        (
            "sh:targetClass ex:Odd",
            "ex:rex a ex:Pug . ex:Pug rdfs:subClassOf ex:Odd , ex:Pug",
            "",
        ),
        ("sh:targetClass ex:Dog", "ex:rex ex:age 3", "ex:rex a ex:Dog"),
        ("sh:targetSubjectsOf ex:age", "ex:rex ex:age 3", ""),
        ("sh:targetSubjectsOf ex:age", "ex:rex ex:kind ex:x", "ex:rex ex:age 3"),
        ("sh:targetObjectsOf ex:owns", "ex:tom ex:owns ex:rex", ""),
        ("sh:targetObjectsOf ex:owns", "ex:rex ex:age 3", "ex:tom ex:owns ex:rex"),
        ("sh:targetObjectsOf ex:none ; sh:targetClass ex:Dog", "ex:rex a ex:Dog", ""),
    ],
)
def test_a_node_is_a_target_whatever_makes_it_one(target: str, said: str, around: str) -> None:
    shared = parse(f"{HEAD}{around} ." if around else "", "turtle")
    judge = engine(target, ontology=(ABOVE,)).among(shared)
    found = judge(parse(f"{HEAD}{said} .", "turtle"), {REX})
    assert [(one.focus, one.standard) for one in found] == [(REX, "s")]


def test_a_node_that_nobody_asked_about_is_not_looked_at() -> None:
    judge = engine("sh:targetClass ex:Dog").among(parse(f"{HEAD} ex:spot a ex:Dog .", "turtle"))
    graph = parse(f'{HEAD} ex:rex a ex:Dog ; ex:name "Rex" . ex:tom a ex:Dog .', "turtle")
    assert judge(graph, {REX}) == ()
    assert [one.focus for one in judge(graph, {REX, TOM})] == [TOM]


@pytest.mark.parametrize(
    "extra",
    [
        "sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ;",
        "sh:targetNode ex:rex ;",
        'sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?value }" ] ;',
    ],
)
def test_where_a_mark_could_be_seen_shapes_keep_their_targets(extra: str) -> None:
    shape = f"{HEAD} std:s a sh:NodeShape ; sh:targetClass ex:Dog ; {extra} {NAMED}"
    text = rdflib.Graph().parse(data=shape).serialize(format="nt")
    targets = Targets(text, ())
    assert not targets.marked
    assert targets.shapes == text


def test_the_standards_of_the_mesh_are_all_marked() -> None:
    from catalog_service import bundled  # noqa: PLC0415 - this test alone
    from catalog_service.governance.standards import load  # noqa: PLC0415 - the same

    text = load(bundled.folder("shapes")).text()
    targets = Targets(text, ())
    assert targets.marked
    assert "targetClass" not in targets.shapes
