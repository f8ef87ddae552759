"""What holds of both SHACL engines, and what is particular to each."""

from collections.abc import Callable

import pytest
import rdflib

from catalog_service.domain.rdf import Literal, Term, Triple, text
from catalog_service.governance.engines.background import seen
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Result
from catalog_service.graph.formats import parse
from catalog_service.terms import PREFIXES, RDF, XSD, Iri

ENGINES: list[type[ReferenceEngine] | type[FastEngine]] = [
    ReferenceEngine,
    *([FastEngine] if fast_available() else []),
]

PREFIXED = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
EX = "https://mesh.example/"
DECLARED = """
<https://w3id.org/polyseme/shapes> a owl:Ontology ;
  sh:declare [ sh:prefix "ex" ; sh:namespace "https://mesh.example/"^^xsd:anyURI ] .
"""

Check = Callable[..., tuple[Result, ...]]


def ex(name: str) -> Iri:
    return Iri(EX + name)


def shapes(body: str) -> rdflib.Graph:
    """A shape `std:tried` that looks at things of class ex:Thing."""
    head = f"{PREFIXED}@prefix ex: <{EX}> .\n{DECLARED}"
    return rdflib.Graph().parse(
        data=f"{head}std:tried a sh:NodeShape ; sh:severity sh:Violation ;"
        f" sh:targetClass ex:Thing ; {body} ."
    )


def graph(body: str) -> tuple[Triple, ...]:
    return parse(f"{PREFIXED}@prefix ex: <{EX}> .\n{body}", "turtle", base=EX)


@pytest.fixture(params=ENGINES, ids=lambda engine: str(engine.__name__))
def check(request: pytest.FixtureRequest) -> Check:
    """Compile a shape with one of the engines and judge a graph by it."""

    def judged(shape: str, data: str, *nodes: str, ontology: str = "") -> tuple[Result, ...]:
        judge = request.param(shapes(shape), ontology.splitlines()).among(())
        return tuple(judge(graph(data), {ex(node) for node in nodes or ("a",)}))

    return judged


OR = "sh:property [ sh:path ex:of ; sh:severity sh:Violation ; sh:or ( [ sh:class ex:A ] [ sh:class ex:B ] ) ]"
NODE = "sh:property [ sh:path ex:of ; sh:severity sh:Violation ; sh:node [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ] ]"


@pytest.mark.parametrize("shape", [OR, NODE])
def test_what_a_judged_node_points_at_is_looked_at_though_it_is_not_judged(
    check: Check, shape: str
) -> None:
    found = check(shape, "ex:a a ex:Thing ; ex:of ex:b , 'text' .")
    assert {result.value for result in found} == {ex("b"), text("text")}


def test_a_node_that_is_not_to_be_judged_yields_nothing(check: Check) -> None:
    shape = "sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:severity sh:Violation ]"
    data = "ex:a a ex:Thing . ex:b a ex:Thing ."
    assert [result.focus for result in check(shape, data, "a")] == [ex("a")]
    assert not check(shape, data, "c")


def test_classes_of_the_ontology_are_seen(check: Check) -> None:
    shape = "sh:property [ sh:path ex:of ; sh:class ex:Animal ; sh:severity sh:Violation ]"
    data = "ex:a a ex:Thing ; ex:of ex:b . ex:b a ex:Dog ."
    assert check(shape, data)
    dogs = f"<{EX}Dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}Animal> ."
    assert not check(shape, data, ontology=dogs)


@pytest.mark.parametrize(
    "value",
    [
        Literal("01", XSD.integer),
        Literal("1", XSD.boolean),
        Literal("1.50", XSD.decimal),
        Literal("2026-02-30", XSD.date),
        Literal("Hörer", RDF.langString, "de-ch"),
        text('a "quoted" \\ line\n\tbreak 🎧 \\u0041'),
        text(""),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_is_told_as_it_was_stated(
    engine: type[ReferenceEngine | FastEngine], value: Term
) -> None:
    shape = "sh:property [ sh:path ex:of ; sh:nodeKind sh:IRI ; sh:severity sh:Violation ]"
    stated = (Triple(ex("a"), RDF.type, ex("Thing")), Triple(ex("a"), ex("of"), value))
    found = engine(shapes(shape), ()).among(())(stated, {ex("a")})
    assert [result.value for result in found] == [value]


def test_a_value_that_is_not_of_its_datatype_is_found_and_nothing_is_printed(
    check: Check, capfd: pytest.CaptureFixture[str]
) -> None:
    shape = "sh:property [ sh:path ex:of ; sh:datatype xsd:date ; sh:severity sh:Violation ]"
    assert check(shape, "ex:a a ex:Thing ; ex:of 'soon'^^xsd:date .")
    assert not check(shape, "ex:a a ex:Thing ; ex:of '2026-11-24'^^xsd:date .")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("ex:p", "<{0}p>"),
        ("[ sh:inversePath ex:p ]", "^<{0}p>"),
        ("( ex:p ex:q )", "(<{0}p>/<{0}q>)"),
        ("[ sh:alternativePath ( ex:p ex:q ) ]", "(<{0}p>|<{0}q>)"),
        ("[ sh:zeroOrMorePath ex:p ]", "(<{0}p>)*"),
        ("( [ sh:oneOrMorePath ex:p ] [ sh:zeroOrOnePath ex:q ] )", "((<{0}p>)+/(<{0}q>)?)"),
        ("[ sh:inversePath ( ex:p ex:q ) ]", "^(<{0}p>/<{0}q>)"),
        ("( [ sh:inversePath ex:p ] ex:q )", "(^<{0}p>/<{0}q>)"),
    ],
)
def test_a_path_is_written_in_one_way(check: Check, path: str, written: str) -> None:
    shape = f"sh:property [ sh:path {path} ; sh:minCount 9 ; sh:severity sh:Violation ]"
    assert [result.path for result in check(shape, "ex:a a ex:Thing .")] == [written.format(EX)]


