"""A SPARQL port: rows are asked for over HTTP, from an address that the settings name."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from catalog_service.errors import InvalidIri, Misconfigured, Unavailable
from catalog_service.graph.exchange import Bounds, Exchange
from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.asking import Asking
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.delimited import converted
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.reachable import see_where
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.types import typed

_JSON = "application/sparql-results+json"
_OK = 200
_ANSWER_BYTES = 256 << 20


@dataclass
class Sparql:
    """The rows behind a SPARQL port; it has no states, so the time of reading stands for one.

    Args:
        relation: what they are.
        address: the service.
        token: the bearer token that it wants; empty for none.
        loopback: whether it may be on this machine.
    """

    relation: Relation
    address: str
    token: str = field(repr=False)
    loopback: bool
    _read: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def snapshot(self) -> Snapshot:
        """When it was read."""
        return Snapshot(f"read {self._read.isoformat(timespec='milliseconds')}", self._read)

    @property
    def bytes(self) -> None:
        """Not known without asking."""
        return

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; the service itself leaves the others out."""
        relation = self.relation
        stated_columns(relation, wanted.columns, [each.name for each in relation.columns])
        if not relation.unique_on:
            raise unavailable(
                relation,
                "its grain is not stated, so that nobody can tell its rows apart",
                hint="state the primary key of the dataset",
            )
        try:
            asking = Asking(relation, wanted)
        except InvalidIri as fault:
            raise unavailable(
                relation,
                "its table is no address that properties could begin with",
                hint="state as the dataset's physical name what the IRIs of its columns begin with",
            ) from fault
        see_where(relation, self.address, loopback=self.loopback)
        kinds = {each.name: typed(each.datatype).arrow for each in relation.columns}
        schema = pa.schema([(name, kinds[name]) for name in wanted.columns])
        return budget.gathered(schema, self._batches(asking, schema, budget))

    def same(self) -> bool:
        """What was read was handed over whole."""
        return True

    def close(self) -> None:
        """Nothing is held open."""

    def _batches(
        self, asking: Asking, schema: pa.Schema, budget: Budget
    ) -> Iterator[pa.RecordBatch]:
        left = budget.left
        bounds = Bounds(left, _ANSWER_BYTES, left, max(_ANSWER_BYTES, budget.limits.memory << 20))
        columns = asking.columns()
        exchange = None
        try:
            exchange = Exchange(self.address, self.token, bounds)
            for query in asking.queries():
                reply = exchange.post(
                    "", query.encode(), Content_Type="application/sparql-query", Accept=_JSON
                )
                if reply.status != _OK:
                    raise unavailable(self.relation, f"its service answered {reply.status}")
                rows = json.loads(reply.body)["results"]["bindings"]
                yield _batch(rows, columns, schema)
        except (Unavailable, Misconfigured, OSError, ValueError, KeyError, TypeError) as fault:
            _ = budget.left
            raise unavailable(
                self.relation, "its SPARQL service does not answer as it should"
            ) from fault
        finally:
            if exchange is not None:
                exchange.close()


def _batch(
    rows: list[dict[str, Any]], columns: Mapping[str, str], schema: pa.Schema
) -> pa.RecordBatch:
    cells = [
        pa.chunked_array([[row[variable]["value"] if variable in row else None for row in rows]],
                         pa.string())
        for variable in columns.values()
    ]  # fmt: skip
    made = [converted(cell, kind.type) for cell, kind in zip(cells, schema, strict=True)]
    return pa.RecordBatch.from_arrays([each.combine_chunks() for each in made], schema=schema)


def opened(relation: Relation, place: Located) -> Sparql:
    """The service of a place."""
    connection = place.connection
    return Sparql(
        relation,
        place.address,
        connection.token() if connection else "",
        bool(connection and connection.loopback),
    )
