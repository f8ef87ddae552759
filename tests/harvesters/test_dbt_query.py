"""Where the columns of a SELECT come from, and what the SQL alone does not tell."""

import pytest

from catalog_service.terms import XSD
from harvesters.dbt.datatypes import datatype
from harvesters.dbt.query import Query
from harvesters.dbt.relations import Relations, Unresolved

ORDERS, PEOPLE = "model.orders", "source.people"
KNOWN = {PEOPLE: ("id", "name")}


def query(sql: str, dialect: str = "duckdb", known: dict[str, tuple[str, ...]] = KNOWN) -> Query:
    relations = Relations()
    relations.add(ORDERS, ("db", "main", "orders"))
    relations.add(PEOPLE, ("db", "raw", "People"))
    return Query(sql, dialect, relations, known.get)


@pytest.mark.parametrize(
    ("sql", "column", "origins"),
    [
        ("select a + b as c from db.main.orders", "c", {(ORDERS, "a"), (ORDERS, "b")}),
        ('select "A" as "C" from "DB"."main"."ORDERS"', "c", {(ORDERS, "a")}),
        ("select a from main.orders where b = 1", "a", {(ORDERS, "a")}),
        ("select 1 as one, count(*) as n from db.main.orders", "n", set()),
        ("with o as (select * from db.main.orders) select o.* from o", "x", {(ORDERS, "x")}),
        ("select * from (select a as b from db.main.orders) t", "b", {(ORDERS, "a")}),
        ("(select a from db.main.orders)", "a", {(ORDERS, "a")}),
        ("select a from db.main.orders union select name from db.raw.people", "a", {(ORDERS, "a"), (PEOPLE, "name")}),
        ("select * from db.main.orders union all select * from db.raw.people", "z", None),
        ("select name, x from db.main.orders o, db.raw.people p", "name", {(PEOPLE, "name")}),
        ("select name, x from db.main.orders o, db.raw.people p", "x", {(ORDERS, "x")}),
        ("select id from db.main.orders join db.raw.people using (id)", "id", {(ORDERS, "id"), (PEOPLE, "id")}),
        ("select rank() over (order by a) as r from db.main.orders", "r", {(ORDERS, "a")}),
        ("select (select max(name) from db.raw.people p where p.id = o.id) as m from db.main.orders o", "m", {(PEOPLE, "name")}),
        ("select * exclude (a) replace (b as c) from db.main.orders", "c", {(ORDERS, "b")}),
        ("select * exclude (a) from db.main.orders", "a", None),
        ("select * exclude (a) from db.main.orders", "b", {(ORDERS, "b")}),
        ("select id as a, a + 1 as b from db.raw.people", "b", {(PEOPLE, "id")}),
        ("select a as x, x + 1 as y from db.main.orders", "y", None),
        ("select upper(name) as name from db.main.orders", "name", {(ORDERS, "name")}),
        ("select v from db.main.orders, unnest(items) as u(v)", "v", {(ORDERS, "items")}),
        ("select * from db.main.orders pivot (sum(x) for y in (1, 2))", "x", None),
        ("select o.address.street as s from db.main.orders o", "s", {(ORDERS, "address")}),
        ("select a from elsewhere.orders", "a", None),
        ("select * from db.raw.people", "email", None),
        ("with recursive t as (select id, up from db.main.orders union all select t.id, o.up from db.main.orders o join t on o.id = t.up) select * from t", "up", {(ORDERS, "up")}),
    ],
)  # fmt: skip
def test_a_column_comes_from_what_its_select_lists(
    sql: str, column: str, origins: set[tuple[str, str]] | None
) -> None:
    if origins is None:
        with pytest.raises(Unresolved):
            query(sql).origins(column)
    else:
        assert query(sql).origins(column) == origins


def test_two_tables_that_have_a_column_are_not_told_apart_by_a_third() -> None:
    known = {ORDERS: ("id", "z"), PEOPLE: ("id",)}
    relations = "db.main.orders o, db.raw.people p, unnest(z) u"
    with pytest.raises(Unresolved):
        query(f"select id from {relations}", known=known).origins("id")  # noqa: S608 - none is asked


def test_a_star_stands_for_the_columns_that_are_known() -> None:
    assert query("select p.*, 1 as one from db.raw.people p").outputs() == ("id", "name", "one")
    assert query("select * from db.main.orders").outputs() is None


def test_a_name_is_given_back_as_the_sql_spells_it() -> None:
    found = query('select 1 as "orderId"')
    assert [found.spelt(name) for name in found.outputs() or ()] == ["orderId"]


def test_one_table_name_in_two_databases_is_told_apart_only_in_full() -> None:
    relations = Relations()
    relations.add("model.a", ("one", "main", "t"))
    relations.add("model.b", ("two", "main", "t"))
    found = Query("select x from two.main.t", "duckdb", relations, KNOWN.get)
    assert found.origins("x") == {("model.b", "x")}
    short = Query("select x from main.t", "duckdb", relations, KNOWN.get)
    with pytest.raises(Unresolved):
        short.origins("x")


@pytest.mark.parametrize(
    "sql", ["", "insert into t select 1", "select 1; select 2", "{{ ref('x') }}"]
)
def test_what_is_no_single_query_is_not_resolved(sql: str) -> None:
    with pytest.raises(Unresolved):
        query(sql)


def test_sql_made_to_explode_is_answered_quickly() -> None:
    again = ", a{} as (select * from a{} x, a{} y)"
    doubled = "".join(again.format(n, n - 1, n - 1) for n in range(1, 40))
    found = query("with a0 as (select * from db.raw.people)" + doubled + " select * from a39")  # noqa: S608 - no database is asked
    with pytest.raises(Unresolved):
        found.origins("id")


@pytest.mark.parametrize(
    "sql",
    [
        "select " + "(" * 3000 + "a" + ")" * 3000 + " as x from db.main.orders",
        "select a from db.main.orders"
        + " where a in (select a from db.main.orders" * 500
        + ")" * 500,
        "select '" + "x" * 300_000 + "' as x",
    ],
)
def test_sql_too_deep_or_too_long_is_not_resolved(sql: str) -> None:
    with pytest.raises(Unresolved):
        query(sql).origins("x")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("NUMERIC(38, 0)", XSD.integer),
        ("NUMBER(38,2)", XSD.decimal),
        ("number", XSD.decimal),
        ("bigint(20) unsigned", XSD.integer),
        ("character varying(256)", XSD.string),
        ("double precision", XSD.double),
        ("timestamp(6) with time zone", XSD.dateTime),
        ("TIMESTAMP_NTZ", XSD.dateTime),
        ("LowCardinality(Nullable(String))", XSD.string),
        ("boolean", XSD.boolean),
        ("bytea", XSD.base64Binary),
        ("date", XSD.date),
        ("varchar[]", None),
        ("ARRAY<STRING>", None),
        ("STRUCT(a INTEGER)", None),
        ("json", None),
        ("made_up", None),
        ("x" * 10_000, None),
    ],
)
def test_a_sql_type_stands_for_one_datatype_or_none(written: str, found: str | None) -> None:
    assert datatype(written) == found
