"""One small table with all types and with nulls, written in every form that a source may have."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import write_deltalake
from postgres_server import Server
from pyiceberg.catalog.memory import InMemoryCatalog
from s3_server import Store

from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import AllOf, Column, Guarded, Place, Predicate, Relation
from catalog_service.settings import Connection
from catalog_service.terms import XSD, Iri

EVERY = AllOf()
PRODUCT = Iri("https://mesh.example/products/songs")
SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("title", pa.string()),
        ("country", pa.string()),
        ("price", pa.decimal128(12, 2)),
        ("released", pa.date32()),
        ("played_at", pa.timestamp("us")),
        ("explicit", pa.bool_()),
        ("score", pa.float64()),
    ]
)
TYPES = {
    "id": XSD.integer,
    "title": XSD.string,
    "country": XSD.string,
    "price": XSD.decimal,
    "released": XSD.date,
    "played_at": XSD.dateTime,
    "explicit": XSD.boolean,
    "score": XSD.double,
}
ROWS = [
    (1, "O'Hara, \"live\"", "SE", Decimal("9.99"), date(2026, 1, 1), datetime(2026, 2, 1, 0, 0, 0, 5), True, 0.5),  # noqa: DTZ001
    (2, "Ünder\nway", "DE", Decimal("0.10"), None, datetime(2026, 2, 28, 23, 59, 59), False, 1.5),  # noqa: DTZ001
    (3, None, "SE", None, date(2026, 3, 1), None, None, None),
    (4, "000123", None, Decimal("-5.00"), date(1999, 12, 31), datetime(2026, 3, 1), True, -2.25),  # noqa: DTZ001
    (5, "İẞΣ", "FR", Decimal("12345.67"), date(2026, 2, 28), datetime(2026, 2, 14, 12), False, 0.0),  # noqa: DTZ001
]  # fmt: skip
WRITERS: dict[str, Callable[[Path], str]] = {}


def table() -> pa.Table:
    return pa.Table.from_arrays(
        [pa.array([row[at] for row in ROWS], field.type) for at, field in enumerate(SCHEMA)],
        schema=SCHEMA,
    )


def form(kind: str) -> Callable[[Callable[[Path], str]], Callable[[Path], str]]:
    def keep(writer: Callable[[Path], str]) -> Callable[[Path], str]:
        WRITERS[kind] = writer
        return writer

    return keep


@form("parquet")
def parquet(folder: Path) -> str:
    (folder / "songs").mkdir()
    pq.write_table(table().slice(0, 2), folder / "songs" / "a.parquet")
    pq.write_table(table().slice(2), folder / "songs" / "b.parquet")
    return "file:songs"


@form("csv")
def delimited(folder: Path) -> str:
    with (folder / "songs.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        names = list(reversed(SCHEMA.names))  # not the order of the catalog
        out.writerow([*names, "unstated"])
        for row in ROWS:
            cells = dict(zip(SCHEMA.names, row, strict=True))
            cells["explicit"] = None if row[6] is None else str(row[6]).lower()
            cells["played_at"] = row[5] and _oddly(row[5])
            out.writerow([*(cells[name] for name in names), "x"])
    return "file:songs.csv"


def _oddly(moment: datetime) -> str:
    """A moment in UTC, written with another offset where it has whole seconds."""
    if moment.microsecond:
        return moment.isoformat(sep=" ")
    return moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=2))).isoformat()


@form("duckdb")
def duckdb_file(folder: Path) -> str:
    songs = table()
    with duckdb.connect(str(folder / "store.duckdb")) as connection:
        connection.execute("CREATE SCHEMA music")
        connection.register("given", songs)
        connection.execute("CREATE TABLE music.songs AS FROM given")
    return "duckdb:store.duckdb?schema=music"


@form("delta")
def delta(folder: Path) -> str:
    write_deltalake(folder / "songs", table().slice(0, 2))
    write_deltalake(folder / "songs", table().slice(2), mode="append")
    return "file:songs"


@form("iceberg")
def iceberg(folder: Path) -> str:
    catalog = InMemoryCatalog("songs", warehouse=folder.as_uri())
    catalog.create_namespace("music")
    made = catalog.create_table("music.songs", schema=SCHEMA)
    made.append(table().slice(0, 2))
    made.append(table().slice(2))
    return "file:music/songs"


def in_store(store: Store, kind: str, bucket: str, folder: Path) -> str:
    """The table in a bucket of its own, and its address there."""
    if kind == "iceberg":  # its metadata names files by the addresses that they are written to
        store.filesystem.create_dir(bucket)
        made = InMemoryCatalog("songs", warehouse=f"s3://{bucket}", **store.for_iceberg)
        made.create_namespace("music")
        made.create_table("music.songs", schema=SCHEMA).append(table())
        return f"s3://{bucket}/music/songs"
    address = WRITERS[kind](folder)
    store.upload(folder, bucket)
    return address.replace("file:", f"s3://{bucket}/")


@form("jsonl")
def json_lines(folder: Path) -> str:
    (folder / "songs").mkdir()
    for offset, part in ((0, ROWS[:2]), (2, ROWS[2:])):
        with (folder / "songs" / f"songs+0+{offset:010d}.jsonl").open("w") as stream:
            for row in part:
                event = {n: v for n, v in zip(SCHEMA.names, row, strict=True) if v is not None}
                stream.write(json.dumps(event | {"unstated": [1]}, default=str) + "\n")
    return "file:songs"


@form("avro")
def avro(folder: Path) -> str:
    kinds = {
        "id": "long",
        "title": "string",
        "country": "string",
        "price": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2},
        "released": {"type": "int", "logicalType": "date"},
        "played_at": {"type": "long", "logicalType": "timestamp-micros"},
        "explicit": "boolean",
        "score": "double",
    }
    fields = [{"name": name, "type": ["null", kind]} for name, kind in kinds.items()]
    rows = []
    for row in ROWS:
        cells = dict(zip(SCHEMA.names, row, strict=True))
        cells["played_at"] = row[5] and row[5].replace(tzinfo=UTC)
        rows.append(cells)
    with (folder / "songs.avro").open("wb") as stream:
        fastavro.writer(stream, {"type": "record", "name": "Song", "fields": fields}, rows)
    return "file:songs.avro"


def in_postgres(server: Server, schema: str = "music") -> str:
    """The table, in a schema of its own and in the types that people give it."""
    server.run(
        f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};"
        f"CREATE TABLE {schema}.songs (id int PRIMARY KEY, title text, country char(2),"
        " price numeric, released date, played_at timestamp, explicit boolean, score real)"
    )
    out = io.StringIO()
    cells = csv.writer(out, lineterminator="\n")
    for row in ROWS:
        cells.writerow(row)
    server.run(f"COPY {schema}.songs FROM STDIN (FORMAT csv);\n{out.getvalue()}\\.\n")
    return f"postgresql://127.0.0.1:{server.port}/postgres/{schema}"


def connections(server: Server) -> dict[str, Connection]:
    """How the tests reach their server; the password lies in the environment."""
    at = f"postgresql://127.0.0.1:{server.port}/"
    return {at: Connection(user="librarian", password_env="SONGS_PASSWORD")}  # noqa: S106 - a name


def relation(
    address: str, folder: Path, *, kind: str = "", protocol: str = "local", table: str = "songs"
) -> Relation:
    return Relation(
        product=PRODUCT,
        port=Iri(f"{PRODUCT}/ports/files"),
        dataset=Iri(f"{PRODUCT}/datasets/songs"),
        name="songs",
        place=Place(address, protocol, kind, table, str(folder)),
        columns=tuple(
            Column(name, Iri(f"{PRODUCT}/datasets/songs/columns/{name}"), TYPES[name])
            for name in sorted(TYPES)
        ),
        unique_on=("id",),
    )


def wanted(of: Relation, *columns: str, where: Predicate = EVERY, **values: object) -> Wanted:
    return Wanted(Guarded(of), columns or tuple(SCHEMA.names), where, values)  # type: ignore[arg-type]
