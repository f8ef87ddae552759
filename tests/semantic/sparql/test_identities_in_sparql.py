"""Attacks by SPARQL on what correlation keeps back: single identities, small groups, masked columns."""

from collections.abc import Iterator
from pathlib import Path

import people_mesh
import pytest
from people_mesh import B, People

from catalog_service.domain.rdf import Literal
from catalog_service.errors import Refused
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.plan import AllOf, Compare, Constant, Mask
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources.options import Options
from catalog_service.terms import Iri

POLICY = Iri(B + "policy")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people").resolve()
    people_mesh.written(made)
    return made


@pytest.fixture(scope="module")
def people(folder: Path) -> Iterator[People]:
    engine = DuckDb(Options(roots=(folder,), threads=1))
    yield People(people_mesh.mapped(folder), engine)
    engine.close()


def told(people: People, query: str, minimum: int | None = None) -> set[tuple[str, ...]]:
    rows = people.ask(query, minimum=minimum).rows
    return {tuple(at.lexical if isinstance(at, Literal) else str(at) for at in row) for row in rows}


BY_COUNTRY = "SELECT ?c (COUNT(?p) AS ?n) { ?p :country ?c } GROUP BY ?c"


def test_who_may_see_identities_is_told_of_each(people: People) -> None:
    assert len(people.ask("SELECT ?p ?s { ?p :salary ?s }").rows) == 13
    assert ("NO", "1") in told(people, BY_COUNTRY)


def test_groups_that_are_too_small_are_withheld_and_counted(people: People) -> None:
    found = people.ask(BY_COUNTRY, minimum=3)
    assert {row[0].lexical for row in found.rows if isinstance(row[0], Literal)} == {"SE", "DE"}
    assert found.warnings == (
        "2 groups are withheld, so that none of too few identities can be told",
    )
    assert [one.effect for one in found.policies] == ["withheld"]


def test_with_a_single_small_group_the_next_smallest_goes_too(people: People) -> None:
    assert told(people, BY_COUNTRY, 2) == {("SE", "6"), ("DE", "4")}  # FR, too, has two


def test_what_is_joined_is_counted_by_identities_not_by_rows(people: People) -> None:
    query = """SELECT ?c (SUM(?s) AS ?all) { ?play :listener ?p ; :seconds ?s . ?p :country ?c }
               GROUP BY ?c"""  # FR has four plays, of two people; with it goes the next, DE
    assert told(people, query, 3) == {("SE", "420")}


def test_an_aggregate_of_all_is_one_group(people: People) -> None:
    assert told(people, "SELECT (AVG(?s) AS ?mean) { ?p :salary ?s }", 5) == {("7000",)}
    few = 'SELECT (AVG(?s) AS ?mean) { ?p :salary ?s ; :country "FR" }'
    assert told(people, few, 5) == set()


def test_having_order_and_limit_come_after_what_is_withheld(people: People) -> None:
    having = "SELECT ?c { ?p :country ?c } GROUP BY ?c HAVING (COUNT(?p) < 3)"
    assert told(people, having, 3) == set()
    first = BY_COUNTRY + " ORDER BY ?n LIMIT 1"
    assert told(people, first, 3) == {("DE", "4")}


