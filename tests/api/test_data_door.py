"""SPARQL over data at its door, by the protocol and from the command line."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from asking import Client, catalog_of

from bench import gtfs
from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog
from catalog_service.cli.app import run
from catalog_service.domain.rdf import Literal, line
from catalog_service.errors import Refused
from catalog_service.graph.querygate import admit
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.sparql import writing

JSON = "application/sparql-results+json"
PREFIXES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX gtfs: <http://vocab.gtfs.org/terms#>
"""
NAMES = PREFIXES + "SELECT ?name WHERE { ?agency a gtfs:Agency ; foaf:name ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("timetable").resolve()


@pytest.fixture(scope="module")
def timetable(home: Path) -> Iterator[Catalog]:
    gtfs.written(gtfs.feed(12), home)
    told = [
        (f"{name}.ttl", "\n".join(map(line, triples))) for name, triples in gtfs.files(home).items()
    ]
    with catalog_of(home / "home", told, data_roots=(home,), identities=True) as catalog:
        yield catalog


@pytest.fixture(scope="module")
def door(timetable: Catalog) -> Client:
    return Client(create_app(timetable))


def asked(door: Client, query: str, **more: str) -> Any:
    parameters = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    return door.get(f"/sparql/data?query={quote(query)}{parameters}", JSON)


def rows(door: Client, query: str) -> list[dict[str, str]]:
    response = asked(door, query)
    assert response.status_code == 200, response.text
    return [
        {name: term["value"] for name, term in row.items()}
        for row in response.json()["results"]["bindings"]
    ]


def refusal(door: Client, query: str, **more: str) -> dict[str, Any]:
    response = asked(door, query, **more)
    assert response.status_code == 400, response.text
    told: dict[str, Any] = response.json()
    return told


def test_rows_come_from_the_files_of_the_products(door: Client) -> None:
    assert rows(door, NAMES) == [{"name": "Metro"}, {"name": "Région Sud"}]


def test_a_truth_is_told_as_one(door: Client) -> None:
    ask = PREFIXES + 'ASK { ?agency foaf:name "Metro" }'
    assert asked(door, ask).json() == {"head": {}, "boolean": True}
    assert asked(door, ask.replace("Metro", "Tram")).json()["boolean"] is False


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
        ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
        (JSON, ox.QueryResultsFormat.JSON),
    ],
)
def test_each_format_says_the_same(door: Client, accept: str, kind: ox.QueryResultsFormat) -> None:
    response = door.get(f"/sparql/data?query={quote(NAMES)}", accept)
    assert response.headers["content-type"].startswith(accept)
    found = ox.parse_query_results(response.content, kind)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["name"].value for row in found] == ["Metro", "Région Sud"]


def test_csv_has_a_head_and_lines(door: Client) -> None:
    response = door.get(f"/sparql/data?query={quote(NAMES)}", "text/csv")
    assert response.text.split() == ["name", "Metro", "Région", "Sud"]


def test_a_large_answer_is_written_while_it_is_sent(
    door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = PREFIXES + "SELECT ?call ?at { ?call gtfs:stopSequence ?at }"
    whole = asked(door, query)
    assert "content-length" in whole.headers
    monkeypatch.setattr(writing, "_PIECE", 1024)
    sent = asked(door, query)
    assert "content-length" not in sent.headers
    assert sorted(map(str, sent.json()["results"]["bindings"])) == sorted(
        map(str, whole.json()["results"]["bindings"])
    )


def test_a_query_may_come_as_the_body_of_a_post(door: Client) -> None:
    response = door.request(
        "POST", "/sparql/data", content=NAMES.encode(),
        headers={"Content-Type": "application/sparql-query", "Accept": JSON},
    )  # fmt: skip
    assert len(response.json()["results"]["bindings"]) == 2


def test_a_query_may_come_as_a_form(door: Client) -> None:
    response = door.request(
        "POST", "/sparql/data?purpose=Marketing", data={"query": NAMES}, headers={"Accept": JSON}
    )
    assert len(response.json()["results"]["bindings"]) == 2


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("text/turtle, text/tab-separated-values;q=0.1", "text/tab-separated-values"),
        ("application/*;q=0.4, text/csv;q=0.2", JSON),
        (f"*/*, {JSON};q=0", "application/sparql-results+xml"),
    ],
)
def test_rows_are_written_as_the_client_likes_best(
    door: Client, accept: str, answered: str
) -> None:
    response = door.get(f"/sparql/data?query={quote(NAMES)}", accept)
    assert response.headers["content-type"].startswith(answered)


