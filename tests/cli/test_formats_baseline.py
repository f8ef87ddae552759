"""A baseline by commit: what the files had before is neither shown nor counted."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cli_running import BROKEN, Command

from catalog_service.cli.baseline import fingerprints
from catalog_service.cli.report import Report
from catalog_service.errors import Misconfigured

CONTRACT = "no-owner.odcs.yaml"
TORN = "truncated.odcs.yaml"
git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose one commit holds a contract without an owner."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "checkout"
    (root / "products").mkdir(parents=True)
    shutil.copy(BROKEN / CONTRACT, root / "products")
    done(root, "init", "-q", "-b", "main")
    committed(root)
    return root


def done(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@mesh.example", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def committed(root: Path) -> None:
    done(root, "add", ".")
    done(root, "commit", "-q", "-m", "one")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"[" * 200_000, "it "),
        (b"[]", "it has no format_version"),
        (b'{"format_version": 2, "files": [], "products": []}', "it has the form 2, and 1 is read"),
        (b'{"format_version": 1, "total": 3, "hits": []}', "the result of another command"),
        (b'{"format_version": 1, "files": [{"findings": [{}]}], "products": []}', "not whole"),
        (b'{"version": "2.1.0", "runs": [' + b'{"results": []},' * 3_300_000 + b"{}]}", "SARIF"),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{len(given)} bytes",
)
def test_what_is_no_report_exits_2_and_says_why(
    polyseme: Command, tmp_path: Path, content: bytes, said: str
) -> None:
    report = tmp_path / "baseline.json"
    report.write_bytes(content)
    ran = polyseme("--home", tmp_path / "home", "validate", BROKEN / CONTRACT, "--baseline", report)
    assert (ran.code, ran.out) == (2, "")
    assert "baseline.json is no report to compare with: " in ran.err
    assert said in ran.err
    assert "hint: write one with" in ran.err


def test_a_report_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "baseline.json"
    report.write_text("{}")

    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(Misconfigured, match=r"it cannot be read \(Permission denied\)"):
        fingerprints(str(report), (), lambda _: Report((), ()))


@git
def test_what_a_commit_had_is_known(
    polyseme: Command, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    asked = ("--home", checkout / ".home", "validate", "products")
    assert polyseme(*asked).code == 1
    before = done(checkout, "status", "--porcelain")
    ran = polyseme(*asked, "--baseline", "main", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.told["summary"]["findings"]["violations"] == 0
    assert ran.told["summary"]["known"] > 0
    assert (
        f"{ran.told['summary']['known']} known before" in polyseme(*asked, "--baseline", "main").out
    )
    assert done(checkout, "status", "--porcelain") == before


@git
@pytest.mark.parametrize("absolute", [False, True])
def test_a_defect_that_is_new_since_the_commit_counts(
    polyseme: Command, checkout: Path, monkeypatch: pytest.MonkeyPatch, *, absolute: bool
) -> None:
    monkeypatch.chdir(checkout / "products")
    contract = checkout / "products" / CONTRACT
    text = contract.read_text()
    assert "version:" in text
    contract.write_text(
        "".join(f"{line}\n" for line in text.splitlines() if "version:" not in line)
    )
    path = checkout if absolute else Path("..")
    ran = polyseme("--home", checkout / ".home", "validate", path, "--baseline", "HEAD",
                   "--format", "json")  # fmt: skip
    assert ran.code == 1, ran.err
    told = {f["standard"] for row in ran.told["products"] for f in row["findings"]}
    assert "versioned" in told
    assert "owner-named" not in told


@git
def test_a_finding_about_a_file_is_known_by_the_name_of_the_file(
    polyseme: Command, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    shutil.copy(BROKEN / TORN, checkout)
    committed(checkout)
    shutil.copy(BROKEN / TORN, checkout / "products" / "another.odcs.yaml")
    ran = polyseme("--home", checkout / ".home", "validate", ".", "--baseline", "main",
                   "--format", "json")  # fmt: skip
    assert ran.code == 3, "what cannot be read is never fine"
    shown = [f["file"] for row in ran.told["files"] for f in row["findings"]]
    assert shown == ["products/another.odcs.yaml"]


@git
def test_a_path_that_the_commit_lacks_knows_nothing(
    polyseme: Command, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    shutil.copytree(checkout / "products", checkout / "more")
    ran = polyseme("--home", checkout / ".home", "validate", "more", "--baseline", "main")
    assert ran.code == 1


@git
def test_a_commit_that_is_not_there_exits_2(
    polyseme: Command, checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(checkout)
    asked = ("--home", tmp_path / "home", "validate")
    for name in ("origin/gone", "--help", "products"):
        ran = polyseme(*asked, "products", f"--baseline={name}")
        assert ran.code == 2
        assert "neither a file nor a commit" in ran.err
        assert "hint: fetch it" in ran.err
    outside = polyseme(*asked, BROKEN, "--baseline", "main")
    assert outside.code == 2
    assert "lies outside the repository" in outside.err


@git
def test_outside_of_a_repository_a_commit_means_nothing(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    ran = polyseme("--home", tmp_path / "home", "validate", BROKEN, "--baseline", "main")
    assert ran.code == 2
    assert "is in no git repository" in ran.err


def test_without_git_a_report_can_still_be_compared_with(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--home", tmp_path / "home", "validate", BROKEN / CONTRACT)
    kept = tmp_path / "baseline.json"
    kept.write_text(polyseme(*asked, "--format", "json").out)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert polyseme(*asked, "--baseline", kept).code == 0
    ran = polyseme(*asked, "--baseline", "main")
    assert ran.code == 2
    assert "git is not installed" in ran.err
    assert json.loads(kept.read_text())["summary"]["exit"] == 1
