"""Filters: of closed lists of words where there are such, on every list that can be narrowed."""

from typing import Any

import pytest
from asking import BASE, LISTENERS, PROFILES, USER, Client
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema, get_named_type

from catalog_service.api.graphql import schema

SCHEMA = build_schema(schema.FILE.read_text(encoding="utf-8"))
FREE = {"after", "fingerprint", "protocols", "query", "text"}
"""What is a text by nature: words, and protocols, of which anyone may speak another."""


def inputs() -> dict[str, Any]:
    """Every argument, and every field of an input, by its name."""
    found = {}
    for name, kind in SCHEMA.type_map.items():
        if name.startswith(("__", "Correlation", "TimeWindow")):
            continue  # questions across products speak of what is in their data
        if isinstance(kind, GraphQLInputObjectType):
            found |= {f"{name}.{field}": told.type for field, told in kind.fields.items()}
        elif isinstance(kind, GraphQLObjectType):
            for field, told in kind.fields.items():
                found |= {f"{name}.{field}({arg}": a.type for arg, a in told.args.items()}
    return found


def test_nothing_is_a_text_that_could_be_a_word_of_a_list() -> None:
    texts = {
        name.replace("(", ".").rpartition(".")[2]
        for name, kind in inputs().items()
        if get_named_type(kind).name == "String" and not name.startswith("Query.correlate(")
    }
    assert texts <= FREE


def names(client: Client, query: str, *path: str) -> list[str]:
    found = client.data(query)
    for step in path:
        found = found[step] if isinstance(found, dict) else found[0][step]
    return [edge["node"]["name"] for edge in found["edges"]]


@pytest.mark.parametrize(
    ("narrowing", "kept"),
    [
        ("{}", ["birth_date", "listener_no", "user_id"]),
        ("{bound: true}", ["listener_no", "user_id"]),
        ("{bound: false}", ["birth_date"]),
        (f'{{polysemes: ["{USER}"]}}', ["listener_no", "user_id"]),
        (f'{{polysemes: ["{BASE}polysemes/None"]}}', []),
        ('{personalData: ["https://w3id.org/dpv/pd#BirthDate"]}', ["birth_date"]),
        ('{personalData: ["https://w3id.org/dpv/pd#BirthDate"], bound: true}', []),
        ("{required: true}", ["user_id"]),
        ("{sensitivities: [PUBLIC]}", []),
    ],
)
def test_a_filter_narrows_the_columns_of_a_dataset(
    client: Client, narrowing: str, kept: list[str]
) -> None:
    query = f"""{{ product(iri: "{PROFILES}") {{ datasets {{ columns(filter: {narrowing}) {{
        totalCount edges {{ node {{ name }} }} }} }} }} }}"""
    assert names(client, query, "product", "datasets", "columns") == kept


