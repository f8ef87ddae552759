"""Programs of the node world that tests run against our doors, installed once for a machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PACKAGES = (
    "graphql@16.15.0",
    "graphql-http@1.23.1",
    "graphql-sse@2.6.1",
    "graphql-ws@6.4.2",
    "ws@8.23.0",
)
_HOUSE = "polyseme-node"


def node() -> str:
    """The path of node; a test that needs it is skipped where there is none."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.skip("there is no node and npm on this machine")
    return found


def packages() -> Path:
    """The folder in which the packages lie, beside the checkout and not in it.

    They are fetched once, into a folder that is named by their versions; whoever fetches at the
    same time does so apart, and the first to be ready is taken. Without a registry the test is
    skipped, but never in continuous integration.
    """
    node()
    made = "+".join(PACKAGES).replace("@", "-")
    house = Path(tempfile.gettempdir()) / f"{_HOUSE}-{os.getuid()}"
    home = house / made
    if not home.is_dir():
        house.mkdir(mode=0o700, exist_ok=True)
        _install(house, home)
    return home


def _install(house: Path, home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=house) as folder:
        fresh = Path(folder) / "fresh"
        fresh.mkdir()
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]
        cache = ["--cache", str(house / "cache"), "--fetch-retries", "1"]
        done = subprocess.run(
            [*command, str(fresh), *cache, *PACKAGES], capture_output=True, text=True, check=False
        )
        if done.returncode:
            told = f"npm cannot install {', '.join(PACKAGES)}: {done.stderr[-400:]}"
            pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
        if not home.is_dir():
            fresh.rename(home)


def run(script: str, *arguments: str) -> str:
    """What a script prints that may `require` the packages.

    Args:
        script: a module of node's own kind (CommonJS), run with the packages at hand.
        arguments: what it finds in `process.argv`, from 1 on.
    """
    done = subprocess.run(
        [node(), "-e", script, *arguments],
        cwd=packages(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