@pytest.mark.parametrize(
    ("method", "address", "options", "status"),
    [
        ("GET", "/sparql/data", {}, 400),
        ("GET", "/sparql/data?query=ASK{}&query=ASK{}", {}, 400),
        ("GET", "/sparql/data?query=ASK{}&purpose=a&purpose=b", {}, 400),
        ("GET", "/sparql/data?update=CLEAR%20ALL", {}, 400),
        ("GET", "/sparql/data?query=ASK{}&named-graph-uri=urn:x:g", {}, 400),
        ("POST", "/sparql/data", {"data": {"update": "CLEAR ALL"}}, 400),
        ("POST", "/sparql/data", {"content": b"ASK{}"}, 415),
        ("POST", "/sparql/data",
         {"content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400),
        ("GET", "/sparql/data?query=ASK{}", {"headers": {"Accept": "image/png"}}, 406),
        ("PUT", "/sparql/data", {}, 405),
        ("OPTIONS", "/sparql/data", {}, 204),
    ],
)  # fmt: skip
def test_what_is_not_as_the_protocol_has_it_is_told_so(
    door: Client, method: str, address: str, options: dict[str, Any], status: int
) -> None:
    assert door.request(method, address, **options).status_code == status


def test_a_head_tells_of_an_answer_without_it(door: Client) -> None:
    response = door.request("HEAD", f"/sparql/data?query={quote(NAMES)}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["polyseme-engine"]


def test_what_is_never_answered_from_data_is_refused_by_name(door: Client) -> None:
    for query, code in (
        ("SELECT * { ?s ?p ?o }", "variable-predicate"),
        (PREFIXES + "SELECT * { ?s gtfs:parentStation* ?o }", "path"),
        (PREFIXES + "SELECT * { GRAPH ?g { ?s gtfs:stop ?o } }", "graph"),
        (PREFIXES + "SELECT (GROUP_CONCAT(?n) AS ?x) { ?s foaf:name ?n }", "group-concat"),
        (PREFIXES + "SELECT * { ?s gtfs:headsing ?o }", "unknown-property"),
    ):
        assert refusal(door, query)["code"] == code, query


def test_an_unknown_property_names_the_nearest(door: Client) -> None:
    told = refusal(door, PREFIXES + "SELECT * { ?s gtfs:headsing ?o }")
    assert "headsign" in told["hint"]


def test_a_service_is_stopped_at_the_gate(door: Client) -> None:
    assert asked(door, "SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }").status_code == 403


def test_graphs_cannot_be_chosen_in_the_request_either(door: Client) -> None:
    told = refusal(door, NAMES, **{"default-graph-uri": "https://transit.example/g"})
    assert told["code"] == "from"


def test_a_broken_query_says_where(door: Client) -> None:
    told = refusal(door, "SELECT * {\n ?s a }")
    assert told["line"] == 2


def test_the_catalog_is_asked_first_in_a_question_that_has_both(door: Client) -> None:
    query = (
        PREFIXES
        + """SELECT ?id ?name WHERE {
      ?product a dprod:DataProduct ; dct:identifier ?id ; dprod:outputDataset ?data .
      ?agency a gtfs:Agency ; foaf:name ?name .
      FILTER(?id = "operators") } ORDER BY ?name"""
    )
    found = {(row["id"], row["name"]) for row in rows(door, query)}
    assert found == {("operators", "Metro"), ("operators", "Région Sud")}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('SELECT (?id AS ?name) { ?p dct:identifier ?id ; a dprod:DataProduct . ?a foaf:name "Metro" FILTER(?id = "operators") }', {"operators"}),
        ("""SELECT ?name { ?a a gtfs:Agency ; foaf:name ?name
            FILTER EXISTS { ?p a dprod:DataProduct ; dct:identifier "operators" } }""", {"Metro", "Région Sud"}),
        ("""SELECT ?name { ?a a gtfs:Agency ; foaf:name ?name
            FILTER NOT EXISTS { ?p a dprod:DataProduct ; dct:identifier "operators" } }""", set()),
        ("""SELECT ?name { ?a a gtfs:Agency ; foaf:name ?name
            OPTIONAL { ?p a dprod:DataProduct ; dct:identifier "nobody" } FILTER(!BOUND(?p)) }""", {"Metro", "Région Sud"}),
        ("""SELECT ?name { { ?p a dprod:DataProduct ; dct:identifier ?name FILTER(?name = "operators") }
            UNION { ?a a gtfs:Agency ; foaf:name ?name } }""", {"operators", "Metro", "Région Sud"}),
        ("""SELECT ?name { ?a a gtfs:Agency ; foaf:name ?name .
            ?p a dprod:DataProduct ; dct:identifier "nobody" }""", set()),
    ],
)  # fmt: skip
def test_questions_that_have_both_join_them_in_every_form(
    door: Client, query: str, expected: set[str]
) -> None:
    assert {row["name"] for row in rows(door, PREFIXES + query)} == expected


def test_a_question_is_kept_with_what_came_of_it(door: Client, timetable: Catalog) -> None:
    rows(door, NAMES)
    (last, *_) = sorted(
        timetable.journal.questions.since(datetime(2020, 1, 1, tzinfo=UTC)),
        key=lambda one: one.time,
        reverse=True,
    )
    assert (last.outcome, last.rows, last.asker) == ("answered", 2, "http")
    assert last.products == ("https://transit.example/products/operators",)


def test_a_chasm_comes_with_a_warning(door: Client) -> None:
    query = (
        PREFIXES
        + """SELECT ?trip (COUNT(?call) AS ?calls) WHERE {
      ?trip a gtfs:Trip . ?call gtfs:trip ?trip ; gtfs:stopSequence ?at .
      ?headway gtfs:trip ?trip ; gtfs:headwaySeconds ?every } GROUP BY ?trip"""
    )
    told = asked(door, query).headers["polyseme-warning"]
    assert "?trip has several rows of" in told
    single = query.replace("?headway gtfs:trip ?trip ; gtfs:headwaySeconds ?every", "")
    assert "polyseme-warning" not in asked(door, single).headers


TURTLE, LINES = "text/turtle", "application/n-triples"


@pytest.fixture(scope="module")
def graph() -> ox.Store:
    """The triples that the timetable makes."""
    store = ox.Store()
    store.extend(gtfs.triples(gtfs.feed(12)))
    return store


def triples(response: Any, kind: ox.RdfFormat = ox.RdfFormat.N_TRIPLES) -> ox.Dataset:
    assert response.status_code == 200, response.text
    return canonical(quad.triple for quad in ox.parse(response.content, kind))


def canonical(told: Iterable[ox.Triple]) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(one.subject, one.predicate, plain(one.object)) for one in told)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def plain(term: Any) -> Any:
    """A double in one form: the graph keeps what was written."""
    double = ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")
    if isinstance(term, ox.Literal) and term.datatype == double:
        return ox.Literal(repr(float(term.value)), datatype=double)
    return term


