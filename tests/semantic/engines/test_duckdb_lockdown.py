"""What a locked DuckDB still reads, and what it refuses, attack by attack."""

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import songs
import sqlglot

from catalog_service.errors import LimitExceeded, Refused, SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb, DuckDbSession
from catalog_service.semantic.engines.lockdown import (
    Allowance,
    Needs,
    extension,
    lock,
)
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.one_select import only_select
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.sources import Options

secret = pa.table({"salary": [1]})
"""A variable of this module that no SQL may see as a table."""


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    for name in ("own", "other"):
        folder = tmp_path / name
        folder.mkdir()
        songs.parquet(folder)
        songs.delimited(folder)
    return tmp_path


@pytest.fixture
def locked(mesh: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    files = frozenset(str(path) for path in (mesh / "own" / "songs").iterdir())
    spill = mesh / "spill"
    spill.mkdir()
    with duckdb.connect() as connection:
        lock(connection, Needs(files=files), Allowance(256, 1, 16, str(spill)))
        yield connection


def _session(mesh: Path, limits: Limits | None = None) -> tuple[DuckDb, DuckDbSession]:
    relation = songs.relation("file:songs", mesh / "own", kind="parquet")
    engine = DuckDb(Options(roots=(mesh / "own",)))
    return engine, engine.session(limits or Limits(), [Guarded(relation)])


ATTACKS = {
    "a file beside": "FROM read_parquet('{mesh}/other/songs/a.parquet')",
    "a file by dots": "FROM read_parquet('{mesh}/own/songs/../../other/songs/a.parquet')",
    "a pattern": "FROM read_parquet('{mesh}/own/songs/*.parquet')",
    "a file of the system": "FROM read_text('/etc/hostname')",
    "a listing": "FROM glob('{mesh}/*')",
    "a name as file": "FROM '{mesh}/own/songs.csv'",
    "sniffing": "FROM sniff_csv('{mesh}/own/songs.csv')",
    "the web": "FROM read_csv('http://127.0.0.1:{port}/songs.csv')",
    "mounting a file": "ATTACH '{mesh}/new.duckdb' AS other",
    "loading": "LOAD httpfs",
    "installing": "INSTALL httpfs",
    "copying out": "COPY (SELECT 1) TO '{mesh}/own/out.csv'",
    "exporting": "EXPORT DATABASE '{mesh}/out'",
    "keeping a secret": "CREATE PERSISTENT SECRET s (TYPE http)",
    "setting": "SET threads = 8",
    "setting for the session": "SET SESSION TimeZone = 'Europe/Paris'",
    "setting back": "RESET memory_limit",
    "opening again": "SET enable_external_access = true",
    "unlocking": "SET lock_configuration = false",
    "a pragma that sets": "PRAGMA memory_limit = '8GB'",
    "a variable of Python": "FROM secret",
    "a query of another database": "FROM postgres_query('pg', 'SELECT 1')",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_locked_database_refuses(
    attack: str, locked: duckdb.DuckDBPyConnection, mesh: Path
) -> None:
    asked: list[str] = []

    class Heard(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        do_HEAD = do_GET  # noqa: N815 - the library's name

    with http.server.HTTPServer(("127.0.0.1", 0), Heard) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        sql = ATTACKS[attack].format(mesh=mesh, port=server.server_port)
        try:
            with pytest.raises(duckdb.Error):
                locked.execute(sql).fetchall()
        finally:
            server.shutdown()
            thread.join()
    assert not asked


def test_planned_files_and_tables_of_arrow_are_read_after_the_lock(
    locked: duckdb.DuckDBPyConnection, mesh: Path
) -> None:
    path = mesh / "own" / "songs" / "a.parquet"
    assert locked.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchone() == (2,)  # noqa: S608
    cursor = locked.cursor()
    cursor.register("handed", secret)
    assert cursor.execute("SELECT salary FROM handed").fetchone() == (1,)


def test_what_one_cursor_was_handed_another_does_not_see(
    locked: duckdb.DuckDBPyConnection,
) -> None:
    first, second = locked.cursor(), locked.cursor()
    first.register("handed", secret)
    with pytest.raises(duckdb.Error):
        second.execute("SELECT * FROM handed")


def test_an_extension_that_was_tampered_with_is_not_loaded(tmp_path: Path) -> None:
    signed = extension("avro")
    assert signed is not None
    content = bytearray(signed.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / signed.name).write_bytes(content)
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match="signature"):
        connection.execute(f"LOAD '{tmp_path / signed.name}'")


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA database_list",
        "CALL duckdb_settings()",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO 'x.csv'",
        "CREATE TABLE t AS SELECT 1",
        "EXPLAIN SELECT 1",
        "DESCRIBE SELECT 1",
        "SHOW TABLES",
        "SET threads = 1",
        "ATTACH ':memory:' AS other",
        "",
    ],
)
def test_a_session_runs_one_select_only(sql: str, mesh: Path) -> None:
    engine, session = _session(mesh)
    with session, pytest.raises(Refused) as raised:
        session.run(sql)
    assert raised.value.code == "not-a-select"
    engine.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('other.parquet')",
        "SELECT * FROM other",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM postgres_query('pg', 'SELECT 1')",
        "SELECT (SELECT count(*) FROM read_csv('x.csv')) FROM songs",
        "WITH a AS (SELECT * FROM glob('*')) SELECT * FROM a",
        "SELECT * FROM elsewhere.songs",
        "INSERT INTO songs VALUES (1)",
        "COPY (SELECT 1) TO 'x'",
        "PRAGMA database_list",
        "DESCRIBE songs",
    ],
)
def test_a_tree_that_reads_anything_unbound_is_refused(sql: str) -> None:
    with pytest.raises(Refused) as raised:
        only_select(sqlglot.parse_one(sql, read="duckdb"), _songs)
    assert raised.value.code == "not-a-select"


