"""Small dbt artifacts, and what the harvester makes of them."""

import json
from pathlib import Path
from typing import Any

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import Term
from catalog_service.harvesting import Document, Faulty, Harvested, Names, Refers, Source
from catalog_service.terms import CSVW, Iri
from harvesters.dbt import DbtHarvester

SAMPLES = Path(__file__).parents[2] / "harvesters" / "dbt" / "samples"
SHOP = Iri("https://mesh.example/products/shop")
ORDERS = Iri(f"{SHOP}/datasets/orders")
PORT = Iri(f"{SHOP}/ports/orders")


def node(name: str = "orders", kind: str = "model", **said: Any) -> dict[str, Any]:
    own = {
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "name": name,
        "alias": name,
        "package_name": "shop",
        "database": "db",
        "schema": "main",
        "original_file_path": f"models/{name}.sql",
        "config": {"materialized": "table"},
        "access": "public",
        "columns": {},
        "depends_on": {"nodes": []},
    }
    return own | said


def check(name: str, column: str = "id", on: str = "model.shop.orders", **config: Any) -> Any:
    return node(
        f"{name}_orders_{column}",
        "test",
        column_name=column,
        attached_node=on,
        config={"severity": "ERROR", "error_if": "!= 0", "fail_calc": "count(*)"} | config,
        test_metadata={"name": name, "kwargs": {"column_name": column}},
    )


def manifest(*nodes: dict[str, Any], version: int = 12, **said: Any) -> dict[str, Any]:
    metadata = {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{version}.json",
        "dbt_version": "1.11.0",
        "project_name": "shop",
        "adapter_type": "duckdb",
    }
    own = {
        "metadata": metadata | said.pop("metadata", {}),
        "nodes": {each["unique_id"]: each for each in nodes},
        "sources": {each["unique_id"]: each for each in said.pop("sources", ())},
        "macros": {},
        "parent_map": {},
    }
    return own | said


def read(folder: Path, *names: str) -> list[Harvested | Faulty]:
    documents = [Document(folder / name, name) for name in names or ("manifest.json",)]
    return list(DbtHarvester().harvest(Source(documents, Names("https://mesh.example/"))))


def harvest(folder: Path, written: dict[str, Any], **beside: dict[str, Any]) -> list[Harvested]:
    (folder / "manifest.json").write_text(json.dumps(written))
    for name, content in beside.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    found = read(folder)
    assert all(isinstance(part, Harvested) for part in found), found
    return [part for part in found if isinstance(part, Harvested)]


def values(parts: list[Harvested], subject: Iri, predicate: Iri) -> set[Term]:
    return {
        fact.triple.object
        for part in parts
        for fact in part.facts
        if fact.triple[:2] == (subject, predicate)
    }


def references(parts: list[Harvested]) -> set[tuple[Iri, Iri, Refers, str]]:
    return {(r.subject, r.predicate, r.refers, r.name) for part in parts for r in part.references}


def findings(parts: list[Harvested], standard: str = "") -> list[Finding]:
    found = [finding for part in parts for finding in part.findings]
    return [finding for finding in found if not standard or finding.standard == standard]


def messages(parts: list[Harvested]) -> str:
    return "\n".join(finding.message for finding in findings(parts))


def refusal(folder: Path, *names: str) -> Faulty:
    (fault,) = read(folder, *names)
    assert isinstance(fault, Faulty)
    return fault


def datatype(parts: list[Harvested], name: str) -> set[Term]:
    return values(parts, Iri(f"{ORDERS}/columns/{name}"), CSVW.datatype)


def catalog(unique_id: str, columns: dict[str, Any], version: int = 1) -> dict[str, Any]:
    address = f"https://schemas.getdbt.com/dbt/catalog/v{version}.json"
    return {
        "metadata": {"dbt_schema_version": address},
        "nodes": {unique_id: {"columns": columns}},
        "sources": {},
    }


def column_with(**meta: Any) -> dict[str, Any]:
    return {"id": {"name": "id", "meta": meta}}


def source(name: str = "raw", **said: Any) -> dict[str, Any]:
    return {
        "unique_id": f"source.shop.till.{name}",
        "resource_type": "source",
        "package_name": "shop",
        "source_name": "till",
        "name": name,
        "identifier": name,
        "database": "db",
        "schema": "in",
    } | said


def reads(*ids: str) -> dict[str, Any]:
    return {"nodes": list(ids)}


def results(*rows: dict[str, Any], version: int = 6) -> dict[str, Any]:
    address = f"https://schemas.getdbt.com/dbt/run-results/v{version}.json"
    made = "2026-01-31T09:30:00.000001Z"
    metadata = {"dbt_schema_version": address, "generated_at": made}
    return {"metadata": metadata, "results": list(rows)}


def row(test: dict[str, Any], status: str, failures: int | None) -> dict[str, Any]:
    return {"unique_id": test["unique_id"], "status": status, "failures": failures}