def of_graph(graph: ox.Store, query: str) -> ox.Dataset:
    found = graph.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QueryTriples)
    return canonical(found)


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?agency a gtfs:Agency ; foaf:name ?name } WHERE { ?agency foaf:name ?name }",
        "CONSTRUCT WHERE { ?trip a gtfs:Trip ; gtfs:route ?route ; gtfs:headsign ?sign }",
        "CONSTRUCT { [] foaf:name ?name ; gtfs:of _:x . _:x gtfs:is ?a } WHERE { ?a foaf:name ?name }",
        "CONSTRUCT { ?name ?p ?a . ?a gtfs:p ?lost . ?a gtfs:in (1 2) } WHERE { ?a foaf:name ?name BIND(1 AS ?p) }",
        """CONSTRUCT { ?route gtfs:trips ?n } WHERE {
             SELECT ?route (COUNT(?trip) AS ?n) { ?trip gtfs:route ?route } GROUP BY ?route }""",
        "CONSTRUCT { ?s gtfs:q ?o } WHERE { ?s gtfs:headsign ?o FILTER(false) }",
    ],
)
def test_a_construct_makes_the_triples_that_the_graph_makes(
    door: Client, graph: ox.Store, query: str
) -> None:
    response = door.get(f"/sparql/data?query={quote(PREFIXES + query)}", LINES)
    assert triples(response) == of_graph(graph, PREFIXES + query)


