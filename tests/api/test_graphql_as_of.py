"""Asking of the past, and going on with a list in the state that it began in; on a real server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from asking import BASE, LISTENERS, PROFILES, USER, catalog_of, draft, mesh
from graphql import GraphQLObjectType, build_schema
from test_graphql_governance import waivers
from test_server import served

from catalog_service.api.app import create_app
from catalog_service.api.graphql import schema
from catalog_service.api.graphql.moments import MOST_TRIES, Pin
from catalog_service.bootstrap import Catalog
from catalog_service.domain.findings import Verdict
from catalog_service.graph import parse
from catalog_service.publishing.past import History, Past
from catalog_service.search import Index
from catalog_service.services import discovery
from catalog_service.services.discovery import Hits, Question

SCHEMA = build_schema(schema.FILE.read_text(encoding="utf-8"))
FILES = dict(mesh())
POLYSEME = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
<{BASE}decisions/more> a pm:Decision ; dct:title "More" .
<{BASE}polysemes/Episode> a pm:Polyseme ; skos:prefLabel "episode"@en ;
  pm:authoritativeDomain <{BASE}domains/podcasts> .
"""
LISTS = {
    "Query.search": '{ it: search(query: "", first: $first, after: $after) { totalCount'
    " edges { cursor node { iri title } } pageInfo { endCursor hasNextPage } } }",
    "Query.products": "{ it: products(first: $first, after: $after) { totalCount edges { cursor"
    " node { title revision outputPorts { title } datasets { columns { totalCount } } } }"
    " pageInfo { endCursor hasNextPage } } }",
    "Query.domains": "{ it: domains(first: $first, after: $after) { edges { cursor node {"
    " title products { totalCount edges { node { title } } } } } pageInfo { endCursor } } }",
    "Query.polysemes": "{ it: polysemes(first: $first, after: $after) { totalCount edges {"
    " cursor node { title columns { totalCount } } } pageInfo { endCursor } } }",
    "Query.lineage": f'{{ it: lineage(iri: "{PROFILES}", first: $first, after: $after) {{'
    " total after nodes { title level } edges { source target } } }",
    "Query.impact": f'{{ it: impact(iri: "{PROFILES}", first: $first, after: $after) {{'
    " total after affected { resource { title } level } owners { count } } }",
    "Query.heat": "{ it: heat(first: $first, after: $after) { totalCount edges { cursor node {"
    " products conforming domain { title } cells { met warned violated notEvaluated } } }"
    " pageInfo { endCursor } } }",
    "Query.waivers": "{ it: waivers(first: $first, after: $after) { totalCount edges { cursor"
    " node { iri description effect } } pageInfo { endCursor } } }",
    "Query.findings": "{ it: findings(first: $first, after: $after) { totalCount edges { cursor"
    " node { fingerprint state message subject { title } } } pageInfo { endCursor } } }",
    "Domain.products": f'{{ domain(iri: "{BASE}domains/podcasts") {{'
    " it: products(first: $first, after: $after) { totalCount edges { cursor node { title } }"
    " pageInfo { endCursor } } } }",
    "DataProduct.consumers": f'{{ product(iri: "{PROFILES}") {{'
    " it: consumers(first: $first, after: $after) { totalCount edges { cursor node { title } }"
    " pageInfo { endCursor } } } }",
    "Dataset.columns": f'{{ product(iri: "{PROFILES}") {{ datasets {{'
    " it: columns(first: $first, after: $after) { totalCount edges { cursor node { name"
    " upstream { name } product { title } } } pageInfo { endCursor } } } } }",
    "Polyseme.columns": f'{{ polyseme(iri: "{USER}") {{'
    " it: columns(first: $first, after: $after) { totalCount edges { cursor node { name"
    " product { title } } } pageInfo { endCursor } } } }",
    "Polyseme.products": f'{{ polyseme(iri: "{USER}") {{'
    " it: products(first: $first, after: $after) { totalCount edges { cursor node { title } }"
    " pageInfo { endCursor } } } }",
    "Polyseme.joinable": f'{{ polyseme(iri: "{USER}") {{'
    " it: joinable(first: $first, after: $after) { totalCount edges { cursor node {"
    " left { title } right { title } } } pageInfo { endCursor } } } }",
    "PolysemeMeaning.columns": f'{{ polyseme(iri: "{USER}") {{ meanings {{'
    " it: columns(first: $first, after: $after) { totalCount edges { cursor node { iri"
    " product { title } } } pageInfo { endCursor } } } } }",
    "Standard.products": '{ standard(name: "discovery-port") {'
    " it: products(first: $first, after: $after) { totalCount edges { cursor node { standing"
    " product { title } } } pageInfo { endCursor } } } }",
    "Standard.waivers": '{ standard(name: "described") {'
    " it: waivers(first: $first, after: $after) { totalCount edges { cursor node { iri"
    " description } } pageInfo { endCursor } } } }",
}