def test_shapes_in_the_data_change_nothing(check: Check) -> None:
    shape = "sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:severity sh:Violation ]"
    smuggled = """
      ex:a a ex:Thing , sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:x ; sh:minCount 9 ] .
      std:tried sh:deactivated true ; sh:severity sh:Info ; sh:targetNode ex:b .
    """
    found = check(shape, smuggled, "a", "b")
    assert [(result.focus, result.severity.value) for result in found] == [(ex("a"), "violation")]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_one_graph_states_is_not_seen_in_the_next(
    engine: type[ReferenceEngine | FastEngine],
) -> None:
    shape = "sh:property [ sh:path ex:of ; sh:class ex:A ; sh:severity sh:Violation ]"
    judge = engine(shapes(shape), [f"<{EX}c> <{RDF.type}> <{EX}A> ."]).among(graph("ex:d a ex:A ."))
    sound = graph(
        "ex:a a ex:Thing ; ex:of ex:b , ex:c , ex:d . ex:b a ex:A . ex:c a ex:A . ex:d a ex:A ."
    )
    alone = graph("ex:a a ex:Thing ; ex:of ex:b , ex:c , ex:d .")
    assert not judge(sound, {ex("a")})
    assert [result.value for result in judge(alone, {ex("a")})] == [ex("b")]


QUERY = """sh:sparql [ sh:prefixes <https://w3id.org/polyseme/shapes> ;
  sh:message "{?value} of {?kind} is wrong: see {?missing}."@en ;
  sh:select "SELECT $this ?value ?kind ?missing { $this ex:of ?value ; ex:kind ?kind }" ]"""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("\\1 \\g<0> \\q", "\\1 \\g<0> \\q of pm:Domain is wrong: see {?missing}."),
        ("{?kind}", "{?kind} of pm:Domain is wrong: see {?missing}."),
        ("x" * 500, "x" * 200 + "… of pm:Domain is wrong: see {?missing}."),
    ],
)
def test_no_value_can_stop_the_reference_from_wording_its_message(value: str, told: str) -> None:
    judge = ReferenceEngine(shapes(QUERY), ()).among(())
    stated = (
        *graph("ex:a a ex:Thing ; ex:kind pm:Domain ."),
        Triple(ex("a"), ex("of"), text(value)),
    )
    (found,) = judge(stated, {ex("a")})
    assert found.message == told
    assert found.value == text(value)


def test_of_the_ontology_only_what_a_shape_can_read_is_kept() -> None:
    ontology = "".join(
        f"{line} .\n"
        for line in (
            f"<{EX}A> <{RDF.type}> <{PREFIXES['rdfs']}Class>",
            f"<{EX}A> <{PREFIXES['rdfs']}subClassOf> <{EX}B>",
            f'<{EX}A> <{PREFIXES["rdfs"]}comment> "a class"',
            f'<{EX}x> <{EX}of> "1"',
            f'<{EX}x> <{EX}in-a-query> "2"',
            f'<{EX}x> <{EX}unread> "3"',
            f"<{EX}x> <{RDF.type}> <{EX}B>",
        )
    )
    shape = shapes(
        "sh:property [ sh:path ex:of ; sh:minCount 1 ] ; sh:sparql [ sh:select"
        ' "SELECT $this ?value { $this ex:of/ex:in-a-query ?value }" ]'
    )
    kept = seen(ontology, shape, {"ex": EX})
    assert [line.split()[1].rpartition("#")[2].rpartition("/")[2] for line in kept] == [
        "subClassOf>", "of>", "in-a-query>", "type>",
    ]  # fmt: skip
