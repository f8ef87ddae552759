"""Queries taken apart: one that can find nothing in a graph is not asked, and no other is left out."""

import pytest
import rdflib

from catalog_service import bundled
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.targets import Targets
from catalog_service.governance.reading import Reading
from catalog_service.governance.standards import load
from catalog_service.governance.stated import Stated
from catalog_service.graph import parse
from catalog_service.terms import Iri

pytestmark = pytest.mark.skipif(
    not fast_available(), reason="there is no wheel of the fast engine here"
)

EX = "http://ex/"
DATA = "@prefix ex: <http://ex/> ."
HEAD = f"""{DATA}
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
<https://w3id.org/polyseme/shapes> sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex/"^^xsd:anyURI ] .
"""
REX = Iri(f"{EX}rex")


def asking(query: str) -> str:
    return (
        'sh:sparql [ sh:prefixes <https://w3id.org/polyseme/shapes> ; sh:message "No." ;'
        f' sh:select """SELECT $this ?value {{ {query} }}""" ]'
    )


def shape(constraints: str) -> rdflib.Graph:
    text = f"{HEAD} std:s a sh:NodeShape ; sh:severity sh:Warning ; sh:targetClass ex:Dog ;"
    return rdflib.Graph().parse(data=f"{text} {constraints} .")


def reading(shapes: rdflib.Graph) -> Reading:
    return Reading.of(shapes, {"ex": EX})


def needed(query: str) -> set[str]:
    (found,) = reading(shape(asking(query))).needs.values()
    return {name.strip("<>").removeprefix(EX) for name in found.held}


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        ("$this ex:p ?value ; ^ex:q/ex:r+ ?x", "p q r"),
        ("$this ex:p ?value ; ex:q*/ex:r? ?x", "p"),
        ("$this ex:p|ex:q ?value", ""),
        ("$this ex:p/ex:q|ex:q ?value", "q"),
        ("$this ex:p ?value OPTIONAL { ?value ex:q ?x }", "p"),
        ("{ $this ex:p ?value } UNION { $this ex:p ?x . ?x ex:q ?value }", "p"),
        ("$this ex:p ?value FILTER EXISTS { ?value ex:q ?x }", "p q"),
        ("$this ex:p ?value FILTER(1 = 1 && EXISTS { ?value ex:q ?x })", "p q"),
        ("$this ex:p ?value FILTER(1 = 1 || EXISTS { ?value ex:q ?x })", "p"),
        ("$this ex:p ?value FILTER(!EXISTS { ?value ex:q ?x })", "p"),
        ("$this ex:p ?value FILTER NOT EXISTS { ?value ex:q ?x }", "p"),
        ("$this ex:p ?value { SELECT $this (COUNT(?x) AS ?n) { $this ex:q ?x } }", "p"),
        ("$this ex:p ?value { SELECT $this (COUNT(?x) AS ?n) { $this ex:q ?x } GROUP BY $this }", "p q"),
    ],
)  # fmt: skip
def test_a_query_needs_what_its_solutions_cannot_do_without(query: str, needs: str) -> None:
    assert needed(query) == set(needs.split())


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        ("$this ex:p ?value ; ex:q/ex:r ?x ; ^ex:s ?y ; (ex:t|ex:u) ?z", {"p", "q"}, ""),
        ("$this ex:p ex:a", {"p", "p a"}, ""),
        ("$this ex:p ?value FILTER(?value = ex:a)", {"p", "p a"}, ""),
        ("$this ex:p ?value FILTER(ex:a = ?value && 1 = 1)", {"p", "p a"}, ""),
        ("$this ex:p ?value FILTER(?value = ex:a || 1 = 1)", {"p"}, ""),
        ("$this ex:p ?value FILTER(?value != ex:a)", {"p"}, ""),
        ("$this ex:p ?value OPTIONAL { $this ex:q ?x FILTER(?x = ex:a) }", {"p"}, ""),
        ("{ $this ex:p ?value } UNION { $this ex:q ?value }", set(), ""),
        ("$this ex:p ?value FILTER NOT EXISTS { $this ex:q ?x }", {"p"}, "q"),
        ("$this ex:p ?value FILTER NOT EXISTS { $this ex:q ?value }", {"p"}, ""),
        ("$this ex:p ?value FILTER NOT EXISTS { $this ex:q $this }", {"p"}, ""),
        ("$this ex:p ?value FILTER NOT EXISTS { $this ex:q ?x . ?x ex:r ?y }", {"p"}, ""),
        ("$this ex:p ?value FILTER NOT EXISTS { ?value ex:q ?x }", {"p"}, ""),
        ("$this ex:p ?value FILTER(1 = 2 || NOT EXISTS { $this ex:q ?x })", {"p"}, ""),
        ("$this ex:p ?value { SELECT $this (COUNT(?x) AS ?n) { $this ex:q ?x } GROUP BY $this }", {"p"}, ""),
    ],
)  # fmt: skip
def test_a_query_needs_something_said_of_its_node_and_something_not(
    query: str, said: set[str], unsaid: str
) -> None:
    (need,) = reading(shape(asking(query))).needs.values()
    assert {short(one) for one in need.said} == said
    assert {short(one) for one in need.unsaid} == set(unsaid.split())


