"""Rows with nulls, duplicates, odd characters and typed values: what the graph engine finds in them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from sparql_oracle import agree

from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.plan import Column, Guarded, Place, Relation
from catalog_service.semantic.sources.options import Options
from catalog_service.semantic.sparql.mapping import Assertion, Cell, Mapped, Named, expanded
from catalog_service.semantic.sparql.templates import Template, template
from catalog_service.terms import RDF, XSD, Iri

B = "https://m.example/"
_PREFIX = f"PREFIX : <{B}>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
_TYPES = {"key": XSD.string, "name": XSD.string, "n": XSD.integer, "x": XSD.decimal,
          "day": XSD.date, "yes": XSD.boolean, "of": XSD.string}  # fmt: skip
_ROWS = [
    ("a b", "Ünï", 1, Decimal("1.50"), date(2026, 2, 1), True, "c/d"),
    ("a%20b", "", -3, Decimal("-2.25"), None, False, "a b"),
    ("c/d", "x'y\"", None, None, date(2026, 2, 28), None, None),
    ("é?#", "B", 0, Decimal("0.00"), date(2025, 12, 31), True, "a b"),
    ("Z", None, 7, Decimal("1.50"), None, False, "nowhere"),
]
_SEEN = [
    ("a b", 1, "q"), ("a b", 1, "q"), ("a b", None, "q"), ("c/d", 5, None), ("c/d", 5, "r"),
    (None, 9, "q"), ("gone", 2, "r"), ("Z", 1, "q"),
]  # fmt: skip
QUERIES = [
    "SELECT ?t ?v { ?t :seen ?v }",
    "SELECT ?t ?v ?w { ?t :seen ?v OPTIONAL { ?t :mark ?w } }",
    "SELECT ?t (COUNT(?v) AS ?c) (SUM(?v) AS ?s) { ?t :seen ?v } GROUP BY ?t",
    "SELECT ?t ?n { ?t a :Thing OPTIONAL { ?t :n ?n FILTER(?n > 0) } }",
    "SELECT ?t { ?t a :Thing OPTIONAL { ?t :n ?n } FILTER(!(?n > 0)) }",
    "SELECT ?t { ?t a :Thing OPTIONAL { ?t :n ?n } FILTER(?n != 7 || !BOUND(?n)) }",
    "SELECT ?t { ?t a :Thing OPTIONAL { ?t :n ?n } FILTER(?n IN (7, 1, 0)) }",
    "SELECT ?t { ?t a :Thing OPTIONAL { ?t :n ?n } FILTER(?n NOT IN (7)) }",
    "SELECT ?t ?y { ?t a :Thing OPTIONAL { ?t :yes ?y } FILTER(?y || ?y) }",
    "SELECT ?t ?o { ?t :of ?o . ?o a :Thing }",
    "SELECT ?t ?o ?v { ?t :of ?o OPTIONAL { ?o :name ?m OPTIONAL { ?o :seen ?v } } }",
    "SELECT ?t { ?t :name '' }",
    "SELECT ?t { ?t :name \"x'y\\\"\" }",
    "SELECT ?n { ?t :name ?n FILTER(?n) }",
    "SELECT ?x { ?t :x ?x FILTER(?x = 1.5) }",
    "SELECT ?x { ?t :x 1.50 ; :name ?x }",
    "SELECT ?t { ?t :x '1.500'^^xsd:decimal }",
    "SELECT ?t { ?t :n '01'^^xsd:integer }",
    "SELECT ?t { ?t :name 'B'@en }",
    "SELECT ?t { ?t :day '2026-02-28'^^xsd:date }",
    "SELECT ?t ?d { ?t :day ?d FILTER(?d < '2026-02-01'^^xsd:date || ?d = '2026-02-28'^^xsd:date) }",
    "SELECT (SUM(?x) AS ?s) (AVG(?x) AS ?a) (MIN(?x) AS ?i) (MAX(?x) AS ?m) (COUNT(DISTINCT ?x) AS ?c) { ?t :x ?x }",
    "SELECT (SUM(DISTINCT ?x) AS ?s) (AVG(DISTINCT ?n) AS ?a) { ?t :x ?x ; :n ?n }",
    "SELECT (SUM(?n) AS ?s) (MIN(?n) AS ?i) (AVG(?n) AS ?a) { ?t a :Thing OPTIONAL { ?t :n ?n } }",
    "SELECT (SUM(?n) AS ?s) (COUNT(*) AS ?c) { ?t :n ?n FILTER(?n > 99) }",
    "SELECT (MIN(?n) AS ?s) (MAX(?n) AS ?c) { ?t :n ?n FILTER(?n > 99) }",
    "SELECT ?y (COUNT(*) AS ?c) { ?t a :Thing OPTIONAL { ?t :yes ?y } } GROUP BY ?y",
    "SELECT ?y { ?t :yes ?y } GROUP BY ?y HAVING (COUNT(*) > 1 && MIN(?y) = ?y)",
    "SELECT (COUNT(DISTINCT *) AS ?c) { ?t :seen ?v }",
    "SELECT ?m { ?t :name ?m } ORDER BY DESC(?m) LIMIT 3",
    "SELECT ?n { ?t a :Thing OPTIONAL { ?t :n ?n } } ORDER BY ?n LIMIT 2",
    "SELECT ?n { ?t a :Thing OPTIONAL { ?t :n ?n } } ORDER BY DESC(?n) OFFSET 1 LIMIT 3",
    "SELECT DISTINCT ?t { ?t :seen ?v } ORDER BY ?t LIMIT 2",
    "SELECT ?t ?v { { SELECT ?t { ?t :n ?n } ORDER BY DESC(?n) LIMIT 2 } OPTIONAL { ?t :seen ?v } }",
    f"SELECT ?t ?n {{ VALUES (?t ?n) {{ (<{B}things/a%20b> UNDEF) (UNDEF 7) (<{B}x> 1) }} ?t :n ?n }}",
    f"SELECT ?t ?n {{ VALUES ?t {{ <{B}things/a%20b> UNDEF }} ?t :n ?n }}",
    f"SELECT ?v {{ <{B}things/a%20b> :seen ?v }}",
    f"SELECT ?v {{ <{B}things/a%2520b> :n ?v }}",
    f"SELECT ?t {{ ?t :of <{B}things/c%2Fd> }}",
    "SELECT (STR(?t) AS ?s) { ?t a :Thing }",
    "SELECT ?t (IF(?n > 0, 'p', 'q') AS ?s) { ?t a :Thing OPTIONAL { ?t :n ?n } }",
    "SELECT ?t (COALESCE(?n, 42) AS ?s) { ?t a :Thing OPTIONAL { ?t :n ?n } }",
    "SELECT ?t (1 / ?n AS ?s) { ?t :n ?n }",
    "SELECT ?t (?n / 3 AS ?s) (?x * 2 AS ?u) (?x + ?n AS ?v) (-?x AS ?w) { ?t :n ?n ; :x ?x }",
    "SELECT (ROUND(?x) AS ?r) (CEIL(?x) AS ?c) (FLOOR(?x) AS ?f) (ABS(?x) AS ?a) { ?t :x ?x }",
    "SELECT (xsd:integer(?x) AS ?i) (xsd:integer(STR(?n)) AS ?j) { ?t :x ?x ; :n ?n }",
    "SELECT ?t { ?t a :Thing FILTER EXISTS { ?t :seen ?v FILTER(?v > 1) } }",
    "SELECT ?t ?n { ?t :n ?n FILTER EXISTS { ?t :seen ?v FILTER(?v = ?n) } }",
    "SELECT ?t { ?t a :Thing FILTER NOT EXISTS { ?u :of ?t } }",
    "SELECT ?t { ?t a :Thing MINUS { ?t :seen ?v } }",
    "SELECT ?t ?n { ?t a :Thing OPTIONAL { ?t :n ?n } MINUS { ?u :n ?n } }",
    "SELECT ?t ?z { { ?t :n ?z } UNION { ?t :name ?z } UNION { ?t :of ?z } }",
    "SELECT ?z (COUNT(*) AS ?c) { { ?t :n ?z } UNION { ?t :seen ?z } } GROUP BY ?z",
    "SELECT ?t ?u { ?t :x ?x . ?u :x ?x }",
    "SELECT ?t ?u { ?t :n ?x . ?u :seen ?x }",
    "SELECT (UCASE(?m) AS ?s) (STRLEN(?m) AS ?l) (SUBSTR(?m, 2) AS ?b) { ?t :name ?m FILTER(?m != 'Ünï') }",
    "SELECT ?t { ?t a :Thing FILTER(false) }",
    "SELECT ?t { ?t a :Thing OPTIONAL { ?t :n ?n FILTER(false) } FILTER(!BOUND(?n)) }",
    "SELECT ?c { { SELECT (COUNT(*) AS ?c) { ?t :seen ?v } } FILTER(?c > 1) }",
    "SELECT ?t ?c { ?t :n ?n { SELECT ?t (COUNT(?v) AS ?c) { ?t :seen ?v } GROUP BY ?t } }",
    "SELECT ?t ?d { ?t a :Thing OPTIONAL { ?t :day ?d } BIND(YEAR(?d) AS ?y) FILTER(?y = 2026 || !BOUND(?d)) }",
]  # fmt: skip


class Awkward:
    """The rows both ways; no dataclass, since a failure would print all of one."""

    def __init__(self, mapped: Mapped, engine: DuckDb, store: ox.Store) -> None:
        self.mapped = mapped
        self.engine = engine
        self.store = store


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awkward]:
    folder = tmp_path_factory.mktemp("awkward").resolve()
    columns = dict(zip(_TYPES, zip(*_ROWS, strict=True), strict=True))
    pq.write_table(pa.table({name: list(of) for name, of in columns.items()}), folder / "things.parquet")  # fmt: skip
    seen = dict(zip(("thing", "v", "w"), zip(*_SEEN, strict=True), strict=True))
    pq.write_table(pa.table({name: list(of) for name, of in seen.items()}), folder / "seen.parquet")
    engine = DuckDb(Options(roots=(folder,), threads=1))
    yield Awkward(_mapped(folder), engine, _graph())
    engine.close()


def _mapped(folder: Path) -> Mapped:
    things = _relation(folder, "things", ("key",), _TYPES)
    seen = _relation(folder, "seen", (), {"thing": XSD.string, "v": XSD.integer, "w": XSD.string})
    thing, other, of = (Named(*template(f"{B}things/{{{at}}}")) for at in ("key", "thing", "of"))
    found = [
        Assertion(things, thing, RDF.type, Named(Template((B + "Thing",)), ())),
        *(
            Assertion(things, thing, Iri(B + name), Cell(name, kind))
            for name, kind in _TYPES.items()
            if name not in ("key", "of")
        ),
        Assertion(things, thing, Iri(B + "of"), of),
        Assertion(seen, other, Iri(B + "seen"), Cell("v", XSD.integer)),
        Assertion(seen, other, Iri(B + "mark"), Cell("w", XSD.string)),
    ]
    return Mapped(expanded(found, {}), {})


def _relation(folder: Path, name: str, unique: tuple[str, ...], types: dict[str, Iri]) -> Guarded:
    place = Place(str(folder / f"{name}.parquet"), "local", "parquet", name, str(folder))
    columns = tuple(Column(at, Iri(f"{B}columns/{at}"), of) for at, of in types.items())
    product = Iri(B + name)
    return Guarded(Relation(product, Iri(f"{B}ports/{name}"), product, name, place, columns, unique))  # fmt: skip


def _graph() -> ox.Store:
    store = ox.Store()

    def state(key: str, name: str, value: object) -> None:
        if value is None:
            return
        term = ox.Literal(str(value).lower() if isinstance(value, bool) else str(value),
                          datatype=ox.NamedNode(_TYPES.get(name, XSD.string)))  # fmt: skip
        store.add(ox.Quad(_thing(key), ox.NamedNode(B + name), term))

    for row in _ROWS:
        key, *values, of = row
        store.add(ox.Quad(_thing(key), ox.NamedNode(RDF.type), ox.NamedNode(B + "Thing")))
        for name, value in zip([*_TYPES][1:-1], values, strict=True):
            state(key, name, value)
        if of is not None:
            store.add(ox.Quad(_thing(key), ox.NamedNode(B + "of"), _thing(of)))
    for key, number, mark in _SEEN:
        if key is not None and number is not None:
            seen = ox.Literal(str(number), datatype=ox.NamedNode(XSD.integer))
            store.add(ox.Quad(_thing(key), ox.NamedNode(B + "seen"), seen))
        if key is not None:
            state(key, "mark", mark)
    return store


def _thing(key: str) -> ox.NamedNode:
    return ox.NamedNode(f"{B}things/{quote(key, safe='')}")


@pytest.mark.parametrize("query", QUERIES)
def test_awkward_rows_give_the_bag_of_the_graph(awkward: Awkward, query: str) -> None:
    agree(_PREFIX + query, awkward.mapped, awkward.engine, awkward.store)
