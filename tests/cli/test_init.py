"""init: what it writes, what it leaves alone, and that it conforms once it is filled in."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from cli_running import MESH, Command

KNOWN = {
    "the registered name of your domain": "podcasts",
    "the mail address of who answers for it": "bo.ferrand@media.example",
    "the purpose of reading it, such as ServiceProvision": "ServiceOptimisation",
    "public, internal, confidential or restricted": "internal",
}
WRITTEN = [
    "product.odps.yaml",
    "contract.odcs.yaml",
    "polyseme.toml",
    ".github/workflows/polyseme.yml",
]


def fill(folder: Path) -> None:
    """Do what the files ask for."""

    def filled(found: re.Match[str]) -> str:
        wanted = found.group(1)
        invented = f"https://data.media.example/{len(wanted)}" if "address" in wanted else "Words"
        return KNOWN.get(wanted, invented)

    for file in folder.glob("*.yaml"):
        text = file.read_text()
        file.write_text(re.sub(r"(?<=[:-] )<FILL IN ([^>]+)>", filled, text))


def places(folder: Path) -> set[tuple[str, int]]:
    """The lines that are still to be filled in."""
    return {
        (file.name, number)
        for file in folder.glob("*.yaml")
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if re.search(r"[:-] <FILL IN", line)
    }


def test_a_scaffold_has_descriptor_contract_settings_and_ci(
    polyseme: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "monthly orders"
    ran = polyseme("init", folder)
    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if line.startswith("wrote")] == [
        f"wrote  {folder / name}" for name in WRITTEN
    ]
    assert ran.out.splitlines()[-1].startswith(f"next: fill in {len(places(folder))} places marked")
    told = yaml.safe_load((folder / "product.odps.yaml").read_text())
    assert (told["id"], told["name"]) == ("monthly-orders", "Monthly orders")
    workflow = yaml.safe_load((folder / WRITTEN[3]).read_text())
    assert workflow["jobs"]["validate"]["steps"][-1]["run"].startswith("polyseme validate ")


def test_every_open_place_is_named_with_its_line_and_nothing_is_published(
    polyseme: Command, tmp_path: Path
) -> None:
    folder, home = tmp_path / "orders", tmp_path / "home"
    polyseme("init", folder)
    assert polyseme("--home", home, "harvest", MESH / "governance").code == 0
    ran = polyseme("--home", home, "harvest", folder, "--format", "json")
    assert ran.code == 1
    assert [row["outcome"] for row in ran.told["products"]] == ["quarantined"]
    found = [f for row in ran.told["products"] for f in row["findings"]]
    told = {(Path(f["file"]).name, f["line"]) for f in found if f["severity"] != "info"}
    assert places(folder) <= told


def test_a_scaffold_that_is_filled_in_conforms_and_is_published(
    polyseme: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "orders"
    polyseme("init", folder)
    fill(folder)
    ran = polyseme("validate", folder, "--against", MESH / "governance", "--fail-on", "warning")
    assert ran.code == 0, ran.out
    ran = polyseme("--home", tmp_path / "home", "harvest", MESH / "governance", folder)
    assert ran.code == 0
    assert "/products/orders  revision" in ran.out


def test_nothing_is_written_over(polyseme: Command, tmp_path: Path) -> None:
    for name in WRITTEN[:2]:
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text("mine")
        ran = polyseme("init", folder)
        assert ran.code == 2
        assert f"{folder / name} is there already" in ran.err
        assert [file.name for file in folder.iterdir()] == [name]
        assert (folder / name).read_text() == "mine"


def test_shared_files_that_are_there_are_kept(polyseme: Command, tmp_path: Path) -> None:
    (tmp_path / "polyseme.toml").write_text("# mine\n")
    ran = polyseme("init", tmp_path, "--format", "json")
    assert ran.told["kept"] == [(tmp_path / "polyseme.toml").as_posix()]
    assert len(ran.told["written"]) == 3
    assert ran.told["places_to_fill"] == len(places(tmp_path))
    assert (tmp_path / "polyseme.toml").read_text() == "# mine\n"


def test_from_odcs_describes_the_contract_that_is_there(polyseme: Command, tmp_path: Path) -> None:
    folder = tmp_path / "payments"
    folder.mkdir()
    shutil.copy(MESH / "artists" / "payments.odcs.yaml", folder)
    ran = polyseme("init", folder, "--from", "odcs")
    assert ran.code == 0
    assert not (folder / "contract.odcs.yaml").exists()
    told = yaml.safe_load((folder / "product.odps.yaml").read_text())
    assert [port["contractId"] for port in told["outputPorts"]] == ["artists-payments"]
    assert "domain" not in told  # the contract says it
    fill(folder)
    checked = polyseme("validate", folder, "--against", MESH)
    assert checked.code == 0, checked.out


def test_from_dbt_claims_the_models_that_are_exposed(polyseme: Command, tmp_path: Path) -> None:
    folder = tmp_path / "podcasts"
    shutil.copytree(MESH / "podcasts" / "dbt" / "target", folder / "target")
    assert polyseme("init", folder, "--from", "dbt").code == 0
    told = yaml.safe_load((folder / "product.odps.yaml").read_text())
    contracts = [port["contractId"] for port in told["outputPorts"]]
    assert "model.podcasts.listens" in contracts
    assert "users-profiles" in [port["contractId"] for port in told["inputPorts"]]
    fill(folder)
    for part in ("governance", "users"):
        shutil.copytree(MESH / part, tmp_path / "mesh" / part)
    (folder / "polyseme.toml").write_text('base_iri = "https://mesh.media.example/"\n')
    checked = polyseme("validate", folder, "--against", tmp_path / "mesh")
    assert checked.code == 0, checked.out


def test_from_duckdb_drafts_a_contract_of_its_tables(polyseme: Command, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as made:
        made.execute(
            'CREATE TABLE orders (id INTEGER PRIMARY KEY, "on" DATE NOT NULL, tags VARCHAR[],'
            " amount DECIMAL(9, 2), address STRUCT(street VARCHAR), seen TIMESTAMPTZ, kg DOUBLE)"
        )
    assert polyseme("init", tmp_path, "--from", "duckdb").code == 0
    told = yaml.safe_load((tmp_path / "contract.odcs.yaml").read_text())
    assert told["servers"][0] | {"database": "shop.duckdb", "schema": "main"} == told["servers"][0]
    (orders,) = told["schema"]
    assert {column["name"]: column["logicalType"] for column in orders["properties"]} == {
        "id": "integer",
        "on": "date",
        "tags": "array",
        "amount": "number",
        "address": "object",
        "seen": "timestamp",
        "kg": "number",
    }
    assert orders["properties"][0]["primaryKey"] is True
    assert orders["properties"][1]["required"] is True
    fill(tmp_path)
    checked = polyseme("validate", tmp_path, "--against", MESH / "governance")
    assert checked.code == 0, checked.out


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("postgres", "available are --from dbt, --from odcs and --from duckdb"),
        ("odcs", "holds no data contract"),
        ("dbt", "holds no manifest.json"),
        ("duckdb", "holds no DuckDB files"),
        ("csv", "usage: polyseme init"),
    ],
)
def test_a_source_that_is_not_there_exits_2_and_writes_nothing(
    polyseme: Command, tmp_path: Path, source: str, said: str
) -> None:
    ran = polyseme("init", tmp_path, "--from", source)
    assert ran.code == 2
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_told_in_one_sentence(polyseme: Command, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    (tmp_path / "shop.duckdb").write_bytes(b"no database" * 2000)
    ran = polyseme("init", tmp_path, "--from", "duckdb")
    assert ran.code == 2
    assert "shop.duckdb cannot be read" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_a_folder_that_cannot_be_written_is_told(polyseme: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = polyseme("init", tmp_path / "file" / "below")
    assert ran.code == 2
    assert "cannot be written" in ran.err
