"""Where a relation lies: the address that its port states, held against what may be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.bucket import SCHEMES, Bucket, Service
from catalog_service.semantic.sources.disk import Disk
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.options import Options
from catalog_service.semantic.sources.reachable import see_where
from catalog_service.semantic.sources.storage import Storage
from catalog_service.settings import FILE, Connection

_SUFFIXES = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".avro": "avro",
    ".duckdb": "duckdb",
    ".db": "duckdb",
}
_FORMATS = {"json": "jsonl", "ndjson": "jsonl", "jsonlines": "jsonl", "deltalake": "delta"}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_SCHEMES = {"postgres": "postgresql", "postgresql": "postgresql", "duckdb": "duckdb"}


@dataclass(frozen=True, slots=True)
class Located:
    """A place that may be read.

    Args:
        kind: what lies there: `parquet`, `csv`, `tsv`, `jsonl`, `avro`, `iceberg`, `delta`,
            `duckdb`, `postgresql` or `sparql`.
        address: the address that counts, without credentials.
        table: the name of the table there.
        storage: the allowed folder or prefix that it lies below; None where it is none of files.
        path: the file, or the folder that the pattern begins in.
        pattern: which files below `path`; empty for the path itself.
        schema: the schema of the table; empty where none is stated.
        connection: how it is reached, if the settings say so.
    """

    kind: str
    address: str
    table: str
    storage: Storage | None = None
    path: str = ""
    pattern: str = ""
    schema: str = ""
    connection: Connection | None = None

    @property
    def held(self) -> Storage:
        """The storage of a place of files."""
        assert self.storage is not None  # noqa: S101 - `located` gives each place of files one
        return self.storage


def located(relation: Relation, options: Options) -> Located:
    """Where a relation lies.

    Raises:
        SourceUnavailable: it may not be read, or nobody can tell how.
    """
    key, connection = options.declared(relation)
    address = (connection and connection.address()) or relation.place.address
    parts = urlsplit(address)
    kind = _kind(relation, parts.scheme.lower(), parts.path)
    found = Located(kind, address, relation.place.table, connection=connection)
    if kind in ("postgresql", "sparql"):
        if connection is None:
            raise unavailable(
                relation,
                "no connection is set for it",
                hint=f'set one in polyseme.toml: [connections."{relation.port}"]',
            )
        _see_told(relation, connection, key)
        return found
    if parts.scheme.lower() in SCHEMES:
        return _stored(relation, found, key)
    if parts.netloc not in ("", "localhost"):
        raise unavailable(relation, f"files are read from this machine, not by {parts.scheme}:")
    schema = parse_qs(parts.query).get("schema", [""])[0]
    written = _filled(unquote(parts.path), relation)
    return _confined(relation, replace(found, schema=schema), written, options)


def _see_told(relation: Relation, connection: Connection, key: str) -> None:
    """See that a secret goes to no server that only the publisher names.

    The address of a relation is a publisher's word. So a secret goes to the address that its
    connection has itself, or below the one that it is declared for; the name of a port or product
    is none.

    Raises:
        SourceUnavailable: the settings do not say where the secret may go.
    """
    if connection.address() or not (connection.password_env or connection.token_env):
        return
    at, declared = urlsplit(relation.place.address), urlsplit(key)
    named = key in (relation.port, relation.product)
    climbs = ".." in unquote(at.path).split("/")
    if named or climbs or not declared.hostname or declared.netloc != at.netloc:
        raise unavailable(
            relation,
            f"its connection {key!r} has a secret, and does not say which server may be told it",
            hint=f'set `url` in [connections."{key}"] of polyseme.toml, or declare the connection'
            " for an address such as postgresql://host:5432/",
        )


def _filled(path: str, relation: Relation) -> str:
    for name in ("{model}", "{table}", "{schema}"):
        path = path.replace(name, relation.place.table)
    return path


def _kind(relation: Relation, scheme: str, path: str) -> str:
    stated = relation.place.format.lower().replace("-", "").replace(" ", "")
    protocol = relation.place.protocol.lower()
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if scheme in ("http", "https") and ("sparql" in stated or protocol == "sparql"):
        return "sparql"
    if scheme not in ("", "file", *SCHEMES):
        raise unavailable(relation, f"{scheme}: addresses cannot be read yet")
    kind = _FORMATS.get(stated, stated) or _SUFFIXES.get(Path(path).suffix.lower(), "")
    if kind not in {*_SUFFIXES.values(), "iceberg", "delta"}:
        raise unavailable(
            relation,
            f"its format {relation.place.format!r} is unknown" if kind else "it states no format",
            hint="state the format of the port: parquet, csv, jsonl, avro, iceberg or delta",
        )
    return kind


def _confined(relation: Relation, found: Located, written: str, options: Options) -> Located:
    """The place with its path, which has to lie below an allowed folder.

    Links are followed before it is looked where a path lies, so that none leads out.
    """
    start = Path(relation.place.beside) if relation.place.beside else None
    path = Path(written)
    if not path.is_absolute():
        if start is None:
            raise unavailable(relation, "nobody can tell where its relative path begins")
        path = start / path
    disk = Disk(Path("/"))
    whole, pattern = disk.parted(str(path))
    if options.roots is None:
        roots: tuple[Path, ...] = (_repository(start.resolve()),) if start else ()
    else:
        roots = options.roots
    disks = (Disk(root) for root in roots)
    return _shared(relation, replace(found, path=whole, pattern=pattern), disks)


def _stored(relation: Relation, found: Located, key: str) -> Located:
    """The place in an object store, which has to lie below what the settings name.

    A publisher states the address, so the rights of a connection go no further than the address
    that the connection itself has, or the one that it is declared for.
    """
    connection = found.connection
    if connection is None:
        raise unavailable(
            relation,
            "no connection is set for its object store",
            hint='set one in polyseme.toml, for example [connections."s3://bucket/"]',
        )
    declared = connection.address() or key
    if urlsplit(declared).scheme not in SCHEMES:
        raise unavailable(
            relation,
            "its connection does not say which part of an object store may be read",
            hint="set `url` in it, or declare it for an address such as s3://bucket/prefix/",
        )
    if found.kind == "duckdb":
        raise unavailable(relation, "a DuckDB file cannot be read from an object store")
    if connection.endpoint:
        see_where(relation, connection.endpoint, loopback=connection.loopback)
    service = Service(
        endpoint=connection.endpoint,
        region=connection.region,
        key=connection.user,
        secret=connection.password(),
        token=connection.token(),
    )
    path, pattern = Bucket(service, "").parted(_keyed(relation, found.address))
    root = Bucket(service, "").parted(_keyed(relation, declared))[0]
    return _shared(relation, replace(found, path=path, pattern=pattern), (Bucket(service, root),))


def _keyed(relation: Relation, address: str) -> str:
    """Bucket and key of an address."""
    parts = urlsplit(address)
    if not _BUCKET.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise unavailable(relation, "its address does not tell a bucket and a key in it")
    return _filled(parts.netloc + unquote(parts.path), relation).rstrip("/")


def _shared(relation: Relation, found: Located, storages: Iterable[Storage]) -> Located:
    """The place in the first storage that holds it, and in it what is this table's own."""
    storage = next((each for each in storages if each.holds(found.path)), None)
    if storage is None:
        raise forbidden(relation)
    if found.pattern:
        return replace(found, storage=storage)
    try:
        own = _own(storage, found.path, relation.place.table, found.kind)
    except OSError as fault:
        raise unavailable(relation, "its files cannot be opened") from fault
    if not storage.holds(own):
        raise forbidden(relation)
    return replace(found, storage=storage, path=own)


def forbidden(relation: Relation) -> SourceUnavailable:
    """The error for a path outside of all allowed folders; it does not tell what lies there."""
    return unavailable(
        relation,
        "it lies outside of the folders that may be read",
        hint="name the folder in `data_roots` of polyseme.toml, if its data may be read; for an"
        " object store, widen the address that its connection is declared for",
    )


def _repository(folder: Path) -> Path:
    """The team's repository around a folder: what its tools write may lie anywhere in it."""
    marks = (".git", FILE)
    around = (folder, *folder.parents)
    return next((at for at in around if any((at / mark).exists() for mark in marks)), folder)


def _own(storage: Storage, folder: str, table: str, kind: str) -> str:
    """What of a folder that several tables share is this one's; the folder where nothing is."""
    if not table or "/" in table or table in (".", ".."):
        return storage.resolved(folder)
    names = (table, *(table + suffix for suffix, of in _SUFFIXES.items() if of == kind))
    inside = (str(PurePosixPath(folder, name)) for name in names)
    return storage.resolved(next((each for each in inside if storage.exists(each)), folder))
