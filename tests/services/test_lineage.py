"""What came from what, and how far it is followed."""

import pytest

from catalog_service.domain.rdf import Triple
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.graph import Store, View
from catalog_service.services.lineage import MOST_COUNTED, Edge, Grain, Lineage, lineage
from catalog_service.terms import DPROD, PM, RDF, Iri

BASE = "https://mesh.media.example/"
PROFILES = Iri(f"{BASE}products/users.profiles")
LISTENERS = Iri(f"{BASE}products/podcasts.listeners")
DEMOGRAPHICS = Iri(f"{BASE}products/podcasts.demographics")
ACCOUNTS = Iri(f"{BASE}systems/accounts")
GONE = Iri(f"{BASE}products/retired/ports/sql")


def levels(found: Lineage | None) -> dict[Iri, int]:
    assert found is not None
    return {node.iri: node.level for node in found.nodes}


def asked(view: View, root: Iri, **options: int | Grain) -> Lineage:
    found = lineage(view, root, **options)  # type: ignore[arg-type] - the names say which is which
    assert found is not None
    return found


def test_one_step_each_way_by_default(view: View) -> None:
    found = asked(view, LISTENERS)
    assert levels(found) == {LISTENERS: 0, PROFILES: -1, DEMOGRAPHICS: 1}
    assert found.edges == (Edge(LISTENERS, DEMOGRAPHICS), Edge(PROFILES, LISTENERS))
    assert (found.shown, found.total, found.complete) == (3, 3, True)


def test_upstream_reaches_the_operational_system(view: View) -> None:
    assert levels(asked(view, LISTENERS, up=2, down=0))[ACCOUNTS] == -2


def test_what_nobody_published_is_shown_as_it_is_named(view: View) -> None:
    assert levels(asked(view, DEMOGRAPHICS))[GONE] == -1


def test_downstream_of_a_system_are_the_products_that_read_it(view: View) -> None:
    assert levels(asked(view, ACCOUNTS, up=0, down=2)) == {
        ACCOUNTS: 0,
        PROFILES: 1,
        LISTENERS: 2,
        DEMOGRAPHICS: 2,
    }


def test_a_part_stands_for_its_product(view: View) -> None:
    column = Iri(f"{LISTENERS}/datasets/listeners/columns/age_band")
    for root in (column, Iri(f"{LISTENERS}/ports/files"), Iri(f"{LISTENERS}/datasets/listeners")):
        assert levels(asked(view, root)) == levels(asked(view, LISTENERS))


def test_ports_of_a_product_feed_each_other(view: View) -> None:
    found = asked(view, Iri(f"{LISTENERS}/ports/files"), up=2, down=1, grain=Grain.PORT)
    assert levels(found) == {
        f"{LISTENERS}/ports/files": 0,
        f"{LISTENERS}/ports/profiles": -1,
        f"{PROFILES}/ports/sql": -2,
        f"{DEMOGRAPHICS}/ports/listeners": 1,
    }


def test_a_product_stands_for_its_ports(view: View) -> None:
    found = asked(view, LISTENERS, up=0, down=0, grain=Grain.PORT)
    assert set(levels(found)) == {f"{LISTENERS}/ports/files", f"{LISTENERS}/ports/profiles"}


def test_columns_come_from_columns(view: View) -> None:
    band = Iri(f"{LISTENERS}/datasets/listeners/columns/age_band")
    assert levels(asked(view, band, up=5, down=5, grain=Grain.COLUMN)) == {
        band: 0,
        f"{PROFILES}/datasets/profiles/columns/birth_date": -1,
        f"{DEMOGRAPHICS}/datasets/demographics/columns/age_band": 1,
    }


def test_a_port_stands_for_the_columns_it_serves(view: View) -> None:
    found = asked(view, Iri(f"{PROFILES}/ports/sql"), up=0, down=0, grain=Grain.COLUMN)
    assert len(found.nodes) == 3


def test_nothing_is_known_of_what_nobody_speaks_of(view: View) -> None:
    assert lineage(view, Iri(f"{BASE}products/nobody")) is None


def chain(length: int, *, closed: bool = False) -> View:
    """Products of which each reads the one before; the first reads the last where it is closed."""
    store = Store()
    made = [Iri(f"{BASE}products/p{number}") for number in range(length)]
    graphs = {}
    for number, product in enumerate(made):
        graphs[product] = [
            Triple(product, RDF.type, DPROD.DataProduct),
            Triple(product, DPROD.outputPort, Iri(f"{product}/out")),
        ]
        if number or closed:
            source = Iri(f"{made[number - 1]}/out")
            graphs[product] += [
                Triple(product, DPROD.inputPort, Iri(f"{product}/in")),
                Triple(Iri(f"{product}/in"), PM.readsFrom, source),
            ]
    store.replace(graphs)
    return store.view()


def test_a_cycle_ends_where_it_began() -> None:
    found = asked(chain(4, closed=True), Iri(f"{BASE}products/p0"), up=50, down=50)
    assert levels(found) == {
        f"{BASE}products/p0": 0,
        f"{BASE}products/p3": -1,
        f"{BASE}products/p2": -2,
        f"{BASE}products/p1": -3,
    }
    assert len(found.edges) == 4
    assert found.complete


def test_an_answer_that_is_cut_says_so_and_keeps_the_nearest() -> None:
    found = asked(chain(20), Iri(f"{BASE}products/p0"), up=0, down=50, most=5)
    assert [node.level for node in found.nodes] == [0, 1, 2, 3, 4]
    assert (found.shown, found.total, found.complete) == (5, 20, False)
    assert {edge.target for edge in found.edges} <= {node.iri for node in found.nodes}


def test_counting_comes_to_an_end_as_well() -> None:
    store = Store()
    hub = Iri(f"{BASE}products/hub")
    port = Iri(f"{hub}/out")
    triples = [Triple(hub, DPROD.outputPort, port)]
    for number in range(MOST_COUNTED + 10):
        reader = Iri(f"{BASE}products/r{number}")
        triples += [
            Triple(reader, DPROD.inputPort, Iri(f"{reader}/in")),
            Triple(Iri(f"{reader}/in"), PM.readsFrom, port),
        ]
    store.replace({hub: triples})
    found = asked(store.view(), hub)
    assert (found.total, found.complete) == (MOST_COUNTED, False)


@pytest.mark.parametrize("side", ["up", "down"])
def test_steps_are_bounded(view: View, side: str) -> None:
    with pytest.raises(LimitExceeded, match="at most 50"):
        asked(view, LISTENERS, **{side: 51})
    with pytest.raises(InvalidRequest, match="below 0"):
        asked(view, LISTENERS, **{side: -1})
