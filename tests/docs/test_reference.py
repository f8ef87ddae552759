"""The pages that are made from the code are as the code would make them now."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from docs_reading import ROOT

from catalog_service.api.graphql import schema
from catalog_service.bundled import folder
from catalog_service.cli import reference
from catalog_service.cli.reference import main, pages
from catalog_service.domain.findings import NOTICES, REMEDIES, Finding, Severity
from catalog_service.governance.standards import load
from catalog_service.settings import Settings

MADE = pages()
SOURCES = [
    file for house in ("catalog_service", "harvesters") for file in (ROOT / house).rglob("*.py")
]


@pytest.mark.parametrize("name", MADE)
def test_a_page_is_what_would_be_made_now(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == MADE[name], f"{name} is behind the code: run `make docs`"


def test_pages_are_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("POLYSEME_PORT", "9000")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert pages() == MADE
    assert not [name for name, text in MADE.items() if "\x1b" in text or str(ROOT) in text]


def test_only_what_has_changed_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "pages", lambda: {"docs/reference/one.md": "1\n"})
    main()
    assert (tmp_path / "docs/reference/one.md").read_text() == "1\n"
    main()
    assert capsys.readouterr().out == "wrote docs/reference/one.md\n"


def test_the_cache_lies_where_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLYSEME_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert Settings().cache == Path("/elsewhere/polyseme")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert Settings().cache == Path.home() / ".cache" / "polyseme"


def test_a_finding_has_the_same_fields_in_every_door() -> None:
    stated = {field.name for field in fields(Finding)} | {"fingerprint"}
    page = set(re.findall(r"^\| `(\w+)` \| ", MADE["docs/reference/findings.md"], re.MULTILINE))
    assert stated <= page
    assert Finding("one", Severity.INFO, "said").record().keys() == stated
    (graphql,) = re.findall(r"^type Finding {\n(.*?)^}", schema.text(), re.MULTILINE | re.DOTALL)
    assert stated <= set(re.findall(r"^  (\w+):", graphql, re.MULTILINE))  # and what became of it


def _names(tree: ast.Module) -> Iterator[str]:
    """The names of findings that a module gives: to `Finding`, to `notice`, or by yielding them."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("Finding") | ast.Attribute(attr="notice"), args=[name, *_]):
                yield from _texts(name)
            case ast.Yield(value=ast.Tuple(elts=[name, *_])):
                yield from _texts(name)
            case _:
                pass


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (text for branch in (node.body, node.orelse) for text in _texts(branch))


def test_every_name_of_a_finding_is_explained_and_every_explained_one_is_given() -> None:
    given = {
        name
        for file in SOURCES
        if "Finding(" in (text := file.read_text(encoding="utf-8")) or ".notice(" in text
        for name in _names(ast.parse(text))
        if re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    }
    assert given == NOTICES.keys() == REMEDIES.keys()


def test_what_a_reader_notices_is_never_called_like_a_standard() -> None:
    assert not NOTICES.keys() & {standard.name for standard in load(folder("shapes"))}