@pytest.mark.parametrize(
    ("accept", "kind", "answered"),
    [
        (TURTLE, ox.RdfFormat.TURTLE, TURTLE),
        (LINES, ox.RdfFormat.N_TRIPLES, LINES),
        ("application/ld+json", ox.RdfFormat.JSON_LD, "application/ld+json"),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML, "application/rdf+xml"),
        (f"{TURTLE};q=0.2, {LINES};q=0.9, text/csv", ox.RdfFormat.N_TRIPLES, LINES),
        ("*/*", ox.RdfFormat.TURTLE, TURTLE),
    ],
)
def test_triples_are_written_as_the_client_likes_best(
    door: Client, graph: ox.Store, accept: str, kind: ox.RdfFormat, answered: str
) -> None:
    query = PREFIXES + "CONSTRUCT WHERE { ?agency a gtfs:Agency ; foaf:name ?name }"
    response = door.get(f"/sparql/data?query={quote(query)}", accept)
    assert response.headers["content-type"].startswith(answered)
    assert triples(response, kind) == of_graph(graph, query)


def test_triples_are_no_table(door: Client) -> None:
    query = quote(PREFIXES + "CONSTRUCT WHERE { ?a foaf:name ?b }")
    assert door.get(f"/sparql/data?query={query}", "text/csv").status_code == 406


def test_a_description_is_all_that_any_product_states_of_a_resource(
    door: Client, graph: ox.Store
) -> None:
    for kind in ("Stop", "Trip", "Agency", "ShapePoint"):
        found = graph.query(
            PREFIXES + f"SELECT ?s {{ ?s a gtfs:{kind} }} ORDER BY ?s LIMIT 1",
            use_default_graph_as_union=True,
        )
        assert isinstance(found, ox.QuerySolutions)
        (row,) = found
        about = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(?s = {row['s']}) }}"
        describe = quote(f"DESCRIBE {row['s']}")
        response = door.get(f"/sparql/data?query={describe}", LINES)
        assert triples(response) == of_graph(graph, about), kind
        assert response.content


def test_what_a_pattern_finds_is_described(door: Client, graph: ox.Store) -> None:
    where = """WHERE { ?agency a gtfs:Agency ; foaf:name ?name }"""
    about = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a gtfs:Agency ; ?p ?o }"
    for named in ("?agency", "?agency ?name", "*"):
        query = quote(f"{PREFIXES}DESCRIBE {named} {where}")
        response = door.get(f"/sparql/data?query={query}", LINES)
        assert triples(response) == of_graph(graph, PREFIXES + about), named


def test_of_what_no_data_are_about_there_is_nothing_to_describe(door: Client) -> None:
    response = door.get(
        f"/sparql/data?query={quote('DESCRIBE <https://nowhere.example/1>')}", LINES
    )
    assert (response.status_code, response.content) == (200, b"")


