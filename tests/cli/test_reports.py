"""harvest, validate, publish: what they say of files and products."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_running import BROKEN, MESH, ROOT, Command

from catalog_service.cli import findings
from catalog_service.cli.output import Output
from catalog_service.domain.findings import Finding, Severity
from catalog_service.governance import standards as governance_standards

FINDING = [
    "standard", "severity", "message", "fix", "focus", "path", "value", "file", "line", "column",
    "product", "fingerprint", "waiver",
]  # fmt: skip
GOVERNANCE = MESH / "governance"


def users(folder: Path) -> Path:
    """The files of one team, to change."""
    return Path(shutil.copytree(MESH / "users", folder / "users"))


def test_a_harvest_reports_every_file_and_product_in_json(
    polyseme: Command, tmp_path: Path
) -> None:
    ran = polyseme("--home", tmp_path, "harvest", GOVERNANCE, BROKEN, "--format", "json")
    told = ran.told
    assert ran.code == 3  # one file could not be read
    assert list(told) == ["format_version", "files", "products", "unchecked", "summary"]
    assert told["format_version"] == 1
    outcomes = {Path(row["file"]).name: row["outcome"] for row in told["files"]}
    assert outcomes["truncated.odcs.yaml"] == "unreadable"
    assert outcomes["no-owner.odcs.yaml"] == "harvested"
    assert all(list(row) == ["file", "kind", "outcome", "products", "findings"]
               for row in told["files"])  # fmt: skip
    assert all(list(row) == ["iri", "outcome", "revision", "findings"]
               for row in told["products"])  # fmt: skip
    found = [f for row in (*told["files"], *told["products"]) for f in row["findings"]]
    assert found
    assert all(list(one) == FINDING for one in found)
    fates = {row["iri"].rpartition("/")[2]: row["outcome"] for row in told["products"]}
    assert (fates["users"], fates["broken-charts"]) == ("published", "quarantined")
    assert told["summary"]["exit"] == 3
    assert told["summary"]["files"]["unreadable"] == 1
    assert told["summary"]["products"]["quarantined"] >= 1
    assert told["summary"]["findings"]["violations"] >= 1


def test_a_finding_shows_the_line_it_is_about_and_what_to_do(
    polyseme: Command, tmp_path: Path
) -> None:
    ran = polyseme("--home", tmp_path, "harvest", BROKEN / "no-owner.odcs.yaml")
    lines = ran.out.splitlines()
    place = next(n for n, line in enumerate(lines) if "DOM-03 owner-named" in line)
    assert "no-owner.odcs.yaml:4:5  violation  DOM-03 owner-named   " in lines[place]
    assert lines[place + 1].startswith("     fix: ")
    assert lines[place + 1].endswith("polyseme explain DOM-03")
    first = next(n for n, line in enumerate(lines) if "no-owner.odcs.yaml:4:5" in line)
    assert lines[first + 1] == "      4 | id: broken-charts"
    assert lines[first + 2] == "        |     ^^^^^^^^^^^^^"
    assert "quarantined" in ran.out
    assert "violation" in lines[-1]
    assert "quarantined" in lines[-1]
    assert ran.code == 1


def test_harvesting_again_changes_nothing(polyseme: Command, tmp_path: Path) -> None:
    first = polyseme("--home", tmp_path, "harvest", GOVERNANCE, "--format", "json").told
    again = polyseme("--home", tmp_path, "harvest", GOVERNANCE, "--format", "json").told
    assert {row["outcome"] for row in first["products"]} == {"published"}
    assert {row["outcome"] for row in again["products"]} == {"unchanged"}
    assert [r["revision"] for r in first["products"]] == [r["revision"] for r in again["products"]]


def test_a_dry_run_publishes_nothing(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("--home", tmp_path, "harvest", GOVERNANCE, "--dry-run", "--format", "json")
    assert ran.code == 0
    assert {row["outcome"] for row in ran.told["products"]} == {"checked"}
    assert all(row["revision"] is None for row in ran.told["products"])
    after = polyseme("--home", tmp_path, "search", "--kind", "domain", "--format", "json").told
    assert after["total"] == 0


@pytest.mark.parametrize("verb", ["harvest", "publish"])
def test_nothing_to_read_is_a_wrong_command_line(
    polyseme: Command, tmp_path: Path, verb: str
) -> None:
    ran = polyseme("--home", tmp_path, verb)
    assert ran.code == 2
    assert "name a file or a folder" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harvest", "nowhere.yaml"), "nowhere.yaml does not exist"),
        (("validate", "nowhere"), "nowhere does not exist"),
        (("harvest", "examples/broken", "--kind", "csv"), "there is no harvester of kind 'csv'"),
        (("harvest", "examples/broken", "--domain", "not an iri"), "is not an absolute IRI"),
        (("validate", "examples/broken", "--against", "nowhere"), "nowhere is not there"),
        (("validate", "examples/broken", "--baseline", "README.md"), "no report to compare with"),
    ],
)
def test_what_is_named_and_is_not_there_exits_2(
    polyseme: Command, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = polyseme("--home", tmp_path, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "hint: " in ran.err


def test_publish_takes_all_or_nothing(polyseme: Command, tmp_path: Path) -> None:
    folder = users(tmp_path)
    home = ("--home", tmp_path / "home")
    assert polyseme(*home, "harvest", GOVERNANCE).code == 0
    shutil.copy(BROKEN / "no-owner.odcs.yaml", folder)
    refused = polyseme(*home, "publish", folder)
    assert refused.code == 1
    assert "nothing was published" in refused.err
    assert polyseme(*home, "search", "--kind", "product", "--format", "json").told["total"] == 0
    (folder / "no-owner.odcs.yaml").unlink()
    done = polyseme(*home, "publish", folder, "--format", "json")
    assert done.code == 0
    assert {row["outcome"] for row in done.told["products"]} == {"published"}
    assert all(row["revision"] for row in done.told["products"])


def test_validate_needs_no_home_and_leaves_nothing(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("--home", tmp_path / "home", "validate", MESH, "--format", "json")
    assert ran.code == 0
    assert {row["outcome"] for row in ran.told["products"]} == {"checked"}
    assert not (tmp_path / "home" / "journal.db").exists()


def test_validate_says_which_standards_are_left_to_a_later_gate_unless_given_the_mesh(
    polyseme: Command, tmp_path: Path, home: Path
) -> None:
    alone: Any = polyseme("--home", home, "validate", MESH / "users", "--format", "json").told
    assert "identity-path" in alone["summary"]["not_evaluated"]
    for around in (home, MESH):
        beside = polyseme(
            "--home", tmp_path, "validate", MESH / "users", "--against", around, "--format", "json"
        )
        assert beside.code == 0, beside.out
        assert "identity-path" not in beside.told["summary"]["not_evaluated"]


def test_validate_fails_on_warnings_when_told_to(polyseme: Command, tmp_path: Path) -> None:
    folder = users(tmp_path)
    descriptor = folder / "profiles.odps.yaml"
    text = descriptor.read_text()
    assert "infrastructure" in text
    descriptor.write_text(text.replace("property: infrastructure", "property: machines"))
    asked = ("--home", tmp_path / "home", "validate", folder, GOVERNANCE)
    assert polyseme(*asked).code == 0
    assert polyseme(*asked, "--fail-on", "warning").code == 1


def test_a_baseline_hides_what_it_knows(polyseme: Command, tmp_path: Path) -> None:
    asked = ("--home", tmp_path, "validate", BROKEN / "no-owner.odcs.yaml", GOVERNANCE)
    first = polyseme(*asked, "--format", "json")
    assert first.code == 1
    known = tmp_path / "baseline.json"
    known.write_text(first.out)
    again = polyseme(*asked, "--baseline", known, "--format", "json")
    assert again.code == 0
    assert again.told["summary"]["findings"] == {
        "violations": 0, "warnings": 0, "infos": 0, "waived": 0
    }  # fmt: skip
    known.write_text(json.dumps({"format_version": 1, "files": [], "products": []}))
    assert polyseme(*asked, "--baseline", known).code == 1


def test_a_second_process_on_a_home_is_refused(polyseme: Command, tmp_path: Path) -> None:
    from catalog_service.journal import WriterLock  # noqa: PLC0415 - this test alone

    lock = WriterLock(tmp_path).acquire()
    try:
        ran = polyseme("--home", tmp_path, "harvest", GOVERNANCE)
    finally:
        lock.release()
    assert ran.code == 2
    assert str(tmp_path) in ran.err


def test_rebuild_comes_to_the_same_revision(polyseme: Command, tmp_path: Path) -> None:
    polyseme("--home", tmp_path, "harvest", GOVERNANCE)
    before = polyseme("--home", tmp_path, "search", "--format", "json").told
    ran = polyseme("--home", tmp_path, "rebuild", "--format", "json")
    assert ran.code == 0
    assert ran.told["revision"] == before["revision"]
    assert ran.told["documents"] == before["total"]
    assert "rebuilt at revision" in polyseme("--home", tmp_path, "rebuild").out


def test_long_lines_are_cut_around_the_column_and_steer_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "long.yaml"
    file.write_text("a\n" + "x" * 500 + "HERE\x1b[2J" + "y" * 500 + "\n")
    found = Finding(
        "unreadable",
        Severity.VIOLATION,
        "bad\x1b[0m",
        fix="mend",
        file=str(file),
        line=2,
        column=501,
    )
    gone = Finding("unreadable", Severity.INFO, "gone", file=str(tmp_path / "gone"), line=1)
    findings.written(Output(), [found, gone], governance_standards.load(ROOT / "shapes"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("violation  unreadable   bad\\x1b[0m")
    assert "HERE\\x1b[2J" in lines[1]
    assert len(lines[1]) < 130
    assert lines[1][lines[2].index("^") :].startswith("HERE")
    assert lines[3] == "     fix: mend   polyseme explain unreadable"
    assert lines[4].endswith("gone:1  info  unreadable   gone")


def told_of(*places: tuple[int, int], file: Path) -> list[str]:
    """What is shown of findings at some lines and columns of a file."""
    paper = io.StringIO()
    standards = governance_standards.load(ROOT / "shapes")
    found = [
        Finding("unknown-value", Severity.WARNING, "odd", file=str(file), line=line, column=column)
        for line, column in places
    ]
    findings.written(Output(into=paper), found, standards)
    return [line for line in paper.getvalue().splitlines() if " | " in line]


def test_what_stands_at_the_column_is_underlined_and_shown_once(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text('name: "all orders"  # ours\nid: orders\n\n')
    assert told_of((1, 7), (1, 7), (2, 1), file=file) == [
        '      1 | name: "all orders"  # ours',
        "        |       ^^^^^^^^^^^^",
        "      2 | id: orders",
        "        | ^^^",
    ]


def test_where_a_file_ends_too_early_its_last_line_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "torn.yaml"
    file.write_text("a: 1\nlist: [1, 2\n")
    assert told_of((9, 1), file=file) == ["      2 | list: [1, 2", "        |            ^"]
    file.write_text("")
    assert told_of((1, 1), file=file) == []
