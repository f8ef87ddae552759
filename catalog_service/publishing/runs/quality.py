"""What runs measured: the facets of quality as measurements of ports and columns.

A check that says no more than that it passed found nothing amiss; one that failed without saying
how often measured nothing that could be compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from catalog_service.domain.measurement import Measured, Measurement
from catalog_service.domain.rdf import Literal, number
from catalog_service.domain.runs import Dataset, Event
from catalog_service.publishing.runs.addresses import Place
from catalog_service.publishing.runs.meant import Meant
from catalog_service.terms import PM, UNIT, XSD, Iri

SOURCE = "openlineage"


def measured(events: Iterable[Event], meant: Meant) -> Iterator[tuple[Iri, Measured]]:
    """The measurements in the facets of events, each with the product whose part was measured."""
    for event in events:
        for dataset in (*event.inputs, *event.outputs):
            place = meant.place(dataset)
            if place is not None:
                for found in (
                    *_assertions(event, dataset, place, meant),
                    *_columns(event, dataset, place, meant),
                ):
                    yield place.product, Measured(found, source=SOURCE)


def _assertions(
    event: Event, dataset: Dataset, place: Place, meant: Meant
) -> Iterator[Measurement]:
    """Checks that the product has a metric for: how often each failed."""
    told = dataset.facets.get("dataQualityAssertions", {}).get("assertions")
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            continue
        metric = meant.metric(place, one["name"])
        failed = _failed(one)
        if metric is not None and failed is not None:
            yield Measurement(place.port, metric.iri, number(str(failed)), event.time, metric.unit)


def _failed(told: Mapping[str, Any]) -> Decimal | None:
    actual = _figure(told.get("actual"))
    if actual is not None:
        return actual
    return Decimal(0) if told.get("success") is True else None


def _columns(event: Event, dataset: Dataset, place: Place, meant: Meant) -> Iterator[Measurement]:
    """Of columns: the share of values that are there, and of those that are no repetition."""
    facet = dataset.facets.get("dataQualityMetrics", {})
    rows = _figure(facet.get("rowCount"))
    columns = facet.get("columnMetrics")
    for name, told in columns.items() if isinstance(columns, dict) and rows else ():
        column = meant.column(place, name)
        if column is None or not isinstance(told, dict) or not rows:
            continue
        missing, distinct = _figure(told.get("nullCount")), _figure(told.get("distinctCount"))
        if missing is not None and 0 <= missing <= rows:
            yield _share(column, PM.Completeness, 1 - missing / rows, event)
        if distinct is not None and 0 <= distinct <= rows:
            yield _share(column, PM.Uniqueness, distinct / rows, event)


def _share(column: Iri, metric: Iri, share: Decimal, event: Event) -> Measurement:
    value = Literal(f"{round(share, 9).normalize():f}", XSD.decimal)
    return Measurement(column, metric, value, event.time, UNIT.UNITLESS)


def _figure(told: Any) -> Decimal | None:  # noqa: ANN401 - whatever JSON holds
    """A finite number, also where it is written as text, as the Python client does."""
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        figure = Decimal(str(told).strip())
    except ArithmeticError:
        return None
    return figure if figure.is_finite() else None
