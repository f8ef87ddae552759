"""What shapes can read: nothing is left out of what an engine sees that a shape could come to."""

import random

import pytest
import rdflib
from differing import nodes_of

from catalog_service import bundled
from catalog_service.domain.rdf import Lines
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.surroundings import Surroundings
from catalog_service.governance.reading import Reading
from catalog_service.governance.standards import load
from catalog_service.graph import parse

EX = "http://ex/"
PREFIXES = {"ex": EX}
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex/> ."
STANDARDS = load(bundled.folder("shapes"))


def asking(query: str) -> Reading:
    text = f'{HEAD} ex:s sh:sparql [ sh:select """SELECT $this ?value {{ {query} }}""" ] .'
    return Reading.of(rdflib.Graph().parse(data=text), PREFIXES)


def told(reading: Reading) -> tuple[set[str], set[str], bool]:
    """The properties followed backward, those looked for anywhere, and whether all is read."""
    backward, anywhere = (
        {term.removeprefix(EX) for term in terms} for terms in (reading.backward, reading.anywhere)
    )
    return backward, anywhere, reading.whole


@pytest.mark.parametrize(
    ("query", "backward", "anywhere"),
    [
        ("$this ex:p ?value . ?value ex:q/ex:r* ?x", "", ""),
        ("$this ^ex:p ?value . ?x ex:q ?value", "p q", ""),
        ("?x ex:q ?value . ?x ex:r ?y . $this ex:p ?value", "q", ""),
        ("$this ex:p/^ex:q ?value . ?z ^ex:r ?value . ?x ^ex:s $this", "q", ""),
        ("?value ex:p ex:known . ?value ex:q $this", "q", ""),
        ("?value ex:p ex:known", "p", ""),
        ("?value ex:p 'text'", "", "p"),
        ("?value ex:p ?y . ?y ex:q ?x . FILTER(?x = $this)", "", "p"),
        ("$this ex:p ?value FILTER NOT EXISTS { ?x ex:q ?value }", "q", ""),
        ("$this ex:p ?value FILTER(1 = 1 && EXISTS { ?x ex:q ?y . ?y ex:r ?value })", "r q", ""),
        ("$this ex:p ?value OPTIONAL { ?value ex:q ?x } ?x ex:r ?y", "", "r"),
        ("$this ex:p ?value OPTIONAL { ?x ex:q ?value FILTER EXISTS { ?x ex:r ?z } }", "q", ""),
        ("{ $this ex:p ?value } UNION { $this ex:p ?x } ?value ex:q ?y", "", "q"),
        ("{ $this ex:p ?value } UNION { $this ex:q ?value } ?value ex:r ?y", "", ""),
        ("$this ex:p ?value . { ?x ex:q ?y FILTER EXISTS { ?value ex:r ?x } }", "r", "q"),
        ("$this ex:p ?value . BIND(IRI(STR(?value)) AS ?x) ?x ex:q ?y", "", "q"),
        ("$this ex:p ?value . { SELECT $this ?y { $this ex:q ?y . ?z ex:r ?value } }", "", "r"),
    ],
)  # fmt: skip
def test_a_query_goes_forward_but_where_it_is_noted(
    query: str, backward: str, anywhere: str
) -> None:
    found = told(asking(query))
    assert found == (set(backward.split()), set(anywhere.split()), False)


def test_a_path_that_may_be_empty_and_begins_anywhere_reads_everything() -> None:
    assert asking("?value ex:p* ?x").whole
    assert not asking("$this ex:s ?value . ?value ex:p* ?x").whole


def test_paths_of_shapes_are_followed_backward_where_they_say_so() -> None:
    path = "[ sh:inversePath ( ex:p [ sh:zeroOrMorePath ex:q ] ) ]"
    text = f"{HEAD} ex:s sh:property [ sh:path ( ex:r {path} ) ; sh:minCount 1 ] ."
    assert told(Reading.of(rdflib.Graph().parse(data=text), {}))[0] == {"p", "q"}


def test_a_reading_is_the_same_after_it_was_kept() -> None:
    found = STANDARDS.reading()
    assert Reading.restored(found.record()) == found
    assert found.backward
    assert not found.whole


def seen(reading: Reading, around: str, *start: str, named: tuple[str, ...] = ()) -> set[str]:
    """The names of the subjects that are seen from some terms."""
    lines = Lines().of(parse(f"{HEAD} {around}", "turtle")).split("\n")[:-1]
    text = Surroundings(lines, reading, named).seen_from(start).text
    return {line.split(" ")[0][1:-1].removeprefix(EX) for line in text.split("\n") if line}


def test_what_is_around_is_seen_forward_and_backward_as_far_as_shapes_go() -> None:
    around = "ex:a ex:p ex:b . ex:b ex:p ex:c . ex:d ex:p ex:a . ex:e ex:q ex:c . ex:f ex:p ex:f ."
    assert seen(Reading(), around, "<http://ex/a>") == {"a", "b"}
    back = Reading(frozenset({f"{EX}q"}))
    assert seen(back, around, "<http://ex/a>") == {"a", "b", "e"}
    assert seen(back, around, "<http://ex/c>") == {"e"}
    assert seen(Reading(), around, named=(f"{EX}b",)) == {"b"}
    assert seen(Reading(anywhere=frozenset({f"{EX}q"})), around) == {"e"}
    assert seen(Reading(whole=True), around) == {"a", "b", "d", "e", "f"}


def test_a_value_that_can_be_written_in_two_ways_is_always_seen() -> None:
    back = Reading(frozenset({f"{EX}p"}))
    around = 'ex:a ex:p 1.0 . ex:b ex:p "one" . ex:c ex:p "o\\ne" . ex:d ex:p "x"@en .'
    assert seen(back, around) == {"a", "c", "d"}
    assert seen(back, around, '"one"') == {"a", "b", "c", "d"}


@pytest.mark.skipif(not fast_available(), reason="there is no wheel of the fast engine here")
@pytest.mark.parametrize("seed", range(4))
def test_a_product_is_judged_alike_whether_all_that_lies_around_is_seen_or_not(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    text = STANDARDS.text()
    pruned = FastEngine(text, (), STANDARDS.reading(), STANDARDS.mentions())
    everything = FastEngine(text, ())
    files = [file for standard in STANDARDS for file in (*standard.good, *standard.bad)]
    found = 0
    for file in chance.sample(files, 30):
        graph = list(parse(file.read_text(encoding="utf-8"), "turtle"))
        chance.shuffle(graph)
        own, around = graph[: len(graph) // 2], graph[len(graph) // 2 :]
        nodes = nodes_of(own)
        expected = sorted(map(repr, everything.among(around)(own, nodes)))
        assert sorted(map(repr, pruned.among(around)(own, nodes))) == expected
        found += len(expected)
    assert found
