"""dbt tests are metrics and objectives; what runs measured is stated with its time."""

from pathlib import Path

import pytest
from dbt_reading import (
    ORDERS,
    PORT,
    SHOP,
    check,
    harvest,
    manifest,
    messages,
    node,
    reads,
    results,
    row,
    source,
    values,
)

from catalog_service.domain.rdf import Literal
from catalog_service.terms import (
    DCT,
    DQV,
    ODRL,
    PM,
    PROV,
    SDMX,
    SKOS,
    UNIT,
    XSD,
    Iri,
)


def test_a_test_is_a_metric_of_a_kind_with_an_objective(tmp_path: Path) -> None:
    test = check("not_null", error_if=">10")
    parts = harvest(tmp_path, manifest(node(columns={"id": {"name": "id"}}), test))
    metric = Iri(f"{ORDERS}/metrics/not_null_orders_id")
    slo = Iri(f"{PORT}/slo/not_null_orders_id")
    assert values(parts, metric, SKOS.broadMatch) == {PM.Completeness}
    assert values(parts, metric, DCT.subject) == {Iri(f"{ORDERS}/columns/id")}
    assert values(parts, slo, PM.indicator) == {metric}
    assert values(parts, slo, PM.comparator) == {ODRL.lteq}
    assert values(parts, slo, PM.target) == {Literal("10.0", XSD.decimal)}


def test_a_test_says_over_which_time_it_is_judged_and_what_it_counts(tmp_path: Path) -> None:
    test = check("mostly", fail_calc="avg(late)", meta={"window": "P1D", "unit": "percent"})
    results_of = results(row(test, "pass", 0))
    parts = harvest(tmp_path, manifest(node(), test), run_results=results_of)
    slo = Iri(f"{PORT}/slo/mostly_orders_id")
    assert values(parts, slo, PM.window) == {Literal("P1D", XSD.duration)}
    assert values(parts, slo, SDMX.unitMeasure) == {UNIT.PERCENT}
    (measured,) = {
        fact.triple.subject
        for part in parts
        for fact in part.facts
        if fact.triple[1:] == (DQV.computedOn, PORT)
    }
    assert values(parts, measured, SDMX.unitMeasure) == {UNIT.PERCENT}


@pytest.mark.parametrize(
    ("meta", "complaint"),
    [({"window": "daily"}, "`meta.window`"), ({"unit": "miles"}, "`meta.unit`")],
)
def test_a_window_or_unit_of_a_test_that_is_none_is_warned_of_once(
    meta: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    test = check("unique", meta=meta)
    parts = harvest(tmp_path, manifest(node(), test), run_results=results(row(test, "pass", 0)))
    assert messages(parts).count(complaint) == 1
    assert not values(parts, Iri(f"{PORT}/slo/unique_orders_id"), PM.window)


def test_a_test_that_only_warns_promises_nothing(tmp_path: Path) -> None:
    parts = harvest(tmp_path, manifest(node(), check("unique", severity="warn")))
    assert not values(parts, PORT, PM.slo)
    assert values(parts, Iri(f"{ORDERS}/metrics/unique_orders_id"), SKOS.broadMatch)


def test_a_test_of_a_package_is_no_kind_of_the_catalogue(tmp_path: Path) -> None:
    test = check("unique")
    test["test_metadata"]["namespace"] = "dbt_utils"
    parts = harvest(tmp_path, manifest(node(), test))
    assert not values(parts, Iri(f"{ORDERS}/metrics/unique_orders_id"), SKOS.broadMatch)


def test_failing_rows_are_measured(tmp_path: Path) -> None:
    test = check("unique")
    parts = harvest(tmp_path, manifest(node(), test), run_results=results(row(test, "fail", 3)))
    (measured,) = {
        fact.triple.subject
        for part in parts
        for fact in part.facts
        if fact.triple.object == DQV.QualityMeasurement
    }
    assert values(parts, measured, DQV.value) == {Literal("3.0", XSD.decimal)}
    assert values(parts, measured, DQV.computedOn) == {PORT}
    at = Literal("2026-01-31T09:30:00.000001Z", XSD.dateTime)
    assert values(parts, measured, PROV.generatedAtTime) == {at}


@pytest.mark.parametrize("status", ["skipped", "error", "no-op", "runtime error"])
def test_a_test_that_did_not_run_measured_nothing(status: str, tmp_path: Path) -> None:
    test, absent = check("unique"), check("not_null")
    written = manifest(node(), test, absent)
    parts = harvest(tmp_path, written, run_results=results(row(test, status, 0)))
    assert not [f for p in parts for f in p.facts if f.triple.object == DQV.QualityMeasurement]
    assert f"unique_orders_id ({status})" in messages(parts)
    assert "not_null_orders_id (not run)" in messages(parts)


def test_the_age_of_a_source_is_measured_on_its_input(tmp_path: Path) -> None:
    aged = {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json"},
        "results": [
            {
                "unique_id": "source.shop.till.raw",
                "snapshotted_at": "2026-01-31T09:30:00Z",
                "max_loaded_at_time_ago_in_s": 90.5,
                "status": "warn",
            }
        ],
    }
    written = manifest(node(depends_on=reads("source.shop.till.raw")), sources=[source()])
    parts = harvest(tmp_path, written, sources=aged)
    measured = Iri(f"{SHOP}/inputs/till.raw/measurements/freshness@2026-01-31T09:30:00Z")
    assert values(parts, measured, DQV.isMeasurementOf) == {PM.Freshness}
    assert values(parts, measured, DQV.value) == {Literal("90.5", XSD.decimal)}