def test_a_tree_over_bound_relations_and_its_own_parts_passes() -> None:
    sql = "WITH a AS (SELECT * FROM songs AS s) SELECT * FROM a LEFT JOIN songs AS b ON a.k = b.k"
    only_select(sqlglot.parse_one(sql, read="duckdb"), _songs)


def _songs(table: sqlglot.exp.Table) -> bool:
    return table.this == sqlglot.exp.to_identifier("songs") and not table.args.get("db")


SLOW = "SELECT count(*) FROM range(100000) AS a, range(100000) AS b WHERE a.range % 7 = b.range % 5"


def test_a_question_that_takes_too_long_is_stopped_and_its_database_stays_usable(
    mesh: Path,
) -> None:
    engine, session = _session(mesh, Limits(seconds=0.3))
    began = time.monotonic()
    with session, pytest.raises(LimitExceeded) as raised:
        session.run(SLOW)
    assert raised.value.limit == "seconds"
    assert time.monotonic() - began < 5
    relation = songs.relation("file:songs", mesh / "own", kind="parquet")
    with engine.session(Limits(), [Guarded(relation)]) as again:
        table = again.bind(songs.wanted(relation)).table
        assert again.run(f"SELECT 1 FROM {table.sql('duckdb')}").num_rows == 5  # noqa: S608
    engine.close()


def test_a_question_that_needs_too_much_memory_is_told_so(mesh: Path) -> None:
    relation = songs.relation("file:songs", mesh / "own", kind="parquet")
    engine = DuckDb(Options(roots=(mesh / "own",), spill=1))
    with (
        engine.session(Limits(memory=32), [Guarded(relation)]) as session,
        pytest.raises(LimitExceeded) as raised,
    ):
        session.run("SELECT list(a.range::VARCHAR || 'xxxxxxxxxxxxxxxx') FROM range(20000000) AS a")
    assert raised.value.limit == "memory"
    engine.close()


def test_an_error_of_the_engine_tells_neither_value_nor_path(mesh: Path) -> None:
    (mesh / "own" / "bad.csv").write_text("id,title\n1,x\nsesame,y\n")
    relation = songs.relation("file:bad.csv", mesh / "own", kind="csv")
    engine = DuckDb(Options(roots=(mesh / "own",)))
    with engine.session(Limits(), [Guarded(relation)]) as session:
        table = session.bind(songs.wanted(relation, "id")).table
        with pytest.raises(SourceUnavailable) as raised:
            session.run(f"SELECT id FROM {table.sql('duckdb')}")  # noqa: S608
    told = f"{raised.value.message} {raised.value.hint}"
    assert "sesame" not in told
    assert str(mesh) not in told
    assert (raised.value.product, raised.value.port) == (songs.PRODUCT, relation.port)
    engine.close()


def test_a_file_that_was_written_meanwhile_is_told_of(mesh: Path) -> None:
    engine, session = _session(mesh)
    relation = songs.relation("file:songs", mesh / "own", kind="parquet")
    with session:
        table = session.bind(songs.wanted(relation)).table
        path = mesh / "own" / "songs" / "a.parquet"
        path.write_bytes((mesh / "own" / "songs" / "b.parquet").read_bytes())
        with pytest.raises(SourceUnavailable, match="written while"):
            session.run(f"SELECT id FROM {table.sql('duckdb')}")  # noqa: S608
    engine.close()


def test_threads_share_one_database_and_no_rows(mesh: Path) -> None:
    relation = songs.relation("file:songs", mesh / "own", kind="parquet")
    engine = DuckDb(Options(roots=(mesh / "own",)))
    counts: list[int] = []

    def ask() -> None:
        for _ in range(5):
            with engine.session(Limits(), [Guarded(relation)]) as session:
                table = session.bind(songs.wanted(relation, "id")).table
                counts.append(session.run(f"SELECT id FROM {table.sql('duckdb')}").num_rows)  # noqa: S608

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5] * 20
    assert len(engine._pool._kept) == 1
    engine.close()


def test_no_file_is_left_behind(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spill = mesh / "spill"
    spill.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spill))
    engine, session = _session(mesh)
    with session:
        assert list(spill.iterdir())
    engine.close()
    assert not list(spill.iterdir())
