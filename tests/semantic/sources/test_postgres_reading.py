"""What leaves a PostgreSQL, by its own log; in which state; and who may know the password."""

import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import postgres_server
import pytest
import songs
from postgres_server import Server
from sqlglot import exp

from catalog_service.errors import LimitExceeded, SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import AllOf, Compare, Constant, Guarded, Relation
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Options, Reading
from catalog_service.settings import Connection

SWEDISH = Compare("country", Comparison.EQ, Constant("SE"))
CHEAP = Compare("price", Comparison.LT, Constant(10))


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SONGS_PASSWORD", postgres_server.PASSWORD)
    return postgres_server.PASSWORD


@pytest.fixture
def relation(database: Server, password: str) -> Relation:  # noqa: ARG001 - it lies in the environment
    return songs.relation(
        songs.in_postgres(database, "music"), Path("/nowhere"), protocol="postgresql"
    )


@pytest.fixture(params=[Reading.ENGINE, Reading.ARROW])
def engine(request: pytest.FixtureRequest, database: Server) -> Iterator[DuckDb]:
    engine = DuckDb(Options(connections=songs.connections(database), reading=request.param))
    yield engine
    engine.close()


def _handed_over(told: str) -> list[int]:
    """The rows that each statement over songs handed over, by PostgreSQL's own count."""
    plans = re.findall(r"duration: .*? ms  plan:\n((?:\t.*\n)+)", told)
    over_songs = [plan for plan in plans if "music" in plan and "songs" in plan]
    return [int(re.search(r"actual rows=(\d+)", plan)[1]) for plan in over_songs]  # type: ignore[index]


def test_rows_that_a_policy_forbids_never_leave_the_database(
    database: Server, engine: DuckDb, relation: Relation
) -> None:
    guarded = Guarded(relation, rows=SWEDISH)
    wanted = songs.wanted(relation, "id", "price", "country", where=AllOf((SWEDISH, CHEAP)))
    before = len(database.told())
    with engine.session(Limits(), [guarded]) as session:
        table = session.bind(wanted).table
        found = session.run(exp.select("*").from_(table.copy()).sql("duckdb"))
    told = database.told(before)
    assert found.column("id").to_pylist() == [1]
    assert _handed_over(told) == [1]
    statements = [line for line in told.splitlines() if "LOG:" in line and "songs" in line]
    assert statements
    for line in statements:
        assert re.search(r"WHERE\s.*country.*'SE'", line), line
        assert not re.search(r"title|released|played_at|explicit|score", line), line


def test_a_question_sees_one_state_however_often_it_reads(
    database: Server, engine: DuckDb, relation: Relation
) -> None:
    wanted = songs.wanted(relation, "id")
    with engine.session(Limits(), [Guarded(relation)]) as session:
        first = session.bind(wanted)
        count = exp.select("id").from_(first.table.copy()).sql("duckdb")
        before = session.run(count).num_rows
        database.run("INSERT INTO music.songs (id) VALUES (99)")
        second = session.bind(wanted)
        again = exp.select("id").from_(second.table.copy()).sql("duckdb")
        assert session.run(again).num_rows == before
        assert first.snapshot == second.snapshot
    with engine.session(Limits(), [Guarded(relation)]) as session:
        later = session.bind(wanted)
        assert session.run(exp.select("id").from_(later.table).sql("duckdb")).num_rows == before + 1
        assert later.snapshot.pin != first.snapshot.pin


def test_the_transaction_may_only_read(
    database: Server, engine: DuckDb, relation: Relation
) -> None:
    before = len(database.told())
    with engine.session(Limits(), [Guarded(relation)]) as session:
        session.run(exp.select("*").from_(session.bind(songs.wanted(relation)).table).sql("duckdb"))
    assert re.search(r"ISOLATION LEVEL REPEATABLE READ READ ONLY", database.told(before))


def test_the_password_is_in_no_text(
    engine: DuckDb,
    relation: Relation,
    database: Server,
    password: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with engine.session(Limits(), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation))
        if engine._options.reading is Reading.ENGINE:
            secrets = session.run("SELECT * FROM duckdb_secrets()").to_pylist()
            assert "redacted" in str(secrets)
            assert password not in str(secrets)
        shown = [
            bound.table.sql("duckdb"),
            repr(bound),
            repr(vars(session)),
            str(session.run("SELECT * FROM duckdb_databases()").to_pylist()),
            str(session.run("SELECT * FROM duckdb_settings()").to_pylist()),
            caplog.text,
            database.told(),
        ]
    assert not [text for text in shown if password in text]


