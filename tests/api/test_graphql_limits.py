"""What GraphQL refuses, and how it says so."""

import logging

import pytest
from asking import BASE, PROFILES, Client
from graphql import parse

from catalog_service.api.graphql import documents, door, schema
from catalog_service.api.graphql.cost import USUAL, Cost
from catalog_service.services import products

RESPONSE = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("query", "code", "says"),
    [
        ("{ products(first: 501) { totalCount } }", "limit-exceeded", "at most 500"),
        ("{ domains(first: -1) { totalCount } }", "invalid-request", "-1"),
        ('{ search(query: "x", first: 501) { totalCount } }', "limit-exceeded", "at most 500"),
        ('{ products(after: "bogus") { totalCount } }', "invalid-request", "no cursor"),
        ('{ product(iri: "not an iri") { title } }', "invalid-iri", "not an absolute IRI"),
        ("{ product(iri: 5) { title } }", "invalid-iri", "not an IRI"),
        ('{ node(id: "relative") { id } }', "invalid-iri", "not an absolute IRI"),
        (
            f'{{ lineage(iri: "{PROFILES}", up: 51) {{ total }} }}',
            "limit-exceeded",
            "at most 50",
        ),
        (f'{{ lineage(iri: "{BASE}no") {{ total }} }}', "not-found", "nothing is published"),
        ("{ nothing }", "invalid-request", "Cannot query field 'nothing'"),
        ("{ products(", "invalid-request", "Syntax Error"),
    ],
)
def test_a_mistake_is_told_in_words_with_a_code_and_a_hint(
    client: Client, query: str, code: str, says: str
) -> None:
    fault = client.fault(query)
    assert says in fault["message"]
    assert fault["extensions"]["code"] == code
    assert fault["extensions"]["hint"]


def test_a_cursor_of_columns_that_is_none_is_refused(client: Client) -> None:
    query = """query ($iri: IRI!, $after: String) { product(iri: $iri) {
        datasets { columns(after: $after) { totalCount } } } }"""
    for after in ("%%%", "bm9qc29u", "WzEsMl0", "W10"):
        assert "no cursor" in client.fault(query, iri=PROFILES, after=after)["message"]


def test_too_many_ids_are_refused(client: Client) -> None:
    fault = client.fault("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[PROFILES] * 501)
    assert fault["extensions"]["code"] == "limit-exceeded"


def test_depth_is_bounded(client: Client) -> None:
    query = f'{{ domain(iri: "{BASE}domains/users") ' + "{ parent " * 15 + "{ id }" + "}" * 16
    assert "depth" in client.fault(query)["message"]


def test_aliases_are_bounded(client: Client) -> None:
    query = "{" + " ".join(f"m{number}: mesh {{ products }}" for number in range(31)) + "}"
    assert "31 aliases" in client.fault(query)["message"]


def test_tokens_are_bounded(client: Client) -> None:
    assert "2000 tokens" in client.fault("{" + "mesh { products } " * 600 + "}")["message"]


def test_an_answer_that_could_be_too_large_is_refused_before_it_is_begun(client: Client) -> None:
    deep = "{ products(first: 500) { edges { node " + "{ downstream " * 6 + "{ id }" + "}" * 9
    fault = client.fault(deep)
    assert fault["extensions"]["code"] == "limit-exceeded"
    assert "values" in fault["message"]


def test_a_page_size_in_a_variable_counts_as_well(client: Client) -> None:
    query = """query ($first: Int!) { products(first: $first) { edges { node {
        datasets { columns(first: $first) { edges { node { name } } } } } } } }"""
    assert client.fault(query, first=400)["extensions"]["code"] == "limit-exceeded"
    assert client.data(query, first=10)


def test_lists_that_are_long_by_nature_are_known_to_the_schema() -> None:
    for name, length in USUAL.items():
        kind, _, field = name.partition(".")
        found = schema.schema._schema.type_map[kind].fields[field]  # type: ignore[union-attr]
        assert str(found.type).startswith("["), name
        assert "first" not in found.args
        assert length > 3


def values(query: str) -> int:
    return Cost(schema.schema._schema, parse(query), {}).values()


def test_the_heat_table_counts_its_cells_row_by_row(client: Client) -> None:
    query = "{ heat(first: 10) { columns { name } edges { node { cells { met warned } } } } }"
    heat = client.data(query)["heat"]
    cells = sum(len(edge["node"]["cells"]) for edge in heat["edges"])
    assert values(query) >= 3 * cells / len(heat["edges"]) * 10 + len(heat["columns"])
    wide = "{ heat(first: 500) { edges { node { domain { heat { cells { met warned violated } } }"
    fault = client.fault(wide + " cells { met warned waived violated notEvaluated } } } } }")
    assert fault["extensions"]["code"] == "limit-exceeded"


def test_facets_count_their_values() -> None:
    query = '{ search(query: "", first: 1) { facets { name counts { value count } } } }'
    assert values(query) > 9 * 30 * 3


def test_days_count_as_many_as_may_be_asked_for() -> None:
    assert values('{ conformanceDays(since: "2020-01-01") { products } }') == 2 * 1_000
    assert values("{ conformanceDays { products } }") == 2 * 31


def test_fragments_that_multiply_themselves_are_refused_at_once(client: Client) -> None:
    doubling = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    query = f"{{ ...f0 }} {doubling} fragment f60 on Query {{ __typename }}"
    assert client.fault(query)["extensions"]["code"] == "limit-exceeded"


def test_fragments_in_a_circle_are_refused(client: Client) -> None:
    query = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    assert "within itself" in client.fault(query)["message"]


def test_introspection_is_answered(client: Client) -> None:
    found = client.data("{ __schema { queryType { name } types { name fields { name } } } }")
    assert found["__schema"]["queryType"]["name"] == "Query"


def test_a_fault_of_ours_is_logged_and_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(products, "profiles", broken)
    with caplog.at_level(logging.ERROR):
        fault = client.fault(f'{{ product(iri: "{PROFILES}") {{ title }} }}')
    assert fault["extensions"]["code"] == "internal"
    assert "secret" not in str(fault)
    assert "a secret of the house" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"\xff\xfe",
        b"[" * 100_000,
        b"5",
        b"[]",
        b'[{"query": "{ mesh { products } }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": 5}',
        b'{"query": "{ mesh { products } }", "variables": 5}',
        b'{"query": "{ mesh { products } }", "operationName": 5}',
        b'{"query": "{ mesh { products } }", "operationName": "Other"}',
    ],
)
def test_a_body_that_is_no_request_is_refused(client: Client, body: bytes) -> None:
    answer = client.request(
        "POST", "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["extensions"]["code"] == "invalid-request"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_only_json_is_read(client: Client, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = client.request(
        "POST", "/graphql", content=b'{"query": "{ mesh { products } }"}', headers=headers
    )
    assert answer.status_code == 400


