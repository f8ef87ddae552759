"""Models that dbt-duckdb writes to files: where they lie, and from where their paths begin."""

from pathlib import Path
from typing import Any

import pytest
from dbt_reading import ORDERS, PORT, harvest, manifest, node, values

from catalog_service.domain.rdf import text
from catalog_service.harvesting import Harvested
from catalog_service.terms import DCAT, DCT, DPROD, RDF, Iri

PROTOCOLS = "https://mesh.example/protocols/"


def outside(folder: Path, *, near: bool = True, **config: Any) -> list[Harvested]:
    """What is stated of an external model, with the project's file beside the manifest or not."""
    if near:
        (folder / "dbt_project.yml").write_text("version: 1\nname: shop\n")
    orders = node(config={"materialized": "external", **config})
    return harvest(folder, manifest(orders))


@pytest.mark.parametrize(
    ("config", "address", "protocol", "form"),
    [
        ({"location": "../data/orders.parquet"}, "file:../data/orders.parquet", "local", "parquet"),
        ({"location": "data/my orders.csv"}, "file:data/my%20orders.csv", "local", "csv"),
        ({"location": "/srv/orders.json"}, "file:///srv/orders.json", "local", "json"),
        ({"location": "s3://bucket/orders"}, "s3://bucket/orders", "s3", "parquet"),
        ({"location": "out/orders", "format": "CSV"}, "file:out/orders", "local", "csv"),
        (
            {"location": "out/orders", "options": {"format": "json"}},
            "file:out/orders",
            "local",
            "json",
        ),
    ],
)
def test_an_external_model_is_served_as_a_file(
    tmp_path: Path, config: dict[str, Any], address: str, protocol: str, form: str
) -> None:
    parts = outside(tmp_path, **config)
    distribution = Iri(f"{ORDERS}/distributions/external")
    assert values(parts, PORT, DCAT.endpointURL) == {address}
    assert values(parts, PORT, DPROD.protocol) == {PROTOCOLS + protocol}
    relation = Iri(f"{ORDERS}/distributions/relation")
    assert values(parts, ORDERS, DCAT.distribution) == {distribution, relation}
    assert all(at.startswith("duckdb://") for at in values(parts, relation, DCAT.accessURL))
    assert values(parts, distribution, RDF.type) == {DCAT.Distribution}
    assert values(parts, distribution, DCT.format) == {text(form)}
    assert values(parts, distribution, DCAT.accessURL) == {address}


def test_its_path_begins_at_the_file_of_the_project(tmp_path: Path) -> None:
    parts = outside(tmp_path, location="orders.parquet")
    (where,) = (
        origin
        for part in parts
        for triple, origin in part.facts
        if triple.predicate == DCAT.endpointURL
    )
    assert (where.file, where.line) == ("dbt_project.yml", 2)


@pytest.mark.parametrize(
    "config", [{"location": "orders.parquet"}, {}], ids=["nobody can tell", "no location"]
)
def test_without_a_place_that_can_be_told_it_is_a_relation(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    parts = outside(tmp_path, near="location" not in config, **config)
    assert values(parts, PORT, DCAT.endpointURL) == {"duckdb://db/main/orders"}
    assert values(parts, ORDERS, DCAT.distribution) == set()
