"""What a contract promises: service levels, retention, ends, and the rules on its data."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, refused, stated

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, number
from catalog_service.terms import (
    DCT,
    DPV,
    DQV,
    ODRL,
    PM,
    RDF,
    RDFS,
    SDMX,
    SKOS,
    UNIT,
    XSD,
    Iri,
)
from harvesters.odcs import OdcsHarvester
from harvesters.odcs.promises import METRIC_UNITS, PROMISES
from harvesters.odcs.units import amount, duration

ODCS = OdcsHarvester()
ROOT = Path(__file__).parents[2]
TABLES = "schema: [{name: t, properties: [{name: a}]}, {name: u}]\n"
PORT = "servers: [{server: p, type: s3}]\n"
Reader = Callable[[str], Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(ODCS, tmp_path, HEAD, PORT + TABLES + body)


@pytest.fixture
def promise(read: Reader) -> Callable[[str], Read]:
    return lambda keys: read(f"slaProperties: [{{{keys}}}]\n")


def objectives(found: Read, *path: str) -> dict[str, Iri]:
    bearer = found.part(*path)
    slos = [slo for slo in found.objects(bearer, PM.slo) if isinstance(slo, str)]
    return {slo.removeprefix(f"{bearer}/slo/"): Iri(slo) for slo in slos}


def said(found: Read, slo: Iri) -> tuple[object, ...]:
    keys = (PM.indicator, PM.comparator, PM.target, SDMX.unitMeasure, PM.window)
    return tuple(next(iter(found.objects(slo, key)), None) for key in keys)


@pytest.mark.parametrize(
    ("keys", "metric", "comparator", "target", "unit"),
    [
        ("property: latency, value: 4, unit: d", PM.Freshness, ODRL.lteq, "5760", UNIT.MIN),
        ("property: ly, value: PT24H", PM.Freshness, ODRL.lteq, "1440", UNIT.MIN),
        ("property: frequency, value: 1, unit: hour", PM.Freshness, ODRL.lteq, "60", UNIT.MIN),
        ("property: latency, value: 500, unit: ms", PM.Freshness, ODRL.lteq, "0.5", UNIT.SEC),
        ("property: latency, value: 1, unit: month", PM.Freshness, ODRL.lteq, "1", UNIT.MO),
        (
            "property: availability, value: 99.9, unit: percent",
            PM.Availability,
            ODRL.gteq,
            "0.999",
            UNIT.UNITLESS,
        ),
        (
            "property: availability, value: 95%, unit: '%'",
            PM.Availability,
            ODRL.gteq,
            "0.95",
            UNIT.UNITLESS,
        ),
        ("property: av, value: 0.99", PM.Availability, ODRL.gteq, "0.99", None),
        ("property: errorRate, value: 1%", PM.ErrorRate, ODRL.lteq, "0.01", UNIT.UNITLESS),
        (
            "property: timeToDetect, value: 2 hours",
            PM.TimeToDetect,
            ODRL.lteq,
            "120",
            UNIT.MIN,
        ),
        ("property: TimeToRepair, value: P1D", PM.TimeToRecover, ODRL.lteq, "1440", UNIT.MIN),
    ],
)
def test_a_service_level_is_an_objective_of_the_catalogue(  # noqa: PLR0917 - a row of the table
    promise: Callable[[str], Read],
    keys: str,
    metric: Iri,
    comparator: Iri,
    target: str,
    unit: Iri | None,
) -> None:
    found = promise(keys)
    (slo,) = objectives(found, "ports", "p").values()
    assert found.objects(slo, RDF.type) == {PM.ServiceLevelObjective}
    assert said(found, slo) == (metric, comparator, number(target), unit, None)
    assert found.quiet


def test_the_units_of_promises_are_those_of_the_ontology() -> None:
    text = (ROOT / "ontology" / "quality.ttl").read_text(encoding="utf-8")
    for metric in {metric for metric, _ in PROMISES.values()}:
        name = metric.removeprefix(PM.base)
        stanza = text.partition(f"pm:{name} a dqv:Metric")[2].partition(" .\n")[0]
        unit = METRIC_UNITS[metric].removeprefix(UNIT.base)
        assert f"sdmx-attribute:unitMeasure unit:{unit} ;" in stanza


@pytest.mark.parametrize(
    "key", ["valueExt: P30D", "customProperties: [{property: window, value: P30D}]"]
)
def test_a_window_is_stated_only_where_it_is_written(
    promise: Callable[[str], Read], key: str
) -> None:
    found = promise(f"property: availability, value: 99%, {key}")
    (slo,) = objectives(found, "ports", "p").values()
    assert found.objects(slo, PM.window) == {Literal("P30D", XSD.duration)}


def test_an_extended_value_that_is_no_duration_is_no_window(
    promise: Callable[[str], Read],
) -> None:
    found = promise("property: frequency, value: 1, valueExt: 1, unit: d")
    (slo,) = objectives(found, "ports", "p").values()
    assert found.objects(slo, PM.window) == set()


def test_a_promise_about_an_element_says_so(promise: Callable[[str], Read]) -> None:
    found = promise("property: latency, value: 1, unit: h, element: 't.a, u', description: D")
    (name, slo), *_ = objectives(found, "ports", "p").items()
    assert name == "latency@t.a,%20u"
    about = {found.part("datasets", "t", "columns", "a"), found.part("datasets", "u")}
    assert found.objects(slo, DCT.subject) == about
    assert found.texts(slo, DCT.description) == {"D"}


def test_the_default_element_holds_where_none_is_stated(read: Reader) -> None:
    found = read(
        "slaDefaultElement: t.a\nslaProperties: [{property: latency, value: 1, unit: h}]\n"
    )
    (slo,) = objectives(found, "ports", "p").values()
    assert found.objects(slo, DCT.subject) == {found.part("datasets", "t", "columns", "a")}


def test_an_unknown_element_is_warned_of(promise: Callable[[str], Read]) -> None:
    found = promise("property: latency, value: 1, unit: h, element: tab1.txn")
    (finding,) = found.noticed("unknown-reference")
    assert finding.severity is Severity.WARNING


def test_a_contract_without_servers_promises_as_a_product(tmp_path: Path) -> None:
    body = "slaProperties: [{property: av, value: 99%}]\n"
    found = stated(ODCS, tmp_path, HEAD, body)
    assert found.objects(found.product, PM.slo) == {found.part("slo", "av")}


@pytest.mark.parametrize(
    "keys",
    [
        "value: often",
        "value: 4, unit: parsecs",
        "value: 24h, unit: d",
        "value: .inf",
        "value: 0x1F",
        "value: 1e999999",
        "value: P1Y2D",
        "value: 5, unit: m",
    ],
)
def test_what_is_no_amount_is_no_objective(promise: Callable[[str], Read], keys: str) -> None:
    found = promise(f"property: latency, {keys}")
    assert objectives(found, "ports", "p") == {}
    assert len(found.noticed("unknown-value")) == 1


def test_promises_without_a_metric_are_told(promise: Callable[[str], Read]) -> None:
    (finding,) = promise("property: throughput, value: 9").noticed("unread-key")
    assert finding.severity is Severity.INFO
    assert "throughput" in finding.message


def test_a_promise_without_a_value_promises_nothing(read: Reader) -> None:
    found = read("slaProperties: [{property: latency, value: null}, {value: 1}]\n")
    assert objectives(found, "ports", "p") == {}
    assert found.quiet


def test_two_drivers_may_ask_for_two_promises(read: Reader) -> None:
    found = read(
        "slaProperties: [{property: av, value: 99%, driver: regulatory},"
        " {property: av, value: 95%, driver: analytics}]\n"
    )
    assert set(objectives(found, "ports", "p")) == {"av", "av%2Fanalytics"}


def test_the_same_promise_twice_is_refused(tmp_path: Path) -> None:
    twice = "slaProperties:\n- {property: av, value: 99%}\n- {property: av, value: 98%}\n"
    fault = refused(ODCS, tmp_path, HEAD, twice)
    assert fault.origin.line == 8
    assert "first on line 7" in fault.message


def test_retention_is_a_storage_condition(read: Reader) -> None:
    found = read(
        "slaProperties: [{property: retention, value: 3, unit: y, element: t.a},"
        " {property: retention, value: P90D, element: u}]\n"
    )
    column, table = found.part("datasets", "t", "columns", "a"), found.part("datasets", "t")
    rule = found.part("datasets", "t", "columns", "a", "retention")
    assert found.objects(column, DPV.hasStorageCondition) == {rule}
    assert found.objects(table, DPV.hasStorageCondition) == {rule}
    assert found.texts(rule, RDFS.label) == {"3 y"}
    other = found.part("datasets", "u", "retention")
    assert found.objects(other, RDF.type) == {DPV.StorageDuration}


def test_retention_of_no_element_is_that_of_every_dataset(promise: Callable[[str], Read]) -> None:
    found = promise("property: retention, value: 1, unit: y")
    for name in "tu":
        rule = found.part("datasets", name, "retention")
        assert found.objects(found.part("datasets", name), DPV.hasStorageCondition) == {rule}


@pytest.mark.parametrize(
    ("more", "day"),
    [("", "2029-01-01"), ("{property: endOfLife, value: '2030-12-31T09:00:00Z'}", "2030-12-31")],
)
def test_the_end_of_life_goes_before_that_of_support(read: Reader, more: str, day: str) -> None:
    found = read(f"slaProperties: [{{property: endOfSupport, value: 2029-01-01}}, {more}]\n")
    assert found.objects(found.product, PM.endOfLife) == {Literal(day, XSD.date)}


def test_an_end_that_is_no_date_is_warned_of(promise: Callable[[str], Read]) -> None:
    found = promise("property: endOfLife, value: some day")
    assert found.objects(found.product, PM.endOfLife) == set()
    assert len(found.noticed("unknown-value")) == 1


def rule(keys: str) -> str:
    return PORT + f"schema: [{{name: t, properties: [{{name: a, quality: [{{{keys}}}]}}]}}]\n"


@pytest.mark.parametrize(
    ("keys", "bounds"),
    [
        ("mustBe: 0", [(ODRL.eq, "0")]),
        ("mustBeGreaterThan: 1", [(ODRL.gt, "1")]),
        ("mustBeGreaterOrEqualTo: 1", [(ODRL.gteq, "1")]),
        ("mustBeLessThan: 2.5", [(ODRL.lt, "2.5")]),
        ("mustBeLessOrEqualTo: 2", [(ODRL.lteq, "2")]),
        ("mustBeBetween: [1, 9]", [(ODRL.gteq, "1"), (ODRL.lteq, "9")]),
    ],
)
def test_a_rule_with_a_threshold_is_a_metric_and_an_objective(
    tmp_path: Path, keys: str, bounds: list[tuple[Iri, str]]
) -> None:
    found = stated(ODCS, tmp_path, HEAD, rule(f"metric: nullValues, {keys}"))
    metric = found.part("datasets", "t", "metrics", "a.nullValues")
    assert found.objects(metric, RDF.type) == {DQV.Metric}
    assert found.objects(metric, DCT.subject) == {found.part("datasets", "t", "columns", "a")}
    assert found.objects(metric, SKOS.broadMatch) == {PM.Completeness}
    slos = {said(found, slo) for slo in objectives(found, "ports", "p").values()}
    assert slos == {(metric, c, number(value), UNIT.NUM, None) for c, value in bounds}


@pytest.mark.parametrize(
    "keys",
    [
        "type: text, description: The address was checked.",
        "type: custom, engine: soda, implementation: {type: x}, dimension: uniqueness",
        "type: library, rule: between, customProperties: [{property: min, value: 0}]",
    ],
)
def test_a_rule_without_a_threshold_is_a_metric_only(tmp_path: Path, keys: str) -> None:
    found = stated(ODCS, tmp_path, HEAD, rule(keys))
    assert objectives(found, "ports", "p") == {}
    assert any(f.triple.object == DQV.Metric for f in found.harvested.facts)
    assert found.quiet


@pytest.mark.parametrize(
    "keys", ["mustNotBe: 3", "mustNotBeBetween: [1, 2]", "mustBe: 'true'", "mustBeBetween: [1]"]
)
def test_a_bound_that_no_objective_can_hold_is_told(tmp_path: Path, keys: str) -> None:
    found = stated(ODCS, tmp_path, HEAD, rule(f"type: sql, query: x, {keys}"))
    assert objectives(found, "ports", "p") == {}
    assert len(found.noticed("unread-key")) == 1


@pytest.mark.parametrize(
    ("keys", "unit"),
    [
        ("type: sql, query: x", None),
        ("metric: rowCount", UNIT.NUM),
        ("metric: nullValues, unit: percent", UNIT.PERCENT),
    ],
)
def test_a_rule_counts_rows_only_where_the_standard_says_so(
    tmp_path: Path, keys: str, unit: Iri | None
) -> None:
    found = stated(ODCS, tmp_path, HEAD, rule(f"{keys}, mustBe: 1"))
    (slo,) = objectives(found, "ports", "p").values()
    assert next(iter(found.objects(slo, SDMX.unitMeasure)), None) == unit


def test_an_unknown_unit_of_a_rule_is_warned_of(tmp_path: Path) -> None:
    found = stated(ODCS, tmp_path, HEAD, rule("metric: rowCount, mustBe: 1, unit: parsecs"))
    (slo,) = objectives(found, "ports", "p").values()
    assert found.objects(slo, SDMX.unitMeasure) == set()
    assert len(found.noticed("unknown-value")) == 1


def test_rules_of_one_kind_are_told_apart(tmp_path: Path) -> None:
    rules = "[{metric: rowCount}, {metric: rowCount}, {name: volume, metric: rowCount}]"
    found = stated(ODCS, tmp_path, HEAD, f"schema: [{{name: t, quality: {rules}}}]\n")
    metrics = {f.triple.subject for f in found.harvested.facts if f.triple.object == DQV.Metric}
    names = ("rowCount", "rowCount-2", "volume")
    assert metrics == {found.part("datasets", "t", "metrics", name) for name in names}


@pytest.mark.parametrize(
    ("written", "lexical"), [("p1w", "P7D"), ("P1W2D", "P9D"), ("PT15M", "PT15M"), ("P30D", "P30D")]
)
def test_durations_become_those_of_xml_schema(written: str, lexical: str) -> None:
    assert duration(written) == Literal(lexical, XSD.duration)


@pytest.mark.parametrize("written", ["P", "PT", "30D", "1 day", "P1.5D", ""])
def test_what_is_no_duration_is_none(written: str) -> None:
    assert duration(written) is None


def test_an_amount_in_two_units_is_none() -> None:
    assert amount("24h", "h") == amount("PT24H")
    assert amount("24h", "d") is None
