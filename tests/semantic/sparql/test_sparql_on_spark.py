"""SPARQL over data on engines that speak Spark Connect: the answers of DuckDB, term for term."""

from pathlib import Path

import pytest
from sparql_oracle import agree, bag, by_rewriting
from timetable_mesh import Timetable

import bench.gtfs
from catalog_service.semantic.engines.spark import Spark
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.sources.options import Options

_FOLDER = Path(bench.gtfs.__file__).parent / "queries"
_QUERIES = sorted(path for path in _FOLDER.glob("q*.sparql") if path.stem != "q15")
_PREFIXES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX geo: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX gtfs: <http://vocab.gtfs.org/terms#>
"""
_CALLS = {
    "an IRI as text": "SELECT (STR(?s) AS ?t) { ?s a gtfs:Stop }",
    "IRIs of two templates": "SELECT ?x { { ?x a gtfs:Stop } UNION { ?x a gtfs:Trip } }",
    "a text taken apart": """SELECT (STRBEFORE(?n, ' ') AS ?a) (STRAFTER(?n, 'o') AS ?b)
        (SUBSTR(?n, 2, 3) AS ?c) (STRLEN(?n) AS ?d) (UCASE(?n) AS ?e) { ?s foaf:name ?n }""",
    "tests of a text": """SELECT ?n { ?s foaf:name ?n
        FILTER(REGEX(?n, '^st', 'i') && CONTAINS(?n, 't') && STRSTARTS(?n, 'S') && !STRENDS(?n, '9')) }""",
    "numbers": """SELECT (?a + 1 AS ?x) (?a / 7 AS ?y) (ABS(-?b) AS ?z) (CEIL(?b) AS ?u) (FLOOR(?b) AS ?v)
        (ROUND(?b) AS ?w) { ?s gtfs:headwaySeconds ?a . ?p geo:lat ?b ; gtfs:pointSequence 1 }""",
    "casts": """SELECT (xsd:integer(?b) AS ?x) (xsd:double(?b) AS ?y) (xsd:decimal('1.50') AS ?z)
        (xsd:integer('x') AS ?u) (STR(?b) AS ?v) { ?p geo:lat ?b ; gtfs:pointSequence 1 }""",
    "dates": "SELECT ?r (YEAR(?d) AS ?y) (DAY(?d) AS ?z) { ?r dct:date ?d FILTER(?d > '2026-03-10'^^xsd:date) }",
    "figures": """SELECT ?t (COUNT(DISTINCT ?p) AS ?n) (SUM(?l) AS ?s) (AVG(?l) AS ?a) (MIN(?l) AS ?i)
        (MAX(?l) AS ?x) { ?t gtfs:shapePoint ?p . ?p geo:lat ?l } GROUP BY ?t HAVING (COUNT(*) > 1)""",
    "figures of distinct values": """SELECT (AVG(DISTINCT ?h) AS ?a) (SUM(DISTINCT ?h) AS ?s)
        (COUNT(DISTINCT *) AS ?n) { ?f gtfs:headwaySeconds ?h }""",
    "optional, not exists, minus": """SELECT ?s ?p ?n { ?s a gtfs:Stop OPTIONAL { ?s gtfs:parentStation ?p }
        OPTIONAL { ?s foaf:name ?n FILTER(STRLEN(?n) > 6) }
        FILTER NOT EXISTS { ?s gtfs:wheelchairAccessible ?w . ?s foaf:name "Station 2" }
        MINUS { ?s foaf:name "Station 1" } }""",
    "values, bind, coalesce": """SELECT ?n ?c ?b { VALUES (?n ?b) { ("Metro" 1) ("x" UNDEF) (UNDEF 3) }
        ?a foaf:name ?n BIND(COALESCE(?b, 0) + 1 AS ?c) }""",
    "a sub-SELECT in order": """SELECT ?t ?n { { SELECT ?t ?n { ?t a gtfs:Trip ; gtfs:headsign ?n }
        ORDER BY DESC(?n) ?t LIMIT 7 OFFSET 2 } }""",
}  # fmt: skip


@pytest.fixture(scope="module", params=["sail", pytest.param("spark", marks=pytest.mark.spark)])
def spark(little: Timetable, request: pytest.FixtureRequest) -> Engine:
    url = request.getfixturevalue(f"{request.param}_url")
    return Spark(url, Options(roots=(little.folder,)))


@pytest.mark.parametrize("path", _QUERIES, ids=lambda path: path.stem)
def test_spark_gives_the_answer_of_duckdb(path: Path, little: Timetable, spark: Engine) -> None:
    text = path.read_text(encoding="utf-8")
    expected = bag(by_rewriting(text, little.mapped, little.engine))
    assert bag(by_rewriting(text, little.mapped, spark)) == expected


@pytest.mark.parametrize("query", _CALLS.values(), ids=_CALLS)
def test_each_call_means_the_same_on_spark(query: str, little: Timetable, spark: Engine) -> None:
    agree(_PREFIXES + query, little.mapped, little.engine, little.store)
    agree(_PREFIXES + query, little.mapped, spark, little.store)
