"""polyseme standards: what is in force, what is proved, whom a change would break."""

from pathlib import Path

import pytest
import small_mesh
from cli_running import BROKEN, Command
from small_mesh import BASE, SALES

GOOD = """# A product with a keyword.
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<https://small.example/products/x> a dprod:DataProduct ; dcat:keyword "x" .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small mesh; tests only read it."""
    return small_mesh.made(tmp_path_factory.mktemp("small"))


def test_the_standards_in_force_are_listed_with_those_of_domains(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_mesh.layer(tmp_path)
    (tmp_path / "polyseme.toml").write_text('standards = ["standards"]', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = polyseme("standards", "list")
    assert ran.code == 0
    assert ran.out.splitlines()[0].split() == [
        "id", "standard", "severity", "gate", "domain", "asks"
    ]  # fmt: skip
    assert any(line.split()[:4] == ["DOM-03", "owner-named", "violation", "ci"]
               for line in ran.out.splitlines())  # fmt: skip
    told = polyseme("standards", "list", "--format", "json").told["standards"]
    assert told[-1]["domain"] == SALES
    assert told[-1]["iri"] == f"{SALES}/standards/keywords"
    assert [one["identifier"] for one in told][:2] == ["DOM-01", "DOM-02"]
    assert all(one["domain"] is None for one in told[:-1])


def test_the_folders_of_domains_may_be_named_in_the_environment(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYSEME_STANDARDS", str(small_mesh.layer(tmp_path)))
    told = polyseme("standards", "list", "--format", "json").told["standards"]
    assert told[-1]["name"] == "keywords"
    monkeypatch.setenv("POLYSEME_STANDARDS", str(tmp_path / "nowhere"))
    ran = polyseme("standards", "list")
    assert ran.code == 2
    assert "nowhere is no folder of standards" in ran.err


def test_a_folder_of_standards_is_proved(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("standards", "test", small_mesh.chosen(tmp_path))
    assert (ran.code, ran.out) == (0, "5 standards tested, 0 flaws\n")


def test_what_is_not_proved_is_told_with_file_and_remedy(polyseme: Command, tmp_path: Path) -> None:
    folder = small_mesh.layer(tmp_path)
    (folder / "keywords" / "conforms.one.ttl").write_text(GOOD, encoding="utf-8")
    ran = polyseme("standards", "test", folder)
    assert ran.code == 1
    assert f"{folder}/keywords/shape.ttl  keywords   there is no violates.*.ttl" in ran.out
    assert "     fix: add the smallest graph that shows it" in ran.out
    assert "it breaks owner-named, which holds for the mesh" in ran.out
    told = polyseme("standards", "test", folder, "--format", "json").told
    assert told["tested"] == 1
    assert {flaw["standard"] for flaw in told["flaws"]} == {f"{SALES}/standards/keywords"}


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("<https://w3id.org/polyseme/shapes#described> sh:deactivated true .", "switches a shape"),
        ("std:described sh:severity sh:Info .", "which is a standard of the whole mesh"),
    ],
)
def test_a_file_that_loosens_is_refused_with_file_line_and_reason(
    polyseme: Command, tmp_path: Path, stated: str, reason: str
) -> None:
    shape = small_mesh.SHAPE + stated
    folder = small_mesh.layer(tmp_path, shape)
    ran = polyseme("standards", "test", folder)
    assert ran.code == 2
    assert f"standards/keywords/shape.ttl:{shape.count(chr(10)) + 1}: " in ran.err
    assert reason in ran.err
    assert "a domain may tighten a standard of the mesh, and never loosen one" in ran.err


def test_a_change_names_who_would_newly_fail_by_owner_and_domain(
    polyseme: Command, tmp_path: Path, small: Path
) -> None:
    old, new = small_mesh.chosen(tmp_path / "old"), small_mesh.chosen(tmp_path / "new")
    file = new / "management-ports" / "shape.ttl"
    file.write_text(file.read_text().replace("sh:Warning", "sh:Violation"))
    ran = polyseme("--home", small, "standards", "diff", old, new)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "changed  DP-07 management-ports   severity: warning → violation"
    assert f"fails    {BASE}products/returns" in lines
    assert f"         domain {SALES}   owner mailto:ana@small.example" in lines
    assert any(line.startswith("         + violation  A product has a control") for line in lines)
    assert "1 standard changed · 3 products judged · 1 would newly fail" in lines[-1]
    told = polyseme("--home", small, "standards", "diff", old, new, "--format", "json").told
    assert told["summary"] == {"judged": 3, "newly_failing": 1, "newly_passing": 0}
    (effect,) = [one for one in told["products"] if one["conforms"]]
    assert (effect["conforms"], effect["would_conform"]) == (True, False)
    assert [found["standard"] for found in effect["appearing"]] == ["management-ports"]


def test_a_standard_that_is_taken_away_lets_in_what_was_refused(
    polyseme: Command, tmp_path: Path, small: Path
) -> None:
    old, new = small_mesh.chosen(tmp_path / "old"), small_mesh.chosen(tmp_path / "new")
    for file in (new / "owner-named").iterdir():
        file.unlink()
    (new / "owner-named").rmdir()
    ran = polyseme("--home", small, "standards", "diff", old, new)
    assert ran.code == 0
    assert "removed  DOM-03 owner-named   violation; gate: ci" in ran.out
    assert f"passes   {BASE}products/stray  (in quarantine)" in ran.out


def test_a_warning_fails_nobody_before_its_day(
    polyseme: Command, tmp_path: Path, small: Path
) -> None:
    old, new = small_mesh.chosen(tmp_path / "old"), small_mesh.chosen(tmp_path / "new")
    file = new / "management-ports" / "shape.ttl"
    due = 'pm:becomesViolationOn "2027-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; pm:since'
    file.write_text(file.read_text().replace("pm:since", due))
    on = ("--home", small, "standards", "diff", old, new, "--on")
    assert polyseme(*on, "2026-12-31").code == 0
    assert polyseme(*on, "2027-01-01").code == 1


def test_a_new_standard_of_a_domain_is_compared_with_what_is_in_force(
    polyseme: Command, tmp_path: Path, small: Path
) -> None:
    ran = polyseme("--home", small, "standards", "diff", small_mesh.layer(tmp_path), "-v")
    assert "added    SALES-01 keywords   violation; gate: ci" in ran.out
    assert "+ violation  A product of sales has a keyword: dcat:keyword is missing." in ran.out
    assert "1 standard changed · 3 products judged" in ran.out


def test_the_mesh_may_be_a_folder_of_files(polyseme: Command, tmp_path: Path) -> None:
    shapes = small_mesh.chosen(tmp_path)
    ran = polyseme("standards", "diff", shapes, shapes, "--against", BROKEN)
    assert ran.code == 3, "one of the files there cannot be read, so not all was judged"
    assert "0 standards changed" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "shapes"), "write polyseme standards list"),
        (("test",), "write polyseme standards test DIR"),
        (("diff",), "write polyseme standards diff [OLD] NEW"),
        (("diff", "a", "b", "c"), "write polyseme standards diff [OLD] NEW"),
        (("prove",), "usage: polyseme standards list|test DIR|diff"),
        (("diff", "shapes", "--on", "soon"), "usage: polyseme standards"),
        (("diff", "shapes", "--against", "nowhere"), "name a data directory, a folder"),
        (("diff", "nowhere"), "name a folder that holds one folder with a shape.ttl"),
        (("list", "--format", "xml"), "the formats are text, json"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(
    polyseme: Command, arguments: tuple[str, ...], said: str
) -> None:
    ran = polyseme("standards", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
