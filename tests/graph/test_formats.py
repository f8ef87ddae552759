"""RDF as text: canonical form, blank nodes, and documents that are no good."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.errors import LimitExceeded, UnknownFormat, Unreadable
from catalog_service.graph import canonical, parse, serialize
from catalog_service.terms import DCT, XSD, Iri

GRAPH = Iri("https://mesh.example/products/orders")
iris = st.sampled_from([Iri(f"https://mesh.example/{c}") for c in "aäb"])
literals = st.builds(
    text, st.text(st.characters(exclude_categories=("Cs",))), st.sampled_from(["", "en"])
) | st.integers().map(lambda n: Literal(str(n), XSD.integer))
graphs = st.lists(st.builds(Triple, iris, iris, iris | literals))


@given(graphs)
def test_the_canonical_text_is_that_of_the_standard_algorithm(triples: list[Triple]) -> None:
    written = canonical(triples, GRAPH)
    quads = ox.Dataset(ox.parse(written, format=ox.RdfFormat.N_QUADS))
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    again = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert again is not None
    assert sorted(again.decode().split("\n")) == sorted(written.split("\n"))


@given(graphs, st.randoms())
def test_the_order_of_statements_does_not_show(triples: list[Triple], chance) -> None:  # noqa: ANN001
    shuffled = [*triples, *triples[:2]]
    chance.shuffle(shuffled)
    assert canonical(shuffled, GRAPH) == canonical(triples, GRAPH)


@pytest.mark.parametrize("name", ["turtle", "jsonld", "ntriples", "rdfxml"])
def test_what_is_written_reads_back(name: str) -> None:
    stated = (
        Triple(GRAPH, DCT.title, text('Größe "x"\n', "de")),
        Triple(GRAPH, DCT.created, Literal("2026-02-01", XSD.date)),
        Triple(GRAPH, DCT.references, Iri("https://mesh.example/b")),
    )
    assert set(parse(serialize(stated, name).decode(), name)) == set(stated)


def test_blank_nodes_get_the_same_iris_whatever_they_are_called() -> None:
    one = parse("_:a <x:p> _:b . _:b <x:q> 1 .", "turtle", base="https://mesh.example/")
    two = parse("_:q <x:q> 1 . _:z <x:p> _:q .", "turtle", base="https://mesh.example/")
    assert one == two
    assert all(
        triple.subject.startswith("https://mesh.example/.well-known/genid/") for triple in one
    )


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(Unreadable, match="does not parse") as caught:
        parse("<x:a> <x:b> <x:c> .\n<x:a> <x:b> .\n", "turtle")
    assert caught.value.line == 2


def test_nesting_is_bounded_before_the_parser_sees_it() -> None:
    with pytest.raises(LimitExceeded) as caught:
        parse("<x:a> <x:b> " + "[ <x:b> " * 20_000, "turtle")
    assert caught.value.limit == "rdf-nesting"


def test_brackets_in_strings_and_comments_nest_nothing() -> None:
    assert len(parse('<x:a> <x:b> "((((" . # [[[[\n' + '<x:a> <x:c> "[" .' * 99, "turtle")) == 2


def test_an_unknown_format_lists_the_known() -> None:
    with pytest.raises(UnknownFormat) as caught:
        serialize([], "excel")
    assert "turtle" in caught.value.hint
