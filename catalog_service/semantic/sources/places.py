"""Where a relation lies: the address that its port states, held against what may be read."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.options import Options
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
_SCHEMES = {"postgres": "postgresql", "postgresql": "postgresql", "duckdb": "duckdb"}
WILD = "*?["
"""What makes a path a pattern."""


@dataclass(frozen=True, slots=True)
class Located:
    """A place that may be read.

    Args:
        kind: what lies there: `parquet`, `csv`, `tsv`, `jsonl`, `avro`, `iceberg`, `delta`,
            `duckdb`, `postgresql` or `sparql`.
        address: the address that counts, without credentials.
        path: the file, or the folder that the pattern begins in; None where it is none of files.
        pattern: which files below `path`; empty for the path itself.
        root: the allowed folder that it lies below.
        table: the name of the table there.
        schema: the schema of the table; empty where none is stated.
        connection: how it is reached, if the settings say so.
    """

    kind: str
    address: str
    table: str
    path: Path | None = None
    pattern: str = ""
    root: Path | None = None
    schema: str = ""
    connection: Connection | None = None


def located(relation: Relation, options: Options) -> Located:
    """Where a relation lies.

    Raises:
        SourceUnavailable: it may not be read, or nobody can tell how.
    """
    connection = options.connection(relation)
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
        return found
    if parts.netloc not in ("", "localhost"):
        raise unavailable(relation, f"files are read from this machine, not by {parts.scheme}:")
    schema = parse_qs(parts.query).get("schema", [""])[0]
    written = unquote(parts.path)
    for name in ("{model}", "{table}", "{schema}"):
        written = written.replace(name, relation.place.table)
    return _confined(relation, replace(found, schema=schema), written, options)


def _kind(relation: Relation, scheme: str, path: str) -> str:
    stated = relation.place.format.lower().replace("-", "").replace(" ", "")
    protocol = relation.place.protocol.lower()
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if scheme in ("http", "https") and ("sparql" in stated or protocol == "sparql"):
        return "sparql"
    if scheme not in ("", "file"):
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
    whole, pattern = _parted(path)
    whole = whole.resolve()
    if options.roots is None:
        roots: tuple[Path, ...] = (_repository(start.resolve()),) if start else ()
    else:
        roots = options.roots
    root = next((root for root in roots if whole.is_relative_to(root)), None)
    if root is None:
        raise forbidden(relation)
    if not pattern:
        whole = _own(whole, relation.place.table, found.kind)
        if not whole.resolve().is_relative_to(root):
            raise forbidden(relation)
    return replace(found, path=whole.resolve(), pattern=pattern, root=root)


def forbidden(relation: Relation) -> SourceUnavailable:
    """The error for a path outside of all allowed folders; it does not tell what lies there."""
    return unavailable(
        relation,
        "it lies outside of the folders that may be read",
        hint="name the folder in `data_roots` of polyseme.toml, if its data may be read",
    )


def _repository(folder: Path) -> Path:
    """The team's repository around a folder: what its tools write may lie anywhere in it."""
    marks = (".git", FILE)
    around = (folder, *folder.parents)
    return next((at for at in around if any((at / mark).exists() for mark in marks)), folder)


def _parted(path: Path) -> tuple[Path, str]:
    """The folder before the first wildcard, and the rest as a pattern."""
    for at, part in enumerate(path.parts):
        if any(sign in part for sign in WILD):
            return Path(*path.parts[:at]), "/".join(path.parts[at:])
    return path, ""


def _own(folder: Path, table: str, kind: str) -> Path:
    """What of a folder that several tables share is this one's; the folder where nothing is."""
    if not table or "/" in table or table in (".", "..") or not folder.is_dir():
        return folder
    names = (table, *(table + suffix for suffix, of in _SUFFIXES.items() if of == kind))
    return next((folder / name for name in names if (folder / name).exists()), folder)
