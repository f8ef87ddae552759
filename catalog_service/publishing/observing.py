"""Observing: the one way in for what was measured outside of products' own graphs.

A measurement is no publication. It changes no product and passes no gate; it lies in a graph of its
own, `{product}/observed`, where standards of the runtime gate and questions find it. There the
latest of each metric stands; the others are kept beside the journal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from catalog_service.domain.findings import Finding, Severity, in_order
from catalog_service.domain.measurement import Measured, Measurement, Observation
from catalog_service.domain.rdf import Triple
from catalog_service.domain.waivers import within
from catalog_service.graph import View, many, query
from catalog_service.journal import Journal
from catalog_service.publishing.projection import Projection
from catalog_service.terms import CSVW, DCAT, DQV, PROV, RDF, Iri

AHEAD = timedelta(hours=1)
"""How far the clocks of those who measure may be ahead of ours."""
_AT_ONCE = 500
_KINDS = frozenset((DCAT.DataService, DCAT.Dataset, DCAT.Distribution, CSVW.Column))
"""What can be measured; `measured_parts.rq` asks for the same."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of measurements.

    Args:
        observations: those that belong to a product.
        recorded: how many of them were not known before; 0 where nothing was to be recorded.
        findings: why others were not taken.
    """

    observations: tuple[Observation, ...]
    recorded: int = 0
    findings: tuple[Finding, ...] = ()


def graph_of(product: Iri) -> Iri:
    """The name of the graph that holds what was observed of a product."""
    return Iri(f"{product}/observed")


def facts(measurements: Iterable[Measurement]) -> tuple[Triple, ...]:
    """Measurements as facts."""
    return tuple(triple for measured in measurements for triple in measured.triples())


def graphs(latest: Mapping[Iri, Iterable[Measurement]]) -> dict[Iri, tuple[Triple, ...]]:
    """The graphs of observed facts, by name."""
    return {graph_of(product): facts(measured) for product, measured in latest.items()}


def placed(
    view: View,
    told: Sequence[Measured],
    *,
    run: Mapping[Iri, Iterable[Triple]] | None = None,
    now: datetime,
) -> Observed:
    """Find the products whose parts were measured; nothing is recorded.

    Args:
        view: what is published.
        told: the measurements.
        run: what is about to be published beside it.
        now: the time; what claims to be measured later is not taken, for it would hide all others.
    """
    products = _products(view, {one.measurement.computed_on for one in told})
    metrics = _metrics(view, {one.measurement.metric for one in told})
    for whole, triples in (run or {}).items():
        for subject, predicate, value in triples:
            if predicate == RDF.type and value == DQV.Metric:
                metrics.add(subject)
            elif predicate == RDF.type and value in _KINDS and within(subject, whole):
                products[subject] = whole
    observations: list[Observation] = []
    findings: list[Finding] = []
    for one in told:
        measured = one.measurement
        product = products.get(measured.computed_on)
        wrong = _wrong(one, product, known=measured.metric in metrics, now=now)
        if wrong is None and product is not None:
            observations.append(Observation(product, measured, one.source))
        elif wrong is not None:
            findings.append(wrong)
    return Observed(tuple(observations), findings=in_order(findings))


def observe(
    journal: Journal, projection: Projection, told: Sequence[Measured], *, now: datetime
) -> Observed:
    """Record what was measured; when it returns, every question sees it.

    Args:
        journal: beside which it is kept.
        projection: what shows it.
        told: the measurements, in any order; one that is known is harmless.
        now: the time.
    """
    found = placed(projection.store.view(), told, now=now)
    new = journal.observations.record(found.observations, now=now)
    if new:
        touched = {observation.product for observation in new}
        projection.show(graphs(journal.observations.latest(touched)))
    return Observed(found.observations, len(new), found.findings)


def _wrong(one: Measured, product: Iri | None, *, known: bool, now: datetime) -> Finding | None:
    """Why a measurement is not taken; None where it is."""
    for standard, message, fix, path, value in _wrongs(
        one.measurement, product, known=known, now=now
    ):
        return Finding(
            standard,
            Severity.VIOLATION,
            message,
            fix=fix,
            focus=one.measurement.name,
            path=f"<{path}>",
            value=value,
            product=product,
        ).at(one.origin)
    return None


def _wrongs(
    measured: Measurement,
    product: Iri | None,
    *,
    known: bool,
    now: datetime,
) -> Iterator[tuple[str, str, str, Iri, Iri | None]]:
    if product is None:
        part = measured.computed_on
        wrong = f"no published product has a port, dataset or column <{part}>"
        fix = "publish the product first, or write the IRI of its part as `polyseme show` tells it"
        yield "unknown-reference", wrong, fix, DQV.computedOn, part
    if not known:
        wrong = f"<{measured.metric}> is a metric neither of the catalogue nor of a product"
        fix = (
            "use one of the catalogue, such as pm:Freshness or pm:Availability, or let the product"
            " state its own as a dqv:Metric"
        )
        yield "unknown-reference", wrong, fix, DQV.isMeasurementOf, measured.metric
    if measured.time > now.astimezone(UTC) + AHEAD:
        wrong = f"it was measured at {measured.stamp}, which is still to come"
        fix = "set the clock that stamps it, and write the time with its zone"
        yield "unknown-value", wrong, fix, PROV.generatedAtTime, None


def _products(view: View, parts: Iterable[Iri]) -> dict[Iri, Iri]:
    """The products that some nodes are parts of; a product speaks of no parts but its own."""
    found: dict[Iri, Iri] = {}
    text = query(__package__, "measured_parts")
    for batch in _batches(sorted(parts)):
        for row in view.select(many(text, "part", batch)):
            part, product = row.iri("part"), row.iri("product")
            if within(part, product):
                found.setdefault(part, product)
    return found


def _metrics(view: View, named: Iterable[Iri]) -> set[Iri]:
    text = query(__package__, "metrics")
    return {
        row.iri("metric")
        for batch in _batches(sorted(named))
        for row in view.select(many(text, "metric", batch))
    }


def _batches(items: Sequence[Iri]) -> Iterable[Sequence[Iri]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
