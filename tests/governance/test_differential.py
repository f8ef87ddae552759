"""Two engines, one verdict: pySHACL and the fast engine agree, result by result.

On the graphs beside the standards, on the example mesh, on the example with a statement changed,
and on graphs that are made up. Where they are known to differ, the smallest graph that shows it
stands at the end, and what is made up keeps away from it.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import rdflib
from _pytest.mark import ParameterSet
from differing import EDITS, FALSE, Edit, Words, edited, made_up, nodes_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl.errors import ValidationFailure

from catalog_service import bundled
from catalog_service.bootstrap import Catalog, transient
from catalog_service.domain.publication import Kind, Submission
from catalog_service.domain.rdf import Triple, ntriples
from catalog_service.governance.engines.background import seen
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Result
from catalog_service.governance.queries import Query, Unsound
from catalog_service.governance.standards import Standard, load
from catalog_service.graph.formats import parse
from catalog_service.publishing.neighbourhood import Neighbours
from catalog_service.settings import read
from catalog_service.terms import PREFIXES

pytestmark = [
    pytest.mark.skipif(not fast_available(), reason="there is no wheel of the fast engine here"),
    # rdflib remarks on a value that is no boolean; that it is none is the point.
    pytest.mark.filterwarnings("ignore:Parsing weird boolean"),
]

STANDARDS = load(bundled.folder("shapes"))
WORDS = Words.of(STANDARDS.shapes(), STANDARDS.prefixes)
FILES = [file for standard in STANDARDS for file in (*standard.good, *standard.bad)]
MESH = Path(__file__).parents[2] / "examples" / "media_mesh"
MUTANTS = 25
"""How many of a kind are drawn in one go."""


class Engines:
    """Both engines, among the same triples."""

    def __init__(self, shared: Sequence[Triple] = (), ontology: Sequence[str] = ()) -> None:
        shapes, named = STANDARDS.shapes(), STANDARDS.mentions()
        self.fast = FastEngine(shapes, ontology, STANDARDS.reading(), named).among(shared)
        self.reference = ReferenceEngine(shapes, ontology).among(shared)

    def agree(self, graph: Sequence[Triple], around: Sequence[Triple] = ()) -> int:
        """How many results both report; every node of the graph is judged."""
        triples, nodes = (*graph, *around), nodes_of(graph)
        found, expected = (Counter(judge(triples, nodes)) for judge in (self.fast, self.reference))
        assert found == expected, f"in a graph of {len(graph)}:\n{_told(graph)}"
        return found.total()


def _told(graph: Sequence[Triple]) -> str:
    return "\n".join(" ".join(map(ntriples, triple)) for triple in graph)


@cache
def beside() -> Engines:
    """The engines for the graphs beside the standards, which say all that they need themselves."""
    return Engines()


@cache
def stated(file: Path) -> tuple[Triple, ...]:
    return parse(file.read_text(encoding="utf-8"), "turtle")


@cache
def words(standard: Standard) -> Words:
    return Words.of(rdflib.Graph().parse(standard.file), STANDARDS.prefixes)


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    with transient(read(MESH)) as opened:
        yield opened


@pytest.fixture(scope="module")
def submissions(catalog: Catalog) -> tuple[Submission, ...]:
    return tuple(catalog.read([MESH]).submissions)


@pytest.fixture(scope="module")
def among_decisions(catalog: Catalog, submissions: tuple[Submission, ...]) -> Engines:
    """The engines as the gate has them: among the decisions, with the ontology."""
    ontology = seen(catalog.ontology.closed, STANDARDS.shapes(), STANDARDS.prefixes)
    decided = (s.triples for s in submissions if s.kind is Kind.DECISION)
    return Engines([triple for triples in decided for triple in triples], ontology)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_they_agree_on_every_graph_beside_a_standard(file: Path, among_decisions: Engines) -> None:
    among_decisions.agree(stated(file))


def test_they_agree_on_the_whole_example(
    catalog: Catalog, submissions: tuple[Submission, ...]
) -> None:
    ontology = seen(catalog.ontology.closed, STANDARDS.shapes(), STANDARDS.prefixes)
    whole = [triple for submission in submissions for triple in submission.triples]
    assert Engines(ontology=ontology).agree(whole)


@pytest.mark.parametrize("seed", range(8))
def test_they_agree_on_a_product_of_the_example_with_a_statement_changed(
    seed: int, catalog: Catalog, submissions: tuple[Submission, ...], among_decisions: Engines
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    products = [s for s in submissions if s.kind is Kind.PRODUCT]
    neighbours = Neighbours(catalog.view(), {s.subject: s.triples for s in products})
    for _ in range(MUTANTS):
        product = chance.choice(products)
        around = neighbours.of(product.subject).triples
        among_decisions.agree(edited(product.triples, [drawn(chance)], WORDS.properties), around)


@pytest.mark.parametrize("seed", range(2))
def test_they_agree_on_the_decisions_of_the_example_with_a_statement_changed(
    seed: int, submissions: tuple[Submission, ...]
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    decided = [t for s in submissions if s.kind is Kind.DECISION for t in s.triples]
    assert sum(
        beside().agree(edited(decided, [drawn(chance)], WORDS.properties)) for _ in range(MUTANTS)
    )


def drawn(chance: random.Random) -> Edit:
    done = chance.choice(("drop", "change"))
    return done, chance.randrange(10_000), chance.randrange(10_000), chance.randrange(10_000)


NUMBER = st.integers(0, 9_999)


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(FILES), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(EDITS), NUMBER, NUMBER, NUMBER), min_size=1, max_size=6),
)
def test_they_agree_on_graphs_beside_standards_joined_and_edited(
    files: list[Path], edits: list[Edit]
) -> None:
    joined = tuple(dict.fromkeys(triple for file in files for triple in stated(file)))
    beside().agree(edited(joined, edits, WORDS.properties))


@settings(max_examples=300)
@given(
    st.sampled_from(list(STANDARDS)),
    st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=4),
    st.lists(st.tuples(NUMBER, NUMBER, NUMBER), max_size=20),
)
def test_they_agree_on_graphs_made_up_of_the_words_that_a_standard_reads(
    standard: Standard, things: list[tuple[int, int]], statements: list[tuple[int, int, int]]
) -> None:
    beside().agree(made_up(things, statements, words(standard)))


HEAD = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
HEAD += "@prefix ex: <https://mesh.example/> .\n"
SHAPE = f"""{HEAD}
<https://w3id.org/polyseme/shapes> sh:declare [
  sh:prefix "ex" ; sh:namespace "https://mesh.example/"^^xsd:anyURI ] .
