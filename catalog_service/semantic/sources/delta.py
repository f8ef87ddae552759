"""Delta tables: a log of versions, each of which lists Parquet files."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.bucket import Bucket
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.confined import confined
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import Located, forbidden
from catalog_service.semantic.sources.sifting import sifted
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.storage import Storage

_LOG = "_delta_log"


@dataclass
class Delta:
    """A Delta table in one version.

    Args:
        relation: what it holds.
        storage: what its files have to lie in.
        folder: where it lies there.
        version: the version that is read.
    """

    relation: Relation
    storage: Storage
    folder: str
    version: int

    @cached_property
    def snapshot(self) -> Snapshot:
        """The version, with a hash of what it wrote into the log."""
        try:
            with self.storage.open(f"{self.folder}/{_LOG}/{self.version:020d}.json") as stream:
                content = stream.read()
            moment = _moment(content)
        except (OSError, ValueError, AttributeError) as fault:  # no JSON, or none of objects
            raise unavailable(
                self.relation, "the newest version in its Delta log is no version"
            ) from fault
        return Snapshot(f"version {self.version}, sha256:{sha256(content).hexdigest()}", moment)

    @cached_property
    def bytes(self) -> int:
        """At most how much a scan reads: files of older versions may lie among them."""
        sizes = pafs.FileSelector(self.folder, recursive=True)
        found = self.storage.filesystem.get_file_info(sizes)
        return sum(each.size for each in found if each.path.endswith(".parquet"))

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; files without any are not read."""
        with self._opened() as table:
            inside = pafs.SubTreeFileSystem(self.folder, self.storage.filesystem)
            dataset = table.to_pyarrow_dataset(filesystem=inside)
            stated_columns(self.relation, wanted.columns, dataset.schema.names)
            scanner = dataset.scanner(
                columns=list(wanted.columns),
                filter=sifted(wanted.predicate, wanted.values, dataset.schema),
            )
            return budget.gathered(scanner.projected_schema, scanner.to_batches())

    def columns(self) -> tuple[str, ...]:
        """The columns of its version; all its files are seen to lie where they may be read.

        Raises:
            SourceUnavailable: the log cannot be read, or names files elsewhere.
        """
        with self._opened() as table:
            return tuple(field.name for field in table.schema().fields)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        if find_spec("deltalake") is None:
            hint = "pip install 'polyseme[delta]'"
            raise unavailable(self.relation, "no reader of Delta is installed", hint=hint)
        faults = import_module("deltalake.exceptions").DeltaError
        try:
            table: Any = import_module("deltalake").DeltaTable(
                self.storage.address(self.folder),
                version=self.version,
                storage_options=self._service(),
            )
            confined(self.relation, self.storage, table.file_uris())
            yield table
        except (faults, pa.ArrowException, OSError) as fault:
            raise unavailable(self.relation, "its Delta table cannot be read") from fault

    def _service(self) -> dict[str, str] | None:
        return self.storage.service.delta() if isinstance(self.storage, Bucket) else None

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
    storage, log = place.held, f"{place.path}/{_LOG}"
    if not storage.holds(log):
        raise forbidden(relation)
    try:
        found = [PurePosixPath(each) for each in storage.find(log, "*.json", ())]
    except OSError as fault:
        raise unavailable(relation, "the log of its Delta table cannot be listed") from fault
    versions = [int(file.stem) for file in found if file.stem.isdigit()]
    if not versions:
        raise unavailable(relation, "no Delta table is there")
    return Delta(relation, storage, place.path, max(versions))
