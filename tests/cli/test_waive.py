"""polyseme waive: a decision to be reviewed, which counts once it is harvested."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import small_mesh
from cli_running import Command, Ran
from small_mesh import BASE, SALES

from catalog_service.domain.publication import Fate

UNTIL = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
STRAY = f"{BASE}products/stray"
FEDERATION = f"{BASE}teams/federation"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_mesh.made(tmp_path_factory.mktemp("small"))


@pytest.fixture
def home(untouched: Path, tmp_path: Path) -> Path:
    """A home with the small mesh, to publish to."""
    return Path(shutil.copytree(untouched, tmp_path / "home"))


@pytest.fixture
def waive(polyseme: Command, home: Path, tmp_path: Path) -> Command:
    """`polyseme waive` for the product that is refused, by any other arguments."""

    def ran(*arguments: str | Path, standard: str = "owner-named", at: str = STRAY) -> Ran:
        asked = {"--reason": "The owner has left.", "--until": UNTIL}
        asked["--output"] = str(tmp_path / "waiver.ttl")
        asked |= dict(zip(arguments[::2], arguments[1::2], strict=True))  # type: ignore[arg-type] # of a table
        return polyseme(
            "--home", home, "waive", standard, at, *(part for one in asked.items() for part in one)
        )

    return ran


def test_a_waiver_is_written_reviewed_harvested_and_then_counts(
    waive: Command, polyseme: Command, home: Path, tmp_path: Path
) -> None:
    refused = small_mesh.product("stray", "")
    now = datetime.now(UTC)
    assert small_mesh.publish(home, refused, now=now)[0].fate is Fate.QUARANTINED
    ran = waive()
    file = tmp_path / "waiver.ttl"
    assert ran.code == 0
    assert f"wrote  {file}" in ran.out
    assert f"polyseme harvest {file}" in ran.out
    assert small_mesh.publish(home, refused, now=now)[0].fate is Fate.QUARANTINED, (
        "writing a file changes nothing"
    )
    assert polyseme("--home", home, "harvest", file).code == 0
    (outcome,) = small_mesh.publish(home, refused, now=now)
    assert outcome.fate is Fate.PUBLISHED
    (waiver,) = {found.waiver for found in outcome.verdict.findings if found.waiver}
    assert waiver.startswith(f"{BASE}waivers/owner-named-stray-")
    late = now + timedelta(days=31)
    assert small_mesh.publish(home, refused, now=late)[0].fate is Fate.QUARANTINED


def test_the_file_is_one_decision_that_reads_well(waive: Command, tmp_path: Path) -> None:
    told = waive("--reason", 'She said "no" \\ left.', "--format", "json").told
    text = (tmp_path / "waiver.ttl").read_text(encoding="utf-8")
    assert told["file"] == (tmp_path / "waiver.ttl").as_posix()
    assert (told["applies_to"], told["granted_by"]) == (STRAY, FEDERATION)
    assert told["standard"] == "https://w3id.org/polyseme/shapes#owner-named"
    assert told["expires"] == UNTIL
    assert text.startswith("# An exemption")
    assert f"<{told['decision']}> a pm:Decision ;\n  dct:title " in text
    assert f"prov:wasAttributedTo <{FEDERATION}> ." in text
    assert f"<{told['waiver']}> a pm:Waiver ;\n  pm:waives <{told['standard']}> ;" in text
    assert '  pm:rationale "She said \\"no\\" \\\\ left." ;' in text
    assert f'  pm:expires "{UNTIL}"^^<http://www.w3.org/2001/XMLSchema#date> .' in text


def test_a_product_is_named_as_people_name_it(waive: Command) -> None:
    assert waive("--format", "json", at="returns").told["applies_to"] == f"{BASE}products/returns"
    ran = waive(at="nothing-like-it")
    assert ran.code == 2
    assert "nothing is called 'nothing-like-it'" in ran.err


def test_the_file_has_a_name_of_its_own_and_is_not_written_over(
    polyseme: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ("--home", home, "waive", "DOM-03", STRAY, "--reason", "x", "--until", UNTIL)
    assert polyseme(*given).code == 0
    (file,) = tmp_path.glob("waiver-*.ttl")
    assert re.fullmatch(rf"waiver-owner-named-stray-[0-9a-f]{{6}}-{UNTIL}\.ttl", file.name)
    kept = file.read_text(encoding="utf-8")
    again = polyseme(*given)
    assert again.code == 2
    assert "is there already" in again.err
    assert file.read_text(encoding="utf-8") == kept


def test_who_grants_it_may_be_named(waive: Command, tmp_path: Path) -> None:
    fay = "mailto:fay@small.example"
    assert waive("--granted-by", fay).code == 0
    text = (tmp_path / "waiver.ttl").read_text(encoding="utf-8")
    assert f"pm:grantedBy <{fay}>" in text
    assert f"prov:wasAttributedTo <{FEDERATION}>" in text, "the team of which she is a member"


@pytest.mark.parametrize(
    ("by", "at", "said"),
    [
        ("mailto:eve@small.example", STRAY, "may not waive owner-named"),
        (f"{BASE}teams/sales", STRAY, "may not waive owner-named"),
        ("mailto:ana@small.example", f"{BASE}products/orders", "answers for"),
        ("mailto:ana@small.example", f"{BASE}products/orders/control", "answers for"),
        ("ana", STRAY, "is not an absolute IRI"),
    ],
)
def test_a_waiver_that_would_have_no_effect_is_not_written(
    waive: Command, tmp_path: Path, by: str, at: str, said: str
) -> None:
    ran = waive("--granted-by", by, at=at)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "waiver.ttl").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--until", "2020-01-31", "2020-01-31 is over"),
        ("--until", "2999-01-31", "a waiver lasts at most 90 days"),
        ("--until", "soon", "invalid value"),
        ("--reason", " ", "the waiver has no reason"),
        ("--output", "/nowhere/waiver.ttl", "cannot be written"),
    ],
)
def test_what_makes_no_waiver_is_refused(
    waive: Command, option: str, value: str, said: str
) -> None:
    ran = waive(option, value)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize(
    ("standard", "said"),
    [("no-same-as", "nobody can be excused from no-same-as"), ("golden", "no standard 'golden'")],
)
def test_from_what_nobody_is_excused_no_waiver_is_written(
    waive: Command, standard: str, said: str
) -> None:
    ran = waive(standard=standard)
    assert ran.code == 2
    assert said in ran.err


def test_without_a_catalog_the_product_and_the_granter_are_named_by_iri(
    polyseme: Command, tmp_path: Path
) -> None:
    def ran(at: str, *more: str) -> Ran:
        return polyseme(
            "--home", tmp_path / "nothing", "waive", "described", at, "--reason", "x",
            "--until", UNTIL, "--output", tmp_path / "w.ttl", *more,
        )  # fmt: skip

    assert "there is no catalog to look it up in" in ran("orders").err
    assert "--granted-by" in ran(STRAY).err
    assert ran(STRAY, "--granted-by", FEDERATION).code == 0
    assert not (tmp_path / "nothing").exists()


def test_the_team_of_a_domain_waives_what_the_domain_asks(
    waive: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYSEME_STANDARDS", str(small_mesh.layer(tmp_path)))
    told = waive("--format", "json", standard="SALES-01").told
    assert told["standard"] == f"{SALES}/standards/keywords"
    assert told["granted_by"] == f"{BASE}teams/sales"
