"""Parquet files."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.files import Files, files, footer
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.sifting import sifted
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.storage import File
from catalog_service.semantic.sources.types import TEXT, Typed, typed


@dataclass
class Parquet:
    """One Parquet file or several, as one dataset."""

    relation: Relation
    files: Files

    @cached_property
    def snapshot(self) -> Snapshot:
        """The list of the files with lengths and hashes of their footers."""
        return self.files.snapshot(footer)

    @property
    def bytes(self) -> int:
        """How long the files are together."""
        return self.files.bytes

    def check(self, columns: tuple[str, ...]) -> None:
        """See that the files can be read and have these columns.

        Raises:
            SourceUnavailable: they cannot, or one has not.
        """
        try:
            found = {name for file in self.files.files for name in names(file)}
        except (pa.ArrowException, OSError) as fault:
            raise unavailable(self.relation, "a file of it is no Parquet file") from fault
        stated_columns(self.relation, columns, (*found, *self.partitions))

    @property
    def partitions(self) -> dict[str, Typed]:
        """The columns that folders tell the values of, in the types that the catalog states."""
        stated = {each.name: typed(each.datatype) for each in self.relation.columns}
        return {name: stated.get(name, TEXT) for name in self.files.partitions}

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; row groups without any are not read."""
        self.check(wanted.columns)
        told = pa.schema([(name, kind.arrow) for name, kind in self.partitions.items()])
        partitioning = ds.partitioning(told, flavor="hive") if told.names else None
        try:
            dataset = ds.dataset(
                self.files.paths,
                format="parquet",
                partitioning=partitioning,
                filesystem=self.files.filesystem,
            )
            schemas = (each.physical_schema for each in dataset.get_fragments())
            schema = pa.unify_schemas([dataset.schema, *schemas])
            scanner = dataset.replace_schema(schema).scanner(
                columns=list(wanted.columns),
                filter=sifted(wanted.predicate, wanted.values, schema),
            )
            return budget.gathered(scanner.projected_schema, scanner.to_batches())
        except (pa.ArrowException, OSError) as fault:
            raise unavailable(self.relation, "its files cannot be read") from fault

    def same(self) -> bool:
        """Whether no file was written since."""
        return self.files.same()

    def close(self) -> None:
        """Nothing is held open."""


@lru_cache(maxsize=4096)
def names(file: File) -> tuple[str, ...]:
    """The columns of a Parquet file; read once for each state of it."""
    with file.open() as stream:
        return tuple(pq.read_schema(stream).names)


def opened(relation: Relation, place: Located) -> Parquet:
    """The Parquet files of a place."""
    return Parquet(relation, files(relation, place, (".parquet",)))
