"""What stands behind FROM where DuckDB itself reads a source: the first reading path."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.engines.lockdown import Attachment, Needs, extension
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.sources import Source
from catalog_service.semantic.sources.delimited import Delimited
from catalog_service.semantic.sources.duckdb_file import DuckDbFile
from catalog_service.semantic.sources.parquet import Parquet
from catalog_service.semantic.sources.postgres import STATE, Postgres, state
from catalog_service.semantic.sources.selecting import named
from catalog_service.semantic.sources.source import stated_columns

Ask = Callable[[str, Sequence[str]], Sequence[tuple[object, ...]]]

EXTENSION = "postgres_scanner"
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

    def table(self, wanted: Wanted, ask: Ask) -> exp.Expr:
        """The table; the source is seen to have the columns that are wanted.

        Args:
            wanted: what is read of it.
            ask: what answers a question about the database.

        Raises:
            SourceUnavailable: it has them not.
        """
        source = self.source
        if isinstance(source, Parquet):
            source.check(wanted.columns)
            return _parquet(source)
        if isinstance(source, Delimited):
            source.check(wanted.columns)
            return _csv(source)
        if isinstance(source, DuckDbFile):
            found = ask(COLUMNS, [self.alias, source.schema, source.table])
            stated_columns(source.relation, wanted.columns, [str(name) for (name,) in found])
            return exp.Table(
                this=named(source.table), db=named(source.schema), catalog=named(self.alias)
            )
        if isinstance(source, Postgres):
            names = [each.name for each in source.relation.columns]
            stated_columns(source.relation, wanted.columns, names)
            return _asked_there(self.alias, source.selection(wanted))
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
    if isinstance(source, Parquet | Delimited):
        return Scan(source, Needs(files=frozenset(source.files.paths)))
    if isinstance(source, DuckDbFile):
        path = source.files.paths[0]
        return Scan(source, Needs(attachments=frozenset({Attachment(alias, path)})), alias)
    if isinstance(source, Postgres) and extension(EXTENSION) is not None:
        mounted = Attachment(
            alias,
            kind="postgres",
            secret=source.server.secret(),
            options=tuple(source.server.options(seconds).items()),
        )
        return Scan(source, Needs(frozenset({EXTENSION}), attachments=frozenset({mounted})), alias)
    return None


def _asked_there(alias: str, selection: exp.Select) -> exp.Expr:
    """A SELECT that is sent as it is: what the engine would push by itself is less."""
    return exp.Table(
        this=exp.Anonymous(
            this="postgres_query",
            expressions=[
                exp.Literal.string(alias),
                exp.Literal.string(selection.sql("postgres")),
            ],
        )
    )


def _parquet(source: Parquet) -> exp.Expr:
    paths = source.files.paths
    return exp.Table(
        this=exp.ReadParquet(
            expressions=[
                _texts(paths),
                _option("hive_partitioning", exp.Boolean(this=source.files.partitioned)),
                _option("union_by_name", exp.Boolean(this=len(paths) > 1)),
            ]
        )
    )


def _csv(source: Delimited) -> exp.Expr:
    columns = [
        exp.PropertyEQ(this=named(name), expression=exp.Literal.string(kind.sql))
        for name, kind in source.columns.items()
    ]
    return exp.Table(
        this=exp.ReadCSV(
            this=_texts(source.files.paths),
            expressions=[
                _option("header", exp.true()),
                _option("auto_detect", exp.false()),
                _option("delim", exp.Literal.string(source.delimiter)),
                _option("quote", exp.Literal.string('"')),
                _option("escape", exp.Literal.string('"')),
                _option("nullstr", exp.Literal.string("")),
                _option("columns", exp.Struct(expressions=columns)),
            ],
        )
    )


def _texts(values: Iterable[str]) -> exp.Expr:
    return exp.Array(expressions=[exp.Literal.string(each) for each in values])


def _option(name: str, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.column(name), expression=value)
