"""Search and completion by GraphQL."""

import pytest
from asking import PROFILES, USER, Client

from catalog_service.api.graphql.narrowing import FreshnessPromise, Judgement
from catalog_service.bootstrap import Catalog
from catalog_service.publishing.standing import FRESH, OLDER
from catalog_service.search import facets
from catalog_service.search.prior import CONFORMANCE


def test_a_listener_finds_the_polyseme_user(client: Client) -> None:
    found = client.data(
        """{ search(query: "listener", first: 50) { words lost every
            edges { why node { iri } } } }"""
    )["search"]
    why = {edge["node"]["iri"]: edge["why"] for edge in found["edges"]}
    assert why[USER][0].startswith("somewhere it is called")
    assert PROFILES in why
    assert (found["words"], found["lost"], found["every"]) == (["listener"], [], True)


def test_a_word_that_nothing_has_is_told(client: Client) -> None:
    found = client.data('{ search(query: "profiles zzqqxx") { totalCount lost } }')["search"]
    assert found["totalCount"] > 0
    assert found["lost"] == ["zzqqxx"]


def test_facets_are_counted_only_where_they_are_asked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    count = facets.facets

    def counting(searcher, names, filters, narrowed):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        asked.append(tuple(names))
        return count(searcher, names, filters, narrowed)

    monkeypatch.setattr("catalog_service.search.answer.facets", counting)
    client.data('{ search(query: "user") { totalCount } }')
    client.data('{ search(query: "user") { ... on SearchConnection { facets { name } } } }')
    assert [bool(names) for names in asked] == [False, True]


FILTERS = {
    "kind": ("kinds", "SearchKind"),
    "domain": ("domains", "IRI"),
    "owner": ("owners", "IRI"),
    "status": ("statuses", "LifecycleStatus"),
    "protocol": ("protocols", "String"),
    "sensitivity": ("sensitivities", "Sensitivity"),
    "polyseme": ("polysemes", "IRI"),
    "conformance": ("conformance", "Judgement"),
    "freshness": ("freshness", "FreshnessPromise"),
}
"""The field of the filter, and its type, by facet."""


@pytest.mark.parametrize("facet", FILTERS)
def test_every_value_of_a_facet_counts_what_filtering_by_it_finds(
    client: Client, facet: str
) -> None:
    found = client.data("""{ search(query: "user") {
        facets { name counts { value narrows count } } } }""")["search"]
    assert {told["name"] for told in found["facets"]} == set(FILTERS)
    counts = next(told for told in found["facets"] if told["name"] == facet)["counts"]
    assert counts
    field, kind = FILTERS[facet]
    for count in counts:
        if not count["value"]:
            continue
        narrowed = client.data(
            f"""query ($values: [{kind}!]) {{
                search(query: "user", filter: {{ {field}: $values }}) {{ totalCount }} }}""",
            values=[count["narrows"]],
        )
        assert narrowed["search"]["totalCount"] == count["count"]


def test_the_words_of_closed_facets_are_those_that_search_has() -> None:
    assert {told for _, told in FRESH} | {OLDER} == {p.value for p in FreshnessPromise}
    assert set(CONFORMANCE) <= {judged.value for judged in Judgement}


def test_what_is_being_typed_is_completed(client: Client) -> None:
    found = client.data('{ suggest(text: "prof", first: 3) { text kind iri count } }')["suggest"]
    assert found[0] == {"text": "User profiles", "kind": "PRODUCT", "iri": PROFILES, "count": 1}


def test_text_that_is_too_long_is_not_completed(client: Client) -> None:
    told = client.fault(f'{{ suggest(text: "{"x" * 1001}") {{ text }} }}')
    assert told["extensions"]["code"] == "limit-exceeded"


def test_what_the_caller_may_not_see_is_not_found_counted_or_completed(
    client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = """{ search(query: "profiles", first: 50) { totalCount edges { node { iri } } }
        suggest(text: "prof") { text } products { totalCount } }"""
    everything = client.data(asked)
    graphs = [graph for graph in catalog.view().graphs() if not graph.startswith(PROFILES)]
    partial = catalog.store.view(graphs)
    monkeypatch.setattr(Catalog, "view", lambda _: partial)
    found = client.data(asked)
    assert PROFILES in {edge["node"]["iri"] for edge in everything["search"]["edges"]}
    assert not any(e["node"]["iri"].startswith(PROFILES) for e in found["search"]["edges"])
    assert found["search"]["totalCount"] < everything["search"]["totalCount"]
    assert "User profiles" not in {one["text"] for one in found["suggest"]}
    assert found["products"]["totalCount"] == everything["products"]["totalCount"] - 1
