"""Policies, hierarchies and sets over relations: what a pattern may read, and how often it is met."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sparql_oracle import bag, by_rewriting

from catalog_service.domain.rdf import Triple
from catalog_service.errors import Refused
from catalog_service.graph import Store
from catalog_service.graph.querygate import admit
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.plan import (
    AllOf,
    Column,
    Compare,
    Constant,
    Guarded,
    Mask,
    Place,
    Relation,
)
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources.options import Options
from catalog_service.semantic.sparql.answering import answered, compiled
from catalog_service.semantic.sparql.mapping import Assertion, Cell, Mapped, Named, expanded
from catalog_service.semantic.sparql.reading import read
from catalog_service.semantic.sparql.templates import Template, template
from catalog_service.terms import DCT, DPROD, PM, RDF, XSD, Iri

JSON = "application/sparql-results+json"
B = "https://m.example/"
EMAIL, CITY, OWNS = Iri(B + "email"), Iri(B + "city"), Iri(B + "owns")
PERSON, AGENT = Iri(B + "Person"), Iri(B + "Agent")
POLICY = Iri(B + "policy")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDb]:
    people = {"id": [1, 2, 3, 4], "email": ["a", "b", None, "a"], "city": ["X", "Y", "X", "Z"]}
    pq.write_table(pa.table(people), tmp_path / "people.parquet")
    bikes = {"owner": [1, 1, 2, 9], "bike": ["r", "r", "s", "t"]}
    pq.write_table(pa.table(bikes), tmp_path / "bikes.parquet")
    made = DuckDb(Options(roots=(tmp_path.resolve(),), threads=1))
    yield made
    made.close()


def relation(folder: Path, name: str, unique: tuple[str, ...], **types: Iri) -> Guarded:
    port = Iri(f"{B}ports/{name}")
    place = Place(str(folder / f"{name}.parquet"), "local", "parquet", name, str(folder))
    columns = tuple(Column(at, Iri(f"{B}columns/{at}"), of) for at, of in types.items())
    return Guarded(Relation(Iri(B + name), port, Iri(B + name), name, place, columns, unique))


def named(text: str) -> Named:
    return Named(*template(text))


def mesh(folder: Path, above: dict[Iri, tuple[Iri, ...]] | None = None, **guard: object) -> Mapped:
    folder = folder.resolve()
    people = relation(folder, "people", ("id",), id=XSD.integer, email=XSD.string, city=XSD.string)
    people = replace(people, **guard)  # type: ignore[arg-type]
    bikes = relation(folder, "bikes", (), owner=XSD.integer, bike=XSD.string)
    person, owner = named(B + "people/{id}"), named(B + "people/{owner}")
    found = [
        Assertion(people, person, RDF.type, Named(Template((PERSON,)), ())),
        Assertion(people, person, EMAIL, Cell("email", XSD.string)),
        Assertion(people, person, CITY, Cell("city", XSD.string)),
        Assertion(bikes, owner, OWNS, Cell("bike", XSD.string)),
    ]
    return Mapped(expanded(found, above or {}), {})


def test_a_statement_of_two_rows_is_there_once(tmp_path: Path, engine: DuckDb) -> None:
    found = bag(by_rewriting(f"SELECT ?s ?b {{ ?s <{OWNS}> ?b }}", mesh(tmp_path), engine))
    assert sorted((row[1], times) for row, times in found.items()) == [
        (f"{B}people/1", 1), (f"{B}people/2", 1), (f"{B}people/9", 1),
    ]  # fmt: skip


def test_solutions_are_kept_as_often_as_they_are_found(tmp_path: Path, engine: DuckDb) -> None:
    found = bag(by_rewriting(f"SELECT ?e {{ ?s <{EMAIL}> ?e }}", mesh(tmp_path), engine))
    assert {row[0][0]: times for row, times in found.items()} == {"a": 2, "b": 1}


def test_a_broader_class_and_a_broader_property_have_the_rows_of_the_narrower(
    tmp_path: Path, engine: DuckDb
) -> None:
    contact = Iri(B + "contact")
    mapped = mesh(tmp_path, {PERSON: (AGENT,), EMAIL: (contact,), CITY: (contact,)})
    agents = by_rewriting(f"SELECT ?s {{ ?s a <{AGENT}> }}", mapped, engine)
    assert len(agents.rows) == 4
    both = by_rewriting(f"SELECT ?c {{ <{B}people/1> <{contact}> ?c }}", mapped, engine)
    assert {row[0][0] for row in bag(both)} == {"a", "X"}


def test_rows_that_a_policy_hides_are_in_no_answer(tmp_path: Path, engine: DuckDb) -> None:
    rows = AllOf((Compare("city", Comparison.EQ, Constant("X")),))
    mapped = mesh(tmp_path, rows=rows, because=(POLICY,))
    found = by_rewriting(f"SELECT ?s {{ ?s a <{PERSON}> }}", mapped, engine)
    assert {row[0] for row in bag(found)} == {f"{B}people/1", f"{B}people/3"}
    assert [(one.effect, one.rule) for one in found.policies] == [("rows", POLICY)]


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?e {{ ?s <{EMAIL}> ?e }}",
        f'SELECT ?s {{ ?s <{EMAIL}> "a" }}',
        f"SELECT ?s {{ ?s <{CITY}> ?c FILTER EXISTS {{ ?s <{EMAIL}> ?e }} }}",
        f"SELECT ?s {{ ?s <{CITY}> ?c OPTIONAL {{ ?s <{EMAIL}> ?e }} }}",
        f"SELECT (COUNT(?e) AS ?n) {{ ?s <{EMAIL}> ?e }}",
    ],
)
def test_a_masked_column_is_in_no_place_of_a_query(
    tmp_path: Path, engine: DuckDb, query: str
) -> None:
    with pytest.raises(Refused) as refused:
        by_rewriting(query, mesh(tmp_path, masks=(Mask("email", POLICY),)), engine)
    assert refused.value.code == "masked-column"
    assert POLICY in refused.value.because[0]
    assert "email" in refused.value.message


def test_what_does_not_read_the_masked_column_is_answered(tmp_path: Path, engine: DuckDb) -> None:
    mapped = mesh(tmp_path, masks=(Mask("email", POLICY),))
    assert len(by_rewriting(f"SELECT ?c {{ ?s <{CITY}> ?c }}", mapped, engine).rows) == 4


def test_templates_that_clash_give_nothing_and_read_nothing(tmp_path: Path, engine: DuckDb) -> None:
    found = by_rewriting(f"SELECT * {{ <{B}bikes/1> <{CITY}> ?c }}", mesh(tmp_path), engine)
    assert (found.rows, found.products) == ((), ())


def test_a_value_that_no_row_writes_so_is_found_nowhere(tmp_path: Path, engine: DuckDb) -> None:
    found = by_rewriting(f"SELECT * {{ <{B}people/01> <{CITY}> ?c }}", mesh(tmp_path), engine)
    assert found.rows == ()


def test_values_are_taken_apart_before_they_are_joined(tmp_path: Path, engine: DuckDb) -> None:
    query = (
        f"SELECT ?s ?c {{ ?s <{CITY}> ?c VALUES ?s {{ <{B}people/1> <{B}x/1> <{B}people/3> }} }}"
    )
    found = by_rewriting(query, mesh(tmp_path), engine)
    assert len(found.rows) == 2
    assert "URL_ENCODE" not in found.sql.upper()


def test_texts_of_a_query_are_literals_whatever_they_hold(tmp_path: Path, engine: DuckDb) -> None:
    text = "x' OR '1'='1"
    found = by_rewriting(f'SELECT ?s {{ ?s <{CITY}> "{text}" }}', mesh(tmp_path), engine)
    assert found.rows == ()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"SELECT ?s {{ ?s <{CITY}> ?c FILTER(MD5(?c) = 'x') }}", "function"),
        (f"SELECT ?s {{ ?s <{CITY}> ?c FILTER(REGEX(?c, '(?=x)')) }}", "regex"),
        (f"SELECT ?s {{ ?s <{CITY}> ?c FILTER(REGEX(?c, ?c)) }}", "regex"),
        (f"SELECT (SUM(?c) AS ?n) {{ ?s <{CITY}> ?c }}", "not-a-number"),
        (f"SELECT DISTINCT ?s {{ ?s <{CITY}> ?c }} ORDER BY ?c", "order-by-hidden"),
        (f"SELECT ?s {{ ?s <{B}cities> ?c }}", "unknown-property"),
        (f"SELECT ?s {{ ?s a <{B}Persona> }}", "unknown-class"),
    ],
)
def test_what_is_not_answered_is_refused_by_name(
    tmp_path: Path, engine: DuckDb, query: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        by_rewriting(query, mesh(tmp_path), engine)
    assert refused.value.code == code
    assert refused.value.hint


def test_the_catalogs_part_is_joined_by_columns(tmp_path: Path, engine: DuckDb) -> None:
    store = Store()
    store.replace(
        {
            Iri(B + "told"): (
                Triple(Iri(B + "p"), RDF.type, DPROD.DataProduct),
                Triple(Iri(B + "p"), PM.ownedBy, Iri(B + "people/2")),
                Triple(Iri(B + "p"), DCT.title, Iri(B + "people/7")),
            )
        }
    )
    text = f"SELECT ?c {{ ?p a dprod:DataProduct ; pm:ownedBy ?who . ?who <{CITY}> ?c }}"
    made = compiled(read(admit(text).text), mesh(tmp_path), store.view())
    found = answered(made, engine)
    assert {row[0][0] for row in bag(found)} == {"Y"}
    assert "URL_ENCODE" not in found.sql.upper()


def test_the_answer_in_json_has_each_row_with_what_it_binds(tmp_path: Path, engine: DuckDb) -> None:
    query = f"SELECT ?e ?c {{ ?s <{CITY}> ?c OPTIONAL {{ ?s <{EMAIL}> ?e }} }}"
    answer = by_rewriting(query, mesh(tmp_path), engine)
    told = json.loads(answer.written(JSON))
    assert told["head"] == {"vars": ["e", "c"]}
    cells = [{name: at["value"] for name, at in row.items()} for row in told["results"]["bindings"]]
    assert sorted(cells, key=str) == [
        {"c": "X"}, {"e": "a", "c": "X"}, {"e": "a", "c": "Z"}, {"e": "b", "c": "Y"},
    ]  # fmt: skip
    unbound = by_rewriting(f"SELECT ?nobody {{ ?s <{CITY}> ?c }}", mesh(tmp_path), engine)
    assert json.loads(unbound.written(JSON))["results"]["bindings"] == [{}] * 4
    none = by_rewriting(f'SELECT ?s {{ ?s <{CITY}> "nowhere" }}', mesh(tmp_path), engine)
    assert json.loads(none.written(JSON))["results"]["bindings"] == []
