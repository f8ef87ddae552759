"""Settings: folders of standards, from a file, from the environment, and what is no such list."""

import os
from pathlib import Path

import pytest

from catalog_service.errors import Misconfigured
from catalog_service.settings import Settings, read


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("POLYSEME_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("polyseme.toml", 'standards = ["ours", "/of/others"]'),
        ("pyproject.toml", '[tool.polyseme]\nstandards = ["ours", "/of/others"]'),
    ],
)
def test_a_folder_in_a_file_lies_beside_the_file(tmp_path: Path, name: str, text: str) -> None:
    below = tmp_path / "team" / "product"
    below.mkdir(parents=True)
    (tmp_path / "team" / name).write_text(text, encoding="utf-8")
    expected = (tmp_path / "team" / "ours", Path("/of/others"))
    assert read(below).standards == expected


def test_folders_in_the_environment_are_parted_as_in_a_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLYSEME_STANDARDS", os.pathsep.join(("one", "", "two")))
    assert read().standards == (Path("one"), Path("two"))
    monkeypatch.setenv("POLYSEME_STANDARDS", "")
    assert read().standards == ()


def test_an_option_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "polyseme.toml").write_text('standards = ["ours"]', encoding="utf-8")
    assert read(standards=(Path("given"),)).standards == (Path("given"),)
    assert read(standards=None).standards == (tmp_path / "ours",)
    assert Settings().standards is None


@pytest.mark.parametrize("value", ["3", "[3]", "{a = 1}", "true"])
def test_what_is_no_list_of_folders_is_named_with_its_file(tmp_path: Path, value: str) -> None:
    (tmp_path / "polyseme.toml").write_text(f"standards = {value}", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"polyseme\.toml: standards: "):
        read()
