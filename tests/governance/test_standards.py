"""Loading the standards: what is found, in which order, and what is refused."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from catalog_service import bundled
from catalog_service.domain.findings import Severity
from catalog_service.errors import Misconfigured, NotFound
from catalog_service.governance.standards import GROUPS, Stage, load
from catalog_service.governance.standards_page import main, page
from catalog_service.graph.formats import parse

SHAPES = bundled.folder("shapes")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Two standards of the mesh, in a folder of their own."""
    folder = tmp_path / "shapes"
    folder.mkdir()
    shutil.copy(SHAPES / "prefixes.ttl", folder)
    for name in ("owner-named", "management-ports"):
        shutil.copytree(SHAPES / name, folder / name)
    return folder


def change(folder: Path, old: str, new: str, name: str = "owner-named") -> int:
    """Write `new` for `old` in a shape; the line where it stands."""
    file = folder / name / "shape.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_standard_is_found_by_its_name_and_by_its_short_id() -> None:
    standards = load(SHAPES)
    found = standards.named("owner-named")
    assert found is standards.named("DOM-03")
    assert found is standards.named(" dom-03 ")
    assert found.iri == "https://w3id.org/polyseme/shapes#owner-named"
    assert found.gate is Stage.CI
    assert found.severity is Severity.VIOLATION
    assert found.owner == "https://w3id.org/polyseme/federation"
    assert found.why.startswith("When data is late or wrong, a consumer needs")
    assert [message.partition(",")[0] for message in found.messages] == [
        "Name the one accountable owner with dprod:dataProductOwner"
    ]


def test_a_standard_that_is_none_is_not_found() -> None:
    with pytest.raises(NotFound, match="'golden-dataset'") as raised:
        load(SHAPES).named("golden-dataset")
    assert raised.value.hint


def test_standards_stand_in_the_order_of_their_groups_and_numbers() -> None:
    found = [(list(GROUPS).index(s.group), s.identifier) for s in load(SHAPES)]
    assert found == sorted(found)


def test_a_gate_runs_its_own_standards_and_those_of_earlier_gates() -> None:
    standards = load(SHAPES)
    at_ci = {standard.name for standard in standards.until(Stage.CI)}
    at_publish = {standard.name for standard in standards.until(Stage.PUBLISH)}
    assert at_ci < at_publish
    assert "identity-path" in at_publish - at_ci


def test_the_shapes_as_ntriples_are_the_same_each_time_and_have_no_blank_nodes() -> None:
    once, again = load(SHAPES).ntriples(), load(SHAPES).ntriples()
    assert once == again
    assert "_:" not in "".join(line for line in once.splitlines() if '"' not in line)
    assert parse(once, "ntriples")


def test_a_warning_may_become_a_violation_on_a_day(copy: Path) -> None:
    change(
        copy,
        'pm:since "0.1.0"',
        'pm:since "0.1.0" ; pm:becomesViolationOn "2027-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        "management-ports",
    )
    found = load(copy).named("management-ports")
    assert found.severity_on(date(2026, 12, 31)) is Severity.WARNING
    assert found.severity_on(date(2027, 1, 1)) is Severity.VIOLATION
    assert "warning, a violation from 2027-01-01" in page(load(copy))


def test_a_file_that_is_not_turtle_is_named_with_its_line(copy: Path) -> None:
    line = change(copy, "sh:targetClass", "sh:targetClass ;; [")
    with pytest.raises(Misconfigured, match=rf"shapes/owner-named/shape\.ttl:{line}: .*not Turtle"):
        load(copy)


def test_a_file_that_is_not_text_is_named(copy: Path) -> None:
    (copy / "owner-named" / "shape.ttl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Misconfigured, match=r"shapes/owner-named/shape\.ttl cannot be read"):
        load(copy)


def test_a_folder_without_a_shape_is_named(copy: Path) -> None:
    (copy / "owner-named" / "shape.ttl").unlink()
    with pytest.raises(Misconfigured, match=r"shapes/owner-named/shape\.ttl cannot be read"):
        load(copy)


@pytest.mark.parametrize(
    ("missing", "term"),
    [
        ('dct:identifier "DOM-03" ;', "identifier"),
        ('pm:since "0.1.0" ;', "since"),
        ("pm:enforcedAt pm:Ci ;", "enforcedAt"),
        ("prov:wasAttributedTo <https://w3id.org/polyseme/federation> ;", "wasAttributedTo"),
        ("rdfs:seeAlso <https://w3id.org/polyseme/decisions/global-standards> ;", "seeAlso"),
        ('rdfs:label "A product names exactly one accountable owner, by IRI."@en ;', "label"),
    ],
)
def test_what_a_standard_has_to_say_of_itself_is_asked_for(
    copy: Path, missing: str, term: str
) -> None:
    change(copy, missing, "")
    with pytest.raises(Misconfigured, match=rf"shape\.ttl:\d+: .*no value of <.*{term}>") as raised:
        load(copy)
    assert raised.value.hint.startswith("state exactly one")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"DOM-03"', '"OWN-3"'),
        ('"0.1.0"', '"soon"'),
        ("pm:enforcedAt pm:Ci", "pm:enforcedAt pm:Gate"),
        ('pm:since "0.1.0"', 'pm:since "0.1.0" ; pm:waivable "perhaps"'),
        ('pm:since "0.1.0"', 'pm:since "0.1.0" ; pm:becomesViolationOn "next year"'),
    ],
)
def test_what_a_standard_says_of_itself_has_to_make_sense(copy: Path, old: str, new: str) -> None:
    line = change(copy, old, new)
    with pytest.raises(Misconfigured, match=rf"shape\.ttl:{line}: .*is no value of"):
        load(copy)


def test_a_short_id_belongs_to_one_standard(copy: Path) -> None:
    line = change(copy, '"DOM-03"', '"DP-07"')
    with pytest.raises(Misconfigured, match=rf"owner-named/shape\.ttl:{line}: DP-07 is management"):
        load(copy)


def test_a_standard_is_named_in_words(copy: Path) -> None:
    (copy / "owner-named").rename(copy / "DOM_03")
    with pytest.raises(Misconfigured, match="'DOM_03' is no name for a standard"):
        load(copy)


def test_the_shape_has_the_name_of_its_folder(copy: Path) -> None:
    (copy / "owner-named").rename(copy / "owner-known")
    with pytest.raises(Misconfigured, match=r"describes <.*#owner-named>"):
        load(copy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('sh:prefix "dcat"', 'sh:prefix "pm"', "the prefix pm: is declared twice"),
        ('sh:prefix "dcat" ; ', "", "without sh:prefix"),
        ("sh:declare", "rdfs:seeAlso", "declares no prefixes"),
    ],
)
def test_prefixes_are_declared_once_and_in_full(copy: Path, old: str, new: str, said: str) -> None:
    file = copy / "prefixes.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Misconfigured, match=said):
        load(copy)


def test_the_page_is_written_to_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    main([str(file)])
    assert "[`owner-named`](owner-named/shape.ttl)" in file.read_text(encoding="utf-8")


def test_the_page_is_written_to_the_output_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    assert capsys.readouterr().out == page(load(SHAPES))