SINGLED_OUT = {
    "their IRIs": "SELECT ?p { ?p a :Person }",
    "whom they know": "SELECT ?b { ?p :boss ?b }",
    "their number": "SELECT ?n { ?p :number ?n }",
    "made a text": "SELECT ?t { ?p a :Person BIND(STR(?p) AS ?t) }",
    "grouped by": "SELECT ?p (SUM(?s) AS ?n) { ?p :salary ?s } GROUP BY ?p",
    "grouped by, not shown": "SELECT (SUM(?s) AS ?n) { ?p :salary ?s } GROUP BY ?p",
    "the least of them": "SELECT (MIN(?n) AS ?x) { ?p :number ?n }",
    "any of them": "SELECT (SAMPLE(?p) AS ?x) { ?p :country ?c } GROUP BY ?c",
    "added up": "SELECT (SUM(?n) AS ?x) { ?p :number ?n ; :country 'NO' }",
    "asked for": f"ASK {{ <{B}people/7> :country 'DE' }}",
    "named in a pattern": f"SELECT ?s {{ <{B}people/7> :salary ?s }}",
    "named in a filter": f"SELECT ?s {{ ?p :salary ?s FILTER(?p = <{B}people/7>) }}",
    "left out by a filter": f"SELECT ?s {{ ?p :salary ?s FILTER(?p != <{B}people/7>) }}",
    "by their number": "SELECT ?s { ?p :salary ?s ; :number 7 }",
    "in a list": f"SELECT ?s {{ ?p :salary ?s FILTER(?p IN (<{B}people/7>)) }}",
    "in VALUES": f"SELECT ?s {{ ?p :salary ?s VALUES ?p {{ <{B}people/7> }} }}",
    "by regex": "SELECT ?s { ?p :salary ?s FILTER(REGEX(STR(?p), '7$')) }",
    "in a condition": f"SELECT ?s {{ ?p :country ?c BIND(IF(?p = <{B}people/7>, 1, 0) AS ?s) }}",
    "within EXISTS": f"SELECT ?s {{ ?p :salary ?s FILTER EXISTS {{ ?p :boss <{B}people/1> }} }}",
    "by MINUS": f"SELECT ?s {{ ?p :salary ?s MINUS {{ ?p :boss <{B}people/1> }} }}",
    "in OPTIONAL": "SELECT ?c ?b { ?p :country ?c OPTIONAL { ?p :boss ?b } }",
    "in HAVING": f"""SELECT ?c {{ ?p :country ?c }} GROUP BY ?c
                     HAVING (MIN(?p) = <{B}people/7>)""",
    "in an order": "SELECT ?c { ?p :country ?c ; :number ?n } ORDER BY (?n = 7)",
}  # fmt: skip


@pytest.mark.parametrize("query", SINGLED_OUT.values(), ids=SINGLED_OUT)
@pytest.mark.parametrize("minimum", [1, 3])
def test_no_identity_is_shown_or_singled_out(people: People, query: str, minimum: int) -> None:
    with pytest.raises(Refused) as refused:
        people.ask(query, minimum=minimum)
    assert refused.value.code == "identities-not-permitted"
    assert Iri(B + "people") in refused.value.because


AROUND = {
    "rows": "SELECT ?c ?s { ?p :country ?c ; :salary ?s }",
    "a truth": "ASK { ?p :country 'NO' ; :salary 13000 }",
    "distinct rows": "SELECT DISTINCT ?s { ?p :country 'NO' ; :salary ?s }",
    "the greatest": "SELECT (MAX(?s) AS ?x) { ?p :salary ?s }",
    "any": "SELECT (SAMPLE(?s) AS ?x) { ?p :salary ?s }",
    "a sum of what is computed": "SELECT (SUM(IF(?c = 'NO', ?s, 0)) AS ?x) { ?p :salary ?s ; :country ?c }",
    "a sum of a BIND": "SELECT (SUM(?z) AS ?x) { ?p :salary ?s ; :country ?c BIND(IF(?c = 'NO', ?s, 0) AS ?z) }",
    "an OPTIONAL": "SELECT (SUM(?s) AS ?x) { ?p :country ?c OPTIONAL { ?p :salary ?s FILTER(?c = 'NO') } }",
    "a UNION": "SELECT (SUM(?s) AS ?x) { { ?p a :Person } UNION { ?p :salary ?s ; :country 'NO' } }",
    "weights": "SELECT (SUM(?s) AS ?x) { ?p :salary ?s ; :country ?c VALUES (?c ?w) { ('NO' 1) ('NO' 2) ('SE' 1) } }",
    "repeated rows": "SELECT (SUM(?s) AS ?x) { ?p :salary ?s ; :country ?c VALUES ?c { 'NO' 'NO' 'SE' } }",
    "a sub-SELECT": "SELECT ?x { ?q :song 'n' { SELECT (SUM(?s) AS ?x) { ?p :salary ?s ; :country 'NO' } } }",
    "groups of groups": "SELECT ?c (SUM(?x) AS ?y) { { SELECT ?c (SUM(?s) AS ?x) { ?p :salary ?s ; :country ?c } GROUP BY ?c } } GROUP BY ?c",
    "an EXISTS": "SELECT ?c (COUNT(?p) AS ?n) { ?p :country ?c FILTER EXISTS { ?q :country 'NO' ; :salary 13000 } } GROUP BY ?c",
}  # fmt: skip


@pytest.mark.parametrize("query", AROUND.values(), ids=AROUND)
def test_nothing_leads_around_the_least_size_of_a_group(people: People, query: str) -> None:
    with pytest.raises(Refused) as refused:
        people.ask(query, minimum=3)
    assert refused.value.code == "identities-not-permitted"


