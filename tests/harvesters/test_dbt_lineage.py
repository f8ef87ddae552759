"""What an exposed dbt model is made from: inputs, datasets, columns."""

from pathlib import Path
from typing import Any

import pytest
from dbt_reading import (
    ORDERS,
    SHOP,
    findings,
    harvest,
    manifest,
    messages,
    node,
    reads,
    references,
    source,
    values,
)

from catalog_service.harvesting import Refers
from catalog_service.terms import (
    CSVW,
    DPROD,
    DPV,
    PM,
    PROV,
    Iri,
)


def test_a_source_is_an_input_through_models_that_are_not_exposed(tmp_path: Path) -> None:
    stg = node("stg", access="protected", depends_on=reads("source.shop.till.raw"))
    written = manifest(
        node(depends_on=reads("model.shop.stg")), stg, sources=[source(), source("idle")]
    )
    parts = harvest(tmp_path, written)
    port = Iri(f"{SHOP}/inputs/till.raw")
    assert values(parts, SHOP, DPROD.inputPort) == {port}
    assert (port, PM.readsFrom, Refers.UPSTREAM, "till.raw") in references(parts)
    assert "no exposed model reads the sources `till.idle`" in messages(parts)


@pytest.mark.parametrize(
    ("said", "upstream"),
    [
        ({"meta": {"contract": "c-1", "operational_system": "till-db"}}, "c-1"),
        ({"source_meta": {"operational_system": "till-db"}}, "till-db"),
        ({"config": {"meta": {"contract": "c-2"}}}, "c-2"),
        ({}, "till.raw"),
    ],
)
def test_a_source_says_what_it_reads(said: dict[str, Any], upstream: str, tmp_path: Path) -> None:
    written = manifest(node(depends_on=reads("source.shop.till.raw")), sources=[source(**said)])
    port = Iri(f"{SHOP}/inputs/till.raw")
    found = references(harvest(tmp_path, written))
    assert (port, PM.readsFrom, Refers.UPSTREAM, upstream) in found


def test_a_model_of_another_project_is_an_input_by_its_unique_id(tmp_path: Path) -> None:
    reader = node(depends_on=reads("model.other.users", "model.far.gone"))
    foreign = {
        "unique_id": "model.other.users",
        "resource_type": "model",
        "package_name": "other",
        "name": "users",
        "database": "db",
        "schema": "other",
        "alias": "users",
    }
    parts = harvest(tmp_path, manifest(reader, foreign))
    known = Iri(f"{SHOP}/inputs/other.users")
    unknown = Iri(f"{SHOP}/inputs/far.gone")
    assert (known, PM.readsFrom, Refers.UPSTREAM, "model.other.users") in references(parts)
    assert (unknown, PM.readsFrom, Refers.UPSTREAM, "model.far.gone") in references(parts)


def test_datasets_derive_from_each_other_through_what_lies_between(tmp_path: Path) -> None:
    between = node("between", access="private", depends_on=reads("model.shop.base"))
    written = manifest(node(depends_on=reads("model.shop.between")), between, node("base"))
    parts = harvest(tmp_path, written)
    assert values(parts, ORDERS, PROV.wasDerivedFrom) == {Iri(f"{SHOP}/datasets/base")}


def test_what_an_exposed_model_reads_is_not_said_of_those_that_read_it(tmp_path: Path) -> None:
    written = manifest(
        node(depends_on=reads("model.shop.near")),
        node("near", depends_on=reads("model.shop.far", "source.shop.till.raw")),
        node("far"),
        sources=[source()],
    )
    parts = harvest(tmp_path, written)
    orders, near = [
        part for part in parts if part.contract in {"model.shop.orders", "model.shop.near"}
    ]
    assert values([orders], ORDERS, PROV.wasDerivedFrom) == {Iri(f"{SHOP}/datasets/near")}
    assert not values([orders], SHOP, DPROD.inputPort)
    assert values([near], SHOP, DPROD.inputPort)


def test_a_model_that_adds_to_its_own_table_does_not_derive_from_itself(tmp_path: Path) -> None:
    sql = "select id from db.main.orders"
    parts = harvest(tmp_path, manifest(node(compiled_code=sql)))
    assert values(parts, Iri(f"{ORDERS}/schema"), CSVW.column)
    assert not values(parts, Iri(f"{ORDERS}/columns/id"), PROV.wasDerivedFrom)


def test_models_that_read_each_other_are_still_read(tmp_path: Path) -> None:
    a = node("a", access="protected", depends_on=reads("model.shop.b"))
    b = node("b", access="protected", depends_on=reads("model.shop.a", "model.shop.orders"))
    parts = harvest(tmp_path, manifest(node(depends_on=reads("model.shop.a")), a, b))
    assert len(parts) == 2


def lying(place: str, name: str = "raw", **said: Any) -> dict[str, Any]:
    """A source that lies outside the warehouse, as dbt-duckdb reads it."""
    return source(name, meta={"contract": f"c-{name}", "external_location": place}, **said)


