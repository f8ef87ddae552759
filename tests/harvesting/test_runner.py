"""Running harvesters over paths: every file gets a row, and one bad file harms no other."""

from pathlib import Path

import pytest

from catalog_service.errors import HarvesterUnavailable, Misconfigured
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.runner import FileReport, Harvest, harvest
from catalog_service.terms import DPROD, Iri

BASE = "https://mesh.example/"
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: {id}
version: 1.0.0
status: active
name: {id}
"""


def read(*paths: Path, domain: Iri | None = None) -> Harvest:
    return harvest(paths, harvesters(), base=BASE, register=Register(), domain=domain)


def rows(found: Harvest) -> dict[str, FileReport]:
    return {Path(row.file).name: row for row in found.files}


def test_every_file_of_a_folder_gets_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(CONTRACT.format(id="a"))
    (tmp_path / "nameless.yaml").write_text("apiVersion: v3.1.0\nkind: DataContract\nname: x\n")
    (tmp_path / "broken.yaml").write_text("kind: DataContract\nid: [\n")
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    found = rows(read(tmp_path))
    assert {name: row.outcome for name, row in found.items()} == {
        "a.odcs.yaml": "harvested",
        "nameless.yaml": "refused",
        "broken.yaml": "unreadable",
        "compose.yaml": "ignored",
    }
    assert found["a.odcs.yaml"].products == (Iri(f"{BASE}products/a"),)
    assert found["broken.yaml"].findings[0].line > 0
    assert all(f.fix for row in found.values() for f in row.findings)


def test_templates_that_are_nobodys_contract_are_ignored_and_not_errors(tmp_path: Path) -> None:
    (tmp_path / "deployment.yaml").write_text("{{ if .Values.on }}\nkind: Deployment\n{{ end }}\n")
    found = read(tmp_path)
    assert [row.outcome for row in found.files] == ["ignored"]
    assert not found.unread


def test_a_file_that_is_named_must_be_known(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {}\n")
    (row,) = read(file).files
    assert row.outcome == "unreadable"
    assert "--kind" in row.findings[0].fix


def test_a_file_that_is_named_may_be_called_anything(tmp_path: Path) -> None:
    file = tmp_path / "contract.txt"
    file.write_text(CONTRACT.format(id="a"))
    assert [row.outcome for row in read(file).files] == ["harvested"]


def test_a_path_that_does_not_exist_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="does not exist"):
        read(tmp_path / "nowhere")


def test_hidden_folders_and_installed_packages_are_left_out(tmp_path: Path) -> None:
    for folder in (".git", ".venv", "node_modules", "dbt_packages"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.odcs.yaml").write_text(CONTRACT.format(id=folder))
    assert read(tmp_path).files == ()


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "a.odcs.yaml").write_text(CONTRACT.format(id="a"))
    (inside / "a.odcs.yaml").symlink_to(outside / "a.odcs.yaml")
    (inside / "folder").symlink_to(outside)
    assert read(inside).files == ()


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.odcs.yaml"
    file.write_text(CONTRACT.format(id="a"))
    assert len(read(tmp_path, file, tmp_path).submissions) == 1


def test_two_files_that_state_one_product_are_both_refused(tmp_path: Path) -> None:
    (tmp_path / "one.odcs.yaml").write_text(CONTRACT.format(id="a"))
    (tmp_path / "two.odcs.yaml").write_text(CONTRACT.format(id="a").replace("1.0.0", "2.0.0"))
    found = read(tmp_path)
    assert found.submissions == ()
    assert {row.outcome for row in found.files} == {"refused"}
    assert {f.standard for row in found.files for f in row.findings} >= {"stated-twice"}


def test_the_domain_that_is_asked_for_goes_to_products_that_name_none(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(CONTRACT.format(id="a"))
    sales = Iri(f"{BASE}domains/sales")
    (submission,) = read(tmp_path, domain=sales).submissions
    assert {t.object for t in submission.triples if t.predicate == DPROD.domain} == {sales}


def test_an_unknown_kind_lists_the_known() -> None:
    with pytest.raises(Misconfigured) as caught:
        harvesters(("excel",))
    assert "odcs" in caught.value.hint


def test_a_harvester_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        name = "broken"
        value = "gone.away:Harvester"

        def load(self) -> None:
            raise ImportError("no module named gone")

    monkeypatch.setattr("catalog_service.harvesting.registry.entry_points", lambda **_: [Broken()])
    with pytest.raises(HarvesterUnavailable, match="broken"):
        harvesters()
