"""Measurements: what was observed of a port, a dataset or a column, by whom and when."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from catalog_service.domain.rdf import Literal, Origin, Triple, ntriples
from catalog_service.terms import DQV, PROV, RDF, SDMX, XSD, Iri


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure that was measured.

    Args:
        computed_on: what was measured: a port, a dataset or a column.
        metric: what was measured of it.
        value: the figure.
        time: when, in UTC. The latest counts, in whatever order they arrive.
        unit: its unit; None where it has none.
    """

    computed_on: Iri
    metric: Iri
    value: Literal
    time: datetime
    unit: Iri | None = None

    @property
    def name(self) -> Iri:
        """Its IRI, below what was measured: the same figure told twice has the same name."""
        parts = (self.metric, self.stamp, ntriples(self.value), self.unit or "-")
        digest = sha256("\n".join(parts).encode()).hexdigest()[:32]
        return Iri(f"{self.computed_on}/measurements/{digest}")

    @property
    def stamp(self) -> str:
        """The time as xsd:dateTime writes it."""
        return self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def triples(self) -> tuple[Triple, ...]:
        """It as facts."""
        name = self.name
        stated = [
            Triple(name, RDF.type, DQV.QualityMeasurement),
            Triple(name, DQV.computedOn, self.computed_on),
            Triple(name, DQV.isMeasurementOf, self.metric),
            Triple(name, DQV.value, self.value),
            Triple(name, PROV.generatedAtTime, Literal(self.stamp, XSD.dateTime)),
        ]
        if self.unit is not None:
            stated.append(Triple(name, SDMX.unitMeasure, self.unit))
        return tuple(stated)


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement as somebody tells it.

    Args:
        measurement: what was measured.
        origin: where it stands, for findings about it; None where it came by another way.
        source: who tells it, such as `dqv` or `openlineage`.
    """

    measurement: Measurement
    origin: Origin | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A measurement that came from outside of the product's own graph.

    Args:
        product: the product whose part was measured.
        measurement: what was measured.
        source: who told it, such as `dqv` or `openlineage`.
    """

    product: Iri
    measurement: Measurement
    source: str = ""
