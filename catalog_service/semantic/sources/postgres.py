"""Tables of a PostgreSQL: both paths send it the same SELECT, so it hands over no other row."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import pyarrow as pa
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import Located
from catalog_service.semantic.sources.selecting import column, named, selection
from catalog_service.semantic.sources.source import stated_columns
from catalog_service.semantic.sources.types import DECIMAL, MOMENT, typed
from catalog_service.terms import XSD

STATE = exp.select(
    exp.cast(exp.func("pg_current_snapshot"), "TEXT").as_("state"),
    exp.cast(exp.func("date_trunc", exp.Literal.string("second"), exp.func("now")), "TIMESTAMPTZ")
    .as_("moment"),
)  # fmt: skip
"""What names the state that a transaction reads: the transactions that it does not see."""
SESSION: Mapping[str, str] = {"TimeZone": "UTC", "default_transaction_read_only": "on"}
_CONNECT_SECONDS = 10
_DRIVER = "adbc_driver_postgresql"


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is reached.

    Args:
        host, port, database, user: as in its address.
        password: never shown, nor written anywhere.
        sslmode: what is asked of encryption, in PostgreSQL's words; empty for its default.
    """

    host: str
    port: str
    database: str
    user: str = ""
    password: str = field(default="", repr=False)
    sslmode: str = ""

    def secret(self) -> tuple[tuple[str, str], ...]:
        """What is kept apart from all SQL, by the names of the engine's secrets."""
        said = {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "user": self.user,
            "password": self.password,
        }
        return tuple((name, value) for name, value in said.items() if value)

    def options(self, seconds: float) -> dict[str, str]:
        """What is asked of each connection: read only, in UTC, for a limited time."""
        asked = {**SESSION, "statement_timeout": str(max(1, round(seconds * 1000)))}
        said = {
            "connect_timeout": str(_CONNECT_SECONDS),
            "options": " ".join(f"-c {name}={value}" for name, value in asked.items()),
        }
        return said | ({"sslmode": self.sslmode} if self.sslmode else {})

    def url(self, seconds: float) -> str:
        """The address with everything in it; it is handed to the driver and to nobody else."""
        user = quote(self.user, safe="")
        if self.password:
            user += f":{quote(self.password, safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        asked = urlencode(self.options(seconds), quote_via=quote)
        at = f"{user}@{host}{port}" if user else f"{host}{port}"
        return f"postgresql://{at}/{quote(self.database, safe='')}?{asked}"


@dataclass
class Postgres:
    """One table or view, read in one transaction that sees one state."""

    relation: Relation
    server: Server
    schema: str
    table: str
    _connection: Any = field(default=None, repr=False)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state of the transaction that `arrow` reads in."""
        with self._cursor(_CONNECT_SECONDS) as cursor:
            cursor.execute(STATE.sql("postgres"))
            return state(*cursor.fetchone())

    @property
    def bytes(self) -> None:
        """Not known without asking the server."""
        return

    def selection(self, wanted: Wanted) -> exp.Select:
        """What is sent to the server: each column in the type that the catalog states."""
        found = selection(wanted, self.table, self.schema)
        stated = {each.name: each.datatype for each in self.relation.columns}
        columns = [_cast(name, stated.get(name, "")) for name in wanted.columns]
        return found.select(*columns, append=False)

    def arrow(self, wanted: Wanted, budget: Budget) -> pa.Table:
        """The rows that are wanted."""
        stated_columns(self.relation, wanted.columns, [each.name for each in self.relation.columns])
        try:
            with self._cursor(budget.left) as cursor:
                cursor.execute(self.selection(wanted).sql("postgres"))
                reader = cursor.fetch_record_batch()
                found = budget.gathered(reader.schema, reader)
        except SourceUnavailable:
            _ = budget.left  # the server stops a statement when the time of the question is over
            raise
        kinds = {each.name: typed(each.datatype).arrow for each in self.relation.columns}
        return pa.table(
            {name: _plain(found[name], kinds[name]) for name in wanted.columns},
        )

    def same(self) -> bool:
        """A transaction sees one state for as long as it lasts."""
        return True

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            with suppress(Exception):  # it may be gone already, and nothing was written
                self._connection.close()
            self._connection = None

    @contextmanager
    def _cursor(self, seconds: float) -> Iterator[Any]:
        if find_spec(_DRIVER) is None:
            raise unavailable(
                self.relation, "no driver is installed", hint="pip install 'polyseme[postgres]'"
            )
        driver = import_module(f"{_DRIVER}.dbapi")
        try:
            if self._connection is None:
                self._connection = driver.connect(self.server.url(seconds))
                with self._connection.cursor() as first:
                    first.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with self._connection.cursor() as cursor:
                yield cursor
        except (driver.Error, pa.ArrowException, OSError) as fault:
            raise refused(self.relation) from fault


def refused(relation: Relation) -> SourceUnavailable:
    """The error for a server that does not answer, or does not let read; one text for both."""
    return unavailable(
        relation,
        "its database cannot be reached, or does not let this be read",
        hint="see that it runs, and that the user that is set for it may read these columns",
    )


def state(pin: str, moment: datetime) -> Snapshot:
    """What names the state that a transaction sees."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Snapshot(f"repeatable read, snapshot {pin}", aware.astimezone(UTC))


def _cast(name: str, datatype: str) -> exp.Expr:
    kind = typed(datatype)
    if not datatype or kind == MOMENT:  # with or without a zone: the server knows
        return column(name)
    written = f"DECIMAL({DECIMAL[0]}, {DECIMAL[1]})" if datatype == XSD.decimal else kind.sql
    return exp.alias_(exp.cast(column(name), written, dialect="duckdb"), named(name))


def _plain(found: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """The values in Arrow's own types: the driver hands numbers of any length over as text."""
    if isinstance(found.type, pa.BaseExtensionType):
        found = found.cast(found.type.storage_type)
        return found.cast(kind)
    return found


def opened(relation: Relation, place: Located) -> Postgres:
    """The table of a place.

    Raises:
        SourceUnavailable: the address does not tell host and database.
    """
    at = urlsplit(place.address)
    parts = [unquote(part) for part in at.path.split("/") if part]
    try:
        port = str(at.port or "")
    except ValueError:
        port = "?"
    if not at.hostname or not parts or port == "?":
        raise unavailable(relation, "its address does not tell host and database")
    connection = place.connection
    server = Server(
        host=at.hostname,
        port=port,
        database=parts[0],
        user=(connection and connection.user) or unquote(at.username or ""),
        password=(connection and connection.password()) or unquote(at.password or ""),
        sslmode=parse_qs(at.query).get("sslmode", [""])[0],
    )
    schema, _, table = place.table.rpartition(".")
    return Postgres(relation, server, schema or (parts[1] if parts[1:] else "public"), table)
