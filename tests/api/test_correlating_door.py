"""Questions across products over GraphQL, and their rows as an Arrow stream."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from asking import BASE, Client

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog, build
from catalog_service.settings import Settings

MESH = Path(__file__).parents[2] / "examples" / "media_mesh"
ASK = """
query ($by: [String!], $where: [CorrelationCondition!], $purpose: String!, $first: Int! = 1000,
       $after: String, $grain: AnswerGrain! = GROUPED, $explain: Boolean! = false) {
  correlate(polyseme: "User", measures: ["StreamsPlayed", "ArtistPayments"], dimensions: $by,
            where: $where, purpose: $purpose, first: $first, after: $after, grain: $grain,
            explain: $explain, time: {from: "2026-02-01", to: "2026-03-01"}) {
    rows total arrowUrl sql plan engine warnings revision asOf
    pageInfo { hasNextPage endCursor }
    columns { name unit measure product port column datatype }
    products { product port snapshot asOf leftOut } policies { product rule effect }
    coverage { product matched unmatched }
  }
}
"""
USE = {"purpose": "ServiceOptimisation"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    home = tmp_path_factory.mktemp("company")
    with build(Settings(home=home, base_iri=BASE, data_roots=(MESH,))) as catalog:
        assert catalog.publish(catalog.read([MESH])).conforms
        yield catalog


@pytest.fixture(scope="module")
def door(company: Catalog) -> Client:
    return Client(create_app(company))


def asked(door: Client, **variables: Any) -> dict[str, Any]:
    return dict(door.data(ASK, **variables)["correlate"])


def refused(door: Client, **variables: Any) -> dict[str, Any]:
    return door.fault(ASK, **variables)


def test_an_answer_comes_with_all_that_lets_it_be_trusted(door: Client, company: Catalog) -> None:
    told = asked(door, where=[{"attribute": "country", "eq": "SE"}], **USE)
    assert told["rows"] == [{"StreamsPlayed": 1029, "ArtistPayments": "2.6376"}]
    assert told["columns"][1]["unit"] == "EUR"
    assert told["sql"] is None
    assert told["revision"] == company.projection.revision
    assert {at["product"].rpartition("/")[2] for at in told["products"]} == {
        "users.profiles", "users.identities", "streaming.plays", "artists.payments",
    }  # fmt: skip
    assert all(at["snapshot"] and not at["leftOut"] for at in told["products"])
    assert told["coverage"][0] == {
        "product": "https://mesh.media.example/products/streaming.plays",
        "matched": 3553,
        "unmatched": 119,
    }
    assert {at["effect"] for at in told["policies"]} == {"purpose"}


def test_coverage_is_counted_only_for_whoever_selects_it(door: Client, company: Catalog) -> None:
    words = """{ correlate(polyseme: "User", measures: ["StreamsPlayed"],
        purpose: "ServiceOptimisation") { rows arrowUrl %s } } fragment C on CorrelationResult {
        coverage { matched } }"""

    def kept(selected: str) -> int:
        query = words % selected if "C" in selected else words.partition("fragment")[0] % selected
        name = door.data(query)["correlate"]["arrowUrl"].rpartition("/")[2].partition(".")[0]
        return len(company.answers.find(name).coverage)

    assert (kept(""), kept("coverage { matched }"), kept("...C")) == (0, 1, 1)


def test_spans_of_time_are_told_in_the_zone_asked_for(door: Client) -> None:
    asked_for = """{ correlate(polyseme: "User", measures: ["StreamsPlayed"], dimensions: ["month"],
        purpose: "ServiceOptimisation", time: {to: "2026-03-01", zone: "Europe/Stockholm"}) {
        rows columns { name datatype } } }"""
    told = door.data(asked_for)["correlate"]
    assert told["columns"][0] == {
        "name": "month",
        "datatype": "http://www.w3.org/2001/XMLSchema#date",
    }
    assert told["rows"][-1]["month"] == "2026-02-01"


def test_the_pages_of_an_answer_are_all_its_rows(door: Client) -> None:
    whole = asked(door, by=["country"], **USE)
    rows, after = [], None
    while True:
        page = asked(door, by=["country"], first=2, after=after, **USE)
        rows += page["rows"]
        assert page["total"] == whole["total"] == 5
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert rows == whole["rows"]


def test_all_rows_are_one_arrow_stream_where_the_answer_says(door: Client) -> None:
    told = asked(door, by=["country"], first=0, **USE)
    stream = door.get(told["arrowUrl"])
    assert stream.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(stream.content).read_all()
    assert table.num_rows == 5
    assert table.column_names == ["country", "StreamsPlayed", "ArtistPayments"]
    assert door.get("/correlations/guessed.arrow").status_code == 404


def test_an_explained_question_reads_nothing(door: Client) -> None:
    told = asked(door, by=["country"], explain=True, **USE)
    assert (told["rows"], told["arrowUrl"]) == ([], None)
    assert all(at["snapshot"] is None for at in told["products"])
    assert "aggregate f_plays" in told["plan"]


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"by": ["countri"], **USE}, "unknown-dimension"),
        ({"purpose": "Marketing"}, "purpose-not-permitted"),
        ({"grain": "IDENTITY", **USE}, "identities-not-permitted"),
        ({"where": [{"attribute": "country", "gt": 5}], **USE}, "condition-values"),
        ({"where": [{"attribute": "country"}], **USE}, "invalid-request"),
        ({"first": 10_001, **USE}, "limit-exceeded"),
        ({"after": "nonsense", **USE}, "invalid-request"),
        ({"after": "gone:5", **USE}, "not-found"),
        ({"by": ["country"] * 65, **USE}, "limit-exceeded"),
    ],
)
def test_a_refusal_has_a_code_and_a_hint(
    door: Client, variables: dict[str, Any], code: str
) -> None:
    error = refused(door, **variables)
    assert error["extensions"]["code"] == code
    assert error["extensions"]["hint"]


def test_a_refusal_names_the_facts_at_fault(door: Client) -> None:
    error = refused(door, purpose="Marketing")
    assert any("odrl/2/permission" in fact for fact in error["extensions"]["because"])


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE x; --", '") OR 1=1 --', "\\' OR 1=1 --", "SE\u0000", "%' OR '1'='1", "${x}"],
)
def test_a_value_is_data_and_never_sql(door: Client, text: str) -> None:
    variables = {"where": [{"attribute": "country", "eq": text}], **USE}
    told = door.graphql(ASK, **variables)
    if "errors" in told:
        assert told["errors"][0]["extensions"]["code"] == "invalid-request"
    else:
        (row,) = told["data"]["correlate"]["rows"] or [{}]
        assert row in ({}, {"StreamsPlayed": 0, "ArtistPayments": "0.0000"})


def test_a_server_reads_only_the_folders_it_is_told_of(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path, base_iri=BASE)) as catalog:
        catalog.publish(catalog.read([MESH]))
        error = refused(Client(create_app(catalog)), **USE)
    assert error["extensions"]["code"] == "source-unavailable"
    assert error["extensions"]["port"].startswith("https://mesh.media.example/products/")
    assert str(MESH) not in error["message"]
