"""Since when a standard is in use: a check from before then says nothing of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_waivers_published import KEYWORDS, SHAPE, few

from catalog_service.bootstrap import Catalog, build, transient
from catalog_service.governance.layers import Layers
from catalog_service.journal import Journal
from catalog_service.publishing.introduced import introduced
from catalog_service.settings import Settings

BASE = "https://mesh.example/"
FIRST = datetime(2026, 2, 1, 12, 0, 0, 5, tzinfo=UTC)
LATER = FIRST + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "standards" / "keywords"
    place.mkdir(parents=True)
    (place / "shape.ttl").write_text(SHAPE, encoding="utf-8")
    return place.parent


def made(tmp_path: Path, *folders: Path) -> Catalog:
    return few(transient(Settings(home=tmp_path, base_iri=BASE, standards=folders)))


def told(journal: Journal, layers: Layers, now: datetime, *, write: bool = True) -> set[str]:
    """The standards that came into use on that day."""
    found = introduced(journal, layers, now=now, write=write)
    return {key for key, time in found.items() if time == now.replace(microsecond=0)}


def test_a_standard_that_is_added_is_in_use_from_then_on(tmp_path: Path, folder: Path) -> None:
    with made(tmp_path) as before, made(tmp_path, folder) as after:
        journal = before.journal
        first = told(journal, before.layers, FIRST)
        assert first == {standard.key for standard in before.layers}
        assert told(journal, after.layers, LATER) == {KEYWORDS}
        assert told(journal, after.layers, LATER + timedelta(days=1)) == set()


def test_a_standard_that_demands_something_else_is_in_use_anew(
    tmp_path: Path, folder: Path
) -> None:
    with made(tmp_path, folder) as before:
        told(before.journal, before.layers, FIRST)
        file = folder / "keywords" / "shape.ttl"
        file.write_text(SHAPE.replace("sh:minCount 1", "sh:minCount 2"), encoding="utf-8")
        with made(tmp_path, folder) as after:
            assert told(before.journal, after.layers, LATER) == {KEYWORDS}


def test_other_words_for_the_same_demand_begin_nothing_anew(tmp_path: Path, folder: Path) -> None:
    with made(tmp_path, folder) as before:
        told(before.journal, before.layers, FIRST)
        file = folder / "keywords" / "shape.ttl"
        file.write_text(SHAPE.replace("Sellers search", "Buyers search"), encoding="utf-8")
        with made(tmp_path, folder) as after:
            assert told(before.journal, after.layers, LATER) == set()


def test_who_only_reads_writes_nothing_down(tmp_path: Path) -> None:
    with made(tmp_path) as catalog:
        assert told(catalog.journal, catalog.layers, FIRST, write=False)
        assert told(catalog.journal, catalog.layers, LATER)


def test_the_home_remembers_it_once_it_publishes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", base_iri=BASE)
    with few(build(settings)) as first:
        _ = first.publisher
        since = first.introduced
    with few(build(settings, write=False)) as second:
        assert second.introduced == since
