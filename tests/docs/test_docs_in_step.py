"""What there is, the pages name; and what the pages name, there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs_reading import PAGES, REFERENCE, ROOT, blocks, commands, named

from catalog_service import settings
from catalog_service.api import guard, sparql
from catalog_service.api.graphql import connection, cost, schema
from catalog_service.bundled import folder
from catalog_service.cli.app import VERBS
from catalog_service.domain.findings import NOTICES
from catalog_service.errors import CatalogError
from catalog_service.governance.standards import load
from catalog_service.graph import querygate
from catalog_service.graph.wire import Limits
from catalog_service.harvesting import composing, documents
from catalog_service.harvesting.registry import harvesters
from catalog_service.search import question
from catalog_service.services import lineage

STANDARDS = load(folder("shapes"))
SETTINGS = set(settings.Settings.model_fields)
TOLD = "".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md")))
WRITTEN = [*PAGES, *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
HELPED = dict(
    re.findall(
        r"^## (\w+)\n(.*?)(?=^## |\Z)",
        (REFERENCE / "commands.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
"""What each verb's help says."""
LINKING = [*WRITTEN, *sorted(REFERENCE.glob("*.md")), ROOT / "shapes/README.md"]


def below(cls: type[CatalogError]) -> Iterator[type[CatalogError]]:
    for child in cls.__subclasses__():
        yield child
        yield from below(child)


NAMED = {
    "setting": SETTINGS | {f"POLYSEME_{name.upper()}" for name in SETTINGS},
    "verb": set(VERBS),
    "error": {cls.__name__ for cls in below(CatalogError)},
    "harvester": set(harvesters()),
    "finding": set(NOTICES),
    "query": {file.name for file in (ROOT / "catalog_service").rglob("*.rq")},
}


@pytest.mark.parametrize("kind", NAMED)
def test_everything_of_a_kind_is_in_the_reference(kind: str) -> None:
    whole = {
        name for name in NAMED[kind] if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", TOLD)
    }
    assert NAMED[kind]
    assert whole == set()


@pytest.mark.parametrize("page", LINKING, ids=named)
def test_a_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert lost == []


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    names = [*(page.name for page in (ROOT / "docs").glob("*.md") if page.name != "README.md")]
    names += [f"reference/{page.name}" for page in REFERENCE.glob("*.md")]
    assert len(names) > 10
    assert [name for name in names if f"({name})" not in index] == []


def entered(page: Path) -> list[str]:
    """Every command line of ours that a page names: in its blocks, and within its sentences."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"`polyseme ([^`]+)`|^    polyseme (.+)$", text, re.MULTILINE)
    lines = ["".join(each) for each in found]
    for block in blocks(page):
        if block.language in ("console", "sh"):
            ours = (command.text.partition("polyseme ") for command in commands(block))
            lines += [rest for before, _, rest in ours if not before]
    return [line.partition("#")[0] for line in lines]


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_the_verbs_and_options_that_a_page_names_exist(page: Path) -> None:
    for line in entered(page):
        words = re.sub(r"--(home|format) \S+ ", "", line.replace("-v ", "")).split()
        verb = words[0]
        assert verb in VERBS, f"{named(page)}: polyseme {line}"
        for option in re.findall(r"(?<!\S)--[a-z-]+", line):
            assert option in HELPED[verb], f"{named(page)}: polyseme {line}"


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_the_settings_and_standards_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    wanted = set(re.findall(r"POLYSEME_([A-Z]\w*)", text))
    assert wanted <= {name.upper() for name in SETTINGS}
    numbered = set(re.findall(r"\b(?:DOM|DP|POLY|SLO|SEN|REG|POL|LIN|CON|GOV)-\d\d\b", text))
    assert numbered <= {standard.identifier for standard in STANDARDS}


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_the_files_that_a_page_names_exist(page: Path) -> None:
    kept = (
        r"`((?:catalog_service|harvesters|docs|examples|shapes|ontology|bench|tests|\.ci)/[^`]*)`"
    )
    text = page.read_text(encoding="utf-8")
    for path in re.findall(kept, text):
        pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
        assert any(ROOT.glob(pattern)), f"{named(page)} names {path}"


LIMITS = {
    "a request's body": (guard.MAX_BODY, sparql.MAX_BODY),
    "a GraphQL query": (
        *(schema.MOST_DEEP, schema.MOST_ALIASES, schema.MOST_TOKENS, cost.MOST_VALUES),
    ),
    "a page": (connection.MOST_ON_A_PAGE, question.MAX_PAGE),
    "a lineage": (lineage.MOST_STEPS, lineage.MOST_SHOWN, lineage.MOST_COUNTED),
    "a SPARQL query": (querygate.MAX_BYTES, querygate.MAX_TOKENS, querygate.MAX_DEPTH),
    "its answer": (
        *(int(settings.Settings().query_seconds), settings.Settings().query_memory),
        Limits().answer_bytes,
    ),
}


@pytest.mark.parametrize("of", LIMITS)
def test_a_limit_is_told_as_it_is_held(of: str) -> None:
    text = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {of} \| (.+) \|$", text, re.MULTILINE)
    assert [int(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*", row)] == list(
        LIMITS[of]
    )


def test_the_limits_of_a_file_are_told_as_they_are_held() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    told = (
        f"At most {documents.MAX_BYTES >> 20} MiB of a file are read, {composing.MAX_DEPTH} levels"
    )
    assert told in text
    assert f"{composing.MAX_VALUES:,} values" in text