@pytest.mark.parametrize("wrong", ["password", "port", "table"])
def test_a_database_that_is_down_or_closed_names_port_and_product_and_nothing_else(
    wrong: str,
    engine: DuckDb,
    relation: Relation,
    database: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = relation.place.address
    if wrong == "password":
        monkeypatch.setenv("SONGS_PASSWORD", "another")
    if wrong == "port":
        address = "postgresql://127.0.0.1:1/postgres/music"
    table = "absent" if wrong == "table" else "songs"
    asked = songs.relation(address, Path("/nowhere"), protocol="postgresql", table=table)
    (librarian,) = songs.connections(database).values()
    allowed = {asked.port: librarian.model_copy(update={"url": address})}
    closed = DuckDb(Options(connections=allowed, reading=engine._options.reading))
    with pytest.raises(SourceUnavailable) as raised:
        _read_all(closed, asked)
    closed.close()
    told = raised.value.message + raised.value.hint
    assert (raised.value.product, raised.value.port) == (asked.product, asked.port)
    assert not re.search(r"127\.0\.0\.1|librarian|another|FATAL|absent|postgresql:", told)


def _read_all(engine: DuckDb, relation: Relation, *columns: str, seconds: float = 20) -> int:
    with engine.session(Limits(seconds=seconds), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, *(columns or ("id",))))
        return int(session.run(exp.select("*").from_(bound.table).sql("duckdb")).num_rows)


def test_a_database_that_goes_away_meanwhile_ends_the_question_and_not_the_process(
    engine: DuckDb, relation: Relation, database: Server
) -> None:
    with engine.session(Limits(), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, "id"))
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        if engine._options.reading is Reading.ENGINE:
            with pytest.raises(SourceUnavailable):
                session.run(exp.select("id").from_(bound.table).sql("duckdb"))
    assert _read_all(engine, relation) == 5


def test_a_connection_that_breaks_in_the_middle_of_an_answer_gives_no_part_of_it(
    engine: DuckDb, relation: Relation, database: Server
) -> None:
    database.run(
        "CREATE VIEW music.slowly AS SELECT n AS id FROM generate_series(1, 200000) AS n,"
        " LATERAL (SELECT pg_sleep(CASE WHEN n % 20000 = 0 THEN 1 END)) AS s"
    )
    slowly = songs.relation(
        relation.place.address, Path("/nowhere"), protocol="postgresql", table="slowly"
    )
    breaking = threading.Timer(
        2,
        database.run,
        [
            (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND query LIKE '%slowly%'"
            )
        ],
    )
    breaking.start()
    with pytest.raises(SourceUnavailable) as raised:
        _read_all(engine, slowly)
    breaking.join()
    assert (raised.value.product, raised.value.port) == (slowly.product, slowly.port)
    assert not re.search(r"terminat|FATAL|127\.0", raised.value.message + raised.value.hint)


def test_the_time_limit_holds_at_the_server_too(
    engine: DuckDb, relation: Relation, database: Server
) -> None:
    database.run("CREATE VIEW music.slow AS SELECT id FROM music.songs, pg_sleep(30)")
    slow = songs.relation(
        relation.place.address, Path("/nowhere"), protocol="postgresql", table="slow"
    )
    with pytest.raises(LimitExceeded):
        _read_all(engine, slow, seconds=4)
    assert "canceling statement" in database.told()


def test_a_role_reads_the_columns_that_it_was_granted(
    database: Server, relation: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reader';"
        "GRANT USAGE ON SCHEMA music TO reader; GRANT SELECT (id, country) ON music.songs TO reader"
    )
    monkeypatch.setenv("READER_PASSWORD", "reader")
    allowed = Connection(
        url=relation.place.address,
        user="reader",
        password_env="READER_PASSWORD",  # noqa: S106 - a name
    )
    engine = DuckDb(Options(connections={relation.product: allowed}))
    assert _read_all(engine, relation) == 5
    with pytest.raises(SourceUnavailable):
        _read_all(engine, relation, "id", "title")
    engine.close()
    database.run("DROP OWNED BY reader; DROP ROLE reader")


def test_many_ask_at_once(engine: DuckDb, relation: Relation) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(_read_all(engine, relation))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [5] * 4
