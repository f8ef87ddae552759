"""Every `.rq` of the services: that it reads well, parses, and is asked by somebody."""

import ast
import re
from pathlib import Path

import pytest

from catalog_service import services
from catalog_service.graph import View, many, query
from catalog_service.terms import PREFIXES, Iri

HOUSE = Path(services.__file__).parent
FILES = sorted(HOUSE.rglob("*.rq"))
OTHER = Iri("https://mesh.media.example/of/nothing")
_SLOT = re.compile(r"VALUES \?(\w+) \{ UNDEF \}")
_STRINGS_AND_IRIS = re.compile(r"\"[^\"]*\"|<[^>]*>|#[^\n]*")


def name(file: Path) -> str:
    return str(file.relative_to(HOUSE))


@pytest.fixture(params=FILES, ids=name)
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_there_are_queries() -> None:
    assert len(FILES) > 30


def test_the_first_line_says_what_it_answers(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"# [A-Z].{15,95}\.", first)


def test_it_declares_the_prefixes_it_uses_and_no_others(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    declared = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]+)>$", text, re.MULTILINE))
    body = _STRINGS_AND_IRIS.sub("", re.sub(r"^PREFIX .*$", "", text, flags=re.MULTILINE))
    used = set(re.findall(r"(?<![\w?:-])([a-z][\w-]*):\w", body))
    assert used == set(declared)
    assert declared.items() <= PREFIXES.items()


def test_it_parses_and_is_answered(file: Path, view: View) -> None:
    text = file.read_text(encoding="utf-8")
    if re.search(r"^ASK", text, re.MULTILINE):
        view.ask(text)
    else:
        view.select(text)


def test_what_is_bound_is_projected_first(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    projected = re.search(r"SELECT (?:DISTINCT )?((?:\?\w+\s+)+)", text)
    slots = set(_SLOT.findall(text))
    if projected and slots:
        assert projected[1].split()[0].removeprefix("?") in slots
        assert slots <= {variable.removeprefix("?") for variable in projected[1].split()}


def test_every_subject_narrows_the_answer(file: Path, view: View) -> None:
    text = file.read_text(encoding="utf-8")
    everything = view.select(text) if _SLOT.search(text) else []
    for slot in _SLOT.findall(text):
        rows = [row for row in everything if slot in row]
        assert not [row for row in view.select(many(text, slot, [OTHER])) if len(row) > 1]
        if rows:
            one = rows[0].iri(slot)
            found = view.select(many(text, slot, [one]))
            assert {row.iri(slot) for row in found} == {one}
            assert len(found) == sum(row.iri(slot) == one for row in rows)


def test_a_function_beside_it_asks_it(file: Path) -> None:
    asked: set[str] = set()
    for module in file.parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                asked.add(node.value)
            if isinstance(node, ast.JoinedStr):
                asked.add(ast.unparse(node))
    grain, _, direction = file.stem.partition("_")
    composed = any(direction in text and "grain" in text for text in asked if "{" in text)
    assert file.stem in asked or (composed and grain in {"product", "port", "column"})


def test_the_loader_finds_it(file: Path) -> None:
    package = ".".join(("catalog_service", "services", *file.relative_to(HOUSE).parts[:-1]))
    assert query(package, file.stem) == file.read_text(encoding="utf-8")