def test_the_columns_of_a_polyseme_are_narrowed_before_they_are_counted(client: Client) -> None:
    query = f"""query ($after: String) {{ polyseme(iri: "{USER}") {{
        all: columns {{ totalCount }}
        some: columns(filter: {{required: false}}, first: 1, after: $after) {{
          totalCount pageInfo {{ endCursor hasNextPage }}
          edges {{ node {{ name }} }} }} }} }}"""
    found = client.data(query)["polyseme"]
    assert 0 < found["some"]["totalCount"] < found["all"]["totalCount"]
    told, page = [], found["some"]
    while True:
        told += [edge["node"]["name"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        page = client.data(query, after=after)["polyseme"]["some"]
    assert told == ["listener_no"] * found["some"]["totalCount"]


@pytest.mark.parametrize(
    ("narrowing", "number"),
    [
        ('{protocols: ["PARQUET"]}', 1),
        ('{protocols: ["kafka"]}', 0),
        ("{sensitivities: [CONFIDENTIAL, RESTRICTED]}", 1),
        ("{sensitivities: [PUBLIC]}", 0),
    ],
)
def test_a_filter_narrows_the_ports_of_a_product(
    client: Client, narrowing: str, number: int
) -> None:
    query = f'{{ product(iri: "{LISTENERS}") {{ outputPorts(filter: {narrowing}) {{ title }} }} }}'
    assert len(client.data(query)["product"]["outputPorts"]) == number


def test_management_ports_are_asked_for_by_their_role(client: Client) -> None:
    query = f'{{ product(iri: "{PROFILES}") {{ managementPorts(roles: [CONTROL]) {{ role }} }} }}'
    assert client.data(query)["product"]["managementPorts"] == [{"role": "CONTROL"}]


@pytest.mark.parametrize(
    ("narrowing", "kept"),
    [
        ("{}", ["podcasts.demographics", "podcasts.listeners"]),
        ("{statuses: [DRAFT]}", ["podcasts.demographics"]),
        ('{text: "listeners", protocols: ["parquet"]}', ["podcasts.listeners"]),
    ],
)
def test_a_filter_narrows_the_products_of_a_domain(
    client: Client, narrowing: str, kept: list[str]
) -> None:
    query = f"""{{ domain(iri: "{BASE}domains/audio") {{ products(filter: {narrowing}) {{
        edges {{ node {{ name }} }} }} }} }}"""
    assert sorted(names(client, query, "domain", "products")) == kept


def test_standards_are_narrowed_by_gate_weight_and_whether_they_can_be_waived(
    client: Client,
) -> None:
    every = client.data("{ standards { name gate severityToday waivable layer } }")["standards"]

    def kept(narrowing: str) -> list[str]:
        found = client.data(f"{{ standards(filter: {narrowing}) {{ name }} }}")["standards"]
        return [standard["name"] for standard in found]

    assert kept("{}") == [standard["name"] for standard in every]
    assert kept("{layers: [DOMAIN]}") == []
    for narrowing, wanted in (
        ("{gates: [RUNTIME]}", lambda s: s["gate"] == "RUNTIME"),
        ("{severities: [WARNING, INFO]}", lambda s: s["severityToday"] != "VIOLATION"),
        ("{waivable: false}", lambda s: not s["waivable"]),
        ("{gates: [CI], waivable: true}", lambda s: s["gate"] == "CI" and s["waivable"]),
    ):
        names = [standard["name"] for standard in every if wanted(standard)]
        assert kept(narrowing) == names
        assert 0 < len(names) < len(every)


@pytest.mark.parametrize(
    "query",
    [
        '{ findings(filter: { standards: ["owner-nmaed"] }) { totalCount } }',
        '{ findingCounts(filter: { standards: ["owner-nmaed"] }) { count } }',
        '{ waivers(filter: { standard: "owner-nmaed" }) { totalCount } }',
        '{ heat(standards: ["owner-nmaed"]) { totalCount } }',
    ],
)
def test_a_standard_that_there_is_not_is_a_mistake_that_is_told(client: Client, query: str) -> None:
    fault = client.fault(query)
    assert "owner-nmaed" in fault["message"]
    assert fault["extensions"]["code"] == "not-found"


def test_what_only_readers_notice_is_a_name_to_filter_by(client: Client) -> None:
    query = '{ findings(filter: { standards: ["unread-key"] }) { totalCount } }'
    assert client.data(query)["findings"]["totalCount"] == 1


@pytest.mark.parametrize(
    "query",
    [
        '{ standard(name: "") { name } }',
        "{ standard(name: 5) { name } }",
        f'{{ standard(name: "{"x" * 3000}") {{ name }} }}',
    ],
)
def test_what_can_be_no_name_of_a_standard_is_refused(client: Client, query: str) -> None:
    assert client.fault(query)["extensions"]["code"] == "invalid-request"


@pytest.mark.parametrize(
    "query",
    [
        "{ products(filter: { statuses: [NEW] }) { totalCount } }",
        '{ products(filter: { conformance: ["conforms"] }) { totalCount } }',
        '{ search(query: "", filter: { freshness: [TOMORROW] }) { totalCount } }',
        "{ findings(filter: { states: [GONE] }) { totalCount } }",
        "{ standards(filter: { gates: [DOOR] }) { name } }",
    ],
)
def test_a_word_that_is_not_on_the_list_is_refused_by_the_schema(
    client: Client, query: str
) -> None:
    assert client.fault(query)["extensions"]["code"] == "invalid-request"
