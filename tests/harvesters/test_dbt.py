"""A dbt project becomes a product, and the models it exposes its ports."""

import hashlib
import json
from pathlib import Path

from dbt_reading import (
    ORDERS,
    PORT,
    SHOP,
    catalog,
    check,
    datatype,
    findings,
    harvest,
    manifest,
    messages,
    node,
    references,
    refusal,
    values,
)

from catalog_service.domain.rdf import Literal
from catalog_service.harvesting import Refers
from catalog_service.terms import (
    CSVW,
    DCAT,
    DCT,
    DPROD,
    PM,
    XSD,
    Iri,
)


def test_a_project_is_one_part_and_each_exposed_model_another(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node("orders"), node("refunds")))
    assert [part.contract for part in parts] == ["", "model.shop.orders", "model.shop.refunds"]
    assert {part.subject for part in parts} == {SHOP}


def test_only_public_models_are_exposed_where_one_is_public(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node("orders"), node("stg", access="protected")))
    assert values(parts, SHOP, DPROD.outputPort) == {PORT}


def test_where_none_is_public_every_model_is_exposed_and_that_is_said(tmp_path: Path) -> None:
    parts = harvest(
        tmp_path,
        manifest(
            node("orders", access=None),
            node("stg", access=None, config={"materialized": "ephemeral"}),
            node("off", access=None, config={"enabled": False}),
            version=8,
        ),
    )
    assert values(parts, SHOP, DPROD.outputPort) == {PORT}
    assert "all 1 models of the project are taken as exposed" in messages(parts)


def test_meta_exposes_a_seed_and_hides_a_model(tmp_path: Path) -> None:
    parts = harvest(
        tmp_path,
        manifest(
            node("orders"),
            node("secret", meta={"exposed": False}),
            node("countries", "seed", access=None, config={"meta": {"exposed": True}}),
            node("zips", "seed", access=None),
        ),
    )
    ports = {PORT, Iri(f"{SHOP}/ports/countries")}
    assert values(parts, SHOP, DPROD.outputPort) == ports


def test_models_of_installed_packages_are_not_exposed(tmp_path: Path) -> None:
    other = node("orders") | {"unique_id": "model.pack.orders", "package_name": "pack"}
    parts = harvest(tmp_path, manifest(other, node("refunds")))
    assert values(parts, SHOP, DPROD.outputPort) == {Iri(f"{SHOP}/ports/refunds")}


def test_an_old_manifest_tells_its_project_by_the_hash_of_its_name(tmp_path: Path) -> None:
    other = node("x") | {"unique_id": "model.aaa.x", "package_name": "aaa"}
    hashed = hashlib.md5(b"shop", usedforsecurity=False).hexdigest()
    metadata = {"project_name": None, "project_id": hashed}
    parts = harvest(tmp_path, manifest(other, node(), version=7, metadata=metadata))
    assert parts[0].subject == SHOP


def test_a_manifest_of_several_packages_without_a_project_is_refused(tmp_path: Path) -> None:
    other = node("x") | {"unique_id": "model.aaa.x", "package_name": "aaa"}
    written = manifest(other, node(), metadata={"project_name": None})
    (tmp_path / "manifest.json").write_text(json.dumps(written))
    fault = refusal(tmp_path)
    assert "which project" in fault.message
    assert not fault.unread


def test_the_product_is_called_what_a_group_calls_it(tmp_path: Path) -> None:
    about = {
        "id": "order-book",
        "title": "Order book",
        "purpose": "Bill what was ordered.",
        "status": "active",
        "domain": "sales",
        "version": "1.2.0",
        "discovery_port": "https://docs.example/orders",
        "infrastructure": ["s3://lake"],
    }
    group = {"name": "g", "owner": {"name": "Sales"}, "meta": {"data_product": about}}
    written = manifest(node(group="g"), groups={"group.shop.g": group})
    parts = harvest(tmp_path, written)
    product = Iri("https://mesh.example/products/order-book")
    assert {part.subject for part in parts} == {product}
    assert values(parts, product, DCT.title) == {Literal("Order book")}
    assert values(parts, product, DPROD.purpose) == {Literal("Bill what was ordered.")}
    assert values(parts, product, DCAT.version) == {Literal("1.2.0")}
    assert values(parts, product, DPROD.lifecycleStatus) == {PM.Active}
    assert values(parts, product, PM.discoveryPort) == {Iri(f"{product}/management/discovery")}
    owner = Iri("https://mesh.example/agents/Sales")
    assert values(parts, product, DPROD.dataProductOwner) == {owner}
    assert (product, DPROD.domain, Refers.DOMAIN, "sales") in references(parts)


def test_models_that_disagree_on_the_owner_leave_it_unsaid(tmp_path: Path) -> None:
    written = manifest(
        node(meta={"owner": "a@x.example"}), node("b", meta={"owner": "b@x.example"})
    )
    parts = harvest(tmp_path, written)
    assert not values(parts, SHOP, DPROD.dataProductOwner)
    (found,) = findings(parts, "stated-twice")
    assert "owner" in found.message


def test_a_word_of_the_product_goes_before_the_words_of_models(tmp_path: Path) -> None:
    meta = {"owner": "a@x.example", "data_product": {"owner": "boss@x.example"}}
    parts = harvest(tmp_path, manifest(node(meta=meta)))
    assert values(parts, SHOP, DPROD.dataProductOwner) == {Iri("mailto:boss@x.example")}


def test_a_data_product_that_is_no_mapping_is_told(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(meta={"data_product": "orders"})))
    assert "`meta.data_product` is no mapping" in messages(parts)
    assert parts[0].subject == SHOP


