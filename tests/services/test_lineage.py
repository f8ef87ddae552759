"""What came from what, and how far it is followed."""

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.domain.rdf import Triple
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.governance.reasoning import graph_of, settle
from catalog_service.graph import Store, View, parse
from catalog_service.services.lineage import (
    MOST_COUNTED,
    MOST_SHOWN,
    Edge,
    Grain,
    Lineage,
    Side,
    lineage,
)
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, RDF, Iri

MESH = Path(__file__).parents[1] / "fixtures" / "mesh"
BASE = "https://mesh.media.example/"
PROFILES = Iri(f"{BASE}products/users.profiles")
LISTENERS = Iri(f"{BASE}products/podcasts.listeners")
DEMOGRAPHICS = Iri(f"{BASE}products/podcasts.demographics")
ACCOUNTS = Iri(f"{BASE}systems/accounts")
GONE = Iri(f"{BASE}products/retired/ports/sql")


Graphs = Mapping[Iri, Iterable[Triple]]


def settled(graphs: Graphs) -> Store:
    """A store of products, with what follows about them."""
    store = Store()
    store.replace(graphs)
    settle(store, graphs)
    return store


@pytest.fixture(scope="module")
def view() -> View:
    files = (parse(file.read_text(encoding="utf-8"), "turtle") for file in MESH.glob("*.ttl"))
    graphs = {
        next(t.subject for t in said if t[1:] in {(RDF.type, DPROD.DataProduct), (RDF.type, PM.Decision)}): said
        for said in files
    }  # fmt: skip
    return settled(graphs).view()


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


def product(
    name: str, *reads: str, columns: Mapping[str, str] | None = None, served: bool = True
) -> dict[Iri, list[Triple]]:
    """A product that reads some output ports and has columns that come from columns.

    Args:
        name: what it is called; its port is `name/out`, its columns are `name/d/column`.
        reads: the names of products whose ports its input ports read.
        columns: by the name of each column what it comes from, empty for nothing.
        served: whether its port serves its dataset.
    """
    iri, port, data = (Iri(f"{BASE}products/{name}{end}") for end in ("", "/out", "/d"))
    said = [
        Triple(iri, RDF.type, DPROD.DataProduct),
        Triple(iri, DPROD.outputPort, port),
        Triple(iri, DPROD.outputDataset, data),
        Triple(data, CSVW.tableSchema, Iri(f"{data}/schema")),
    ]
    if served:
        said.append(Triple(port, DCAT.servesDataset, data))
    for number, source in enumerate(reads):
        reader = Iri(f"{iri}/in{number}")
        said.append(Triple(iri, DPROD.inputPort, reader))
        said.append(Triple(reader, PM.readsFrom, Iri(f"{BASE}products/{source}/out")))
    for column, source in (columns or {}).items():
        said.append(Triple(Iri(f"{data}/schema"), CSVW.column, Iri(f"{data}/{column}")))
        if source:
            origin = Iri(f"{BASE}products/{source}")
            said.append(Triple(Iri(f"{data}/{column}"), PROV.wasDerivedFrom, origin))
    return {iri: said}


def p(name: str) -> Iri:
    return Iri(f"{BASE}products/{name}")


def named(found: Lineage | None) -> dict[str, int]:
    """The levels by the names of the things."""
    return {iri.removeprefix(f"{BASE}products/"): level for iri, level in levels(found).items()}


def steps(found: Lineage) -> set[tuple[str, str]]:
    start = len(f"{BASE}products/")
    return {(edge.source[start:], edge.target[start:]) for edge in found.edges}


def chain(length: int, *, closed: bool = False) -> View:
    """Products of which each reads the one before; the first reads the last where it is closed."""
    graphs = product("p0", *([f"p{length - 1}"] if closed else []))
    for number in range(1, length):
        graphs |= product(f"p{number}", f"p{number - 1}")
    return settled(graphs).view()


def test_columns_make_products_neighbours_where_no_port_is_said_to_read() -> None:
    graphs = product("a", columns={"x": ""}) | product("b", columns={"y": "a/d/x"})
    view = settled(graphs).view()
    assert named(asked(view, p("b"))) == {"b": 0, "a": -1}
    assert named(asked(view, p("a"))) == {"a": 0, "b": 1}
    assert named(asked(view, p("b"), grain=Grain.PORT)) == {"b/out": 0, "a/out": -1}
    assert named(asked(view, p("a"), grain=Grain.PORT)) == {"a/out": 0, "b/out": 1}


def test_columns_add_no_step_between_ports_that_an_input_port_already_joins() -> None:
    graphs = product("a", columns={"x": ""}) | product("b", "a", columns={"y": "a/d/x"})
    found = asked(settled(graphs).view(), p("a"), down=2, grain=Grain.PORT)
    assert steps(found) == {("a/out", "b/in0"), ("b/in0", "b/out")}


