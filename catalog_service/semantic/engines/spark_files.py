"""Files that a server of Spark Connect reads by itself, where it sees them under the same paths.

What it makes of a file is what every other reader here makes of it: rows in one state, columns of
the types that are stated, and a failure where something does not fit. Kinds of which that cannot be
said are sent to it instead: events, and tables of Iceberg, whose state a server is not told.
"""

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.dataset as ds
from sqlglot import exp

from catalog_service.semantic.engines.spark_client import fault_type, shape
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.sources import Source
from catalog_service.semantic.sources.delimited import Delimited
from catalog_service.semantic.sources.delta import Delta
from catalog_service.semantic.sources.disk import Disk
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.files import Files
from catalog_service.semantic.sources.parquet import Parquet
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.types import MOMENT, TEXT, Typed
from catalog_service.semantic.trees import identifier

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_SIGNS: Final = frozenset("*?[]{},\\")
"""What Spark takes for a pattern where it stands in a path."""

_OFFSET: Final = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_TIME: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_WRITTEN: Final = {
    "BIGINT": r"^ *-?[0-9]+ *$",
    "BOOLEAN": r"^ *([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|0|1) *$",
    "DATE": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "DOUBLE": r"^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$",
    "DECIMAL": r"^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+) *$",
    "TIMESTAMP": rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([ T]{_TIME}{_OFFSET}?)?$",
}
"""How values of a type are written: Spark by itself takes `2026` for the first of January."""


def read(client: "SparkSession", source: Source, wanted: Wanted) -> Any | None:  # noqa: ANN401
    """What the server reads by itself, as a frame of the client; None where it does not.

    Raises:
        SourceUnavailable: the files are not as the catalog states them.
    """
    match source:
        case Parquet() if _plain(source.files) and not source.files.partitions:
            return _parquet(client, source, wanted)
        case Delimited() if _plain(source.files) and _castable(source, wanted):
            return _delimited(client, source, wanted)
        case Delta(storage=Disk()) if not _SIGNS.intersection(source.folder):
            return _delta(client, source, wanted)
        case _:
            return None


def _plain(files: Files) -> bool:
    """Whether the names of all files mean themselves, and none is one that Spark passes over."""
    return files.local and not any(
        _SIGNS.intersection(path) or PurePath(path).name.startswith(("_", "."))
        for path in files.paths
    )


def _parquet(client: "SparkSession", source: Parquet, wanted: Wanted) -> Any:  # noqa: ANN401
    source.check(wanted.columns)
    try:
        found = ds.dataset(source.files.paths, format="parquet")
        each = [fragment.physical_schema for fragment in found.get_fragments()]
        schema = pa.unify_schemas([found.schema, *each])
    except (pa.ArrowException, OSError) as fault:
        raise unavailable(source.relation, "its files cannot be read") from fault
    declared = shape(pa.schema([schema.field(name) for name in wanted.columns]))
    return client.read.schema(declared).parquet(*source.files.paths)


def _castable(source: Delimited, wanted: Wanted) -> bool:
    """Whether each column that is wanted is of a type that Spark has: it has no times of day."""
    return all(
        source.columns[name] == TEXT or _form(source.columns[name]) in _WRITTEN
        for name in wanted.columns
        if name in source.columns
    )


def _delimited(client: "SparkSession", source: Delimited, wanted: Wanted) -> Any:  # noqa: ANN401
    """Every cell is read as text, and then brought to its type: what does not fit fails."""
    source.check(wanted.columns)
    texts = shape(pa.schema([(name, pa.string()) for name in source.columns]))
    frame = (
        client.read.schema(texts)
        .options(
            header=True, enforceSchema=False, mode="FAILFAST", encoding="UTF-8", multiLine=True,
            sep=source.delimiter, quote='"', escape='"', nullValue="", emptyValue="",
            ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False,
        )
        .csv(source.files.paths)
    )  # fmt: skip
    columns = [_cell(name, source.columns[name]).sql("spark") for name in wanted.columns]
    return frame.selectExpr(*columns)


def _form(kind: Typed) -> str:
    return kind.sql.partition("(")[0]


def _cell(name: str, kind: Typed) -> exp.Expr:
    column = exp.Column(this=identifier(name))
    if kind == TEXT:
        return column
    fits = exp.RegexpLike(this=column.copy(), expression=exp.Literal.string(_WRITTEN[_form(kind)]))
    broken = exp.func("CONCAT", exp.Literal.string("!"), column.copy())
    text = exp.Case().when(fits, column).else_(broken)
    if kind != MOMENT:
        return exp.alias_(exp.cast(text, kind.sql, dialect="duckdb"), identifier(name))
    there = exp.cast(text, exp.DataType.Type.TIMESTAMPLTZ)  # the session's zone is UTC
    return exp.alias_(exp.cast(there, exp.DataType.Type.TIMESTAMPNTZ), identifier(name))


def _delta(client: "SparkSession", source: Delta, wanted: Wanted) -> Any | None:  # noqa: ANN401
    """The table in its version, where the server has a reader of Delta."""
    stated_columns(source.relation, wanted.columns, source.columns())
    try:
        frame = client.read.format("delta").option("versionAsOf", source.version)
        frame = frame.load(source.folder)
        _ = frame.schema  # asks the server, which may have no such reader
    except fault_type():
        return None
    return frame.select(*(frame[_quoted(name)] for name in wanted.columns))


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
