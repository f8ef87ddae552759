"""Which databases are kept, and for how long."""

import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import songs
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines import duckdb_pool
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import Guarded, Relation
from catalog_service.semantic.sources import Options, Reading


def _rows(engine: DuckDb, relation: Relation) -> int:
    with engine.session(Limits(), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, "id"))
        return int(session.run(exp.select("id").from_(bound.table).sql("duckdb")).num_rows)


def test_a_database_is_made_once_for_the_same_ports(tmp_path: Path) -> None:
    relation = songs.relation(songs.parquet(tmp_path), tmp_path, kind="parquet")
    engine = DuckDb(Options(None))
    _rows(engine, relation)
    (kept,) = engine._pool._kept.values()
    _rows(engine, relation)
    assert list(engine._pool._kept.values()) == [kept]
    assert kept.users == 0
    engine.close()
    assert not engine._pool._kept


def test_no_more_than_a_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_pool, "_KEPT", 2)
    engine = DuckDb(Options(None))
    for name in "abcd":
        (tmp_path / name).mkdir()
        address = songs.parquet(tmp_path / name)
        _rows(engine, songs.relation(address, tmp_path / name, kind="parquet"))
    assert len(engine._pool._kept) == 2
    engine.close()


def test_a_mounted_file_is_let_go_for_its_writers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_pool, "_IDLE", 0.05)
    relation = songs.relation(songs.duckdb_file(tmp_path), tmp_path)
    engine = DuckDb(Options(None))
    assert _rows(engine, relation) == 5
    for _ in range(100):
        if not engine._pool._kept:
            break
        time.sleep(0.05)
    with duckdb.connect(str(tmp_path / "store.duckdb")) as writer:
        writer.execute("DELETE FROM music.songs WHERE id = 1")
    assert _rows(engine, relation) == 4
    engine.close()


def test_a_file_that_another_took_the_place_of_is_mounted_anew(tmp_path: Path) -> None:
    relation = songs.relation(songs.duckdb_file(tmp_path), tmp_path)
    engine = DuckDb(Options(None))
    assert _rows(engine, relation) == 5
    other = tmp_path / "next.duckdb"
    with duckdb.connect(str(other)) as writer:
        writer.execute("CREATE SCHEMA music; CREATE TABLE music.songs AS SELECT 1 AS id")
    other.replace(tmp_path / "store.duckdb")
    assert _rows(engine, relation) == 1
    engine.close()


@pytest.mark.parametrize("kind", ["delta", "iceberg", "avro"])
def test_without_an_extension_a_source_is_read_through_arrow(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.semantic.engines.duckdb_scans.extension", lambda _: None)
    relation = songs.relation(songs.WRITERS[kind](tmp_path), tmp_path, kind=kind)
    engine = DuckDb(Options(None))
    assert _rows(engine, relation) == 5
    assert not any(needs.extensions for needs, _ in engine._pool._kept)
    engine.close()
    with pytest.raises(SourceUnavailable, match="by itself"):
        _rows(DuckDb(Options(None, reading=Reading.ENGINE)), relation)


def test_a_process_that_ends_leaves_no_folder_behind(tmp_path: Path) -> None:
    (tmp_path / "spill").mkdir()
    address = songs.parquet(tmp_path)
    script = (
        "import sys, songs, pathlib\n"
        "from catalog_service.semantic.engines.duckdb import DuckDb\n"
        "from catalog_service.semantic.execution import Limits\n"
        "from catalog_service.semantic.plan import Guarded\n"
        "from catalog_service.semantic.sources import Options\n"
        f"relation = songs.relation({address!r}, pathlib.Path({str(tmp_path)!r}), kind='parquet')\n"
        "engine = DuckDb(Options(None))\n"
        "with engine.session(Limits(), [Guarded(relation)]) as session:\n"
        "    session.bind(songs.wanted(relation))\n"
        f"print(len(list(pathlib.Path({str(tmp_path / 'spill')!r}).iterdir())))\n"
    )
    path = os.pathsep.join((str(Path(songs.__file__).parent), str(Path.cwd())))
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TMPDIR": str(tmp_path / "spill"), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "1\n"
    assert not list((tmp_path / "spill").iterdir())