OF_NOW = {"Query.correlate", "Query.refusedSubmissions"}
"""What asks the data of products, or the quarantine: of neither, the journal keeps a state."""


class Door(NamedTuple):
    """A server, and the catalog behind it."""

    address: str
    catalog: Catalog

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        told: dict[str, Any] = httpx.post(f"{self.address}/graphql", json=body, timeout=60).json()
        return told

    def data(self, query: str, **variables: Any) -> Any:
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def fault(self, query: str, **variables: Any) -> dict[str, Any]:
        (found,) = self.ask(query, **variables)["errors"]
        told: dict[str, Any] = found
        return told

    def listed(self, name: str, first: int, after: str | None = None) -> Any:
        text = f"query ($first: Int!, $after: String) {LISTS[name]}"
        return _lists(self.data(text, first=first, after=after))

    def publish(self, *texts: tuple[str, str]) -> None:
        publish(self.catalog, *texts)


def publish(catalog: Catalog, *texts: tuple[str, str]) -> None:
    """Append files without a finding to the journal, and bring them into what is served."""
    drafts = [
        replace(draft(name, text), verdict=Verdict(draft(name, text).subject))
        for name, text in texts
    ]
    entries = catalog.journal.append(drafts)
    graphs = {draft.subject: parse(draft.nquads, "nquads") for draft in drafts}
    catalog.projection.project(entries, graphs, catalog.journal.ledger.standings(graphs))


def _lists(data: Any) -> list[Any]:
    """Every list called `it` in an answer, wherever it lies."""
    if isinstance(data, list):
        return [one for item in data for one in _lists(item)]
    if not isinstance(data, dict):
        return []
    return [v for k, v in data.items() if k == "it"] + [
        one for key, item in data.items() if key != "it" for one in _lists(item)
    ]


def copies(count: int, *, title: str = "Copy", files: bool = True) -> list[tuple[str, str]]:
    text = FILES["listeners.ttl"]
    return [
        (
            f"copy-{n}.ttl",
            text.replace("podcasts.listeners", f"podcasts.copy-{n}")
            .replace('"Podcast listeners"', f'"{title} {n}"')
            .replace('csvw:name "age_band"', f'csvw:name "{"age_band" if files else "ages"}"'),
        )
        for n in range(count)
    ]


def changed() -> list[tuple[str, str]]:
    """Everything in the mesh, said otherwise."""
    profiles = (
        FILES["profiles.ttl"]
        .replace('"User profiles"', '"People"')
        .replace('csvw:name "birth_date"', 'csvw:name "born"')
        .replace('csvw:name "listener_no"', 'csvw:name "a_listener"')
    )
    identity = FILES["identity.ttl"].replace('"user"', '"member"').replace("Podcasts", "Radio")
    return [
        ("profiles.ttl", profiles),
        ("identity.ttl", identity),
        ("listeners.ttl", FILES["listeners.ttl"].replace("Podcast listeners", "Audience")),
        ("more.ttl", POLYSEME.replace("episode", "broadcast")),
        ("waivers.ttl", waivers().replace("in spring", "in summer")),
        *copies(5, title="Changed", files=False),
        (
            "first.ttl",
            FILES["listeners.ttl"]
            .replace("podcasts.listeners", "podcasts.aardvark")
            .replace('"Podcast listeners"', '"Aardvark"'),
        ),
    ]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, dict[str, Any]]]:
    """A server whose mesh has changed since its lists were begun, and what these were."""
    texts = [*mesh(), ("more.ttl", POLYSEME), ("waivers.ttl", waivers()), *copies(5)]
    with (
        catalog_of(tmp_path_factory.mktemp("lived"), texts) as catalog,
        served(create_app(catalog)) as address,
    ):
        door = Door(address, catalog)
        begun: dict[str, Any] = {"revision": catalog.projection.revision}
        for name in LISTS:
            cursors = [_cursor(one) for one in door.listed(name, 1)]
            begun[name] = [(c, door.listed(name, 100, c)) for c in cursors if c]
        begun["time"] = datetime.now(UTC)
        door.publish(*changed())
        yield door, begun