def test_triples_beyond_the_limit_are_refused_by_name(
    door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.semantic.sparql.triples.MOST", 5)
    monkeypatch.setattr("catalog_service.semantic.sparql.triples.MOST_DESCRIBED", 1)
    query = PREFIXES + "CONSTRUCT WHERE { ?trip gtfs:headsign ?sign }"
    told = door.get(f"/sparql/data?query={quote(query)}", LINES).json()
    assert told["code"] == "construct-limit"
    assert "up to 5 solutions" in told["detail"]
    few = door.get(f"/sparql/data?query={quote(query + ' LIMIT 5')}", LINES)
    assert len(few.text.splitlines()) == 5
    many = PREFIXES + "DESCRIBE ?a { ?a a gtfs:Agency }"
    told = door.get(f"/sparql/data?query={quote(many)}", LINES).json()
    assert told["code"] == "describe-limit"


def test_the_answer_says_which_engine_it_is_from_and_why(door: Client) -> None:
    assert asked(door, NAMES).headers["polyseme-engine"] == "duckdb: no other engine is set up"


def test_who_may_not_see_identities_is_told_of_groups_that_are_large_enough(
    timetable: Catalog,
) -> None:
    stranger = Asker("stranger")
    stops = admit(PREFIXES + "SELECT ?stop { ?stop a gtfs:Stop }")
    with pytest.raises(Refused) as refused:
        timetable.query_data(stops, asker=stranger)
    assert refused.value.code == "identities-not-permitted"
    grouped = """SELECT ?kind (COUNT(?stop) AS ?n) {
      ?stop a gtfs:Stop ; gtfs:wheelchairAccessible ?kind } GROUP BY ?kind"""
    own = timetable.query_data(admit(PREFIXES + grouped))
    found = timetable.query_data(admit(PREFIXES + grouped), asker=stranger)
    least = timetable.settings.minimum_group
    sizes = sorted(int(row[1].lexical) for row in own.rows if isinstance(row[1], Literal))
    assert found.size == len([size for size in sizes if size >= least]) - (
        sizes[0] < least <= sizes[1]
    )


def test_the_command_line_asks_the_same(
    timetable: Catalog, home: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("POLYSEME_DATA_ROOTS", str(home))
    file = home / "names.sparql"
    file.write_text(NAMES, encoding="utf-8")
    place = ["--home", str(timetable.settings.home)]
    assert run(["query", str(file), "--data", "--format", "json", *place]) == 0
    told = json.loads(capfd.readouterr().out)
    assert [row["name"]["value"] for row in told["results"]["bindings"]] == ["Metro", "Région Sud"]
    file.write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    assert run(["query", str(file), "--data", *place]) == 1
    assert "variable-predicate" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("query", "format_", "code", "holds"),
    [
        (NAMES, "csv", 0, "Metro"),
        (NAMES, "tsv", 0, '"Metro"'),
        (NAMES, "xml", 0, "<literal>Metro</literal>"),
        (NAMES, "text", 0, "2 rows"),
        (NAMES, "ttl", 2, "not written as ttl"),
        (PREFIXES + "ASK { ?a foaf:name 'Metro' }", "text", 0, "true"),
        (PREFIXES + "CONSTRUCT WHERE { ?a a gtfs:Agency }", "text", 0, "terms#Agency>"),
        (PREFIXES + "CONSTRUCT WHERE { ?a a gtfs:Agency }", "nt", 0, "<http://vocab.gtfs.org/terms#Agency> ."),
        (PREFIXES + "DESCRIBE ?a { ?a foaf:name 'Metro' }", "jsonld", 0, "Metro"),
        (PREFIXES + "SELECT * { ?a gtfs:headsing ?x }", "json", 1, "unknown-property"),
        ("SELECT * {\n ?a a }", "json", 2, "line 2"),
    ],
)  # fmt: skip
def test_the_command_line_has_the_formats_and_codes_of_its_reference(  # noqa: PLR0917
    timetable: Catalog, home: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, query: str, format_: str, code: int, holds: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("POLYSEME_DATA_ROOTS", str(home))
    monkeypatch.setenv("POLYSEME_IDENTITIES", "true")
    file = home / "asked.sparql"
    file.write_text(query, encoding="utf-8")
    place = ["--home", str(timetable.settings.home), "--format", format_]
    assert run(["query", str(file), "--data", *place]) == code
    told = capfd.readouterr()
    assert holds in told.out + told.err
