"""Measurements out of the facts that harvesters state of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from catalog_service.domain.measurement import Measured, Measurement
from catalog_service.domain.rdf import Literal, Origin, Term
from catalog_service.harvesting.assembled import Part
from catalog_service.terms import DQV, PROV, SDMX, Iri


def measured(parts: Iterable[Part]) -> tuple[Measured, ...]:
    """The measurements that parts state, in their order."""
    return tuple(one for part in parts for one in _of(part))


def _of(part: Part) -> Iterator[Measured]:
    said: dict[Iri, dict[Iri, Term]] = {}
    places: dict[Iri, Origin] = {}
    for (subject, predicate, value), origin in part.harvested.facts:
        said.setdefault(subject, {})[predicate] = value
        places.setdefault(subject, origin)
    for name, about in said.items():
        metric, unit = about[DQV.isMeasurementOf], about.get(SDMX.unitMeasure)
        value, time = about[DQV.value], about[PROV.generatedAtTime]
        if not isinstance(metric, str) or isinstance(value, str) or isinstance(time, str):
            msg = f"a harvester of kind {part.kind} states {name} out of terms of the wrong kind"
            raise TypeError(msg)
        yield Measured(
            Measurement(
                part.harvested.subject,
                metric,
                value,
                _moment(time),
                None if isinstance(unit, Literal) else unit,
            ),
            places[name],
            part.kind,
        )


def _moment(written: Literal) -> datetime:
    """A time in UTC; one that names no zone is taken for UTC."""
    found = datetime.fromisoformat(written.lexical)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
