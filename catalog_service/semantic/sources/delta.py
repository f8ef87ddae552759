"""Delta tables: a log of versions, each of which lists Parquet files."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.confined import confined
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import Located, forbidden
from catalog_service.semantic.sources.sifting import sifted
from catalog_service.semantic.sources.source import stated_columns

_LOG = "_delta_log"


@dataclass
class Delta:
    """A Delta table in one version.

    Args:
        relation: what it holds.
        folder: where it lies.
        root: the allowed folder that its files have to lie below.
        version: the version that is read.
    """

    relation: Relation
    folder: Path
    root: Path
    version: int

    @cached_property
    def snapshot(self) -> Snapshot:
        """The version, with a hash of what it wrote into the log."""
        content = (self.folder / _LOG / f"{self.version:020d}.json").read_bytes()
        pin = f"version {self.version}, sha256:{sha256(content).hexdigest()}"
        return Snapshot(pin, _moment(content))

    @cached_property
    def bytes(self) -> int:
        """At most how much a scan reads: files of older versions may lie among them."""
        return sum(file.stat().st_size for file in self.folder.rglob("*.parquet"))

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; files without any are not read."""
        if find_spec("deltalake") is None:
            hint = "pip install 'polyseme[delta]'"
            raise unavailable(self.relation, "no reader of Delta is installed", hint=hint)
        faults = import_module("deltalake.exceptions").DeltaError
        try:
            table: Any = import_module("deltalake").DeltaTable(self.folder, version=self.version)
            confined(self.relation, self.root, table.file_uris())
            dataset = table.to_pyarrow_dataset()
            stated_columns(self.relation, wanted.columns, dataset.schema.names)
            scanner = dataset.scanner(
                columns=list(wanted.columns),
                filter=sifted(wanted.predicate, wanted.values, dataset.schema),
            )
            return budget.gathered(scanner.projected_schema, scanner.to_batches())
        except (faults, pa.ArrowException, OSError) as fault:
            raise unavailable(self.relation, "its Delta table cannot be read") from fault

    def same(self) -> bool:
        """Versions are never written again."""
        return True

    def close(self) -> None:
        """Nothing is held open."""


def _moment(commit: bytes) -> datetime | None:
    """When a version was written, where its writer says so."""
    for line in commit.splitlines():
        written = json.loads(line).get("commitInfo", {}).get("timestamp")
        if isinstance(written, int):
            return datetime.fromtimestamp(written / 1000, UTC)
    return None


def opened(relation: Relation, place: Located) -> Delta:
    """The newest version of the table of a place.

    Raises:
        SourceUnavailable: there is no table, or its log leads out of what may be read.
    """
    assert place.path is not None and place.root is not None  # noqa: S101, PT018 - a place of files
    log = place.path / _LOG
    if not log.resolve().is_relative_to(place.root):
        raise forbidden(relation)
    versions = [int(file.stem) for file in log.glob("*.json") if file.stem.isdigit()]
    if not versions:
        raise unavailable(relation, "no Delta table is there")
    return Delta(relation, place.path, place.root, max(versions))
