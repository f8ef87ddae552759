"""What a DuckDB may do: read the planned files and tables, and nothing else.

DuckDB has no rights of its own, so three walls stand in front of the data: no SQL comes from a
caller, what the emitter makes is held to be one SELECT over bound relations (`one_select`), and
the database refuses every other file, the network, and any change of these settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb
from sqlglot import exp

_HTTP_SECONDS = 30
_HTTP_TRIES = 2


@dataclass(frozen=True, slots=True)
class Attachment:
    """A database that is mounted read only.

    Args:
        alias: its name in SQL.
        path: the file; empty for a server.
        kind: `duckdb` or `postgres`.
        state: what tells the file from one that is written over it.
        secret: what a server is reached with, as names and values; never shown.
        options: what is asked of each connection to a server, in libpq's words.
    """

    alias: str
    path: str = ""
    kind: str = "duckdb"
    state: tuple[int, ...] = ()
    secret: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Attachment({self.alias!r}, kind={self.kind!r})"


@dataclass(frozen=True, slots=True)
class Store:
    """An object store whose planned objects are read.

    Args:
        scope: the address that all of them begin with.
        secret: how it is reached, as names and values; never shown.
    """

    scope: str
    secret: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Store({self.scope!r})"


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be there before a database is locked, and what it may read afterwards."""

    extensions: frozenset[str] = frozenset()
    attachments: frozenset[Attachment] = frozenset()
    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    stores: frozenset[Store] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.extensions | other.extensions,
            self.attachments | other.attachments,
            self.files | other.files,
            self.folders | other.folders,
            self.stores | other.stores,
        )

    @property
    def servers(self) -> bool:
        """Whether one of the databases is a server."""
        return any(not attached.path for attached in self.attachments)

    @property
    def lasting(self) -> bool:
        """Whether the database may outlive a question: a mounted file is held against writers."""
        return not any(attached.path for attached in self.attachments)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a database may take of the machine.

    Args:
        memory: MiB.
        threads: at most so many.
        spill: MiB of temporary files.
        folder: where they are written.
    """

    memory: int
    threads: int
    spill: int
    folder: str


@cache
def extension(name: str) -> Path | None:
    """The file of an extension that was installed as `duckdb-extension-<name>`; None without."""
    spec = find_spec(f"duckdb_extension_{name}")
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
        if file.is_file():
            return file
    return None


def lock(connection: duckdb.DuckDBPyConnection, needs: Needs, allowance: Allowance) -> None:
    """Bring in what is needed, then close every door. The order matters: nothing opens later."""
    for statement in (*_bringing(needs), *_closing(needs, allowance)):
        connection.execute(statement)


def _bringing(needs: Needs) -> Iterable[str]:
    for name in sorted(needs.extensions):
        if file := extension(name):
            yield f"LOAD {_text(str(file))}"
    for attached in sorted(needs.attachments, key=lambda each: each.alias):
        alias = _name(attached.alias)
        if attached.kind == "duckdb":
            yield f"ATTACH {_text(attached.path)} AS {alias} (READ_ONLY)"
            continue
        said = ", ".join(f"{_name(key)} {_text(value)}" for key, value in attached.secret)
        yield f"CREATE TEMPORARY SECRET {alias} (TYPE {attached.kind}, {said})"
        options = _text(" ".join(f"{key}={_libpq(value)}" for key, value in attached.options))
        yield f"ATTACH {options} AS {alias} (TYPE {attached.kind}, READ_ONLY, SECRET {alias})"
    for at, store in enumerate(sorted(needs.stores, key=lambda each: each.scope)):
        said = ", ".join(f"{_name(key)} {_text(value)}" for key, value in store.secret)
        name, scope = _name(f"store_{at}"), _text(store.scope)
        yield f"CREATE TEMPORARY SECRET {name} (TYPE s3, PROVIDER config, SCOPE {scope}, {said})"
    if needs.stores:
        yield f"SET http_timeout = {_HTTP_SECONDS:d}"
        yield f"SET http_retries = {_HTTP_TRIES:d}"


def _closing(needs: Needs, allowance: Allowance) -> Iterable[str]:
    yield "SET autoinstall_known_extensions = false"
    yield "SET autoload_known_extensions = false"
    yield "SET python_enable_replacements = false"
    yield "SET TimeZone = 'UTC'"
    yield f"SET threads = {allowance.threads:d}"
    yield f"SET memory_limit = {_text(f'{allowance.memory:d}MiB')}"
    yield f"SET temp_directory = {_text(allowance.folder)}"
    yield f"SET max_temp_directory_size = {_text(f'{allowance.spill:d}MiB')}"
    yield f"SET allowed_paths = {_list(needs.files)}"
    yield f"SET allowed_directories = {_list(needs.folders)}"
    yield "SET enable_external_access = false"
    yield "SET lock_configuration = true"


def _text(value: str) -> str:
    return exp.Literal.string(value).sql("duckdb")


def _libpq(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _name(value: str) -> str:
    return exp.to_identifier(value, quoted=True).sql("duckdb")


def _list(values: Iterable[str]) -> str:
    return exp.Array(expressions=[exp.Literal.string(each) for each in sorted(values)]).sql(
        "duckdb"
    )
