"""The client that Python programs use for GraphQL, over a real socket, with the schema checked."""

from collections.abc import Iterator
from typing import Any

import pytest
from asking import BASE, LISTENERS, PROFILES, catalog_of, mesh
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLError
from test_server import served

from catalog_service.api.app import create_app

GOVERNANCE = """query Governance($product: IRI!, $domain: IRI!, $days: Int!) {
  heat(first: 10) { columns { name severityToday } edges { node {
    domain { title } products conforming cells { standard met violated notEvaluated } } } }
  standards(domain: $domain) { name layer gate tightens { name } standings { products met } }
  waivers(filter: { endingWithin: $days }) { totalCount edges { node { expires effect } } }
  findings(filter: { states: [OPEN], severities: [WARNING] }) {
    totalCount edges { node { standard state opened fingerprint } } }
  conformanceDays { day products conforming }
  product(iri: $product) {
    conformance { conforms fallenOut recovering checked notEvaluated }
    standings { standing standard { name } }
    scorecard { tally { met total } qualities { quality tally { share } checks { name met } } } } }
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with (
        catalog_of(tmp_path_factory.mktemp("served"), mesh()) as catalog,
        served(create_app(catalog)) as address,
    ):
        transport = HTTPXTransport(f"{address}/graphql")
        yield Client(transport=transport, fetch_schema_from_transport=True, parse_results=True)


def ask(client: Client, text: str, **variables: Any) -> dict[str, Any]:
    query = gql(text)
    query.variable_values = variables
    with client as session:
        return dict(session.execute(query))


def test_governance_is_asked_in_one_document_that_fits_the_schema(client: Client) -> None:
    found = ask(client, GOVERNANCE, product=PROFILES, domain=f"{BASE}domains/podcasts", days=14)
    rows = found["heat"]["edges"]
    assert rows[0]["node"]["domain"] is None
    assert rows[0]["node"]["products"] == 3
    columns = [column["name"] for column in found["heat"]["columns"]]
    assert all([cell["standard"] for cell in row["node"]["cells"]] == columns for row in rows)
    assert columns == [standard["name"] for standard in found["standards"]]
    assert found["waivers"] == {"totalCount": 0, "edges": []}
    (edge,) = found["findings"]["edges"]
    assert (edge["node"]["standard"], edge["node"]["state"]) == ("discovery-port", "OPEN")
    assert found["conformanceDays"][-1]["products"] == 3
    product = found["product"]
    assert product["conformance"]["conforms"]
    assert {told["standing"] for told in product["standings"]} == {"MET", "NOT_EVALUATED"}
    assert len(product["scorecard"]["qualities"]) == 8


def test_a_list_is_followed_to_its_end_by_its_cursors(client: Client) -> None:
    query = """query ($after: String) { findings(first: 1, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { subject { iri } } } } }"""
    after, subjects = None, []
    while True:
        page = ask(client, query, after=after)["findings"]
        subjects += [edge["node"]["subject"]["iri"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert subjects == [LISTENERS] * page["totalCount"]


def test_a_field_that_is_none_is_refused_before_it_is_sent(client: Client) -> None:
    with pytest.raises(GraphQLError, match="Cannot query field 'certified'"):
        ask(client, 'query { product(iri: "https://x.example/") { scorecard { certified } } }')


def test_a_mistake_reaches_the_client_with_code_and_hint(client: Client) -> None:
    with pytest.raises(TransportQueryError) as refused:
        ask(client, 'query { findings(after: "nonsense") { totalCount } }')
    (told,) = refused.value.errors or []
    assert told["extensions"]["code"] == "invalid-request"
    assert told["extensions"]["hint"]
