"""Changes of standards: what was added, taken away, or asks something else."""

import shutil
from pathlib import Path

import pytest
from domain_standards import BODY, HEAD, written

from catalog_service import bundled
from catalog_service.governance import layers
from catalog_service.governance.changes import Kind, changes
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import load

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A copy of the shapes, to change."""
    folder = tmp_path / "shapes"
    shutil.copytree(bundled.folder("shapes"), folder)
    return folder


@pytest.fixture
def mesh(shapes: Path) -> Layers:
    """The standards of that copy, before it is changed."""
    return Layers(load(shapes))


def edit(shapes: Path, name: str, old: str, new: str) -> None:
    file = shapes / name / "shape.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def details(mesh: Layers, shapes: Path) -> dict[str, tuple[str, ...]]:
    return {change.name: change.details for change in changes(mesh, Layers(load(shapes)))}


def test_nothing_differs_between_a_set_and_a_copy_of_it(mesh: Layers) -> None:
    assert changes(mesh, Layers(load(bundled.folder("shapes")))) == ()


def test_a_standard_is_added_and_another_removed(mesh: Layers, shapes: Path) -> None:
    shutil.rmtree(shapes / "dark-keys")
    fewer = Layers(load(shapes))
    (removed,) = changes(mesh, fewer)
    (added,) = changes(fewer, mesh)
    assert (removed.kind, removed.identifier) == (Kind.REMOVED, "POLY-08")
    assert (added.kind, added.name) == (Kind.ADDED, "dark-keys")
    assert added.details == ("info", "gate: ci")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("management-ports", "sh:Warning", "sh:Violation", "severity: warning → violation"),
        ("owner-in-team", "pm:Ci", "pm:Publish", "gate: ci → publish"),
        ("described", "pm:since", "pm:waivable false ; pm:since", "waivable: yes → no"),
        (
            "management-ports",
            "pm:since",
            f'pm:becomesViolationOn "2027-01-01"^^<{XSD}date> ; pm:since',
            "violation from: - → 2027-01-01",
        ),
        ("management-ports", "sh:minCount 1", "sh:minCount 2", "what it demands"),
        ("owner-in-team", "org:memberOf?", "org:memberOf*", "what it demands"),
        ("output-port", "sh:targetClass", "sh:targetSubjectsOf", "what it demands"),
        ("described", 'rdfs:label "A', 'rdfs:label "Each A', "its wording"),
        ("one-domain", "Name exactly one", "State one", "its wording"),
    ],
)
def test_what_changed_is_told_and_nothing_else(
    mesh: Layers, shapes: Path, name: str, said: str, *, old: str, new: str
) -> None:
    edit(shapes, name, old, new)
    assert details(mesh, shapes) == {name: (said,)}


def test_the_layout_of_a_file_is_no_change(mesh: Layers, shapes: Path) -> None:
    edit(shapes, "described", "\n", "\n\n")
    edit(shapes, "management-ports", "pm:", "ours:")
    edit(shapes, "management-ports", "@prefix ours:", "@prefix pm: <x:> . @prefix ours:")
    assert details(mesh, shapes) == {"management-ports": ("its wording",)}, (
        "its messages name pm: terms"
    )


def test_the_standards_of_a_domain_are_compared_too(mesh: Layers, tmp_path: Path) -> None:
    folder = written(tmp_path / "standards", HEAD + BODY)
    with_layer = layers.read(mesh.mesh, [folder])
    (added,) = changes(mesh, with_layer)
    assert (added.kind, added.name, added.identifier) == (Kind.ADDED, "keywords", "PODCASTS-01")
    written(folder, (HEAD + BODY).replace("sh:minCount 1", "sh:minCount 2"))
    (changed,) = changes(with_layer, layers.read(mesh.mesh, [folder]))
    assert changed.details == ("what it demands",)
