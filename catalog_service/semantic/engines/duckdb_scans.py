"""What stands behind FROM where DuckDB itself reads a source: the first reading path."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.engines.lockdown import Attachment, Needs, Store, extension
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.sources import Source
from catalog_service.semantic.sources.bucket import Bucket
from catalog_service.semantic.sources.delimited import Delimited
from catalog_service.semantic.sources.delta import Delta
from catalog_service.semantic.sources.disk import Disk
from catalog_service.semantic.sources.duckdb_file import DuckDbFile
from catalog_service.semantic.sources.events import Events
from catalog_service.semantic.sources.files import Files
from catalog_service.semantic.sources.iceberg import Iceberg
from catalog_service.semantic.sources.parquet import Parquet
from catalog_service.semantic.sources.postgres import STATE, Postgres, state
from catalog_service.semantic.sources.selecting import column, named
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.types import MOMENT, TEXT, Typed

Ask = Callable[[str, Sequence[str]], Sequence[tuple[object, ...]]]

COLUMNS = (
    "SELECT column_name FROM duckdb_columns()"
    " WHERE database_name = ? AND schema_name = ? AND table_name = ?"
)


@dataclass(frozen=True, slots=True)
class Scan:
    """A source as DuckDB reads it.

    Args:
        source: the source.
        needs: what the database has to have and to allow.
        alias: under which name it is mounted, where it is.
    """

    source: Source
    needs: Needs
    alias: str = ""

    def table(self, wanted: Wanted, ask: Ask) -> exp.Expr | None:
        """The table, or None where the engine would not read just this exactly.

        Args:
            wanted: what is read of it; the source is seen to have these columns.
            ask: what answers a question about the database.

        Raises:
            SourceUnavailable: it has them not.
        """
        source = self.source
        if isinstance(source, Parquet | Delimited | Iceberg):
            source.check(wanted.columns)
        elif isinstance(source, DuckDbFile):
            there = (self.alias, source.schema, source.table)
            names = _known((source.files, *there), lambda: ask(COLUMNS, there))
            stated_columns(source.relation, wanted.columns, names)
        elif isinstance(source, Postgres | Events):
            stated = [each.name for each in source.relation.columns]
            stated_columns(source.relation, wanted.columns, stated)
        elif isinstance(source, Delta):
            stated_columns(source.relation, wanted.columns, _described(source, ask))
        return self._from(wanted)

    def _from(self, wanted: Wanted) -> exp.Expr | None:  # noqa: PLR0911 - one for each kind
        match self.source:
            case Parquet() as source:
                return _parquet(source)
            case Delimited() as source:
                return _csv(source)
            case DuckDbFile(schema=schema, table=table):
                return exp.Table(this=named(table), db=named(schema), catalog=named(self.alias))
            case Postgres() as source:
                return _asked_there(self.alias, source.selection(wanted))
            case Iceberg(metadata=metadata):
                return _function("iceberg_scan", exp.Literal.string(metadata))
            case Delta() as source:
                return _delta(source)
            case Events() as source:
                return _events(source, wanted.columns) if source.exact(wanted.columns) else None
            case source:
                raise TypeError(type(source).__name__)

    def snapshot(self, ask: Ask) -> Snapshot:
        """The state that is read; a server is asked for that of the transaction it is read in."""
        if not isinstance(self.source, Postgres):
            return self.source.snapshot
        sql = exp.select("state", exp.cast(exp.column("moment"), "TIMESTAMP"))
        ((pin, moment),) = ask(sql.from_(_asked_there(self.alias, STATE)).sql("duckdb"), [])
        assert isinstance(moment, datetime)  # noqa: S101 - it was cast to one
        return state(str(pin), moment)


def scan(source: Source, alias: str, seconds: float) -> Scan | None:
    """How DuckDB reads a source by itself; None where it cannot.

    Args:
        source: the source.
        alias: a name for it, unique in its database.
        seconds: how long one statement may take at a server.
    """
    needs = _needs(source, alias, seconds)
    if needs is None or any(extension(name) is None for name in needs.extensions):
        return None
    return Scan(source, needs, alias)


def _needs(  # noqa: PLR0911 - one for each kind
    source: Source, alias: str, seconds: float
) -> Needs | None:
    match source:
        case Parquet() | Delimited() | Events(kind="jsonl"):
            return _files(source.files)
        case Events():
            needs = _files(source.files)
            return needs and needs | Needs(frozenset({"avro"}))
        case DuckDbFile() as source:
            file = source.files.files[0]
            state = (file.size, file.changed, file.inode)
            return Needs(attachments=frozenset({Attachment(alias, file.path, state=state)}))
        case Iceberg(storage=Disk(), folder=folder):
            return Needs(frozenset({"avro", "iceberg"}), folders=frozenset({folder}))
        case Delta(storage=Disk(), folder=folder):
            return Needs(frozenset({"delta"}), folders=frozenset({folder}))
        case Postgres(server=server):
            options = tuple(server.options(seconds).items())
            mounted = Attachment(alias, kind="postgres", secret=server.secret(), options=options)
            return Needs(frozenset({"postgres_scanner"}), attachments=frozenset({mounted}))
        case _:
            return None


def _files(files: Files) -> Needs | None:
    """Files are allowed one by one.

    The log of a table names its own, and a folder of an object store holds nothing in: the engine
    lets `s3://lake/own/../other` pass below `s3://lake/own/`, and the client takes the step up.
    Such tables are read through Arrow there, and so is what is asked for without a key: DuckDB
    would take one that lies in the environment.
    """
    named = Needs(files=frozenset(files.addresses))
    if not isinstance(files.storage, Bucket):
        return named
    service, root = files.storage.service, files.storage.root
    if not service.key:
        return None
    store = Store(files.storage.address(root), service.engine())
    return named | Needs(frozenset({"httpfs"}), stores=frozenset({store}))


def _asked_there(alias: str, selection: exp.Select) -> exp.Expr:
    """A SELECT that is sent as it is: what the engine would push by itself is less."""
    return _function(
        "postgres_query",
        exp.Literal.string(alias),
        exp.Literal.string(selection.sql("postgres")),
    )


def _parquet(source: Parquet) -> exp.Expr:
    paths, told = source.files.addresses, source.partitions
    options = [
        _option("hive_partitioning", exp.Boolean(this=bool(told))),
        _option("union_by_name", exp.Boolean(this=len(paths) > 1)),
    ]
    if told:
        kinds = [
            exp.PropertyEQ(this=named(name), expression=exp.DataType.build(kind.sql, "duckdb"))
            for name, kind in told.items()
        ]
        options.append(_option("hive_types", exp.Struct(expressions=kinds)))
    return exp.Table(this=exp.ReadParquet(expressions=[_texts(paths), *options]))


def _csv(source: Delimited) -> exp.Expr:
    table = exp.Table(
        this=exp.ReadCSV(
            this=_texts(source.files.addresses),
            expressions=[
                _option("header", exp.true()),
                _option("auto_detect", exp.false()),
                _option("delim", exp.Literal.string(source.delimiter)),
                _option("quote", exp.Literal.string('"')),
                _option("escape", exp.Literal.string('"')),
                _option("nullstr", exp.Literal.string("")),
                _option("columns", _columns(source.columns)),
            ],
        )
    )
    return _in_utc(table, source.columns)


def _events(source: Events, names: Sequence[str]) -> exp.Expr:
    columns = {name: source.columns[name] for name in names}
    paths = _texts(source.files.addresses)
    if source.kind == "avro":
        kept = [
            exp.alias_(exp.cast(column(name), kind.sql, dialect="duckdb"), named(name))
            for name, kind in columns.items()
        ]
        return exp.select(*kept).from_(_function("read_avro", paths)).subquery()
    table = _function(
        "read_json",
        paths,
        _option("format", exp.Literal.string("newline_delimited")),
        _option("auto_detect", exp.false()),
        _option("columns", _columns(columns, text="JSON")),
    )
    return _in_utc(_of_texts(table, columns), columns)


def _of_texts(table: exp.Expr, columns: Mapping[str, Typed]) -> exp.Expr:
    """A table of events with its texts: what is a list, an object or a number there is none."""
    if TEXT not in columns.values():
        return table
    kept = [
        exp.alias_(_text(column(name)), named(name)) if kind == TEXT else column(name)
        for name, kind in columns.items()
    ]
    return exp.select(*kept).from_(table).subquery()


def _text(value: exp.Expr) -> exp.Expr:
    kind = exp.Anonymous(this="json_type", expressions=[value])
    path = exp.Literal.string("$")
    read = exp.Anonymous(this="json_extract_string", expressions=[value.copy(), path])
    no_text = exp.Anonymous(this="error", expressions=[exp.Literal.string("no text")])
    return (
        exp.Case(this=exp.func("COALESCE", kind, exp.Literal.string("NULL")))
        .when(exp.Literal.string("NULL"), exp.null())
        .when(exp.Literal.string("VARCHAR"), read)
        .else_(no_text)
    )


def _delta(source: Delta) -> exp.Expr:
    version = _option("version", exp.Literal.number(source.version))
    return _function("delta_scan", exp.Literal.string(source.folder), version)


def _in_utc(table: exp.Expr, columns: Mapping[str, Typed]) -> exp.Expr:
    """A table of text with its moments in UTC.

    Read as moments without a zone, `02:00+02:00` would be two o'clock: the offset is dropped.
    """
    if MOMENT not in columns.values():
        return table
    kept = [
        exp.alias_(exp.cast(column(name), kind.sql), named(name))
        if kind == MOMENT
        else column(name)
        for name, kind in columns.items()
    ]
    return exp.select(*kept).from_(table).subquery()


def _columns(columns: Mapping[str, Typed], *, text: str = TEXT.sql) -> exp.Expr:
    written = {MOMENT: "TIMESTAMPTZ", TEXT: text}
    stated = [
        exp.PropertyEQ(
            this=named(name),
            expression=exp.Literal.string(written.get(kind, kind.sql)),
        )
        for name, kind in columns.items()
    ]
    return exp.Struct(expressions=stated)


def _described(source: Delta, ask: Ask) -> tuple[str, ...]:
    """The columns of a table in its version."""
    sql = exp.select("*").from_(_delta(source)).sql("duckdb")
    return _known((sql, source.snapshot.pin), lambda: ask(f"DESCRIBE {sql}", []))


def _known(state: Hashable, ask: Callable[[], Sequence[tuple[object, ...]]]) -> tuple[str, ...]:
    """The columns of a table in one state, asked for once."""
    if state not in _KNOWN:
        if len(_KNOWN) >= _MANY:
            _KNOWN.clear()
        _KNOWN[state] = tuple(str(row[0]) for row in ask())
    return _KNOWN[state]


_MANY = 4096
_KNOWN: dict[Hashable, tuple[str, ...]] = {}


def _function(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Table(this=exp.Anonymous(this=name, expressions=list(arguments)))


def _texts(values: Iterable[str]) -> exp.Expr:
    return exp.Array(expressions=[exp.Literal.string(each) for each in values])


def _option(name: str, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.column(name), expression=value)
