"""Observing: measurements from outside, their place, their order, and what is not taken."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_publisher import BASE, GOVERNANCE, NOW, iri, product, submission
from test_replay import MESH

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.findings import Severity
from catalog_service.domain.measurement import Measured, Measurement
from catalog_service.domain.rdf import Literal, Origin, Triple, number
from catalog_service.publishing import observing
from catalog_service.settings import Settings
from catalog_service.terms import DQV, PM, RDF, UNIT, Iri

PORT = Iri(f"{BASE}products/orders/ports/sql")
HOUR = timedelta(hours=1)


def fresh(
    hours: float, time: datetime = NOW, part: Iri = PORT, metric: Iri = PM.Freshness
) -> Measured:
    measurement = Measurement(part, metric, number(hours), time, UNIT.HR)
    return Measured(measurement, Origin("probe.ttl", 3, 1), "dqv")


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Catalog]:
    with build(Settings(home=tmp_path / "home", base_iri=BASE)) as made:
        made.__dict__["standards"] = MESH
        made.publisher.publish(
            [submission(GOVERNANCE), submission(product("orders"), "orders")],
            publisher="ana",
            now=NOW,
        )
        yield made


def shown(catalog: Catalog) -> set[Iri]:
    """The names of the measurements that the graph shows."""
    return {s for s, _, _ in catalog.view().graph(Iri(f"{iri('orders')}/observed"))}


def names(*told: Measured) -> set[Iri]:
    return {one.measurement.name for one in told}


def test_a_measurement_stands_in_the_observed_graph_of_its_product(orders: Catalog) -> None:
    told = fresh(3)
    found = orders.publisher.observe([told], now=NOW)
    assert (found.recorded, found.findings) == (1, ())
    assert shown(orders) == names(told)
    kept = orders.view().graph(observing.graph_of(iri("orders")))
    assert Triple(told.measurement.name, RDF.type, DQV.QualityMeasurement) in kept
    assert len(kept) == len(told.measurement.triples())


def test_a_measurement_is_no_publication(orders: Catalog) -> None:
    revision = orders.journal.revision()
    before = orders.view().graph(iri("orders"))
    orders.publisher.observe([fresh(3)], now=NOW)
    assert orders.journal.revision() == revision
    assert set(orders.view().graph(iri("orders"))) == set(before)


def test_the_same_measurement_twice_is_recorded_once(orders: Catalog) -> None:
    assert orders.publisher.observe([fresh(3), fresh(3)], now=NOW).recorded == 1
    assert orders.publisher.observe([fresh(3)], now=NOW + HOUR).recorded == 0
    assert shown(orders) == names(fresh(3))


def test_the_latest_counts_in_whatever_order_they_arrive(orders: Catalog) -> None:
    orders.publisher.observe([fresh(3)], now=NOW)
    late = orders.publisher.observe([fresh(30, NOW - HOUR)], now=NOW)
    assert late.recorded == 1
    assert shown(orders) == names(fresh(3))


def test_each_metric_has_its_own_latest(orders: Catalog) -> None:
    up = fresh(99.9, NOW - HOUR, metric=PM.Availability)
    orders.publisher.observe([fresh(3), up], now=NOW)
    assert shown(orders) == names(fresh(3), up)


def test_figures_of_one_moment_are_both_told(orders: Catalog) -> None:
    orders.publisher.observe([fresh(3), fresh(4)], now=NOW)
    assert shown(orders) == names(fresh(3), fresh(4))


def test_measurements_survive_a_restart_and_a_rebuild(orders: Catalog, tmp_path: Path) -> None:
    orders.publisher.observe([fresh(3)], now=NOW)
    orders.rebuild()
    assert shown(orders) == names(fresh(3))
    orders.close()
    with build(Settings(home=tmp_path / "home"), write=False) as again:
        assert shown(again) == names(fresh(3))


def test_a_part_of_no_published_product_is_a_finding_at_its_line(orders: Catalog) -> None:
    lost = fresh(3, part=Iri(f"{BASE}products/orders/ports/none"))
    (finding,) = orders.publisher.observe([lost, fresh(3)], now=NOW).findings
    assert (finding.standard, finding.severity) == ("unknown-reference", Severity.VIOLATION)
    assert (finding.file, finding.line, finding.value) == (
        "probe.ttl", 3, lost.measurement.computed_on,
    )  # fmt: skip
    assert shown(orders) == names(fresh(3))


def test_an_unknown_metric_is_a_finding(orders: Catalog) -> None:
    odd = Iri(f"{BASE}metrics/odd")
    (finding,) = orders.publisher.observe([fresh(3, metric=odd)], now=NOW).findings
    assert (finding.standard, finding.value) == ("unknown-reference", odd)
    assert "pm:Freshness" in finding.fix


def test_a_metric_of_the_products_own_is_known(orders: Catalog) -> None:
    own = f"{iri('orders')}/datasets/d/metrics/late"
    more = f"<{own}> a <{DQV.Metric}> ."
    orders.publisher.publish(
        [submission(product("orders", version="1.1.0", more=more), "orders")],
        publisher="ana",
        now=NOW,
    )
    assert not orders.publisher.observe([fresh(0, metric=Iri(own))], now=NOW).findings


def test_a_measurement_from_the_future_would_hide_all_others(orders: Catalog) -> None:
    (finding,) = orders.publisher.observe([fresh(3, NOW + 2 * HOUR)], now=NOW).findings
    assert finding.standard == "unknown-value"
    assert "still to come" in finding.message
    assert not shown(orders)


def test_times_of_other_zones_are_compared_as_moments(orders: Catalog) -> None:
    east = datetime.fromisoformat("2026-02-01T01:30:00+02:00")  # half an hour before midnight UTC
    orders.publisher.observe([fresh(30, east), fresh(3, NOW)], now=NOW)
    assert shown(orders) == names(fresh(3))
    assert fresh(1, east).measurement.stamp == "2026-01-31T23:30:00Z"


def test_nobody_is_measured_by_a_graph_that_claims_their_port(orders: Catalog) -> None:
    """A product may name a foreign node; that does not make the node its part."""
    found = observing.placed(
        orders.view(),
        [fresh(3, part=Iri(f"{BASE}products/payments/ports/sql"))],
        run={iri("orders"): [
            Triple(Iri(f"{BASE}products/payments/ports/sql"), RDF.type, Iri("http://www.w3.org/ns/dcat#DataService")),
        ]},
        now=NOW,
    )  # fmt: skip
    assert found.findings


def test_a_value_is_kept_as_it_was_written(orders: Catalog) -> None:
    written = Literal("1.50", number(1).datatype)
    told = Measured(Measurement(PORT, PM.Freshness, written, NOW.astimezone(UTC)))
    orders.publisher.observe([told], now=NOW)
    ((kept,),) = orders.journal.observations.latest().values()
    assert kept.value == written
