"""The hashes that the wheels of DuckDB's extensions are pinned by, held against what is declared."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "duckdb-offline.txt"


def locked() -> dict[str, tuple[str, list[str]]]:
    """The pinned releases by name, each with the hashes of its wheels."""
    found = {}
    joined = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in joined.splitlines():
        if line and not line.startswith("#"):
            pinned, *hashes = line.split()
            name, _, release = pinned.partition("==")
            found[name] = (release, hashes)
    return found


def declared() -> dict[str, str]:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(each) for each in stated["optional-dependencies"]["duckdb-offline"]]
    wanted += [Requirement(each) for each in stated["dependencies"] if each.startswith("duckdb")]
    return {each.name: str(each.specifier).removeprefix("==") for each in wanted}


def test_what_is_pinned_is_what_is_declared_and_installed() -> None:
    releases = {name: release for name, (release, _) in locked().items()}
    assert releases == declared()
    assert releases == {name: version(name) for name in releases}


def test_each_release_is_pinned_by_whole_hashes() -> None:
    for name, (_, hashes) in locked().items():
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), name
        assert len(set(hashes)) == len(hashes), name


def test_no_index_is_named() -> None:
    assert not re.search(r"://|--\w*index|--find-links", LOCK.read_text(encoding="utf-8"))
