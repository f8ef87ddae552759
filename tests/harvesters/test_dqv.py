"""Measurements in DQV: what is taken, what is refused, and where it says so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_service.harvesting import Document, Faulty, Harvested, Names, Source
from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.runner import Harvest, harvest
from catalog_service.terms import PM, UNIT, Iri
from harvesters.dqv import DqvHarvester

BASE = "https://mesh.example/"
PORT = "https://mesh.example/products/listens/ports/sql"
HEAD = """@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
WHOLE = {
    "part": f"dqv:computedOn <{PORT}>",
    "metric": "dqv:isMeasurementOf pm:Freshness",
    "value": "dqv:value 3.5",
    "unit": "sdmx-attribute:unitMeasure unit:HR",
    "time": 'prov:generatedAtTime "2026-02-01T06:00:00Z"^^xsd:dateTime',
}


def turtle(**other: str) -> str:
    said = " ;\n  ".join(text for text in (WHOLE | other).values() if text)
    return f"{HEAD}<urn:m:1> a dqv:QualityMeasurement ;\n  {said} .\n"


def stated(tmp_path: Path, text: str, name: str = "m.ttl") -> list[Harvested | Faulty]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return list(DqvHarvester().harvest(Source([Document(file, name)], Names(BASE))))


def harvested(tmp_path: Path, text: str, name: str = "m.ttl") -> Harvest:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return harvest([file], harvesters(), base=BASE)


def test_a_measurement_is_read_whole(tmp_path: Path) -> None:
    (told,) = harvested(tmp_path, turtle()).measured
    measured = told.measurement
    assert (measured.computed_on, measured.metric) == (PORT, PM.Freshness)
    assert (measured.value.lexical, measured.unit) == ("3.5", UNIT.HR)
    assert measured.time == datetime(2026, 2, 1, 6, tzinfo=UTC)
    assert (told.source, told.origin.line if told.origin else 0) == ("dqv", 7)


def test_a_file_of_measurements_states_no_product(tmp_path: Path) -> None:
    found = harvested(tmp_path, turtle())
    assert not found.submissions
    assert [row.outcome for row in found.files] == ["harvested"]


@pytest.mark.parametrize("lacking", ["part", "metric", "value", "time"])
def test_what_lacks_a_part_is_refused_at_its_line(tmp_path: Path, lacking: str) -> None:
    (fault,) = stated(tmp_path, turtle(**{lacking: ""}))
    assert isinstance(fault, Faulty)
    assert not fault.unread
    assert "lacks" in fault.message
    assert fault.origin.line == 7


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": 'dqv:value "much"'}, "is no number"),
        ({"value": 'dqv:value "NaN"^^xsd:double'}, "is no number"),
        ({"value": "dqv:value true"}, "is no number"),
        ({"value": "dqv:value 3.5, 4.5"}, '"3.5"'),
        ({"time": 'prov:generatedAtTime "2026-02-01"^^xsd:date'}, "is no time"),
        ({"time": 'prov:generatedAtTime "yesterday"^^xsd:dateTime'}, "is no time"),
        ({"metric": 'dqv:isMeasurementOf "freshness"'}, "is no IRI"),
        ({"unit": 'sdmx-attribute:unitMeasure "hours"'}, "is no IRI"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused(
    tmp_path: Path, wrong: dict[str, str], said: str
) -> None:
    faults = stated(tmp_path, turtle(**wrong))
    assert faults
    assert all(isinstance(fault, Faulty) for fault in faults)
    assert said in " ".join(fault.message for fault in faults if isinstance(fault, Faulty))


def test_one_bad_measurement_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    second = turtle(value="").replace("urn:m:1", "urn:m:2").removeprefix(HEAD)
    found = harvested(tmp_path, turtle() + second)
    assert len(found.measured) == 1
    assert [row.outcome for row in found.files] == ["refused"]


def test_a_time_without_a_zone_is_taken_for_utc(tmp_path: Path) -> None:
    naive = WHOLE["time"].replace("Z", "")
    (told,) = harvested(tmp_path, turtle(time=naive)).measured
    assert told.measurement.time == datetime(2026, 2, 1, 6, tzinfo=UTC)


def test_a_measurement_without_a_name_is_found_by_what_it_says(tmp_path: Path) -> None:
    first = turtle().replace("<urn:m:1>", "[]")
    second = turtle(value="dqv:value 4.5").removeprefix(HEAD).replace("<urn:m:1>", "[]")
    told = harvested(tmp_path, first + "\n" + second).measured
    lines = {one.measurement.value.lexical: one.origin and one.origin.line for one in told}
    assert lines == {"3.5": 7, "4.5": 14}


def test_what_is_not_kept_of_a_measurement_is_told(tmp_path: Path) -> None:
    found = harvested(tmp_path, turtle(more='<http://purl.org/dc/terms/title> "nightly"'))
    assert [f.standard for row in found.files for f in row.findings] == ["unread-key"]


def test_a_file_that_speaks_of_dqv_and_measures_nothing_is_refused(tmp_path: Path) -> None:
    text = f"{HEAD}<urn:x> dqv:inDimension <urn:QualityMeasurement> .\n"
    (fault,) = stated(tmp_path, text)
    assert isinstance(fault, Faulty)
    assert "no measurement" in fault.message


def test_json_ld_is_read_with_the_line_of_the_measurement(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "harvesters/dqv/samples/linked/measurements.jsonld"
    (told,) = harvested(tmp_path, sample.read_text(encoding="utf-8"), "m.jsonld").measured
    assert told.measurement.metric == PM.Availability
    assert told.origin is not None
    assert told.origin.line == 10


def test_json_ld_with_a_context_from_elsewhere_is_unreadable(tmp_path: Path) -> None:
    text = '{"@context": "https://www.w3.org/ns/dqv", "@type": "http://www.w3.org/ns/dqv#QualityMeasurement"}'
    (fault,) = stated(tmp_path, text, "m.json")
    assert isinstance(fault, Faulty)
    assert fault.unread


def test_a_decision_in_turtle_stays_with_the_federation(tmp_path: Path) -> None:
    text = f"""{HEAD}<{BASE}decisions/quality> a pm:Decision .
<urn:metric> a dqv:Metric ; dqv:expectedDataType xsd:decimal . <urn:x> dqv:isMeasurementOf <urn:metric> ."""
    file = tmp_path / "d.ttl"
    file.write_text(text, encoding="utf-8")
    assert not DqvHarvester().recognises(Document(file, "d.ttl"))


def test_the_kind_is_found_by_name() -> None:
    assert harvesters(("dqv",)).keys() == {"dqv"}
    assert Iri(PORT)
