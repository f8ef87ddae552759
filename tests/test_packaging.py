"""The wheel: built, installed where nothing else is, and used from another folder."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what is under version control's eye."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_what_the_program_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern, inside in (
        ("ontology", "*.ttl", "catalog_service/_bundled/ontology"),
        ("shapes", "*/shape.ttl", "catalog_service/_bundled/shapes"),
        ("catalog_service", "**/*.rq", "catalog_service"),
        ("catalog_service", "**/*.html", "catalog_service"),
        ("harvesters", "**/*.py", "harvesters"),
    ):
        files = sorted((ROOT / folder).glob(pattern))
        assert files, f"nothing matches {folder}/{pattern}"
        missing = [f for f in files if f"{inside}/{f.relative_to(ROOT / folder)}" not in held]
        assert not missing


def test_the_wheel_takes_no_name_that_is_not_ours(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "catalog_service",
        "harvesters",
    }
    assert "harvesters/__init__.py" not in zipfile.ZipFile(wheel).namelist()


@pytest.mark.timeout(900)
def test_the_wheel_works_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=True)
    binaries = fresh / "bin"
    installed = run(
        binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    version = run(binaries / "polyseme", "version", cwd=elsewhere)
    assert version.returncode == 0, version.stderr
    assert version.stdout.startswith("polyseme ")
    mesh = elsewhere / "mesh"
    shutil.copytree(ROOT / "examples" / "media_mesh", mesh)
    for command in (
        ("validate", "mesh"),
        ("harvest", "mesh"),
        ("search", "listener"),
        ("rebuild",),
    ):
        done = run(binaries / "polyseme", *command, cwd=elsewhere)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    loaded = run(
        binaries / "python",
        "-c",
        "from catalog_service.harvesting.registry import harvesters; print(*harvesters())",
        cwd=elsewhere,
    )
    assert loaded.stdout.split() == ["dbt", "dqv", "governance", "odcs", "odps"]
