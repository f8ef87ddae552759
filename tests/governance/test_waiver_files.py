"""Waivers read from files: both forms say the same, and what is wrong is named with its line."""

from datetime import date
from pathlib import Path

import pytest
from domain_standards import chosen

from catalog_service.domain.waivers import Waiver
from catalog_service.errors import Misconfigured
from catalog_service.governance.layers import Layers
from catalog_service.governance.waiver_files import read
from catalog_service.terms import STD, Iri

LAYERS = Layers(chosen())
TURTLE = """\
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://mesh.example/decisions/w> a pm:Decision .
<https://mesh.example/waivers/w> a pm:Waiver ;
  pm:waives std:described ;
  pm:appliesTo <https://mesh.example/products/listens> ;
  pm:rationale "The portal moves." ;
  pm:grantedBy <https://mesh.example/teams/federation> ;
  pm:covers <https://mesh.example/products/listens/conformance/abc> ;
  pm:expires "2026-12-31"^^xsd:date .
"""
YAML = """\
waivers:
  - iri: https://mesh.example/waivers/w
    standard: described
    applies_to: https://mesh.example/products/listens
    rationale: The portal moves.
    granted_by: https://mesh.example/teams/federation
    covers: [https://mesh.example/products/listens/conformance/abc]
    expires: 2026-12-31
"""
EXPECTED = Waiver(
    Iri("https://mesh.example/waivers/w"),
    Iri(f"{STD.base}described"),
    Iri("https://mesh.example/products/listens"),
    "The portal moves.",
    frozenset({Iri("https://mesh.example/teams/federation")}),
    date(2026, 12, 31),
    frozenset({Iri("https://mesh.example/products/listens/conformance/abc")}),
)


def file(tmp_path: Path, text: str, name: str = "waivers.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> Misconfigured:
    with pytest.raises(Misconfigured) as raised:
        read(path, LAYERS)
    assert raised.value.message.startswith(str(path))
    assert raised.value.hint
    return raised.value


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    assert read(file(tmp_path, TURTLE, "w.ttl"), LAYERS) == (EXPECTED,)
    assert read(file(tmp_path, YAML), LAYERS) == (EXPECTED,)
    assert read(file(tmp_path, YAML, "w.YML"), LAYERS) == (EXPECTED,)


@pytest.mark.parametrize("name", ["DP-01", f"{STD.base}described", " Described "])
def test_a_standard_is_named_as_people_name_it(tmp_path: Path, name: str) -> None:
    text = YAML.replace("standard: described", f"standard: '{name}'")
    assert read(file(tmp_path, text), LAYERS) == (EXPECTED,)


def test_several_may_have_granted_it(tmp_path: Path) -> None:
    both = "[https://mesh.example/teams/federation, mailto:fay@mesh.example]"
    text = YAML.replace("https://mesh.example/teams/federation", both)
    (found,) = read(file(tmp_path, text), LAYERS)
    assert len(found.granted_by) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("standard: described", "standard: golden", 3, "there is no standard 'golden'"),
        ("2026-12-31", "end of year", 8, "'end of year' is no day"),
        ("2026-12-31", "2026-02-30", 8, "is no day"),
        ("    rationale: The portal moves.\n", "", 2, "the waiver has no rationale"),
        ("rationale: The portal moves.", "rationale: ''", 5, "a text is missing"),
        ("rationale: The portal moves.", "reason: The portal moves.", 5, "'reason' is not known"),
        ("rationale: The portal moves.", "iri: https://mesh.example/2", 5, "'iri' stands twice"),
        ("iri: https", "iri: <https", 2, "is not an absolute IRI"),
        ("[https", "[not an iri, https", 7, "is not an absolute IRI"),
        ("waivers:", "waiver:", 1, "'waiver' is not known"),
        ("[https", "{a: [https", 8, "this is not YAML"),
        ("    rationale: The portal moves.", "    rationale: [one, two]", 5, "a text is missing"),
    ],
)
def test_what_is_wrong_in_a_list_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in YAML
    found = refusal(file(tmp_path, YAML.replace(old, new, 1)))
    assert f":{line}: " in found.message
    assert said in found.message


@pytest.mark.parametrize("text", ["", "waivers: []", "waivers: none", "[]", "waivers:\n  - 1\n"])
def test_a_list_without_waivers_is_refused(tmp_path: Path, text: str) -> None:
    refusal(file(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("waivers: " + "[" * 100_000, "nests too deep"),
        ("waivers: &all [*all]", "there are no keys"),
        ("waivers: []\n---\nwaivers: []", "this is not YAML"),
        ("waivers: \x00", "this is not YAML"),
    ],
)
def test_a_hostile_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(file(tmp_path, text)).message


def test_a_file_that_is_no_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    found = refusal(file(tmp_path, TURTLE.replace("pm:waives std", "pm:waives ;; std"), "w.ttl"))
    assert "w.ttl:6: the turtle does not parse" in found.message


@pytest.mark.parametrize(
    "part", ["pm:waives", "pm:appliesTo", "pm:rationale", "pm:grantedBy", "pm:expires"]
)
def test_an_incomplete_waiver_is_named(tmp_path: Path, part: str) -> None:
    text = "".join(
        line if part not in line else "  pm:since '1' .\n" if line.endswith(" .\n") else ""
        for line in TURTLE.splitlines(keepends=True)
    )
    found = refusal(file(tmp_path, text, "w.ttl"))
    assert "<https://mesh.example/waivers/w> is not complete" in found.message


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    assert "holds no waivers" in refusal(file(tmp_path, "<a:b> <a:c> <a:d> .", "w.ttl")).message
    assert "cannot be read" in refusal(tmp_path / "nowhere.ttl").message
    (tmp_path / "binary.ttl").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in refusal(tmp_path / "binary.ttl").message
    assert "is larger than" in refusal(file(tmp_path, "#" * (1 << 20) + "#", "w.ttl")).message
