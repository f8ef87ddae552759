"""polyseme sweep: what it tells of a broken promise, in every format, and how it ends."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli_running import Command

from catalog_service.bootstrap import Catalog
from catalog_service.cli.app import run
from catalog_service.cli.exits import FINDINGS, FINE, INTERRUPTED, UNCHECKED, USAGE
from catalog_service.publishing.sweep import Swept
from catalog_service.terms import Iri

PROFILES = "https://mesh.media.example/products/users.profiles"
PORT = f"{PROFILES}/ports/profiles"
USER = "https://mesh.media.example/products/podcasts.listener_demographics"


def measured(file: Path, value: float, *, port: str = PORT, metric: str = "Freshness") -> Path:
    """A file that says how old the data of a port was an hour ago."""
    hour = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    file.write_text(
        f"""@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] dqv:computedOn <{port}> ; dqv:isMeasurementOf pm:{metric} ; dqv:value {value} ;
  sdmx-attribute:unitMeasure unit:HR ; prov:generatedAtTime "{hour}"^^xsd:dateTime .
""",
        encoding="utf-8",
    )
    return file


@pytest.fixture(scope="module")
def late(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where the profiles are older than they promise to be; swept once."""
    folder = tmp_path_factory.mktemp("late")
    shutil.copytree(home, folder / "home")
    given = ["--home", str(folder / "home"), "--quiet"]
    assert run([*given, "harvest", str(measured(folder / "m.ttl", 1000))]) == FINE
    assert run([*given, "sweep", "--output", f"json:{folder / 'first.json'}"]) == FINDINGS
    return folder / "home"


def test_a_broken_promise_is_told_with_those_who_rely_on_it(late: Path) -> None:
    told = json.loads((late.parent / "first.json").read_text(encoding="utf-8"))["sweep"]
    (fallen,) = told["fallen"]
    assert (fallen["product"], fallen["recovered"]) == (PROFILES, None)
    assert USER in {user["iri"] for user in fallen["consumers"]}
    assert all(user["owner"] and user["registered"] for user in fallen["consumers"])
    assert [(r["action"], r["outcome"].endswith(("published", "revision"))) for r in fallen["recoveries"]] == [
        ("harvest again", True), ("roll back", True),
    ]  # fmt: skip


def test_the_next_sweep_carries_over_and_says_so(polyseme: Command, late: Path) -> None:
    polyseme("--home", late, "sweep", "--quiet")
    ran = polyseme("--home", late, "sweep")
    assert ran.code == FINDINGS
    assert "0 judged, 18 carried over · 1 product fallen out" in ran.out
    assert f"fallen out   {PROFILES}" in ran.out
    assert f"used by {USER}, owner " in ran.out
    assert "profiles.odcs.yaml:" in ran.out  # where the promise was read
    assert "checked  " not in ran.out  # verdicts are counted, not listed


def test_every_format_tells_the_broken_promise(polyseme: Command, late: Path) -> None:
    suites = polyseme("--home", late, "--format", "junit", "sweep").out
    failed = ET.fromstring(suites).findall(".//failure")  # noqa: S314 - our own output
    assert any("slo-met" in (case.get("type") or "") + (case.text or "") for case in failed) or (
        "slo-met" in suites
    )
    for name in ("jsonl", "sarif", "github", "gitlab", "markdown", "rdf"):
        assert "slo-met" in polyseme("--home", late, "--format", name, "sweep").out, name


def test_exit_zero_is_for_steps_that_upload_a_report(polyseme: Command, late: Path) -> None:
    assert polyseme("--home", late, "sweep", "--exit-zero").code == FINE


def test_fail_on_warning_counts_what_nobody_measures(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "home")
    ran = polyseme("--home", tmp_path / "home", "sweep", "--fail-on", "warning", "--no-recover")
    assert ran.code == FINDINGS
    assert "slo-measured" in ran.out


def test_a_home_that_is_not_there_has_nothing_to_sweep(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("--home", tmp_path / "none", "sweep")
    assert ran.code == FINE
    assert "0 judged, 0 carried over" in ran.out


def test_a_sweep_that_was_stopped_says_what_is_left(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalog, "sweep", lambda *_, **__: Swept((), 0, left=7))
    ran = polyseme("--home", tmp_path / "home", "sweep")
    assert ran.code == INTERRUPTED
    assert "stopped: 0 were judged and are kept, 7 are left" in ran.out


def test_what_could_not_be_judged_exits_3(
    polyseme: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Swept((), 0, lost=(Iri(PROFILES),))
    monkeypatch.setattr(Catalog, "sweep", lambda *_, **__: lost)
    ran = polyseme("--home", tmp_path / "home", "sweep", "--exit-zero")
    assert ran.code == UNCHECKED
    assert f"<{PROFILES}> could not be judged" in ran.out


def test_a_measurement_of_nothing_that_is_published_is_refused_at_its_line(
    polyseme: Command, late: Path, tmp_path: Path
) -> None:
    file = measured(tmp_path / "lost.ttl", 3, port=f"{PROFILES}/ports/none")
    ran = polyseme("--home", late, "harvest", file)
    assert ran.code == FINDINGS
    assert f"{file}:7" in ran.out
    assert "no published product has a port" in ran.out
    assert "0 measurements, 0 recorded, 1 refused" in ran.out


def test_a_dry_run_records_no_measurement(polyseme: Command, home: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(home, tmp_path / "home")
    file = measured(tmp_path / "m.ttl", 5)
    ran = polyseme("--home", mine, "harvest", "--dry-run", file)
    assert (ran.code, "1 measurement, 0 recorded" in ran.out) == (FINE, True)
    assert "1 measurement, 1 recorded" in polyseme("--home", mine, "harvest", file).out
    again = polyseme("--home", mine, "--format", "json", "harvest", file).told
    assert again["measurements"] == {"told": 1, "recorded": 0, "refused": 0}


def test_an_unknown_format_is_a_wrong_use(polyseme: Command, tmp_path: Path) -> None:
    assert polyseme("--home", tmp_path, "--format", "xml", "sweep").code == USAGE