@pytest.mark.parametrize(
    ("place", "relation", "sql"),
    [
        ("../in/Raw.parquet", "'../in/Raw.parquet'", "select id from '../in/Raw.parquet'"),
        ("../in/raw.parquet", "'../in/raw.parquet'", "select raw.id from '../in/raw.parquet'"),
        ("../in/{name}.csv", "'../in/raw.csv'", "select r.id from '../in/raw.csv' as r"),
        (
            "read_csv('../in/raw.csv', header = true)",
            "read_csv('../in/raw.csv', header = true)",
            "select id from READ_CSV('../in/raw.csv', header=true)",
        ),
        ("../in/raw.parquet", None, "select id from '../in/raw.parquet'"),
        (
            "read_parquet(['a.parquet', 'b.parquet'])",
            None,
            "select r.id from read_parquet(['a.parquet', 'b.parquet']) r, db.main.base",
        ),
    ],
)
def test_columns_derive_from_a_source_that_lies_in_a_file(
    place: str, relation: str | None, sql: str, tmp_path: Path
) -> None:
    model = node(compiled_code=sql, depends_on=reads("source.shop.till.raw"))
    parts = harvest(tmp_path, manifest(model, sources=[lying(place, relation_name=relation)]))
    column = Iri(f"{ORDERS}/columns/id")
    assert (column, PROV.wasDerivedFrom, Refers.COLUMN, "c-raw#raw.id") in references(parts)
    assert "not resolved" not in messages(parts)


def test_a_file_that_two_sources_share_is_the_table_of_neither(tmp_path: Path) -> None:
    model = node(
        compiled_code="select id from 'x.csv'",
        depends_on=reads("source.shop.till.raw", "source.shop.till.again"),
    )
    written = manifest(model, sources=[lying("x.csv"), lying("x.csv", "again")])
    parts = harvest(tmp_path, written)
    assert "`x.csv` is no table of the project" in messages(parts)


def test_a_place_that_is_no_sql_leaves_lineage_open(tmp_path: Path) -> None:
    model = node(compiled_code="select id from 'x.csv'", depends_on=reads("source.shop.till.raw"))
    parts = harvest(tmp_path, manifest(model, sources=[lying("read_csv(')")]))
    assert "`x.csv` is no table of the project" in messages(parts)


def test_what_a_source_is_read_for_is_registered(tmp_path: Path) -> None:
    told = source(meta={"contract": "c-1", "purpose": ["Marketing", "ServiceProvision"]})
    parts = harvest(
        tmp_path, manifest(node(depends_on=reads("source.shop.till.raw")), sources=[told])
    )
    consumption = Iri(f"{SHOP}/consumptions/till.raw")
    assert values(parts, consumption, PM.consumer) == {SHOP}
    assert values(parts, consumption, DPV.hasPurpose) == {DPV.Marketing, DPV.ServiceProvision}
    assert (consumption, PM.consumes, Refers.UPSTREAM, "c-1") in references(parts)


def test_a_model_says_once_what_it_reads_other_products_for(tmp_path: Path) -> None:
    sources = [
        source(meta={"contract": "c-1"}),
        source("own", meta={"contract": "c-2"}, source_meta={"purpose": "Marketing"}),
        source("system", meta={"operational_system": "till-db"}),
    ]
    model = node(
        meta={"input_purpose": "ServiceProvision"},
        depends_on=reads(*(each["unique_id"] for each in sources), "model.far.gone"),
    )
    parts = harvest(tmp_path, manifest(model, sources=sources))
    purposes = {
        name: values(parts, Iri(f"{SHOP}/consumptions/{name}"), DPV.hasPurpose)
        for name in ("till.raw", "till.own", "till.system", "far.gone")
    }
    assert purposes == {
        "till.raw": {DPV.ServiceProvision},
        "till.own": {DPV.Marketing},
        "till.system": set(),
        "far.gone": {DPV.ServiceProvision},
    }


def test_a_purpose_that_is_no_term_registers_nothing_and_is_warned_of(tmp_path: Path) -> None:
    told = source(meta={"contract": "c-1", "purpose": "to sell more"})
    parts = harvest(
        tmp_path, manifest(node(depends_on=reads("source.shop.till.raw")), sources=[told])
    )
    assert not values(parts, Iri(f"{SHOP}/consumptions/till.raw"), PM.consumer)
    assert "'to sell more'" in messages(parts)


def test_columns_derive_through_models_that_are_not_exposed(tmp_path: Path) -> None:
    stg = node(
        "stg",
        access="protected",
        compiled_code="select * from db.in.raw",
        depends_on=reads("source.shop.till.raw"),
    )
    sql = (
        "select stg.Id as id, b.total * 2 as double from db.main.stg join db.main.base b using (x)"
    )
    written = manifest(
        node(compiled_code=sql, depends_on=reads("model.shop.stg", "model.shop.base")),
        stg,
        node("base", columns={"Total": {"name": "Total"}}),
        sources=[source(meta={"contract": "till-1"}, columns={"ID": {"name": "ID"}})],
    )
    parts = harvest(tmp_path, written)
    double = Iri(f"{ORDERS}/columns/double")
    total = Iri(f"{SHOP}/datasets/base/columns/Total")
    assert values(parts, double, PROV.wasDerivedFrom) == {total}
    wanted = (Iri(f"{ORDERS}/columns/id"), PROV.wasDerivedFrom, Refers.COLUMN, "till-1#raw.ID")
    assert wanted in references(parts)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"compiled_code": "select x from db.main.a, db.main.b"}, "not told apart"),
        ({"compiled_code": "select from where"}, "does not parse"),
        ({"compiled_code": "select 1 as x; drop table t"}, "no single SELECT"),
        ({}, "not compiled"),
        ({"language": "python", "compiled_code": "def model(): ..."}, "written in Python"),
    ],
)
def test_lineage_that_the_sql_does_not_tell_is_reported_and_not_guessed(
    said: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    parents = node("a", access="protected"), node("b", access="protected")
    model = node(columns={"x": {"name": "x"}}, depends_on=reads("model.shop.a"), **said)
    parts = harvest(tmp_path, manifest(model, *parents))
    assert not values(parts, Iri(f"{ORDERS}/columns/x"), PROV.wasDerivedFrom)
    unresolved = [f for f in findings(parts, "incomplete") if "is not resolved" in f.message]
    assert any(reason in found.message for found in unresolved), messages(parts)