def test_an_output_port_that_says_what_feeds_it_is_fed_by_nothing_else() -> None:
    graphs = product("a") | product("b") | product("c", "a", "b")
    stated = Triple(p("c/out"), PROV.wasDerivedFrom, p("a/out"))
    graphs[p("c")].append(stated)
    view = settled(graphs).view()
    assert named(asked(view, p("c/out"), up=2, down=0, grain=Grain.PORT)) == {
        "c/out": 0, "c/in0": -1, "a/out": -2,
    }  # fmt: skip
    assert named(asked(view, p("b/out"), up=0, down=9, grain=Grain.PORT)) == {
        "b/out": 0,
        "c/in1": 1,
    }


def test_an_output_port_may_say_that_it_comes_from_a_port_that_no_input_port_reads() -> None:
    graphs = product("a") | product("b")
    graphs[p("b")].append(Triple(p("b/out"), PROV.wasDerivedFrom, p("a/out")))
    view = settled(graphs).view()
    assert steps(asked(view, p("a/out"), grain=Grain.PORT)) == {("a/out", "b/out")}
    assert steps(asked(view, p("b/out"), grain=Grain.PORT)) == {("a/out", "b/out")}
    assert named(asked(view, p("b"))) == {"b": 0, "a": -1}


def test_the_interface_of_a_system_stands_for_the_system() -> None:
    system, api = Iri(f"{BASE}systems/shop"), Iri(f"{BASE}systems/shop/api")
    graphs = product("a")
    graphs[p("a")] += [
        Triple(p("a"), DPROD.inputPort, p("a/in")),
        Triple(p("a/in"), PM.readsFrom, api),
    ]
    graphs[Iri(f"{BASE}decision")] = [
        Triple(system, RDF.type, PM.OperationalSystem), Triple(system, PM.operationalApi, api),
    ]  # fmt: skip
    view = settled(graphs).view()
    assert levels(asked(view, p("a")))[system] == -1
    assert levels(asked(view, system)) == {system: 0, p("a"): 1}
    assert levels(asked(view, system, grain=Grain.PORT))[p("a/in")] == 1


def test_a_product_without_columns_has_no_lineage_of_columns() -> None:
    found = asked(settled(product("a") | product("b", "a")).view(), p("b"), grain=Grain.COLUMN)
    assert (found.nodes, found.edges, found.complete) == ((), (), True)


def test_lineage_that_a_product_states_itself_is_followed_to_what_nobody_published() -> None:
    graphs = product("a")
    graphs[p("a")].append(Triple(p("a"), PROV.wasDerivedFrom, p("lost")))
    view = settled(graphs).view()
    assert named(asked(view, p("a"))) == {"a": 0, "lost": -1}
    assert named(asked(view, p("lost"))) == {"lost": 0, "a": 1}


def test_a_cycle_ends_where_it_began() -> None:
    found = asked(chain(4, closed=True), p("p0"), up=50, down=50)
    assert named(found) == {"p0": 0, "p3": -1, "p1": 1, "p2": -2}
    assert len(found.edges) == 4
    assert found.complete


def test_what_lies_on_both_sides_is_followed_on_both() -> None:
    graphs = (
        product("root", "b") | product("b", "root") | product("below", "b") | product("c", "below")
    )
    assert named(asked(settled(graphs).view(), p("root"), up=1, down=9)) == {
        "root": 0, "b": -1, "below": 2, "c": 3,
    }  # fmt: skip


def test_an_answer_that_is_cut_says_so_and_keeps_the_nearest() -> None:
    found = asked(chain(20), p("p0"), up=0, down=50, first=5)
    assert [node.level for node in found.nodes] == [0, 1, 2, 3, 4]
    assert (found.shown, found.total, found.complete) == (5, 20, False)
    assert {edge.target for edge in found.edges} <= {node.iri for node in found.nodes}


def test_each_side_of_a_node_says_how_much_of_it_is_shown() -> None:
    graphs = product("hub", "above") | product("above")
    for number in range(5):
        graphs |= product(f"r{number}", "hub")
    view = settled(graphs).view()
    (near, *_) = asked(view, p("hub"), first=3).nodes
    assert (near.upstream, near.downstream) == (Side(1, 1), Side(1, 5))
    far = {node.iri: node for node in asked(view, p("above"), up=0, down=1).nodes}
    assert far[p("hub")].downstream == Side(0, 5)


@pytest.mark.parametrize("first", [1, 3, 7, 100])
def test_its_pages_come_to_the_whole(first: int) -> None:
    graphs = product("root", "a", "b") | product("a", "z") | product("b", "z") | product("z")
    for number in range(9):
        graphs |= product(f"r{number}", "root", *([f"r{number - 1}"] if number else []))
    view = settled(graphs).view()
    whole = asked(view, p("root"), up=3, down=3)
    nodes, edges, after = [], [], ""
    for turn in count():
        page = asked(view, p("root"), up=3, down=3, first=first, after=after)
        assert (page.total, page.begun) == (whole.total, bool(turn))
        assert page.shown <= first
        nodes += [(node.iri, node.level) for node in page.nodes]
        edges += page.edges
        after = page.after
        if not after:
            break
    assert nodes == [(node.iri, node.level) for node in whole.nodes]
    assert sorted(edges) == list(whole.edges)