def test_groups_of_rows_whose_identities_are_not_bound_are_refused(people: People) -> None:
    query = "SELECT ?t (COUNT(*) AS ?n) { ?x :song ?t } GROUP BY ?t"
    with pytest.raises(Refused, match="does not bind") as refused:
        people.ask(query, minimum=3)
    assert refused.value.hint == "bind whom the rows are about to a variable"
    bound = query.replace(":song ?t", ":song ?t ; :listener ?who")
    assert told(people, bound, 3) == {("n", "12"), ("o", "12")}


def test_groups_may_be_by_what_is_computed(people: People) -> None:
    query = "SELECT ?high (COUNT(?p) AS ?n) { ?p :salary ?s } GROUP BY (?s > 6000 AS ?high)"
    assert told(people, query, 3) == {("true", "7"), ("false", "6")}


READING_THE_MASKED = {
    "projection": "SELECT ?e { ?p :email ?e }",
    "filter": "SELECT ?c { ?p :country ?c ; :email ?e FILTER(CONTAINS(?e, 'p7')) }",
    "constant": "SELECT ?c { ?p :country ?c ; :email 'p7@x.example' }",
    "order": "SELECT ?c { ?p :country ?c ; :email ?e } ORDER BY ?e",
    "group": "SELECT ?e (COUNT(*) AS ?n) { ?p :email ?e } GROUP BY ?e",
    "bind": "SELECT ?x { ?p :email ?e BIND(STRLEN(?e) AS ?x) }",
    "having": "SELECT ?c { ?p :country ?c ; :email ?e } GROUP BY ?c HAVING (MIN(?e) > 'p5')",
    "exists": "SELECT ?c { ?p :country ?c FILTER EXISTS { ?p :email 'p7@x.example' } }",
    "not exists": "SELECT ?c { ?p :country ?c FILTER NOT EXISTS { ?p :email 'p7@x.example' } }",
    "minus": "SELECT ?c { ?p :country ?c MINUS { ?p :email 'p7@x.example' } }",
    "optional": "SELECT ?c ?e { ?p :country ?c OPTIONAL { ?p :email ?e } }",
    "union": "SELECT ?x { { ?p :country ?x } UNION { ?p :email ?x } }",
    "path": "SELECT ?e { ?p :boss/:email ?e }",
    "values": "SELECT ?c { ?p :country ?c ; :email ?e VALUES ?e { 'p7@x.example' } }",
    "ask": "ASK { ?p :email 'p7@x.example' }",
    "sub-select": "SELECT ?n { { SELECT (COUNT(?e) AS ?n) { ?p :email ?e } } }",
}


@pytest.mark.parametrize("query", READING_THE_MASKED.values(), ids=READING_THE_MASKED)
def test_a_masked_column_is_used_nowhere_and_no_refusal_tells_of_it(
    folder: Path, people: People, query: str
) -> None:
    held = People(
        people_mesh.mapped(folder, masks=(Mask("email", Iri(f"{B}columns/email")),)), people.engine
    )
    with pytest.raises(Refused) as refused:
        held.ask(query)
    assert refused.value.code == "masked-column"
    assert "x.example" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?p :salary ?s FILTER(?s > 6000) }",
        f"SELECT ?s {{ <{B}people/7> :salary ?s }}",
        "SELECT ?s { ?x :listener ?p . ?p :salary ?s FILTER(?s > 6000) }",
        "SELECT ?s { ?x :seconds ?s FILTER EXISTS { ?x :listener ?p . ?p :salary 7000 } }",
        "SELECT ?s { { ?p :salary ?s FILTER(?s > 6000) } UNION { ?p :boss ?b . ?b :salary ?s FILTER(?s > 6000) } }",
    ],
)
def test_rows_that_a_rule_hides_are_seen_by_no_pattern(
    folder: Path, people: People, query: str
) -> None:
    rows = AllOf((Compare("country", Comparison.EQ, Constant("SE")),))
    held = People(people_mesh.mapped(folder, rows=rows, because=(POLICY,)), people.engine)
    assert people.ask(query).rows
    assert held.ask(query).rows == ()


def test_a_value_that_does_not_fit_its_type_is_in_no_error(people: People) -> None:
    for query in (
        "SELECT (xsd:integer(?e) AS ?x) { ?p :email ?e }",
        "SELECT (1 / (?s - 1000) AS ?x) { ?p :salary ?s }",
        "SELECT (xsd:date(?e) AS ?x) { ?p :email ?e }",
    ):
        assert (
            len(people.ask("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> " + query).rows) == 13
        )
