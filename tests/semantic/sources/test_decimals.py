"""Decimals of more digits than are kept are rounded the same way, whoever reads them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import fastavro
import pytest
import songs
from postgres_server import PASSWORD, Server
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import Guarded, Relation
from catalog_service.semantic.sources import Options, Reading

WRITTEN = ["0.30000000000000004", "-1.0000000000005", "1.0000000000015", "12345678901234567890.5"]
ROUNDED = [
    Decimal("0.3"),
    Decimal("-1.000000000001"),
    Decimal("1.000000000002"),
    Decimal("12345678901234567890.5"),
]


def _csv(folder: Path) -> str:
    (folder / "songs.csv").write_text("price\n" + "\n".join(WRITTEN))
    return "file:songs.csv"


def _json(folder: Path) -> str:
    (folder / "songs.jsonl").write_text("\n".join(f'{{"price": {each}}}' for each in WRITTEN))
    return "file:songs.jsonl"


def _avro(folder: Path) -> str:
    kind = {"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 17}
    schema = {"type": "record", "name": "S", "fields": [{"name": "price", "type": kind}]}
    with (folder / "songs.avro").open("wb") as stream:
        fastavro.writer(stream, schema, [{"price": Decimal(each)} for each in WRITTEN])
    return "file:songs.avro"


def _prices(options: Options, relation: Relation) -> list[Decimal]:
    engine = DuckDb(options)
    with engine.session(Limits(seconds=20), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, "price"))
        found = session.run(exp.select("price").from_(bound.table).sql("duckdb"))
    engine.close()
    return [each.normalize() for each in found["price"].to_pylist()]


@pytest.mark.parametrize("write", [_csv, _json, _avro])
@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_files_are_rounded(write: Callable[[Path], str], path: Reading, tmp_path: Path) -> None:
    relation = songs.relation(write(tmp_path), tmp_path)
    assert _prices(Options(None, reading=path), relation) == ROUNDED


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_a_database_is_rounded(
    path: Reading, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONGS_PASSWORD", PASSWORD)
    database.run("DROP SCHEMA IF EXISTS fine CASCADE; CREATE SCHEMA fine")
    database.run("CREATE TABLE fine.songs (price numeric)")
    for each in WRITTEN:
        database.run(f"INSERT INTO fine.songs VALUES ({each})")  # noqa: S608 - our own figures
    address = f"postgresql://127.0.0.1:{database.port}/postgres/fine"
    relation = songs.relation(address, Path("/nowhere"), protocol="postgresql")
    options = Options(connections=songs.connections(database), reading=path)
    assert sorted(_prices(options, relation)) == sorted(ROUNDED)


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_a_figure_that_has_no_room_is_refused(path: Reading, tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_text("price\n123456789012345678901234567890\n")
    with pytest.raises(SourceUnavailable):
        _prices(Options(None, reading=path), songs.relation("file:songs.csv", tmp_path))