def test_what_is_published_in_between_moves_no_node_to_another_page() -> None:
    graphs = product("root")
    for number in range(4):
        graphs |= product(f"r{number}", "root")
    store = settled(graphs)
    first = asked(store.view(), p("root"), first=3)
    late = product("r00", "root")
    store.replace(late)
    settle(store, late)
    rest = asked(store.view(), p("root"), after=first.after)
    assert [node.iri for node in rest.nodes] == [p("r2"), p("r3")]


@pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMl0", "\u00e4"])
def test_a_cursor_of_nothing_is_refused(view: View, cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="is no cursor"):
        asked(view, LISTENERS, after=cursor)


def test_counting_comes_to_an_end_as_well() -> None:
    hub = p("hub")
    port = Iri(f"{hub}/out")
    triples = [Triple(hub, RDF.type, DPROD.DataProduct), Triple(hub, DPROD.outputPort, port)]
    for number in range(MOST_COUNTED + 10):
        triples.append(Triple(Iri(f"{hub}/in{number}"), PM.readsFrom, port))
        triples.append(Triple(p(f"r{number}"), DPROD.inputPort, Iri(f"{hub}/in{number}")))
    found = asked(settled({hub: triples}).view(), port, grain=Grain.PORT)
    assert (found.total, found.counted, found.complete) == (MOST_COUNTED, False, False)
    assert found.shown == MOST_SHOWN


# What a view does not show


def test_a_hidden_product_in_between_is_no_bridge_and_has_no_name() -> None:
    graphs = product("a") | product("hidden", "a") | product("b", "hidden")
    store = settled(graphs)
    seen = store.view([*map(p, "ab"), graph_of(p("a")), graph_of(p("b"))])
    assert named(asked(seen, p("b"), up=9, down=9)) == {"b": 0, "hidden/out": -1}
    assert named(asked(seen, p("a"), up=9, down=9)) == {"a": 0}
    assert lineage(seen, p("hidden")) is None


def test_a_side_counts_nothing_hidden() -> None:
    graphs = product("a") | product("b", "a") | product("hidden", "a")
    seen = settled(graphs).view([p("a"), p("b"), graph_of(p("b"))])
    (root, *_) = asked(seen, p("a")).nodes
    assert (root.iri, root.downstream) == (p("a"), Side(1, 1))


NAMES = "abcde"
products = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(
        st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
        st.dictionaries(
            st.sampled_from("xy"),
            st.sampled_from(["", *(f"{name}/d/{column}" for name in NAMES for column in "xy")]),
        ),
        st.booleans(),
        st.sampled_from(["", *NAMES]),
    ),
    min_size=2,
)


@settings(max_examples=150, deadline=None)
@given(products, st.sets(st.sampled_from(NAMES)), st.sampled_from(Grain), st.sampled_from(NAMES))
def test_the_hidden_is_as_if_it_were_not_there(
    drawn: dict[str, tuple[list[str], dict[str, str], bool, str]],
    hidden: set[str],
    grain: Grain,
    root: str,
) -> None:
    graphs: dict[Iri, list[Triple]] = {}
    for name, (reads, columns, served, stated) in drawn.items():
        graphs |= product(name, *reads, columns=columns, served=served)
        if stated:
            graphs[p(name)].append(Triple(p(name), PROV.wasDerivedFrom, p(stated)))
    shown = {iri: said for iri, said in graphs.items() if iri[-1] not in hidden}
    through = settled(graphs).view([*shown, *map(graph_of, shown)])
    apart = settled(shown).view()
    for part in ("", "/out", "/d", "/d/x"):
        for up, down in ((1, 1), (9, 9)):
            at = p(f"{root}{part}")
            first = lineage(through, at, up=up, down=down, grain=grain)
            assert first == lineage(apart, at, up=up, down=down, grain=grain)


@settings(max_examples=100, deadline=None)
@given(products, st.sampled_from(Grain))
def test_a_step_up_is_a_step_down_and_the_other_way_round(
    drawn: dict[str, tuple[list[str], dict[str, str], bool, str]], grain: Grain
) -> None:
    graphs: dict[Iri, list[Triple]] = {}
    for name, (reads, columns, served, _) in drawn.items():
        graphs |= product(name, *reads, columns=columns, served=served)
    view = settled(graphs).view()
    for name in drawn:
        for at in lineage(view, p(name), up=1, down=0, grain=grain).nodes:  # type: ignore[union-attr]
            for edge in asked(view, at.iri, up=1, down=0, grain=grain).edges:
                back = asked(view, edge.source, up=0, down=1, grain=grain)
                assert edge in back.edges


@pytest.mark.parametrize("side", ["up", "down"])
def test_steps_are_bounded(view: View, side: str) -> None:
    with pytest.raises(LimitExceeded, match="at most 50"):
        asked(view, LISTENERS, **{side: 51})
    with pytest.raises(InvalidRequest, match="below 0"):
        asked(view, LISTENERS, **{side: -1})
