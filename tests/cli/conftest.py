"""The command in this process, and a home with the example mesh."""

import os
from pathlib import Path

import pytest
from cli_running import MESH, ROOT, Command, Ran

from catalog_service.cli.app import run


@pytest.fixture
def polyseme(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in this process: arguments in, code and output out."""
    for name in [name for name in os.environ if name.startswith("POLYSEME_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(ROOT)
    capfd.readouterr()

    def ran(*arguments: str | Path) -> Ran:
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the example mesh; tests only read it."""
    folder = tmp_path_factory.mktemp("mesh") / "home"
    assert run(["--home", str(folder), "harvest", str(MESH), "--quiet"]) == 0
    return folder
