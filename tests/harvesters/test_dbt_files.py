"""Which dbt files belong together, where facts stand, and what damage gives."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from dbt_reading import (
    ORDERS,
    SAMPLES,
    catalog,
    check,
    datatype,
    harvest,
    manifest,
    messages,
    node,
    read,
    refusal,
    results,
    source,
    values,
)

from catalog_service.domain.rdf import Literal
from catalog_service.harvesting import Document, Harvested
from catalog_service.terms import (
    CSVW,
    DCT,
    XSD,
    Iri,
)
from harvesters.dbt import DbtHarvester


@pytest.mark.parametrize("version", [7, 8, 9, 10, 11, 12])
def test_manifests_of_version_7_to_12_are_read(version: int, tmp_path: Path) -> None:
    assert len(harvest(tmp_path, manifest(node(), version=version))) == 2


@pytest.mark.parametrize(
    ("version", "remedy"), [(1, "dbt 1.3 or later"), (6, "dbt 1.3 or later"), (13, "writes v12")]
)
def test_other_versions_are_refused_with_a_remedy(
    version: int, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(node(), version=version)))
    fault = refusal(tmp_path)
    assert f"v{version}" in fault.message
    assert remedy in fault.fix
    assert fault.origin.line == 1


def test_a_manifest_without_a_version_is_refused(tmp_path: Path) -> None:
    written = manifest(node(), exposures={}, child_map={})
    del written["metadata"]["dbt_schema_version"]
    (tmp_path / "manifest.json").write_text(json.dumps(written))
    assert "no schema version" in refusal(tmp_path).message


def test_other_json_is_none_of_dbts(tmp_path: Path) -> None:
    schema = {"$id": "https://schemas.getdbt.com/dbt/manifest/v12.json", "properties": {}}
    (tmp_path / "a.json").write_text(json.dumps(schema))
    (tmp_path / "b.json").write_text('[{"dbt_schema_version": "x", "parent_map": 1}]')
    harvester = DbtHarvester()
    assert not harvester.recognises(Document(tmp_path / "a.json", "a.json"))
    assert not harvester.recognises(Document(tmp_path / "b.json", "b.json"))


def test_a_broken_manifest_is_known_and_refused_with_its_place(tmp_path: Path) -> None:
    text = json.dumps(manifest(node()), indent=1)
    (tmp_path / "manifest.json").write_text(text[:-20])
    assert DbtHarvester().recognises(Document(tmp_path / "manifest.json", "manifest.json"))
    fault = refusal(tmp_path)
    assert fault.unread
    assert fault.origin.line > 10


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("catalog.json", catalog("model.shop.orders", {})),
        ("run_results.json", results()),
        ("anything.json", {"semantic_models": [], "metrics": [], "project_configuration": {}}),
    ],
)
def test_an_artifact_without_its_manifest_states_nothing(
    name: str, content: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(json.dumps(content))
    fault = refusal(tmp_path, name)
    assert "no manifest it belongs to" in fault.message
    assert not fault.unread


def test_an_artifact_beside_its_manifest_is_read_with_it(tmp_path: Path) -> None:
    harvest(tmp_path, manifest(node()), catalog=catalog("model.shop.orders", {}))
    assert read(tmp_path, "catalog.json") == []


def test_an_artifact_of_a_manifest_that_is_not_read_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(version=4)))
    (tmp_path / "run_results.json").write_text(json.dumps(results()))
    assert "manifest.json, which it belongs to" in refusal(tmp_path, "run_results.json").message


def test_files_belong_together_by_what_is_common_to_their_names(tmp_path: Path) -> None:
    stored = catalog("model.shop.orders", {"id": {"name": "id", "type": "int", "index": 1}})
    (tmp_path / "shop_manifest_2.json").write_text(json.dumps(manifest(node())))
    (tmp_path / "shop_catalog_2.json").write_text(json.dumps(stored))
    (tmp_path / "catalog.json").write_text("{")
    parts = [p for p in read(tmp_path, "shop_manifest_2.json") if isinstance(p, Harvested)]
    assert datatype(parts, "id") == {XSD.integer}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("{", "without catalog.json"),
        (json.dumps(catalog("x", {}, version=9)), "which is catalog v9"),
        (json.dumps(results()), "which is run-results v6"),
        ('{"colour": "red"}', "no artifact of dbt"),
    ],
)
def test_a_catalog_that_cannot_be_read_is_told_and_the_manifest_stands(
    written: str, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "catalog.json").write_text(written)
    parts = harvest(tmp_path, manifest(node()))
    assert complaint in messages(parts)
    assert len(parts) == 2


def in_project(folder: Path, yaml: str, written: dict[str, Any]) -> list[Harvested]:
    (folder / "models").mkdir()
    (folder / "target").mkdir()
    (folder / "dbt_project.yml").write_text("# ours\nname: shop\n")
    (folder / "models" / "schema.yml").write_text(yaml)
    (folder / "target" / "manifest.json").write_text(json.dumps(written))
    found = read(folder, "target/manifest.json")
    return [part for part in found if isinstance(part, Harvested)]


YAML = "models:\n  - name: orders\n    columns:\n      - name: id\n"


def test_places_point_at_the_yaml_of_the_project(tmp_path: Path) -> None:
    model = node(columns={"id": {"name": "id"}}, patch_path="shop://models/schema.yml")
    whole, part = in_project(tmp_path, YAML, manifest(model))
    assert str(whole.origin) == "dbt_project.yml:2:7"
    assert str(part.origin) == "models/schema.yml:2:11"
    (named,) = [f for f in part.facts if f.triple.predicate == CSVW.name]
    assert str(named.origin) == "models/schema.yml:4:15"


@pytest.mark.parametrize(
    "path",
    [
        "shop://../../outside.yml",
        "shop:///etc/hostname",
        "other://models/schema.yml",
        "shop://a\0b.yml",
    ],
)
def test_no_file_outside_the_project_is_opened(path: str, tmp_path: Path) -> None:
    inside = tmp_path / "deep" / "project"
    inside.mkdir(parents=True)
    (tmp_path / "outside.yml").write_text(YAML)
    _, part = in_project(inside, YAML, manifest(node(patch_path=path, original_file_path=path)))
    assert part.origin.file == "target/manifest.json"


def test_a_project_of_another_name_around_a_manifest_is_not_its_project(tmp_path: Path) -> None:
    model = node(patch_path="shop://models/schema.yml")
    in_project(tmp_path, YAML, manifest(model))
    (tmp_path / "dbt_project.yml").write_text("name: other\n")
    _, part = read(tmp_path, "target/manifest.json")
    assert isinstance(part, Harvested)
    assert part.origin.file == "target/manifest.json"


def test_yaml_that_does_not_parse_costs_no_more_than_the_line(tmp_path: Path) -> None:
    model = node(patch_path="shop://models/schema.yml")
    _, part = in_project(tmp_path, "models: [", manifest(model))
    assert part.origin.file == "target/manifest.json"
    assert part.origin.line == 1


def test_without_a_project_places_point_into_the_manifest(tmp_path: Path) -> None:
    model = node(columns={"id": {"name": "id"}})
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(model), indent=1))
    _, part = read(tmp_path)
    assert isinstance(part, Harvested)
    lines = (tmp_path / "manifest.json").read_text().splitlines()
    assert '"model.shop.orders": {' in lines[part.origin.line - 1]
    (named,) = [f for f in part.facts if f.triple.predicate == CSVW.name]
    assert '"id": {' in lines[named.origin.line - 1]


@pytest.mark.parametrize("odd", [None, 5, "text", [], {}, [None], {"a": None}, True, -1e300])
@pytest.mark.parametrize(
    "key",
    [
        *("columns", "meta", "config", "depends_on", "name", "alias", "schema", "version", "tags"),
        *("constraints", "access", "resource_type", "package_name", "compiled_code", "language"),
        *("group", "description", "patch_path", "test_metadata", "attached_node", "column_name"),
    ],
)
def test_a_value_of_any_type_is_survived(key: str, odd: Any, tmp_path: Path) -> None:
    test = check("unique") | {key: odd}
    written = manifest(node(**{key: odd}), node("other"), test, source(**{key: odd}))
    written["groups"] = {"group.shop.g": {key: odd}}
    for part in harvest(tmp_path, written):
        for fact in part.facts:
            assert fact.origin.line >= 1


def test_values_of_the_wrong_type_are_told(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(columns=[1], description={"a": 1})))
    assert "`nodes.model.shop.orders.columns` is a list, where an object belongs" in messages(parts)
    assert "`nodes.model.shop.orders.description` is an object" in messages(parts)


def test_half_a_character_is_refused_with_its_place(tmp_path: Path) -> None:
    written = json.dumps(manifest(node(description="@")), indent=1).replace("@", "\\ud800")
    (tmp_path / "manifest.json").write_text(written)
    fault = refusal(tmp_path)
    assert "half of a character" in fault.message
    assert fault.origin.line > 1


def test_whole_characters_beyond_the_first_plane_are_read(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(description="\N{OWL}")))
    assert values(parts, ORDERS, DCT.description) == {Literal("\N{OWL}")}


def test_a_number_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    written = json.dumps(manifest(node(version="@"))).replace('"@"', "9" * 5000)
    (tmp_path / "manifest.json").write_text(written)
    assert refusal(tmp_path).unread


def test_damage_anywhere_in_the_sample_is_answered(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - the same damage each time
    sample = SAMPLES / "listening" / "target"
    for file in sample.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    for name in ("manifest.json", "catalog.json", "run_results.json"):
        whole = (sample / name).read_text()
        for _ in range(15):
            at, length = chance.randrange(len(whole)), chance.randrange(1, 40)
            swapped = chance.choice(["", "null", '"x"', "[]", "{}", "0", "\\"])
            (tmp_path / name).write_text(whole[:at] + swapped + whole[at + length :])
            assert read(tmp_path)
        (tmp_path / name).write_text(whole)


def test_names_too_long_for_an_iri_are_left_out_and_told(tmp_path: Path) -> None:
    columns = {"x" * 3000: {"name": "x" * 3000}, "id": {"name": "id"}}
    parts = harvest(tmp_path, manifest(node(columns=columns)))
    assert values(parts, Iri(f"{ORDERS}/schema"), CSVW.column) == {Iri(f"{ORDERS}/columns/id")}
    assert "thousands of characters" in messages(parts)