def _cursor(page: dict[str, Any]) -> str | None:
    return page["pageInfo"]["endCursor"] if "pageInfo" in page else page["after"]


@pytest.fixture
def door(lived: tuple[Door, dict[str, Any]]) -> Door:
    return lived[0]


@pytest.fixture
def begun(lived: tuple[Door, dict[str, Any]]) -> dict[str, Any]:
    return lived[1]


def test_every_list_of_the_schema_is_tried() -> None:
    known = {
        f"{name}.{field}"
        for name, kind in SCHEMA.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        for field, found in kind.fields.items()
        if "after" in found.args and str(found.args["after"].type) == "String"
    }
    assert known - OF_NOW == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_goes_on_in_the_revision_that_it_began_at(
    door: Door, begun: dict[str, Any], name: str
) -> None:
    assert begun[name]
    for cursor, before in begun[name]:
        assert door.listed(name, 100, cursor) == before


@pytest.mark.parametrize("name", ["Query.products", "Query.search", "Dataset.columns"])
def test_what_is_current_has_changed(door: Door, begun: dict[str, Any], name: str) -> None:
    (page,) = door.listed(name, 100)
    assert page != begun[name][0][1][0]
    assert page["edges"][1:] != begun[name][0][1][0]["edges"]


def test_every_question_can_be_asked_of_the_past() -> None:
    assert SCHEMA.query_type is not None
    fields = SCHEMA.query_type.fields.items()
    without = {f"Query.{name}" for name, field in fields if "asOf" not in field.args}
    assert without <= {*OF_NOW, "Query.changes"}


ALL = f"""query ($asOf: AsOf) {{
    product(iri: "{PROFILES}", asOf: $asOf) {{ title revision versions {{ revision }}
        provenance {{ subject }} datasets {{ columns {{ edges {{ node {{ name }} }} }} }}
        downstream {{ title }} conformance {{ conforms revision }} scorecard {{ tally {{ met }} }}
        standings {{ standing standard {{ name }} }} conformanceHistory {{ revision ended }} }}
    node(id: "{PROFILES}", asOf: $asOf) {{ ... on DataProduct {{ title }} }}
    nodes(ids: ["{USER}"], asOf: $asOf) {{ ... on Polyseme {{ title }} }}
    resource(iri: "{BASE}domains/podcasts", asOf: $asOf) {{ title }}
    domain(iri: "{BASE}domains/podcasts", asOf: $asOf) {{ title network {{ joinedPairs }}
        heat {{ products }} conformanceDays {{ products }} products {{ totalCount }} }}
    polyseme(iri: "{USER}", asOf: $asOf) {{ title joinable {{ totalCount }}
        meanings {{ columns {{ totalCount }} }} }}
    search(query: "people", asOf: $asOf) {{ totalCount revision facets {{ name counts {{ count }} }}
        edges {{ node {{ title }} }} }}
    suggest(text: "aard", asOf: $asOf) {{ text }}
    products(orderBy: RELEVANCE, asOf: $asOf) {{ totalCount edges {{ node {{ title }} }} }}
    domains(asOf: $asOf) {{ edges {{ node {{ title }} }} }}
    polysemes(asOf: $asOf) {{ edges {{ node {{ title }} }} }}
    lineage(iri: "{PROFILES}", asOf: $asOf) {{ total nodes {{ title }} }}
    impact(iri: "{PROFILES}", asOf: $asOf) {{ total affected {{ resource {{ title }} }} }}
    mesh(asOf: $asOf) {{ revision products columns boundColumns network {{ joinedPairs }} }}
    heat(asOf: $asOf) {{ edges {{ node {{ products }} }} }}
    waivers(asOf: $asOf) {{ edges {{ node {{ description effect }} }} }}
    findings(asOf: $asOf) {{ totalCount edges {{ node {{ message opened state }} }} }}
    findingCounts(asOf: $asOf) {{ standard state count }}
    conformanceDays(asOf: $asOf) {{ day products }}
    standard(name: "discovery-port", asOf: $asOf) {{ failing {{ title }} products {{ totalCount }} }}
    standards(asOf: $asOf) {{ name standings {{ products }} }}
}}"""


