"""Event files: what a compacted topic was written out as, in JSON lines or Avro."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json as pj

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.delimited import converted
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.files import Files, files, whole
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.sifting import columns_of, sifted
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.types import DECIMAL, WIDE, Typed, typed
from catalog_service.terms import XSD

_OFFSETS = re.compile(r".+\+(\d+)\+(\d+)\.\w+")
"""How the usual writer names its files: `topic+partition+first offset`."""
_ROWS = 65_536
_LAST = Decimal(1).scaleb(-DECIMAL[1])
_ROOM = Context(prec=76)
_SUFFIXES = {"jsonl": (".jsonl", ".ndjson", ".json"), "avro": (".avro",)}


@dataclass
class Events:
    """Event files, one event a line or a record; each has the types that the catalog states.

    Args:
        relation: what they hold.
        files: the files.
        kind: `jsonl` or `avro`.
    """

    relation: Relation
    files: Files
    kind: str

    @cached_property
    def snapshot(self) -> Snapshot:
        """The offsets, where the files are named by them, and the files with lengths and hashes."""
        found = self.files.snapshot(whole)
        told = [_OFFSETS.fullmatch(Path(path).name) for path in self.files.paths]
        if not all(told):
            return found
        offsets: dict[int, list[int]] = {}
        for each in told:
            if each:
                offsets.setdefault(int(each[1]), []).append(int(each[2]))
        parts = (f"{at}:{min(of)}-{max(of)}" for at, of in sorted(offsets.items()))
        return replace(found, pin=f"offsets {' '.join(parts)}, {found.pin}")

    @property
    def bytes(self) -> int:
        """How long the files are together."""
        return self.files.bytes

    @cached_property
    def columns(self) -> dict[str, Typed]:
        """The columns that the catalog states; an event that lacks one has null there."""
        return {each.name: typed(each.datatype) for each in self.relation.columns}

    def exact(self, columns: tuple[str, ...]) -> bool:
        """Whether DuckDB reads these as they are: it has no decimals in JSON, nor in Avro."""
        stated = {each.name: each.datatype for each in self.relation.columns}
        return all(stated[name] != XSD.decimal for name in columns)

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; every event is read to find them."""
        stated_columns(self.relation, wanted.columns, tuple(self.columns))
        names = tuple(dict.fromkeys((*wanted.columns, *sorted(columns_of(wanted.predicate)))))
        schema = pa.schema([(name, self.columns[name].arrow) for name in names])
        read = self._avro if self.kind == "avro" else self._json
        kept = (
            pa.Table.from_batches([batch]).filter(sifted(wanted.predicate, wanted.values, schema))
            for batch in read(schema)
        )
        try:
            batches = (batch for table in kept for batch in table.to_batches())
            return budget.gathered(schema, batches).select(list(wanted.columns))
        except (pa.ArrowException, OSError, ValueError, TypeError, EOFError) as fault:
            raise unavailable(
                self.relation, "an event of it is not as the catalog states it"
            ) from fault

    def _json(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        written = pa.schema([(field.name, _as_written(field.type)) for field in schema])
        options = pj.ParseOptions(explicit_schema=written, unexpected_field_behavior="ignore")
        for file in self.files.files:
            with file.open() as stream, pj.open_json(stream, parse_options=options) as reader:
                for batch in reader:
                    table = pa.Table.from_batches([batch]).select(schema.names)
                    columns = [converted(table[field.name], field.type) for field in schema]
                    yield from pa.Table.from_arrays(columns, schema=schema).to_batches()

    def _avro(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        if find_spec("fastavro") is None:
            hint = "pip install 'polyseme[avro]'"
            raise unavailable(self.relation, "no reader of Avro is installed", hint=hint)
        reader = import_module("fastavro").reader
        for file in self.files.files:
            with file.open() as stream:
                rows: list[dict[str, Any]] = []
                for record in reader(stream):
                    rows.append({name: _plain(record.get(name)) for name in schema.names})
                    if len(rows) == _ROWS:
                        yield pa.RecordBatch.from_pylist(rows, schema)
                        rows = []
                yield pa.RecordBatch.from_pylist(rows, schema)

    def same(self) -> bool:
        """Whether no file was written since."""
        return self.files.same()

    def close(self) -> None:
        """Nothing is held open."""


def _as_written(kind: pa.DataType) -> pa.DataType:
    """What Arrow reads of JSON where this type is wanted."""
    if pa.types.is_decimal(kind):
        return WIDE
    return pa.string() if pa.types.is_temporal(kind) else kind


def _plain(value: object) -> object:
    """A value as the types here have it: decimals rounded, moments in UTC."""
    if isinstance(value, Decimal):
        return value.quantize(_LAST, ROUND_HALF_UP, _ROOM)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def opened(relation: Relation, place: Located) -> Events:
    """The event files of a place."""
    return Events(relation, files(relation, place, _SUFFIXES[place.kind]), place.kind)