def test_a_query_may_stand_in_the_address(client: Client) -> None:
    answer = client.get("/graphql?query={mesh{products}}")
    assert answer.json() == {"data": {"mesh": {"products": 3}}}


def test_the_media_type_of_old_tells_of_faults_in_a_200(client: Client) -> None:
    answer = client.get("/graphql?query={nothing}", "application/json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_the_media_type_of_the_specification_tells_of_them_in_a_400(client: Client) -> None:
    answer = client.get("/graphql?query={nothing}", RESPONSE)
    assert (answer.status_code, answer.headers["content-type"]) == (400, RESPONSE)
    assert "data" not in answer.json()
    fine = client.get("/graphql?query={mesh{products}}", RESPONSE)
    assert (fine.status_code, fine.headers["content-type"]) == (200, RESPONSE)


def test_a_fault_in_one_field_is_no_fault_of_the_request(client: Client) -> None:
    answer = client.get("/graphql?query={products(first:501){totalCount}}", RESPONSE)
    assert answer.status_code == 200
    assert answer.json()["data"] is None


def test_what_cannot_be_accepted_is_a_406(client: Client) -> None:
    assert client.get("/graphql?query={mesh{products}}", "image/png").status_code == 406


def test_a_browser_gets_an_explanation_and_no_editor(client: Client) -> None:
    answer = client.get("/graphql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.headers["content-type"].startswith(door.HTML)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_are_told_which_there_are(client: Client, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_document_that_was_asked_before_is_held_to_its_limits_each_time(client: Client) -> None:
    query = """query ($first: Int!) { products(first: $first) { edges { node {
        consumers(first: $first) { edges { node { consumers(first: $first) { totalCount } } } }
    } } } }"""
    assert client.data(query, first=2)
    assert client.data(query, first=2)
    assert "values" in client.fault(query, first=400)["message"]
    assert client.data(query, first=2)


def test_a_document_with_a_mistake_is_told_so_each_time(client: Client) -> None:
    for _ in range(2):
        assert "Cannot query field" in client.fault("{ mesh { nothing } }")["message"]


def test_a_document_that_keeps_the_rules_is_read_and_checked_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "query Once { products(first: 3) { totalCount } }"
    first = client.data(query)

    def again(*_: object, **__: object) -> None:
        pytest.fail("it was read or checked again")

    for name in ("parse", "validate"):
        monkeypatch.setattr(f"strawberry.schema.schema.{name}", again)
    assert client.data(query) == first


def test_only_so_many_documents_are_remembered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST", 3)
    for number in range(5):
        client.data(f"query Q{number} {{ products(first: 1) {{ totalCount }} }}")
    long = f"query Long {{ products(first: 1) {{ totalCount }} }} # {'x' * documents.LONGEST}"
    client.data(long)
    assert documents.known("query Q4 { products(first: 1) { totalCount } }")
    assert documents.known("query Q0 { products(first: 1) { totalCount } }") is None
    assert documents.known(long) is None