def test_all_of_a_past_state_is_answered_as_it_was_when_it_was_current(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    texts = [*mesh(), ("more.ttl", POLYSEME), ("waivers.ttl", waivers()), *copies(2)]
    with (
        catalog_of(tmp_path_factory.mktemp("told"), texts) as catalog,
        served(create_app(catalog)) as address,
    ):
        door = Door(address, catalog)
        first, time = catalog.projection.revision, datetime.now(UTC)
        then = door.data(ALL)
        assert door.data(ALL, asOf=first) == then
        door.publish(*changed())
        now = door.data(ALL)
        assert {field for field, told in then.items() if now[field] == told} == set()
        assert door.data(ALL, asOf=first) == then
        assert door.data(ALL, asOf=time.isoformat()) == then
        assert door.data(ALL, asOf=datetime.now(UTC).isoformat()) == now


def test_several_states_are_answered_side_by_side(door: Door, begun: dict[str, Any]) -> None:
    found = door.data(
        """query ($iri: IRI!, $then: AsOf!) {
            then: product(iri: $iri, asOf: $then) { title domain { title }
              consumers { edges { node { title upstream { title } } } } }
            now: product(iri: $iri) { title domain { title } } }""",
        iri=PROFILES,
        then=begun["revision"],
    )
    assert found["then"]["title"] == "User profiles"
    assert found["now"]["title"] == "People"
    readers = [edge["node"]["upstream"] for edge in found["then"]["consumers"]["edges"]]
    titles = {source["title"] for sources in readers for source in sources}
    assert "User profiles" in titles
    assert titles.isdisjoint({"People", "Audience"})


def test_a_product_that_was_not_there_yet_is_none(door: Door, begun: dict[str, Any]) -> None:
    query = "query ($iri: IRI!, $asOf: AsOf) { product(iri: $iri, asOf: $asOf) { title } }"
    iri = f"{BASE}products/podcasts.aardvark"
    assert door.data(query, iri=iri, asOf=begun["revision"])["product"] is None
    assert door.data(query, iri=iri)["product"] == {"title": "Aardvark"}


def test_all_pages_together_are_the_list_as_it_was(door: Door, begun: dict[str, Any]) -> None:
    query = """query ($after: String, $asOf: AsOf) {
        products(first: 3, after: $after, asOf: $asOf) { totalCount
          pageInfo { hasNextPage endCursor } edges { node { title revision } } } }"""
    page = door.data(query, asOf=begun["revision"])["products"]
    titles = [edge["node"]["title"] for edge in page["edges"]]
    while page["pageInfo"]["hasNextPage"]:
        page = door.data(query, after=page["pageInfo"]["endCursor"])["products"]
        titles += [edge["node"]["title"] for edge in page["edges"]]
        assert page["totalCount"] == 8
        assert all(edge["node"]["revision"] <= begun["revision"] for edge in page["edges"])
    assert len(titles) == len(set(titles)) == 8
    assert "Aardvark" not in titles
    assert sum(title.startswith("Copy") for title in titles) == 5


def test_a_list_below_goes_on_in_its_state_and_what_stands_beside_it_is_current(
    door: Door, begun: dict[str, Any]
) -> None:
    ((cursor, _),) = begun["Dataset.columns"]
    found = door.data(
        """query ($iri: IRI!, $after: String) { product(iri: $iri) { title datasets {
            product { title }
            columns(after: $after) { edges { node { name product { title } } } } } } }""",
        iri=PROFILES,
        after=cursor,
    )["product"]
    assert found["title"] == "People"
    (dataset,) = found["datasets"]
    assert dataset["product"] == {"title": "People"}
    columns = [edge["node"] for edge in dataset["columns"]["edges"]]
    assert [column["name"] for column in columns] == ["listener_no", "user_id"]
    assert {column["product"]["title"] for column in columns} == {"User profiles"}


@pytest.mark.parametrize(
    ("as_of", "code", "says"),
    [
        (1_000_000, "not-found", "the latest is"),
        (0, "not-found", "the first is 1"),
        (-3, "not-found", "the first is 1"),
        ("2001-01-01T00:00:00Z", "not-found", "the first revision came at"),
        ("2999-01-01T00:00:00+01:00", "not-found", "still to come"),
        ("2026-02-01", "invalid-request", "neither a revision nor a time with its zone"),
        ("2026-02-01T10:00:00", "invalid-request", "neither"),
        ("yesterday", "invalid-request", "neither"),
        (True, "invalid-request", "neither"),
        (1.5, "invalid-request", "neither"),
        (1 << 60, "invalid-request", "neither"),
    ],
)
def test_a_state_that_cannot_be_told_is_refused_in_words(
    door: Door, as_of: object, code: str, says: str
) -> None:
    fault = door.fault("query ($asOf: AsOf) { mesh(asOf: $asOf) { products } }", asOf=as_of)
    assert says in fault["message"]
    assert fault["extensions"]["code"] == code
    assert fault["extensions"]["hint"]


def test_a_cursor_and_a_state_that_contradict_each_other_are_refused(
    door: Door, begun: dict[str, Any]
) -> None:
    query = """query ($after: String, $asOf: AsOf) {
        products(after: $after, asOf: $asOf) { totalCount } }"""
    cursor = begun["Query.products"][0][0]
    assert door.data(query, after=cursor, asOf=begun["revision"])
    fault = door.fault(query, after=cursor, asOf=1)
    assert "two states at once" in fault["message"]
    current = door.data("{ products(first: 1) { pageInfo { endCursor } } }")["products"]
    fault = door.fault(query, after=current["pageInfo"]["endCursor"], asOf=begun["revision"])
    assert "two states at once" in fault["message"]


def test_a_cursor_of_another_state_than_the_list_above_is_refused(
    door: Door, begun: dict[str, Any]
) -> None:
    fault = door.fault(
        """query ($iri: IRI!, $after: String) { product(iri: $iri, asOf: 5) { datasets {
            columns(after: $after) { totalCount } } } }""",
        iri=PROFILES,
        after=begun["Dataset.columns"][0][0],
    )
    assert "two states at once" in fault["message"]


def test_cursors_that_were_tampered_with_are_refused(door: Door, begun: dict[str, Any]) -> None:
    query = "query ($after: String) { products(after: $after) { totalCount } }"
    revision, moment = begun["revision"], begun["time"]
    for after, says in (
        ("%%%", "no cursor"),
        ("W10", "no cursor"),
        (Pin(revision).cursor("bogus"), "no cursor"),
        (Pin(10_000).cursor("x"), "the latest is"),
        (Pin(1, moment).cursor("x"), "do not go together"),
    ):
        assert says in door.fault(query, after=after)["message"]


def test_a_cursor_of_a_state_that_can_no_longer_be_had_says_so(
    door: Door, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = door.catalog.history
    monkeypatch.setattr(history, "_most_subjects", 2)
    monkeypatch.setattr(history, "_made", type(history._made)())
    fault = door.fault(
        "query ($after: String) { products(after: $after) { totalCount } }",
        after=begun["Query.products"][0][0],
    )
    assert "can no longer be had" in fault["message"]
    assert fault["extensions"]["code"] == "limit-exceeded"
    assert "begin again" in fault["extensions"]["hint"]


def test_a_request_asks_about_few_states(door: Door) -> None:
    asked = " ".join(f"m{n}: mesh(asOf: {n}) {{ products }}" for n in range(1, 6))
    answer = door.ask(f"{{ {asked} }}")
    (fault,) = answer["errors"]
    assert "at most 4 past states" in fault["message"]


def test_days_after_the_state_asked_about_are_refused(door: Door, begun: dict[str, Any]) -> None:
    until = (begun["time"] + timedelta(days=2)).date().isoformat()
    fault = door.fault(
        "query ($asOf: AsOf, $until: Date) {"
        " conformanceDays(asOf: $asOf, until: $until) { products } }",
        asOf=begun["revision"],
        until=until,
    )
    assert "the day of the state" in fault["message"]


def test_a_past_state_shows_no_more_than_the_caller_may_see(
    door: Door, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = door.catalog
    kept = [name for name in catalog.store.view().graphs() if not name.startswith(LISTENERS)]
    monkeypatch.setattr(catalog, "view", lambda: catalog.store.view(kept))
    query = """query ($asOf: AsOf) { products(first: 50, asOf: $asOf) { totalCount }
        search(query: "podcast listeners", asOf: $asOf) { edges { node { iri } } }
        findings(asOf: $asOf) { totalCount } product(iri: "%s", asOf: $asOf) { title } }"""
    found = door.data(query % LISTENERS, asOf=begun["revision"])
    assert found["product"] is None
    assert found["products"]["totalCount"] == 7
    assert found["findings"]["totalCount"] == 0
    assert LISTENERS not in [edge["node"]["iri"] for edge in found["search"]["edges"]]


PAGE = """query ($after: String) { products(first: 4, after: $after) { totalCount
    pageInfo { hasNextPage endCursor } edges { node { title revision } } } }"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Door]:
    texts = [*mesh(), ("more.ttl", POLYSEME), ("waivers.ttl", waivers()), *copies(5)]
    with catalog_of(tmp_path, texts) as catalog, served(create_app(catalog)) as address:
        yield Door(address, catalog)


def interrupting(door: Door, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Have something be published each time that a list was searched; how often it was."""
    search = discovery.search
    happened: list[int] = []

    def searching(index: Index, question: Question) -> Hits:
        found = search(index, question)
        if len(happened) < times:
            happened.append(len(happened))
            title = f"Copy {len(happened)} times"
            door.publish(*copies(5, title=title), *(changed()[-1:]))
        return found

    monkeypatch.setattr("catalog_service.api.graphql.listing.discovery.search", searching)
    return happened


def test_a_page_that_was_cut_in_two_by_a_publication_is_answered_anew(
    small: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.catalog.projection.revision
    happened = interrupting(small, monkeypatch, 1)
    page = small.data(PAGE)["products"]
    assert happened == [0]
    small.publish(*changed())
    titles = [edge["node"]["title"] for edge in page["edges"]]
    rest = small.data(PAGE, after=page["pageInfo"]["endCursor"])["products"]
    titles += [edge["node"]["title"] for edge in rest["edges"]]
    last = small.data(PAGE, after=rest["pageInfo"]["endCursor"])["products"]
    titles += [edge["node"]["title"] for edge in last["edges"]]
    assert page["totalCount"] == rest["totalCount"] == last["totalCount"] == 9
    assert len(set(titles)) == 9
    assert "Aardvark" in titles
    assert sum(title.startswith("Copy 1 times") for title in titles) == 5
    assert all(edge["node"]["revision"] > before for edge in page["edges"][:1])


def test_a_page_behind_a_cursor_stays_in_its_state_whatever_is_published_meanwhile(
    small: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = small.data(PAGE)["products"]["pageInfo"]["endCursor"]
    expected = small.data(PAGE, after=begun)
    happened = interrupting(small, monkeypatch, 1)
    assert small.data(PAGE, after=begun) == expected
    assert happened == [0]


def test_a_list_that_is_never_left_in_peace_is_answered_from_the_journal(
    small: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = interrupting(small, monkeypatch, 100)
    page = small.data(PAGE)["products"]
    assert page["totalCount"] == 9
    assert len(happened) == MOST_TRIES + 1
    after = page["pageInfo"]["endCursor"]
    assert small.data(PAGE, after=after) == small.data(PAGE, after=after)


def test_a_state_is_made_once_for_all_that_ask(
    door: Door, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = History._make

    def counting(self: History, moment: Any) -> Past:
        made.append(moment)
        return make(self, moment)

    monkeypatch.setattr(History, "_make", counting)
    door.catalog.history._made.clear()
    for _ in range(3):
        door.data("query ($asOf: AsOf) { mesh(asOf: $asOf) { products } }", asOf=begun["revision"])
    assert len(made) == 1