std:tried a sh:NodeShape ; sh:severity sh:Violation ; sh:targetClass ex:Thing ; """


def asks(query: str) -> str:
    return f"""sh:sparql [ sh:prefixes <https://w3id.org/polyseme/shapes> ; sh:message "No." ;
      sh:select "SELECT $this ?value {{ {query} }}" ]"""


def of(constraint: str) -> str:
    return f"sh:property [ sh:path ex:of ; sh:severity sh:Violation ; {constraint} ]"


UP = asks("$this ex:of ?value . FILTER NOT EXISTS { ?value ex:up* ex:top }")
UNLIKE = asks("$this ex:of ?value ; ex:is ?other . FILTER(?value != ?other)")
BOUNDED = of("sh:minInclusive 0.0 ; sh:maxInclusive 1.0")
INSIDE = of("sh:node [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ]")


def both(shape: str, said: str) -> tuple[Counter[Result], Counter[Result]]:
    """What the fast engine and the reference find."""
    shapes = rdflib.Graph().parse(data=f"{SHAPE}{shape} .")
    graph = parse(f"{HEAD}{said} . ex:a a ex:Thing .", "turtle")
    fast, reference = (
        Counter(engine(shapes, ()).among(())(graph, nodes_of(graph)))
        for engine in (FastEngine, ReferenceEngine)
    )
    return fast, reference


def known(name: str, shape: str, said: str, why: str) -> ParameterSet:
    """A shape and a graph on which they differ; once they no longer do, its test fails."""
    marks = pytest.mark.xfail(reason=why, raises=AssertionError)
    return pytest.param(shape, said, marks=marks, id=name)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        *(
            pytest.param(
                UP,
                f"ex:top ex:up ex:top . ex:a ex:of {ntriples(value)}",
                id=f"a path from {ntriples(value)}",
            )
            for value in FALSE
        ),
        pytest.param(INSIDE, "ex:a ex:of ex:b", id="a shape in a shape"),
    ],
)
def test_values_that_python_reads_oddly_are_judged_alike(shape: str, said: str) -> None:
    found, expected = both(shape, said)
    assert found == expected
    assert found


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        known(
            "unlike literals",
            UNLIKE,
            "ex:a ex:of 'soon'^^xsd:date ; ex:is 'x'",
            "to rdflib, literals of two types differ; in SPARQL there is no telling",
        ),
        known(
            "the text of a number",
            asks("$this ex:of ?value . FILTER(STR(?value) = '1.0')"),
            "ex:a ex:of 1.0",
            "the fast engine writes the number in its shortest form first",
        ),
        known(
            "a bound to no number",
            BOUNDED,
            "ex:a ex:of true",
            "to pySHACL, there is an order between a number and what is none",
        ),
        known(
            "not a number",
            BOUNDED,
            "ex:a ex:of 'NaN'^^xsd:double",
            "to pySHACL, there is an order between a number and what is none",
        ),
        known(
            "one for true",
            of("sh:uniqueLang '1'^^xsd:boolean"),
            "ex:a ex:of 'x'@en , 'y'@en",
            "our reference reads a 1 in a shape as true",
        ),
    ],
)
def test_where_they_are_known_to_differ(shape: str, said: str) -> None:
    found, expected = both(shape, said)
    assert found == expected


def test_what_is_not_a_number_meets_no_bound_and_harms_no_engine() -> None:
    assert all(both(BOUNDED, "ex:a ex:of 'NaN'^^xsd:double"))


def test_a_query_that_only_the_fast_engine_accepts_is_refused_when_it_is_loaded() -> None:
    query = "$this ex:of ?value . { SELECT ?other { ?other ex:of ?third } }"
    shapes = rdflib.Graph().parse(data=f"{SHAPE}{asks(query)} .")
    graph = parse(f"{HEAD}ex:a a ex:Thing ; ex:of ex:b .", "turtle")
    assert FastEngine(shapes, ()).among(())(graph, nodes_of(graph))
    with pytest.raises(ValidationFailure):
        ReferenceEngine(shapes, ()).among(())(graph, nodes_of(graph))
    with pytest.raises(Unsound, match="inside the query does not project"):
        Query.parsed(f"SELECT $this ?value {{ {query} }}", {"ex": "https://mesh.example/"})
