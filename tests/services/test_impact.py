"""Whom a change hits."""

from collections.abc import Mapping

import pytest

from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.governance.reasoning import graph_of, settle
from catalog_service.graph import Store, View, parse
from catalog_service.services.lineage import Impact, Told, impact
from catalog_service.terms import PREFIXES, Iri

BASE = "https://mesh.example/"
HEAD = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
HEAD += f"@prefix : <{BASE}> .\n"
# users → listeners → reports; billing reads the other port of users; ads reads listeners by columns.
MESH = {
    "users": """
:users a dprod:DataProduct ; dprod:dataProductOwner :ana ; dprod:domain :people ;
  dprod:outputPort :users-sql , :users-files ; dprod:outputDataset :users-data , :users-raw .
:users-sql dcat:servesDataset :users-data . :users-files dcat:servesDataset :users-raw .
:users-data csvw:tableSchema :users-s . :users-s csvw:column :users-born , :users-id .
:users-raw csvw:tableSchema :users-t . :users-t csvw:column :users-bill .""",
    "listeners": """
:listeners a dprod:DataProduct ; dprod:dataProductOwner :bo ; dprod:domain :podcasts ;
  dprod:inputPort :listeners-in ; dprod:outputPort :listeners-out ;
  dprod:outputDataset :listeners-data .
:listeners-in pm:readsFrom :users-sql . :listeners-out dcat:servesDataset :listeners-data .
:listeners-data csvw:tableSchema :listeners-s . :listeners-s csvw:column :listeners-age .
:listeners-age prov:wasDerivedFrom :users-born .""",
    "reports": """
:reports a dprod:DataProduct ; dprod:dataProductOwner :bo ; dprod:inputPort :reports-in ;
  dprod:outputPort :reports-out .
:reports-in pm:readsFrom :listeners-out .""",
    "ads": """
:ads a dprod:DataProduct ; dprod:outputDataset :ads-data .
:ads-data csvw:tableSchema :ads-s . :ads-s csvw:column :ads-age .
:ads-age prov:wasDerivedFrom :listeners-age .""",
    "billing": """
:billing a dprod:DataProduct ; dprod:dataProductOwner :cy ; dprod:inputPort :billing-in .
:billing-in pm:readsFrom :users-files .
:use a pm:Consumption ; pm:consumer :auditors ; pm:consumes :listeners-out .""",
}


def m(name: str) -> Iri:
    return Iri(BASE + name)


def store(texts: Mapping[str, str]) -> Store:
    graphs = {m(name): parse(HEAD + text, "turtle") for name, text in texts.items()}
    made = Store()
    made.replace(graphs)
    settle(made, graphs)
    return made


@pytest.fixture(scope="module")
def view() -> View:
    return store(MESH).view()


def hit(found: Impact | None) -> dict[str, int]:
    assert found is not None
    return {one.iri.removeprefix(BASE): one.level for one in found.affected}


def test_a_product_hits_all_that_comes_from_it(view: View) -> None:
    assert hit(impact(view, m("users"))) == {
        "listeners": 1, "billing": 1, "ads": 2, "auditors": 2, "reports": 2,
    }  # fmt: skip


def test_a_port_hits_those_who_read_that_port_and_what_comes_of_them(view: View) -> None:
    assert hit(impact(view, m("users-files"))) == {"billing": 1}
    assert set(hit(impact(view, m("users-sql")))) == {"listeners", "ads", "auditors", "reports"}
    assert hit(impact(view, m("listeners-in"))) == {"ads": 1, "auditors": 1, "reports": 1}


def test_a_column_hits_who_reads_its_dataset_and_says_whose_columns_come_from_it(
    view: View,
) -> None:
    found = impact(view, m("users-born"))
    assert found is not None
    assert {one.iri: one.columns for one in found.affected} == {
        m("listeners"): (m("listeners-age"),),
        m("ads"): (m("ads-age"),),
        m("auditors"): (),
        m("reports"): (),
    }
    other = impact(view, m("users-id"))
    assert other is not None
    assert all(not one.columns for one in other.affected)
    assert "billing" not in hit(other)


def test_everyone_to_tell_is_named_with_how_much_is_theirs(view: View) -> None:
    found = impact(view, m("users"), first=1)
    assert found is not None
    assert found.owners == (
        Told(m("bo"), 2), Told(None, 1), Told(m("auditors"), 1), Told(m("cy"), 1),
    )  # fmt: skip
    (one,) = found.affected
    assert (one.iri, one.owner, one.domain) == (m("billing"), m("cy"), None)


def test_its_pages_come_to_the_whole(view: View) -> None:
    whole = impact(view, m("users"))
    assert whole is not None
    assert (whole.shown, whole.total, whole.complete) == (5, 5, True)
    seen, after = [], ""
    while True:
        page = impact(view, m("users"), first=2, after=after)
        assert page is not None
        seen += page.affected
        assert (page.total, page.complete) == (5, False)
        after = page.after
        if not after:
            break
    assert tuple(seen) == whole.affected


def test_steps_are_as_many_as_asked_for(view: View) -> None:
    assert set(hit(impact(view, m("users"), down=1))) == {"listeners", "billing"}
    with pytest.raises(LimitExceeded, match="at most 50"):
        impact(view, m("users"), down=51)
    with pytest.raises(InvalidRequest, match="below 0"):
        impact(view, m("users"), first=-1)


def test_a_circle_does_not_hit_where_it_began() -> None:
    text = ":users dprod:inputPort :users-in . :users-in pm:readsFrom :reports-out ."
    view = store({**MESH, "users": MESH["users"] + text}).view()
    for root in ("users", "users-sql", "users-born"):
        assert not {"users", root} & set(hit(impact(view, m(root))))


def test_what_is_hidden_is_neither_hit_nor_followed() -> None:
    made = store(MESH)
    shown = [m(name) for name in MESH if name != "listeners"]
    seen = made.view([*shown, *map(graph_of, shown)])
    assert hit(impact(seen, m("users"))) == {"billing": 1}
    assert impact(seen, m("listeners")) is None
    assert impact(seen, m("nothing")) is None