def test_the_project_page_describes_the_product(tmp_path: Path) -> None:
    docs = {"doc.shop.__overview__": {"block_contents": "All that is sold."}}
    parts = harvest(tmp_path, manifest(node(), docs=docs))
    assert values(parts, SHOP, DCT.description) == {Literal("All that is sold.")}


def test_a_port_is_the_table_in_the_warehouse(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(schema="my schema")))
    assert values(parts, PORT, DCAT.endpointURL) == {Iri("duckdb://db/my%20schema/orders")}
    assert values(parts, PORT, DPROD.protocol) == {Iri("https://mesh.example/protocols/duckdb")}
    assert values(parts, PORT, DCAT.servesDataset) == {ORDERS}
    assert values(parts, PORT, DCT.identifier) == {Literal("model.shop.orders")}


def test_tags_are_keywords_of_the_dataset(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(tags=["daily", "mart"])))
    assert values(parts, ORDERS, DCAT.keyword) == {Literal("daily"), Literal("mart")}


def test_an_adapter_without_databases_has_no_host_in_its_addresses(tmp_path: Path) -> None:
    written = manifest(node(database=None), metadata={"adapter_type": "spark"})
    parts = harvest(tmp_path, written)
    assert values(parts, PORT, DCAT.endpointURL) == {Iri("spark:///main/orders")}


def test_without_an_adapter_a_port_has_no_address(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(), metadata={"adapter_type": None}))
    assert not values(parts, PORT, DCAT.endpointURL)
    assert "names no adapter" in messages(parts)


def test_versions_of_a_model_are_ports_of_their_own(tmp_path: Path) -> None:
    second = node("orders", version=2) | {"unique_id": "model.shop.orders.v2"}
    parts = harvest(tmp_path, manifest(second))
    assert values(parts, SHOP, DPROD.outputPort) == {Iri(f"{PORT}.v2")}
    assert values(parts, Iri(f"{ORDERS}.v2"), DCAT.version) == {Literal("2")}


def test_the_warehouse_types_columns_whatever_their_case(tmp_path: Path) -> None:
    described = {"Id": {"name": "Id", "description": "Counts."}}
    stored = {
        "ID": {"name": "ID", "type": "NUMBER(38,0)", "index": 1},
        "TOTAL": {"name": "TOTAL", "type": "NUMBER(38,2)", "index": 2},
        "LINES": {"name": "LINES", "type": "ARRAY", "index": 3},
    }
    parts = harvest(
        tmp_path,
        manifest(node(columns=described)),
        catalog=catalog("model.shop.orders", stored),
    )
    assert datatype(parts, "Id") == {XSD.integer}
    assert datatype(parts, "TOTAL") == {XSD.decimal}
    assert not datatype(parts, "LINES")
    assert "no one datatype stands for `LINES (ARRAY)`" in messages(parts)
    columns = values(parts, Iri(f"{ORDERS}/schema"), CSVW.column)
    assert columns == {Iri(f"{ORDERS}/columns/{name}") for name in ("Id", "TOTAL", "LINES")}


def test_a_described_column_that_the_table_lacks_is_told(tmp_path: Path) -> None:
    stored = {"id": {"name": "id", "type": "INT", "index": 1}}
    parts = harvest(
        tmp_path,
        manifest(node(columns={"total": {"name": "total"}})),
        catalog=catalog("model.shop.orders", stored),
    )
    assert "has no column `total`" in messages(parts)


def test_the_sql_completes_the_columns_where_the_warehouse_was_not_looked_at(
    tmp_path: Path,
) -> None:
    sql = 'select 1 as "orderId", 2 as total'
    parts = harvest(
        tmp_path, manifest(node(columns={"TOTAL": {"name": "TOTAL"}}, compiled_code=sql))
    )
    columns = values(parts, Iri(f"{ORDERS}/schema"), CSVW.column)
    assert columns == {Iri(f"{ORDERS}/columns/TOTAL"), Iri(f"{ORDERS}/columns/orderId")}


def test_constraints_of_columns_and_of_the_model_are_stated(tmp_path: Path) -> None:
    columns = {
        "id": {"name": "id", "constraints": [{"type": "not_null"}]},
        "line": {"name": "line"},
    }
    keys = [{"type": "primary_key", "columns": ["ID", "line"]}]
    enforced = {"enforced": True}
    written = manifest(node(columns=columns, constraints=keys, contract=enforced))
    parts = harvest(tmp_path, written)
    keyed = values(parts, Iri(f"{ORDERS}/schema"), CSVW.primaryKey)
    assert keyed == {Literal("id"), Literal("line")}
    required = values(parts, Iri(f"{ORDERS}/columns/id"), CSVW.required)
    assert required == {Literal("true", XSD.boolean)}
    assert "no contract holds" not in messages(parts)


def test_constraints_that_no_contract_enforces_are_told(tmp_path: Path) -> None:
    columns = {"id": {"name": "id", "constraints": [{"type": "primary_key"}]}}
    parts = harvest(tmp_path, manifest(node(columns=columns)))
    assert "no contract holds the table to them" in messages(parts)


def test_unique_and_not_null_tests_make_no_primary_key(tmp_path: Path) -> None:
    tested = node(columns={"id": {"name": "id"}}, primary_key=["id"])
    parts = harvest(tmp_path, manifest(tested, check("unique"), check("not_null")))
    assert not values(parts, Iri(f"{ORDERS}/schema"), CSVW.primaryKey)