def short(said: str) -> str:
    return said.replace(f"<{EX}", "").replace(">", "")


HURT = asking("$this ex:hurt ?value")
OLD = asking("$this ex:age ?value FILTER(?value > 10)")
NAMED = "sh:property [ sh:path ex:name ; sh:severity sh:Warning ; sh:minCount 1 ]"
ON_A_PATH = f"sh:property [ sh:path ex:owner ; sh:severity sh:Info ; {HURT} ]"


@pytest.mark.parametrize(
    "constraints", [HURT, f"{HURT} ; {OLD} ; {NAMED}", f"{NAMED} ; {ON_A_PATH}"]
)
@pytest.mark.parametrize(
    "said", ["", "ex:hurt ex:paw", "ex:age 12", "ex:hurt ex:paw , ex:ear ; ex:age 12 ; ex:name 'R'"]
)  # fmt: skip
def test_what_is_found_is_the_same_as_with_shapes_left_whole(constraints: str, said: str) -> None:
    shapes = shape(constraints)
    graph = parse(f"{DATA} ex:rex a ex:Dog ; {said} .", "turtle")
    whole, apart = FastEngine(shapes, ()), FastEngine(shapes, (), reading(shapes))
    expected = sorted(map(repr, whole.among(())(graph, {REX})))
    assert sorted(map(repr, apart.among(())(graph, {REX}))) == expected


@pytest.mark.parametrize("where", ["stated", "beside", "around"])
def test_a_property_counts_wherever_it_is_seen(where: str) -> None:
    shapes = shape(asking("$this ex:owner ?value . ?value ex:hurt ?x"))
    own = parse(f"{DATA} ex:rex a ex:Dog ; ex:owner ex:tom .", "turtle")
    more = parse(f"{DATA} ex:tom ex:hurt ex:arm .", "turtle")
    engine = FastEngine(shapes, (), reading(shapes))
    if where == "around":
        found = engine.among(more)(own, {REX})
    elif where == "stated":
        found = engine.among(())((*own, *more), {REX})
    else:
        found = engine.among(())(
            own, {REX}, [Stated("<http://ex/tom> <http://ex/hurt> <http://ex/arm> .\n")]
        )
    assert [one.standard for one in found] == ["s"]


def test_a_node_gets_no_mark_for_what_can_find_nothing() -> None:
    shapes = shape(f"{HURT} ; {NAMED}")
    targets = Targets(shapes.serialize(format="nt"), (), reading(shapes).needs)
    among = targets.among(())

    def marks(said: str) -> int:
        graph = parse(f"{DATA} ex:rex a ex:Dog ; {said} .", "turtle")
        return len(among.marks(graph, {REX}).splitlines())

    assert (marks(""), marks("ex:hurt ex:paw")) == (1, 2)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("ex:state ex:Old", True),
        ("ex:state ex:New", False),
        ("ex:state ex:Old ; ex:why ex:age", False),
        ("ex:name 'Rex'", False),
    ],
)
@pytest.mark.parametrize("where", ["stated", "beside", "near"])
def test_a_node_is_asked_only_where_what_is_said_of_it_could_be_found(
    said: str, where: str, *, asked: bool
) -> None:
    query = "$this ex:state ?value FILTER(?value = ex:Old) FILTER NOT EXISTS { $this ex:why ?any }"
    targets = Targets(
        shape(asking(query)).serialize(format="nt"), (), reading(shape(asking(query))).needs
    )
    more = parse(f"{DATA} ex:tom ex:state ex:Old . ex:rex {said} .", "turtle")
    own = parse(f"{DATA} ex:rex a ex:Dog .", "turtle")
    told = (own, [Stated.of(more)]) if where == "beside" else ((*own, *more), [])
    if where == "near":
        told = (more, [Stated.of(own)])
    assert bool(targets.among(()).marks(told[0], {REX}, told[1])) is asked


def test_of_a_node_that_lies_around_as_well_nothing_is_taken_for_unsaid() -> None:
    shapes = shape(asking("$this ex:state ?value FILTER(?value = ex:Old)"))
    around = parse(f"{DATA} ex:rex ex:state ex:Old .", "turtle")
    engine = FastEngine(shapes, (), reading(shapes)).among(around)
    assert engine(parse(f"{DATA} ex:rex a ex:Dog ; ex:state ex:New .", "turtle"), {REX})


def test_the_queries_of_the_mesh_are_taken_apart() -> None:
    standards = load(bundled.folder("shapes"))
    targets = Targets(standards.text(), (), standards.reading().needs)
    assert targets.marked
    assert targets.shapes.count("<http://www.w3.org/ns/shacl#targetSubjectsOf>") > len(standards)
