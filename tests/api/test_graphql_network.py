"""Polysemes as a way of discovery, and the network effect, by GraphQL."""

from collections import Counter
from collections.abc import Iterator

import pytest
from asking import BASE, LISTENERS, PROFILES, USER, Client, catalog_of, mesh

from catalog_service.api.app import create_app
from catalog_service.graph import View

JOINABLE = """query ($iri: IRI!, $first: Int!, $after: String) { polyseme(iri: $iri) {
  joinable(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
    left { iri title domain { title } } leftColumn { name } right { iri title } rightColumn { name }
    crosswalks { iri product { title } } coverage } } }
  meanings { domain { title } concepts { title } schemes { title } columns { edges { node { name } } } }
} }"""
LEVELS = """query ($iri: IRI!, $first: Int!) { polyseme(iri: $iri) { joinable(first: $first) {
  edges { node { left { title domain { title } } leftColumn { name } right { title } rightColumn { name }
    crosswalks { title } coverage } } } } }"""
"""Each loader is asked on one level only: two levels may come together or not, as threads run."""
NETWORK = """{ mesh { network { consumptionEdges crossDomainEdges activeConsumers reachableProducts
    polysemeCoverage compositionDepth joinablePairs joinedPairs possiblePairs } }
  domains { edges { node { title network { joinedPairs possiblePairs compositionDepth } } } } }"""


def test_the_products_that_join_are_listed_with_their_path(client: Client) -> None:
    (edge,) = client.data(JOINABLE, iri=USER, first=10)["polyseme"]["joinable"]["edges"]
    found = edge["node"]
    assert (found["left"]["iri"], found["right"]["iri"]) == (LISTENERS, PROFILES)
    assert (found["leftColumn"]["name"], found["rightColumn"]["name"]) == ("listener_no",) * 2
    assert (found["crosswalks"], found["coverage"]) == ([], None)


def test_each_domain_says_what_it_means_by_it(client: Client) -> None:
    found = client.data(JOINABLE, iri=USER, first=1)["polyseme"]["meanings"]
    assert [(m["domain"]["title"], [c["title"] for c in m["concepts"]]) for m in found] == [
        ("Podcasts", ["podcast listener"]),
        ("Users", ["account holder"]),
    ]
    assert [scheme["title"] for scheme in found[1]["schemes"]] == ["listener number", "user id"]
    assert [edge["node"]["name"] for edge in found[0]["columns"]["edges"]] == ["listener_no"]


def test_the_network_effect_is_told_of_mesh_and_domains(client: Client) -> None:
    told = client.data(NETWORK)
    network = told["mesh"]["network"]
    assert (network["joinedPairs"], network["possiblePairs"]) == (1, 2)
    assert network["joinablePairs"] == 0.5
    assert network["compositionDepth"] == 3
    domains = {edge["node"]["title"]: edge["node"]["network"] for edge in told["domains"]["edges"]}
    assert domains["Audio"] == domains["Podcasts"]
    assert domains["Users"] == {"joinedPairs": 1, "possiblePairs": 2, "compositionDepth": None}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The mesh of the fixtures with thirty products more that identify users."""
    files = dict(mesh())
    more = [
        (
            f"l{number}.ttl",
            files["listeners.ttl"].replace("podcasts.listeners", f"podcasts.l{number}"),
        )
        for number in range(30)
    ]
    with catalog_of(tmp_path_factory.mktemp("wide"), [*files.items(), *more]) as catalog:
        yield Client(create_app(catalog))


def test_pages_of_pairs_put_together_are_all_of_them(wide: Client) -> None:
    pairs, after = [], None
    while True:
        found = wide.data(JOINABLE, iri=USER, first=100, after=after)["polyseme"]["joinable"]
        pairs += [(e["node"]["left"]["iri"], e["node"]["right"]["iri"]) for e in found["edges"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert pairs == sorted(set(pairs))
    assert len(pairs) == found["totalCount"] == 32 * 31 // 2


def test_a_long_page_asks_the_store_as_often_as_a_short_one(
    wide: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: Counter[int] = Counter()
    original = View.select

    def counting(view: View, query: str, **terms: object) -> object:
        counted[first] += 1
        return original(view, query, **terms)  # type: ignore[arg-type]

    wide.data(LEVELS, iri=USER, first=1)  # what is read once for all requests is read here
    monkeypatch.setattr(View, "select", counting)
    for first in (2, 50):
        wide.data(LEVELS, iri=USER, first=first)
    assert counted[2] == counted[50] > 0


def test_what_is_no_polyseme_joins_nothing_and_a_wrong_cursor_is_told(client: Client) -> None:
    assert client.data(JOINABLE, iri=f"{BASE}polysemes/Nothing", first=1)["polyseme"] is None
    asked = """query ($iri: IRI!, $first: Int!, $after: String) {
        polyseme(iri: $iri) { joinable(first: $first, after: $after) { totalCount } } }"""
    fault = client.fault(asked, iri=USER, first=1, after="???")
    assert fault["extensions"]["code"] == "invalid-request"
    assert client.fault(asked, iri=USER, first=501)["extensions"]["code"] == "limit-exceeded"
