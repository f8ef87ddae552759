"""CSV files: a header, and columns of the types that the catalog states."""

import csv
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import TextIOWrapper

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.dataset as ds

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.files import Files, files, whole
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.sifting import columns_of, sifted
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.storage import File
from catalog_service.semantic.sources.types import MOMENT, TEXT, WIDE, Typed, typed

_MAX_HEADER = 1 << 20
_CHUNK = 1 << 20
csv.field_size_limit(1 << 30)  # of the whole process: a cell may be as long as others here let it


@dataclass
class Delimited:
    """CSV files, in UTF-8, with one header each; an empty cell is null.

    Args:
        relation: what they hold.
        files: the files.
        delimiter: what parts the cells.
    """

    relation: Relation
    files: Files
    delimiter: str

    @cached_property
    def snapshot(self) -> Snapshot:
        """The list of the files with lengths and hashes."""
        return self.files.snapshot(whole)

    @property
    def bytes(self) -> int:
        """How long the files are together."""
        return self.files.bytes

    @cached_property
    def columns(self) -> dict[str, Typed]:
        """The columns in the order of the header; text where the catalog states no type.

        Raises:
            SourceUnavailable: there is no header, or files of one dataset differ in it.
        """
        try:
            headers = {header(file, self.delimiter) for file in self.files.files}
        except (OSError, UnicodeDecodeError, csv.Error) as fault:
            raise unavailable(self.relation, "a file of it is no CSV in UTF-8") from fault
        if len(headers) > 1:
            raise unavailable(self.relation, "its files differ in their headers")
        names = headers.pop()
        if not names or len(set(names)) < len(names):
            raise unavailable(self.relation, "its header is empty, or names a column twice")
        stated = {column.name: typed(column.datatype) for column in self.relation.columns}
        return {name: stated.get(name, TEXT) for name in names}

    def check(self, columns: tuple[str, ...]) -> None:
        """See that the header has these columns.

        Raises:
            SourceUnavailable: it has not.
        """
        stated_columns(self.relation, columns, tuple(self.columns))

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted; cells of other columns are not converted."""
        self.check(wanted.columns)
        read = sorted({*wanted.columns, *columns_of(wanted.predicate)})
        kinds = {name: self.columns[name].arrow for name in read}
        written = {name: pa.string() if _odd(kind) else kind for name, kind in kinds.items()}
        form = ds.CsvFileFormat(
            parse_options=pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=written, null_values=[""], strings_can_be_null=True
            ),
        )
        schema = pa.schema([(name, written.get(name, pa.string())) for name in self.columns])
        try:
            if not all(well_quoted(file, self.delimiter) for file in self.files.files):
                raise unavailable(
                    self.relation, "a quote in it is never closed, or closed before its cell ends"
                )
            scanner = ds.dataset(
                self.files.paths, schema=schema, format=form, filesystem=self.files.filesystem
            ).scanner(columns=read)
            table = budget.gathered(scanner.projected_schema, scanner.to_batches())
            for at, name in enumerate(read):
                if _odd(kinds[name]):
                    table = table.set_column(at, name, converted(table[name], kinds[name]))
            kept = table.filter(sifted(wanted.predicate, wanted.values, table.schema))
        except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
            raise unavailable(
                self.relation, "a cell of it is not of the type that the catalog states"
            ) from fault
        return kept.select(list(wanted.columns))

    def same(self) -> bool:
        """Whether no file was written since."""
        return self.files.same()

    def close(self) -> None:
        """Nothing is held open."""


def _odd(kind: pa.DataType) -> bool:
    """Whether Arrow reads this type from text otherwise than the engine does."""
    return bool(pa.types.is_timestamp(kind) or pa.types.is_decimal(kind))


def converted(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A column of text, or of long decimals, as the type that is stated.

    Moments with an offset are brought to UTC; decimals are rounded, halves away from zero.
    """
    if pa.types.is_decimal(kind):
        text = pa.types.is_string(column.type)
        wide = (pc.utf8_trim_whitespace(column) if text else column).cast(WIDE)
        return pc.round(wide, kind.scale, round_mode="half_towards_infinity").cast(kind)
    if not pa.types.is_timestamp(kind):
        return column.cast(kind)
    offset = pc.match_substring_regex(column, r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")
    offset = pc.and_(offset, pc.match_substring(column, ":"))
    none = pa.scalar(None, pa.string())
    aware = pc.if_else(offset, column, none).cast(pa.timestamp("us", "UTC")).cast(MOMENT.arrow)
    naive = pc.if_else(offset, none, column).cast(MOMENT.arrow)
    return pc.coalesce(aware, naive)


@lru_cache(maxsize=4096)
def header(file: File, delimiter: str) -> tuple[str, ...]:
    """The names in the first line of a file; read once for each state of it."""
    with file.open() as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as stream:
        lines = iter(lambda: stream.readline(_MAX_HEADER), "")
        return tuple(next(csv.reader(lines, delimiter=delimiter), ()))


@lru_cache(maxsize=4096)
def well_quoted(file: File, delimiter: str) -> bool:
    """Whether every quote of a file is closed, and its cell with it.

    Arrow takes what follows an open quote for one long cell, and so leaves rows out in silence.
    """
    with file.open() as raw:
        if not any(b'"' in chunk for chunk in iter(lambda: raw.read(_CHUNK), b"")):
            return True
    with file.open() as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as stream:
        try:
            for _ in csv.reader(stream, delimiter=delimiter, strict=True):
                pass
        except csv.Error:
            return False
    return True


def opened(relation: Relation, place: Located) -> Delimited:
    """The CSV files of a place; tabs part the cells of a `tsv`."""
    suffix, delimiter = (".tsv", "\t") if place.kind == "tsv" else (".csv", ",")
    return Delimited(relation, files(relation, place, (suffix,)), delimiter)
