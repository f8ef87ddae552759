"""What was measured outside of products' own graphs, kept beside the journal.

Observed facts are no publications: they are not chained, no gate lets them in, and none is ever
changed. Telling one twice is harmless.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, String, Table, Text, func, inspect, select, true
from sqlalchemy.engine import Engine

from catalog_service.domain.measurement import Measurement, Observation
from catalog_service.domain.rdf import Literal
from catalog_service.journal.tables import metadata
from catalog_service.terms import Iri

_AT_ONCE = 500

observations = Table(
    "observations",
    metadata,
    Column("name", Text, primary_key=True),
    Column("product", Text, nullable=False),
    Column("computed_on", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("datatype", Text, nullable=False),
    Column("unit", Text),
    Column("time", DateTime(timezone=False), nullable=False),  # UTC
    Column("source", String(32), nullable=False),
    Column("received", DateTime(timezone=False), nullable=False),  # UTC
    Index("observations_by_time", "product", "computed_on", "metric", "time"),
)


class Observations:
    """The observed facts of one home.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, told: Sequence[Observation], *, now: datetime) -> tuple[Observation, ...]:
        """Keep what is not known yet.

        Args:
            told: what was observed, in any order.
            now: when it was told.

        Returns:
            What was new.
        """
        received = _naive(now)
        left = {observation.measurement.name: observation for observation in told}
        with self._engine.begin() as connection:
            for names in _batches(list(left)):
                known = select(observations.c.name).where(observations.c.name.in_(names))
                for (name,) in connection.execute(known):
                    del left[Iri(name)]
            rows = [_row(observation) | {"received": received} for observation in left.values()]
            if rows:
                connection.execute(observations.insert(), rows)
        return tuple(left.values())

    def latest(
        self, products: Iterable[Iri] | None = None, *, until: datetime | None = None
    ) -> dict[Iri, tuple[Measurement, ...]]:
        """What was last measured, for each product, part and metric.

        Two figures of one moment are both told: which of them is right nobody here can know.

        Args:
            products: the products to look at; all of them by default.
            until: leave out what was told later.
        """
        if not inspect(self._engine).has_table(observations.name):
            return {}  # the home was made before there were any, and is only read
        found: dict[Iri, list[Measurement]] = {}
        if products is None:
            for row in self._newest(None, until):
                found.setdefault(Iri(row.product), []).append(_measurement(row))
        else:
            for batch in _batches(list(products)):
                for row in self._newest(batch, until):
                    found.setdefault(Iri(row.product), []).append(_measurement(row))
        return {product: tuple(measured) for product, measured in found.items()}

    def _newest(self, products: Sequence[Iri] | None, until: datetime | None) -> Iterator[Any]:
        there = observations.c
        keys = (there.product, there.computed_on, there.metric)
        newest = select(*keys, func.max(there.time).label("newest")).group_by(*keys)
        if products is not None:
            newest = newest.where(there.product.in_(products))
        told = true() if until is None else there.received <= _naive(until)
        newest = newest.where(told)
        last = newest.subquery()
        statement = (
            select(observations)
            .join(
                last,
                (there.product == last.c.product)
                & (there.computed_on == last.c.computed_on)
                & (there.metric == last.c.metric)
                & (there.time == last.c.newest),
            )
            .where(told)
            .order_by(there.product, there.name)
        )
        with self._engine.connect() as connection:
            yield from connection.execute(statement)


def _row(observation: Observation) -> dict[str, Any]:
    measured = observation.measurement
    return {
        "name": measured.name,
        "product": observation.product,
        "computed_on": measured.computed_on,
        "metric": measured.metric,
        "value": measured.value.lexical,
        "datatype": measured.value.datatype,
        "unit": measured.unit,
        "time": _naive(measured.time),
        "source": observation.source,
    }


def _measurement(row: Any) -> Measurement:  # noqa: ANN401 - a row of the table
    return Measurement(
        Iri(row.computed_on),
        Iri(row.metric),
        Literal(row.value, Iri(row.datatype)),
        row.time.replace(tzinfo=UTC),
        Iri(row.unit) if row.unit else None,
    )


def _naive(time: datetime) -> datetime:
    """A time as the database keeps it: in UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)


def _batches(items: Sequence[Iri]) -> Iterator[Sequence[Iri]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
