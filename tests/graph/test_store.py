"""The store and its views: whole graphs, replaced at once, seen or not seen."""

import threading

import pytest

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.errors import InvalidIri, QuerySyntax
from catalog_service.graph import Store, many
from catalog_service.terms import DCT, Iri

A, B = Iri("https://mesh.example/a"), Iri("https://mesh.example/b")
TITLES = (
    "SELECT ?thing ?title WHERE { ?thing <http://purl.org/dc/terms/title> ?title } ORDER BY ?title"
)


def titled(thing: Iri, *titles: str) -> tuple[Triple, ...]:
    return tuple(Triple(thing, DCT.title, Literal(title)) for title in titles)


def test_a_graph_is_replaced_as_a_whole() -> None:
    store = Store()
    store.replace({A: titled(A, "old", "older"), B: titled(B, "b")})
    store.replace({A: titled(A, "new")})
    assert [row.text("title") for row in store.view().select(TITLES)] == ["b", "new"]


def test_a_graph_replaced_by_nothing_is_gone() -> None:
    store = Store()
    store.replace({A: titled(A, "old")})
    store.replace({A: ()})
    assert list(store.view().graphs()) == []


@pytest.mark.parametrize(
    "hostile",
    [
        '" . <x:a> <x:b> "',
        "} } ; CLEAR ALL ; INSERT DATA { GRAPH <x:g> {",
        "\\",
        "\u2028\r\n\t\x00",
    ],
)
def test_a_literal_is_data_whatever_it_holds(hostile: str) -> None:
    store = Store()
    store.replace({A: titled(A, "first"), B: titled(B, "b")})
    store.replace({A: titled(A, hostile)})
    assert store.view().graph(A) == titled(A, hostile)
    assert len(store) == 2


def test_a_view_sees_only_its_graphs() -> None:
    store = Store()
    store.replace({A: titled(A, "a"), B: titled(B, "b")})
    view = store.view([A])
    assert [row.text("title") for row in view.select(TITLES)] == ["a"]
    assert view.select("SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } }") == [{"g": A}]
    assert view.graph(B) == ()
    assert not view.sees(B)
    assert not view.ask("ASK { GRAPH <https://mesh.example/b> { ?s ?p ?o } }")
    assert list(view.graphs()) == [A]


def test_a_view_of_nothing_sees_nothing() -> None:
    store = Store()
    store.replace({A: titled(A, "a")})
    assert store.view([]).select(TITLES) == []


def test_readers_see_the_state_before_or_the_state_after() -> None:
    store = Store()
    states = (
        titled(A, *(f"old {n}" for n in range(40))),
        titled(A, *(f"new {n}" for n in range(40))),
    )
    store.replace({A: states[0]})
    torn = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen = {row.text("title").split()[0] for row in store.view().select(TITLES)}
            if len(seen) != 1:
                torn.append(seen)

    reader = threading.Thread(target=watch)
    reader.start()
    for turn in range(60):
        store.replace({A: states[turn % 2]})
    done.set()
    reader.join()
    assert torn == []


def test_terms_are_bound_and_never_parsed() -> None:
    store = Store()
    store.replace({A: titled(A, '" } #')})
    found = store.view().select(
        "SELECT ?title ?thing WHERE { ?thing ?p ?title }", title=Literal('" } #')
    )
    assert found == [{"title": Literal('" } #'), "thing": A}]


def test_many_subjects_are_asked_for_at_once() -> None:
    store = Store()
    store.replace({A: titled(A, "a"), B: titled(B, "b")})
    asked = "SELECT ?thing ?title WHERE { VALUES ?thing { UNDEF } ?thing ?p ?title }"
    assert len(store.view().select(asked)) == 2
    assert [row.iri("thing") for row in store.view().select(many(asked, "thing", [B]))] == [B]
    with pytest.raises(InvalidIri):
        many(asked, "thing", ["x> } #"])


def test_a_query_that_does_not_parse_says_where() -> None:
    with pytest.raises(QuerySyntax) as caught:
        Store().view().select("SELECT ?x WHERE {\n ?x ?y }")
    assert caught.value.line == 2


def test_what_a_store_tells_of_itself_fills_another() -> None:
    store, other = Store(), Store()
    store.replace({A: titled(A, *(f"{number}\n" for number in range(7_000))), B: titled(B, '"b"')})
    parts = list(store.nquads())
    assert len(parts) > 1
    assert all(part.endswith(b" .\n") for part in parts)
    other.fill(parts)
    assert len(other) == 7_001
    assert set(other.view().graph(A)) == set(store.view().graph(A))
    assert other.view().graph(B) == store.view().graph(B)


def test_solutions_one_by_one_are_those_of_the_state_when_the_first_was_asked_for() -> None:
    store = Store()
    store.replace({A: titled(A, "a", "b", "c")})
    rows = store.view().each(TITLES)
    first = next(rows)
    store.replace({A: titled(A, "d")})
    assert [first.text("title"), *(row.text("title") for row in rows)] == ["a", "b", "c"]
