"""A domain's own standards, as a team meets them: in its checks, and explained."""

import shutil
from pathlib import Path

import pytest
import small_mesh
from cli_running import MESH, Command
from small_mesh import BASE, SALES

CONTRACT = """\
apiVersion: v3.0.2
kind: DataContract
id: orders
name: Orders
version: 1.0.0
status: active
domain: https://small.example/domains/sales
description: {purpose: Know what was sold, usage: Each order}
"""
SETTINGS = f'base_iri = "{BASE}"\nstandards = ["standards"]'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository of a team, with standards of its own beside its contract."""
    (tmp_path / "orders.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "mesh.ttl").write_text(small_mesh.HEAD + small_mesh.DECISION, encoding="utf-8")
    small_mesh.layer(tmp_path)
    (tmp_path / "polyseme.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("POLYSEME_HOME", str(tmp_path / "nothing"))
    return tmp_path


def found(told: dict[str, list[dict[str, list[dict[str, str]]]]]) -> set[str]:
    return {finding["standard"] for row in told["products"] for finding in row["findings"]}


def test_a_team_is_checked_by_the_standards_of_its_domain(
    polyseme: Command, repository: Path
) -> None:
    ran = polyseme("validate", repository)
    assert ran.code == 1
    assert (
        "SALES-01 keywords   A product of sales has a keyword: dcat:keyword is missing." in ran.out
    )
    told = polyseme("validate", repository, "--format", "json").told
    assert f"{SALES}/standards/keywords" in found(told)


def test_what_a_domain_asks_is_left_open_where_the_domain_is_not_known(
    polyseme: Command, repository: Path
) -> None:
    (repository / "mesh.ttl").unlink()
    told = polyseme("validate", repository, "--format", "json").told
    assert f"{SALES}/standards/keywords" not in found(told)
    assert f"{SALES}/standards/keywords" in told["summary"]["not_evaluated"]


def test_a_folder_of_standards_may_be_named_instead(polyseme: Command, repository: Path) -> None:
    (repository / "polyseme.toml").write_text(SETTINGS.partition("\n")[0], encoding="utf-8")
    without = polyseme("validate", repository, "--format", "json").told
    assert f"{SALES}/standards/keywords" not in found(without)
    given = ("--standards", repository / "standards", "--format", "json")
    assert f"{SALES}/standards/keywords" in found(polyseme("validate", repository, *given).told)


def test_the_files_of_standards_are_no_source(polyseme: Command, repository: Path) -> None:
    example = MESH / "governance" / "users.ttl"
    (repository / "standards" / "keywords" / "conforms.one.ttl").write_bytes(example.read_bytes())
    told = polyseme("validate", repository, "--format", "json").told
    outcomes = {Path(row["file"]).name: row["outcome"] for row in told["files"]}
    assert outcomes == {
        "mesh.ttl": "harvested",
        "orders.odcs.yaml": "harvested",
        "conforms.one.ttl": "ignored",
        "shape.ttl": "ignored",
    }


def test_a_folder_that_loosens_stops_the_check(polyseme: Command, repository: Path) -> None:
    small_mesh.layer(repository, f"{small_mesh.SHAPE} std:described sh:deactivated true .")
    ran = polyseme("validate", repository)
    assert ran.code == 2
    assert "sh:deactivated switches a shape off" in ran.err


def test_a_standard_of_a_domain_is_explained(
    polyseme: Command, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    ran = polyseme("explain", "sales-01")
    assert ran.code == 0
    assert ran.out.startswith(f"SALES-01 keywords   {SALES}/standards/keywords\n")
    assert f"domain    {SALES}" in ran.out
    assert ran.out == polyseme("explain", f"{SALES}/standards/keywords").out
    listed = polyseme("explain", "--all").out.splitlines()
    assert f"Of <{SALES}>" in listed
    told = polyseme("explain", "keywords", "--format", "json").told["standard"]
    assert (told["domain"], told["tightens"]) == (SALES, [])


def test_a_home_remembers_the_standards_it_was_last_given(
    polyseme: Command, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POLYSEME_HOME", str(tmp_path / "home"))
    polyseme("harvest", repository / "mesh.ttl")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(repository / "orders.odcs.yaml", elsewhere)
    (repository / "polyseme.toml").unlink()
    told = polyseme("harvest", elsewhere, "--format", "json").told
    assert f"{SALES}/standards/keywords" in found(told)
    (elsewhere / "polyseme.toml").write_text("standards = []", encoding="utf-8")
    told = polyseme("harvest", elsewhere, "--format", "json").told
    assert f"{SALES}/standards/keywords" not in found(told)
