"""The neighbourhood of a product: what the gate sees around it, and no more."""

import random
from collections.abc import Mapping

import pytest

from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store, View, parse, query
from catalog_service.publishing.circles import Circles
from catalog_service.publishing.neighbourhood import Neighbours
from catalog_service.terms import PM, PROV, Iri

BASE = "https://mesh.example/products/"
PREFIXES = """
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""


def iri(name: str) -> Iri:
    return Iri(f"{BASE}{name}")


def graph(name: str, *, reads: str = "", column_from: str = "", of: str = "") -> tuple[Triple, ...]:
    """A product with a port and a column; what it reads, and what its column comes from."""
    stated = [f"<{name}> a dprod:DataProduct ; dprod:outputPort <{name}/ports/sql> ."]
    stated.append(f"<{name}/schema> csvw:column <{name}/columns/id> .")
    stated += [
        f"<{name}> dprod:inputPort <{name}/inputs/{other}> ."
        f"<{name}/inputs/{other}> pm:readsFrom <{other}/ports/sql> ."
        for other in reads.split()
    ]
    stated += [
        f"<{name}/columns/id> prov:wasDerivedFrom <{other}/columns/id> ."
        for other in column_from.split()
    ]
    stated += [f"<{name}> prov:wasDerivedFrom <{other}> ." for other in of.split()]
    return parse(PREFIXES + "\n".join(stated), "turtle", base=BASE)


def published(*graphs: tuple[str, str]) -> View:
    """Products that are published, each with the names of those it reads, and what is inferred."""
    store = Store()
    store.replace({iri(name): graph(name, reads=reads) for name, reads in graphs})
    inferred = {
        Iri(f"{BASE}inferred/{name}"): tuple(
            Triple(iri(name), PROV.wasDerivedFrom, iri(other)) for other in reads.split()
        )
        for name, reads in graphs
    }
    store.replace(inferred)
    return store.view()


def run(**reads: str) -> Mapping[Iri, tuple[Triple, ...]]:
    return {iri(name): graph(name, reads=others) for name, others in reads.items()}


def circle(found: Neighbours, name: str) -> set[tuple[str, str]]:
    """The steps between products in a neighbourhood, by their names."""
    products = {iri(other): other for other in "abcdefgh"}
    return {
        (products[subject], products[Iri(str(value))])
        for subject, predicate, value in found.of(iri(name)).triples
        if predicate == PROV.wasDerivedFrom and subject in products and value in products
    }


def test_a_product_sees_those_whose_ports_it_reads_and_not_those_behind_them() -> None:
    found = Neighbours(published(("a", ""), ("b", "a")), run(c="b"))
    assert found.of(iri("c")).products == {iri("b")}
    assert set(graph("b", reads="a")) <= set(found.of(iri("c")).triples)
    assert not set(graph("a")) & set(found.of(iri("c")).triples)


def test_a_product_sees_those_whose_columns_its_own_come_from() -> None:
    own = {iri("c"): graph("c", column_from="a b c"), iri("b"): graph("b")}
    found = Neighbours(published(("a", "")), own)
    assert found.of(iri("c")).products == {iri("a"), iri("b")}


def bound(name: str, *, derives: str = "", grain: str = "thing") -> tuple[Triple, ...]:
    """A product whose column is a card of a thing; the scheme in which it derives a key."""
    stated = f"""<{name}/columns/id> pm:identifies <../thing> ; pm:identifierScheme <../card> .
    <{name}/data> pm:grain <{name}/columns/key> . <{name}/columns/key> pm:identifies <../{grain}> ."""
    if derives:
        stated += f"""<{name}/columns/a> pm:derivedKey <{name}/keys/a> .
        <{name}/keys/a> pm:toScheme <../{derives}> ; pm:transform "sha256" ."""
    return (*graph(name), *parse(PREFIXES + stated, "turtle", base=BASE))


REGISTERS = {
    iri("a"): bound("a", derives="card"),
    iri("d"): bound("d", derives="number"),
    iri("e"): bound("e", derives="card", grain="other"),
}
FACT = {iri("c"): bound("c", grain="sale")}


def test_a_product_sees_who_derives_a_key_for_what_it_identifies() -> None:
    store = Store()
    assert Neighbours(store.view(), FACT | REGISTERS).of(iri("c")).products == {iri("a")}
    store.replace(REGISTERS)
    assert Neighbours(store.view(), FACT).of(iri("c")).products == {iri("a")}
    gone = FACT | {iri("a"): bound("a")}
    assert Neighbours(store.view(), gone).of(iri("c")).products == set()
    store.replace(FACT)
    rows = store.view().select(query("catalog_service.publishing", "beside"))
    assert [row.iri("other") for row in rows if row.iri("product") == iri("c")] == [iri("a")]


def test_a_product_in_the_global_scheme_sees_nobody_who_derives_it() -> None:
    definition = Triple(Iri(f"{BASE[:-9]}thing"), PM.globalIdentifier, Iri(f"{BASE[:-9]}card"))
    store = Store()
    store.replace({Iri(f"{BASE}decision"): (definition,), **REGISTERS})
    assert Neighbours(store.view(), FACT).of(iri("c")).products == set()
    store.replace(FACT)
    rows = store.view().select(query("catalog_service.publishing", "beside"))
    assert [row for row in rows if row.iri("product") == iri("c")] == []


def test_what_nobody_serves_adds_nothing() -> None:
    own = {iri("c"): graph("c", reads="gone", column_from="lost", of="left")}
    assert Neighbours(published(), own).of(iri("c")).triples == ()


def test_a_circle_within_a_run_is_seen_without_what_leads_to_it_or_away() -> None:
    found = Neighbours(published(), run(a="c d", b="a", c="b", d="", e="a"))
    around = {("a", "c"), ("b", "a"), ("c", "b")}
    assert circle(found, "a") == circle(found, "b") == circle(found, "c") == around
    assert circle(found, "d") == circle(found, "e") == set()
    assert found.of(iri("a")).products == {iri("b"), iri("c"), iri("d")}


def test_a_circle_is_seen_through_what_is_published() -> None:
    found = Neighbours(published(("a", ""), ("b", "a"), ("c", "b")), run(a="c"))
    assert circle(found, "a") == {("a", "c"), ("b", "a"), ("c", "b")}


def test_what_a_run_changes_goes_before_what_is_published() -> None:
    view = published(("a", ""), ("b", "a"), ("c", "b"))
    assert circle(Neighbours(view, run(a="c", b="")), "a") == set()


def test_a_product_that_reads_itself_is_a_circle() -> None:
    assert circle(Neighbours(published(), run(a="a")), "a") == {("a", "a")}


def test_lineage_that_a_product_states_itself_counts() -> None:
    own = {iri("a"): graph("a", of="b"), iri("b"): graph("b", reads="a")}
    assert circle(Neighbours(published(), own), "a") == {("a", "b"), ("b", "a")}


def test_a_circle_by_way_of_columns_counts_in_a_run_and_through_what_is_published() -> None:
    own = {iri("a"): graph("a", column_from="b"), iri("b"): graph("b", reads="a")}
    assert circle(Neighbours(published(), own), "a") == {("a", "b"), ("b", "a")}
    assert circle(Neighbours(published(("a", ""), ("b", "a")), {iri("a"): own[iri("a")]}), "a") == {
        ("a", "b"),
        ("b", "a"),
    }


def test_two_circles_through_one_product_are_both_seen() -> None:
    found = Neighbours(published(), run(a="b c", b="a", c="d", d="a"))
    assert circle(found, "a") == {("a", "b"), ("b", "a"), ("a", "c"), ("c", "d"), ("d", "a")}


def test_without_a_circle_no_lineage_is_added_however_much_there_is() -> None:
    names = "abcdefgh"
    found = Neighbours(
        published(), run(**{name: " ".join(names[:at]) for at, name in enumerate(names)})
    )
    assert [circle(found, name) for name in names] == [set()] * len(names)


@pytest.mark.parametrize(("reach", "seen"), [(3, True), (2, False)])
def test_a_circle_is_looked_for_so_far_and_no_farther(reach: int, seen: bool) -> None:  # noqa: FBT001 - a table
    steps = {iri("a"): frozenset({iri("c")})}
    view = published(("a", ""), ("b", "a"), ("c", "b"))
    assert bool(Circles(view, steps, reach=reach).through(iri("a"))) is seen


@pytest.mark.parametrize("seed", range(40))
def test_lineage_that_leads_back_is_told_from_lineage_that_ends(seed: int) -> None:
    """Both sides are followed at once, so the answer is held to every path there is."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    names = [f"p{number}" for number in range(chance.randrange(2, 9))]

    def some(share: float) -> list[str]:
        return [name for name in names if chance.random() < share]

    stated = {name: some(0.18) for name in some(0.8)}
    changed = {name: some(0.2) for name in some(0.5)}
    view = published(*((name, " ".join(sources)) for name, sources in stated.items()))
    steps = {iri(name): frozenset(map(iri, sources)) for name, sources in changed.items()}
    known = {name: set(sources) & set(stated) for name, sources in stated.items()}
    known |= {name: set(sources) for name, sources in changed.items()}
    for name in changed:
        upstream, due = set[str](), list(known[name])
        while due:
            source = due.pop()
            if source not in upstream:
                upstream.add(source)
                due += known.get(source, ())
        assert bool(Circles(view, steps).through(iri(name))) is (name in upstream)
