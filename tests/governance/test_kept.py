"""Standards from the cache are the standards of the files, and never those of other files."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from rdflib.compare import isomorphic

from catalog_service.bundled import folder
from catalog_service.errors import Misconfigured
from catalog_service.governance import kept, standards
from catalog_service.governance.standards import Standards

FEW = ("owner-named", "one-domain", "no-foreign-operational", "policy-executable")


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A few of the standards, to change."""
    copied = tmp_path / "shapes"
    copied.mkdir()
    shutil.copy(folder("shapes") / "prefixes.ttl", copied)
    for name in FEW:
        shutil.copytree(folder("shapes") / name, copied / name)
    return copied


def same(one: Standards, other: Standards) -> bool:
    return (
        list(one) == list(other)
        and one.prefixes == other.prefixes
        and one.ntriples() == other.ntriples()
        and one.ntriples(alone=True) == other.ntriples(alone=True)
        and one.mentions() == other.mentions()
        and isomorphic(one.shapes(), other.shapes())
        and all(one.constraints(s.name) == other.constraints(s.name) for s in one)
    )


def test_what_is_kept_is_what_the_files_say(shapes: Path, tmp_path: Path) -> None:
    fresh = standards.load(shapes)
    first, again = (kept.load(shapes, tmp_path / "cache") for _ in range(2))
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert same(first, fresh)
    assert same(again, fresh)
    assert same(kept.load(shapes, None), fresh)


def test_a_standard_that_changes_is_read_anew(shapes: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    kept.load(shapes, cache)
    file = shapes / "owner-named" / "shape.ttl"
    text = file.read_text().replace("sh:severity sh:Violation", "sh:severity sh:Warning")
    dated = text.replace("pm:since", 'pm:becomesViolationOn "2026-12-31"^^xsd:date ; pm:since', 1)
    file.write_text(f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n{dated}")
    for _ in range(2):
        found = kept.load(shapes, cache).named("owner-named")
        assert found.becomes_violation_on == date(2026, 12, 31)
    shutil.rmtree(shapes / "one-domain")
    assert "one-domain" not in {found.name for found in kept.load(shapes, cache)}


def test_an_example_more_is_seen(shapes: Path, tmp_path: Path) -> None:
    kept.load(shapes, tmp_path / "cache")
    example = shapes / "owner-named" / "violates.another-way.ttl"
    example.write_text("")
    assert example in kept.load(shapes, tmp_path / "cache").named("owner-named").bad


def test_what_is_refused_is_refused_again(shapes: Path, tmp_path: Path) -> None:
    (shapes / "owner-named" / "shape.ttl").write_text("no Turtle")
    for _ in range(2):
        with pytest.raises(Misconfigured, match=r"owner-named/shape.ttl:1"):
            kept.load(shapes, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_damaged_file_of_the_cache_is_not_believed(shapes: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    kept.load(shapes, cache)
    (file,) = cache.iterdir()
    file.write_bytes(
        file.read_bytes().replace(b"sh:Violation", b"sh:Warning").replace(b"DOM", b"XXX")
    )
    assert {found.identifier[:3] for found in kept.load(shapes, cache)} == {"DOM", "GOV"}


def test_a_cache_that_cannot_be_written_is_done_without(shapes: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert len(kept.load(shapes, tmp_path / "cache")) == len(FEW)
