"""Iceberg tables: a file of metadata names the snapshot, which lists Parquet files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    Missing,
    Not,
    Predicate,
    Relation,
    Within,
)
from catalog_service.semantic.question import Comparison, Scalar
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.confined import confined
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import Located, forbidden
from catalog_service.semantic.sources.sifting import columns_of, sifted, value_of
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.storage import Storage

_METADATA = re.compile(r"v?(\d+)(?:-[0-9a-fA-F-]+)?\.metadata\.json")
_NAMES = {
    Comparison.EQ: "EqualTo",
    Comparison.LT: "LessThan",
    Comparison.LTE: "LessThanOrEqual",
    Comparison.GT: "GreaterThan",
    Comparison.GTE: "GreaterThanOrEqual",
}


@dataclass
class Iceberg:
    """An Iceberg table as one file of metadata has it.

    Args:
        relation: what it holds.
        storage: what its files have to lie in.
        folder: where it lies there.
        metadata: the path of the file of metadata.
    """

    relation: Relation
    storage: Storage
    folder: str
    metadata: str

    @cached_property
    def stated(self) -> dict[str, Any]:
        """What the metadata says.

        Raises:
            SourceUnavailable: it is none, or there is no snapshot yet.
        """
        try:
            with self.storage.open(self.metadata) as stream:
                found: dict[str, Any] = json.loads(stream.read())
            current = found["current-snapshot-id"]
            (found["current"],) = (
                each for each in found.get("snapshots", ()) if each["snapshot-id"] == current
            )
            manifests = str(found["current"]["manifest-list"])
            _ = found["current"]["timestamp-ms"] / 1000, _columns(found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise unavailable(self.relation, "no snapshot of its Iceberg table is there") from fault
        confined(self.relation, self.storage, [manifests])
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the current schema."""
        return _columns(self.stated)

    @property
    def snapshot(self) -> Snapshot:
        """The id of the snapshot."""
        current = self.stated["current"]
        moment = datetime.fromtimestamp(current["timestamp-ms"] / 1000, UTC)
        return Snapshot(f"snapshot {current['snapshot-id']}", moment)

    @property
    def bytes(self) -> int | None:
        """How long the files of the snapshot are, where it says so."""
        size = self.stated["current"].get("summary", {}).get("total-files-size", "")
        return int(size) if size.isdigit() else None

    def check(self, columns: tuple[str, ...]) -> None:
        """See that the table has these columns.

        Raises:
            SourceUnavailable: it has not.
        """
        stated_columns(self.relation, columns, self.columns)

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; files without any are not read."""
        self.check(wanted.columns)
        if find_spec("pyiceberg") is None:
            hint = "pip install 'polyseme[iceberg]'"
            raise unavailable(self.relation, "no reader of Iceberg is installed", hint=hint)
        read = tuple(dict.fromkeys((*wanted.columns, *sorted(columns_of(wanted.predicate)))))
        try:
            table = self._table()
            coarse = _Coarse(table.schema(), wanted.values).filter(wanted.predicate)
            self._confine(table)
            scan = table.scan(row_filter=coarse, selected_fields=read)
            batches = scan.to_arrow_batch_reader()
            found = budget.gathered(batches.schema, batches)
            kept = found.filter(sifted(wanted.predicate, wanted.values, found.schema))
        except (pa.ArrowException, OSError, ValueError, TypeError) as fault:
            raise unavailable(self.relation, "its Iceberg table cannot be read") from fault
        return kept.select(list(wanted.columns))

    def _table(self) -> Any:  # noqa: ANN401 - a table of pyiceberg
        """The table over our own storage.

        Its metadata may name another one, and the class that reads it: whoever writes metadata
        would choose which server is asked and what code is loaded.
        """
        reading = import_module("pyiceberg.io.pyarrow").PyArrowFileIO()
        reading.fs_by_scheme = lambda *_: self.storage.filesystem
        address = self.storage.address(self.metadata)
        metadata = import_module("pyiceberg.serializers").FromInputFile.table_metadata(
            reading.new_input(address)
        )
        return import_module("pyiceberg.table").StaticTable(
            identifier=("static-table", address),
            metadata=metadata,
            metadata_location=address,
            io=reading,
            catalog=import_module("pyiceberg.catalog.noop").NoopCatalog("static-table"),
        )

    def _confine(self, table: Any) -> None:  # noqa: ANN401 - a table of pyiceberg
        manifests = table.current_snapshot().manifests(table.io)
        confined(self.relation, self.storage, (each.manifest_path for each in manifests))
        for task in table.scan().plan_files():
            files = (task.file, *task.delete_files)
            confined(self.relation, self.storage, (file.file_path for file in files))

    def same(self) -> bool:
        """Snapshots are never written again."""
        return True

    def close(self) -> None:
        """Nothing is held open."""


def _columns(stated: Mapping[str, Any]) -> tuple[str, ...]:
    schemas = {each.get("schema-id", 0): each for each in stated.get("schemas", ())}
    schema = schemas.get(stated.get("current-schema-id", 0), {"fields": ()})
    return tuple(str(each["name"]) for each in schema["fields"])


@dataclass
class _Coarse:
    """A condition in Iceberg's words, as far as they mean the same; the rest lets rows through.

    Their `!=` and `not in` hold for nulls, where SQL's do not, so they are left to what follows.
    """

    schema: Any
    values: Mapping[str, Scalar]

    def filter(self, predicate: Predicate) -> Any:  # noqa: ANN401 - an expression of pyiceberg
        words = import_module("pyiceberg.expressions")
        every = words.AlwaysTrue()
        if isinstance(predicate, AllOf | AnyOf):
            start = every if isinstance(predicate, AllOf) else words.AlwaysFalse()
            joined = words.And if isinstance(predicate, AllOf) else words.Or
            for each in predicate.conditions:
                start = joined(start, self.filter(each))
            return start
        if isinstance(predicate, Not):
            return every
        if isinstance(predicate, Within) and not predicate.values:
            return words.AlwaysFalse()
        try:
            found = self._atom(words, predicate)
            found.bind(self.schema, case_sensitive=True)
        except (TypeError, ValueError, KeyError):  # a value of another type than the column
            return every
        return found

    def _atom(self, words: Any, predicate: Compare | Within | Missing) -> Any:  # noqa: ANN401
        if isinstance(predicate, Missing):
            return words.IsNull(predicate.column)
        if isinstance(predicate, Within):
            wanted = [value_of(each, self.values) for each in predicate.values]
            return words.In(predicate.column, wanted)
        compared = getattr(words, _NAMES[predicate.comparison])
        return compared(predicate.column, value_of(predicate.value, self.values))


def opened(relation: Relation, place: Located) -> Iceberg:
    """The table of a place: its folder, or one file of its metadata.

    Raises:
        SourceUnavailable: there is no table, or it is not clear which metadata is current.
    """
    storage = place.held
    try:
        if place.path.endswith(".json"):
            folder = str(PurePosixPath(place.path).parent.parent)
            return Iceberg(relation, storage, folder, place.path)
        listed = storage.find(f"{place.path}/metadata", "*.metadata.json", ())
    except OSError as fault:
        raise unavailable(relation, "the metadata of its Iceberg table cannot be listed") from fault
    found: dict[int, list[str]] = {}
    for path in listed:
        if told := _METADATA.fullmatch(PurePosixPath(path).name):
            found.setdefault(int(told[1]), []).append(path)
    if not found:
        raise unavailable(relation, "no Iceberg table is there")
    newest = found[max(found)]
    if len(newest) > 1:
        raise unavailable(
            relation,
            "two files of its metadata claim to be the newest",
            hint="state the address of the file that is current",
        )
    if not storage.holds(newest[0]):
        raise forbidden(relation)
    return Iceberg(relation, storage, place.path, newest[0])
