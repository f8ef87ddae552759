"""What is looked up again and again is kept exactly as long as it holds."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store
from catalog_service.graph import lookups as kept
from catalog_service.graph.lookups import FOLLOWED, Lookups, out
from catalog_service.terms import DCT, DPROD, PROV, RDF, Iri

A, B, C = (Iri(f"https://mesh.example/{name}") for name in "abc")
THINGS = (A, B, C)


def said(*pairs: tuple[Iri, Iri]) -> tuple[Triple, ...]:
    return tuple(Triple(subject, PROV.wasDerivedFrom, value) for subject, value in pairs)


def test_what_a_changed_graph_no_longer_says_is_forgotten() -> None:
    store = Store()
    store.replace({A: said((A, B))})
    assert store.view().objects(A, PROV.wasDerivedFrom) == (B,)
    store.replace({A: said((A, C))})
    assert store.view().objects(A, PROV.wasDerivedFrom) == (C,)
    assert store.view().subjects(PROV.wasDerivedFrom, B) == ()
    assert store.view().subjects(PROV.wasDerivedFrom, C) == (A,)
    store.replace({A: ()})
    assert store.view().subjects(PROV.wasDerivedFrom, C) == ()


def test_what_things_are_is_forgotten_too() -> None:
    store = Store()
    assert not store.view().describes(A, type_=DPROD.DataProduct)
    store.replace({A: (Triple(A, RDF.type, DPROD.DataProduct),)})
    assert store.view().describes(A, type_=DPROD.DataProduct)
    store.fill([f"<{B}> <{RDF.type}> <{DPROD.DataProduct}> <{B}> .\n".encode()])
    assert store.view().describes(B, type_=DPROD.DataProduct)


def test_what_is_kept_for_all_graphs_is_not_told_to_who_sees_some() -> None:
    store = Store()
    store.replace({A: said((A, B)), C: said((C, B))})
    assert set(store.view().subjects(PROV.wasDerivedFrom, B)) == {A, C}
    assert store.view([C]).subjects(PROV.wasDerivedFrom, B) == (C,)
    assert store.view([]).objects(A, PROV.wasDerivedFrom) == ()
    assert set(store.view().subjects(PROV.wasDerivedFrom, B)) == {A, C}


def test_only_what_lineage_goes_along_is_kept() -> None:
    store = Store()
    store.replace({A: (Triple(A, DCT.subject, B),)})
    assert store.view().objects(A, DCT.subject) == (B,)
    assert store.view().objects(A, PROV.wasDerivedFrom, graph=A) == ()
    assert len(store._lookups) == 0
    assert DCT.subject not in FOLLOWED


def test_what_was_looked_up_before_a_change_is_not_kept_after_it() -> None:
    lookups = Lookups()

    def looked() -> tuple[Iri, ...]:
        lookups.forget([])  # somebody publishes meanwhile
        return (B,)

    assert lookups.find(out(A, PROV.wasDerivedFrom), looked) == (B,)
    assert len(lookups) == 0


def test_no_more_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 10)
    lookups = Lookups()
    for number in range(25):
        lookups.find(out(Iri(f"{A}{number}"), PROV.wasDerivedFrom), tuple)
        assert len(lookups) <= 10


_Graphs = st.dictionaries(
    st.sampled_from(THINGS),
    st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from(THINGS)), max_size=4),
    max_size=3,
)


@given(st.lists(_Graphs, max_size=6))
def test_whatever_is_published_lookups_are_those_of_a_new_store(
    steps: Iterable[dict[Iri, list[tuple[Iri, Iri]]]],
) -> None:
    store, there = Store(), dict[Iri, tuple[Triple, ...]]()
    for graphs in steps:
        changed = {name: said(*pairs) for name, pairs in graphs.items()}
        there |= changed
        store.replace(changed)
        fresh = Store()
        fresh.replace(there)
        for thing in THINGS:
            for view, other in ((store.view(), fresh.view()),):
                ours = set(view.objects(thing, PROV.wasDerivedFrom))
                assert ours == set(other.objects(thing, PROV.wasDerivedFrom))
                ours = set(view.subjects(PROV.wasDerivedFrom, thing))
                assert ours == set(other.subjects(PROV.wasDerivedFrom, thing))
