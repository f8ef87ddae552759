"""The measures of the network effect, against counting by hand."""

from itertools import combinations

import pytest
from hypothesis import given
from networks import Made, at, meshes

from catalog_service.graph import Store, View
from catalog_service.services import mesh
from catalog_service.services.mesh.reach import Reach
from catalog_service.terms import PM, Iri


def above(made: Made, product: int) -> set[int]:
    """What is upstream of a product, by walking."""
    found: set[int] = set()
    todo = [product]
    while todo:
        here = todo.pop()
        new = {source for reader, source in made.reads if reader == here} - found
        found |= new
        todo += new
    return found - {product}


def inside(made: Made, domain: int) -> set[int]:
    found = {domain}
    while more := {part for part, whole in made.parts.items() if whole in found} - found:
        found |= more
    return found


def joined(made: Made, one: int, other: int) -> bool:
    return any(made.joins(polyseme, one, other) for polyseme in (0, 1))


@given(meshes())
def test_joinable_pairs_of_the_mesh_are_those_found_by_looking_at_all(made: Made) -> None:
    pairs = [
        (one, other)
        for one, other in combinations(range(len(made.homes)), 2)
        if None not in {made.homes[one], made.homes[other]} and made.homes[one] != made.homes[other]
    ]
    found = mesh.network(made.view()).mesh().pairs
    assert found.total == len(pairs)
    assert found.joinable == sum(joined(made, *pair) for pair in pairs)
    assert found.share == (found.joinable / found.total if pairs else None)


@given(meshes())
def test_joinable_pairs_of_a_domain_lead_out_of_it(made: Made) -> None:
    network = mesh.network(made.view())
    for domain in range(4):
        mine = inside(made, domain)
        pairs = [
            (one, other)
            for one, other in combinations(range(len(made.homes)), 2)
            if None not in {made.homes[one], made.homes[other]}
            and (made.homes[one] in mine) != (made.homes[other] in mine)
        ]
        found = network.domain(at("domains", domain)).pairs
        assert (found.joinable, found.total) == (
            sum(joined(made, *pair) for pair in pairs),
            len(pairs),
        )


@given(meshes())
def test_what_is_upstream_is_what_walking_finds(made: Made) -> None:
    size = len(made.homes)
    found = mesh.network(made.view()).mesh()
    assert found.reachable_products == pytest.approx(
        sum(len(above(made, product)) for product in range(size)) / size
    )
    counts = Reach({n: [s for r, s in made.reads if r == n] for n in range(size)}).counts()
    assert {n: counts.get(n, 0) for n in range(size)} == {
        n: len(above(made, n)) for n in range(size)
    }


@given(meshes())
def test_edges_and_consumers_are_counted_once(made: Made) -> None:
    found = mesh.network(made.view()).mesh()
    assert found.consumption_edges == len(made.reads)
    assert found.active_consumers == len({reader for reader, _ in made.reads})
    homes = [(made.homes[reader], made.homes[source]) for reader, source in made.reads]
    crossing = [1 for here, there in homes if None not in {here, there} and here != there]
    assert found.cross_domain_edges == len(crossing)
    bound = [bool(keys) for keys in made.keys]
    assert found.polyseme_coverage == sum(bound) / len(bound)


def chain(*steps: tuple[str, str]) -> Reach:
    upstream: dict[Iri, list[Iri]] = {}
    for reader, source in steps:
        upstream.setdefault(Iri(reader), []).append(Iri(source))
    return Reach(upstream)


def test_the_depth_is_the_longest_chain() -> None:
    assert chain().depth == 0
    assert chain(("b", "a"), ("c", "b"), ("c", "a"), ("d", "a")).depth == 3


def test_a_circle_counts_with_all_its_products() -> None:
    circle = chain(("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("c", "x"))
    assert circle.depth == 5
    assert circle.counts() == {"a": 3, "b": 3, "c": 3, "d": 4, "x": 0}


def test_a_long_chain_is_no_recursion() -> None:
    length = 5_000
    reach = chain(*((f"p{number + 1}", f"p{number}") for number in range(length)))
    assert reach.depth == length + 1
    assert reach.counts()[Iri(f"p{length}")] == length


def test_a_domain_counts_what_others_consume_of_it() -> None:
    made = Made(
        homes=(0, 1, 2),
        keys=((), (), ()),
        reads=frozenset({(1, 0), (2, 0), (2, 1)}),
        parts={1: 0},
    )
    network = mesh.network(made.view())
    found = network.domain(at("domains", 0))
    assert (found.consumption_edges, found.cross_domain_edges, found.active_consumers) == (3, 3, 2)
    assert found.composition_depth is None
    leaf = network.domain(at("domains", 2))
    assert (leaf.consumption_edges, leaf.reachable_products) == (0, 2.0)


def test_an_empty_mesh_has_no_shares() -> None:
    found = mesh.network(Store().view()).mesh()
    assert (found.pairs.share, found.polyseme_coverage, found.reachable_products) == (
        None, None, None,
    )  # fmt: skip


def test_what_may_not_be_seen_is_not_counted() -> None:
    made = Made(homes=(0, 1, 2), keys=(((0, 0),), ((0, 0),), ((0, 0),)), reads=frozenset({(1, 0)}))
    whole: View = made.view()
    store = Store()
    store.replace({graph: whole.graph(graph) for graph in whole.graphs()})
    seen = store.view([at("decisions", "mesh"), at("products", 1), at("products", 2)])
    found = mesh.network(seen).mesh()
    assert (found.pairs.joinable, found.pairs.total) == (1, 1)
    assert (found.cross_domain_edges, found.reachable_products) == (0, 0.0)


def test_every_measure_is_declared_in_the_ontology() -> None:
    names = {
        "ConsumptionEdges", "CrossDomainEdges", "ReachableProducts", "PolysemeCoverage",
        "CompositionDepth", "ActiveConsumers", "JoinablePairs",
    }  # fmt: skip
    assert all(PM[name] for name in names)
    assert len(mesh.Measures.__dataclass_fields__) == len(names)
