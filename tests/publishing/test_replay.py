"""Replaying the mesh: who would newly fail or pass by other standards, and whose they are."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from test_publisher import BASE, GOVERNANCE, iri, product, reads, submission

from catalog_service import bundled
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.findings import Severity
from catalog_service.domain.publication import Submission
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import Standards, load
from catalog_service.publishing import replay as replaying
from catalog_service.publishing.replay import Replay
from catalog_service.settings import Settings
from catalog_service.terms import Iri

NOW = datetime(2026, 2, 1, tzinfo=UTC)
TODAY = NOW.date()
NAMES = {
    "one-domain",
    "owner-named",
    "described",
    "versioned",
    "management-ports",
    "input-resolves",
}


def few(folder: Path) -> Standards:
    """Some of the standards in a folder."""
    mesh = load(folder)
    kept = [standard for standard in mesh if standard.name in NAMES]
    return mesh.beside(kept, {standard.name: mesh.shape(standard.name) for standard in kept})


MESH = few(bundled.folder("shapes"))


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A copy of the shapes, to change."""
    folder = tmp_path / "shapes"
    shutil.copytree(bundled.folder("shapes"), folder)
    return folder


def changed(shapes: Path, name: str, old: str, new: str) -> Layers:
    file = shapes / name / "shape.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return Layers(few(shapes))


def unmanaged(name: str) -> Submission:
    """A product without a control port."""
    whole = product(name).replace(f"pm:controlPort <{iri(name)}/management/c> ;", "")
    return submission(whole, name)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with build(Settings(home=tmp_path / "home", base_iri=BASE)) as made:
        made.__dict__["standards"] = MESH
        made.publisher.publish(
            [
                submission(GOVERNANCE),
                submission(product("orders"), "orders"),
                unmanaged("returns"),
                submission(product("report", more=reads("report", "orders")), "report"),
                submission(product("stray", owner=False), "stray"),
            ],
            publisher="ana",
            now=NOW,
        )
        yield made


def replayed(catalog: Catalog, after: Layers, today: date = TODAY) -> Replay:
    return catalog.replay(Layers(MESH), after, today=today)


def test_the_same_standards_change_nothing(catalog: Catalog) -> None:
    found = replayed(catalog, Layers(MESH))
    assert (found.judged, found.effects) == (4, ())


def test_who_would_newly_fail_is_named_with_owner_and_domain(
    catalog: Catalog, shapes: Path
) -> None:
    found = replayed(catalog, changed(shapes, "management-ports", "sh:Warning", "sh:Violation"))
    (effect,) = found.failing
    assert (effect.product, effect.published) == (iri("returns"), True)
    assert effect.owner == "mailto:ana@mesh.example"
    assert effect.domain == f"{BASE}domains/sales"
    (appearing,) = effect.appearing
    assert (appearing.standard, appearing.severity) == ("management-ports", Severity.VIOLATION)
    assert effect.vanishing == ()
    assert found.passing == ()
    assert catalog.journal.revision() == 4, "nothing is published"


def test_what_a_standard_that_is_taken_away_lets_in_is_named(
    catalog: Catalog, shapes: Path
) -> None:
    shutil.rmtree(shapes / "owner-named")
    found = replayed(catalog, Layers(few(shapes)))
    (effect,) = found.passing
    assert (effect.product, effect.published, effect.owner) == (iri("stray"), False, None)
    assert [finding.standard for finding in effect.vanishing] == ["owner-named"]
    assert found.failing == ()


def test_a_warning_that_will_be_a_violation_fails_on_its_day(
    catalog: Catalog, shapes: Path
) -> None:
    due = 'pm:becomesViolationOn "2027-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; pm:since'
    after = changed(shapes, "management-ports", "pm:since", due)
    assert replayed(catalog, after, date(2026, 12, 31)).effects == ()
    assert [e.product for e in replayed(catalog, after, date(2027, 1, 1)).failing] == [
        iri("returns")
    ]


def test_a_product_is_judged_among_its_neighbours(catalog: Catalog, shapes: Path) -> None:
    del shapes
    found = replayed(catalog, Layers(MESH))
    assert not [e for e in found.effects if e.product == iri("report")]
    assert catalog.view().sees(iri("report"))


def test_the_answer_does_not_depend_on_the_size_of_a_batch(
    catalog: Catalog, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = changed(shapes, "described", "sh:minCount 1", "sh:minCount 2")
    usual = replayed(catalog, after)
    monkeypatch.setattr(replaying, "BATCH", 1)
    assert replayed(catalog, after) == usual
    assert [e.product for e in usual.failing] == [iri("orders"), iri("report"), iri("returns")]
    assert usual == replayed(catalog, after)


def test_a_product_published_and_refused_since_is_told_twice(
    catalog: Catalog, shapes: Path
) -> None:
    worse = submission(product("orders", owner=False, version="1.1.0"), "orders")
    catalog.publisher.publish([worse], publisher="ana", now=NOW)
    shutil.rmtree(shapes / "owner-named")
    found = replayed(catalog, Layers(few(shapes)))
    assert [(e.product, e.published) for e in found.passing] == [
        (iri("orders"), False),
        (iri("stray"), False),
    ]


def test_only_products_are_replayed(catalog: Catalog) -> None:
    refused = Submission(Iri(f"{BASE}products/odd"), ())
    catalog.publisher.publish([refused], publisher="ana", now=NOW)
    assert replayed(catalog, Layers(MESH)).judged == 4
