"""What holds of the Spark engine by itself: its sessions, its limits, what it tells of failures."""

import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import songs
from deltalake import write_deltalake

from catalog_service.errors import (
    LimitExceeded,
    Misconfigured,
    Refused,
    SourceUnavailable,
    Unavailable,
)
from catalog_service.semantic.engines import spark_client
from catalog_service.semantic.engines.spark import Spark
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import Compare, Constant, Guarded, Relation
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Options

STATED = [dict(zip(songs.SCHEMA.names, row, strict=True)) for row in songs.ROWS]


@pytest.fixture(params=["sail", pytest.param("spark", marks=pytest.mark.spark)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def listed(tmp_path: Path) -> Relation:
    return songs.relation(songs.parquet(tmp_path), tmp_path, kind="parquet")


def engine(url: str, relation: Relation, **more: Any) -> Spark:
    return Spark(url, Options(roots=(Path(relation.place.beside),)), **more)


def read(by: Spark, relation: Relation, sql: str, limits: Limits | None = None) -> pa.Table:
    """What a statement gives, `{songs}` in it standing for the relation."""
    with by.session(limits or Limits(), [Guarded(relation)]) as session:
        table = session.bind(songs.wanted(relation)).table.sql(dialect="spark")
        return session.run(sql.format(songs=table))


@pytest.mark.parametrize("kind", [kind for kind in songs.WRITERS if kind != "duckdb"])
@pytest.mark.parametrize("files", [False, True])
def test_every_kind_of_file_gives_the_rows_that_were_written(
    kind: str, tmp_path: Path, url: str, *, files: bool
) -> None:
    relation = songs.relation(songs.WRITERS[kind](tmp_path), tmp_path, kind=kind)
    found = read(engine(url, relation, files=files), relation, "SELECT * FROM {songs}").to_pylist()
    assert sorted(found, key=lambda row: row["id"]) == STATED


@pytest.mark.parametrize("files", [False, True])
def test_types_are_those_that_the_source_has(listed: Relation, url: str, *, files: bool) -> None:
    found = read(engine(url, listed, files=files), listed, "SELECT * FROM {songs}")
    assert {field.name: str(field.type) for field in found.schema} == {
        field.name: str(field.type) for field in songs.SCHEMA
    }


def test_no_rows_still_have_columns(listed: Relation, url: str) -> None:
    found = read(engine(url, listed), listed, "SELECT `id`, `played_at` FROM {songs} WHERE FALSE")
    assert found.num_rows == 0
    assert [str(field.type) for field in found.schema] == ["int64", "timestamp[us]"]


def test_only_wanted_rows_are_sent(listed: Relation, url: str) -> None:
    where = Compare("country", Comparison.EQ, Constant("SE"))
    with engine(url, listed).session(Limits(), [Guarded(listed)]) as session:
        bound = session.bind(songs.wanted(listed, "id", "country", where=where))
        table = bound.table.sql(dialect="spark")
        assert [row["id"] for row in session.run(f"SELECT * FROM {table}").to_pylist()] == [1, 3]  # noqa: S608


def test_a_view_has_a_name_that_nobody_guesses_and_nobody_else_sees(
    listed: Relation, url: str
) -> None:
    by = engine(url, listed)
    with (
        by.session(Limits(), [Guarded(listed)]) as one,
        by.session(Limits(), [Guarded(listed)]) as two,
    ):
        first, second = one.bind(songs.wanted(listed)).table, two.bind(songs.wanted(listed)).table
        assert first != second
        assert len(first.name) > 24
        with pytest.raises(Unavailable):
            two.run(f"SELECT * FROM {first.sql(dialect='spark')}")  # noqa: S608
        assert two.run(f"SELECT * FROM {second.sql(dialect='spark')}").num_rows == 5  # noqa: S608


def test_a_late_question_is_stopped(listed: Relation, url: str) -> None:
    slow = (
        "SELECT COUNT(*) AS c FROM RANGE(1000000000) AS a CROSS JOIN RANGE(100000) AS b"
        " WHERE a.id % 7 <> b.id % 5"
    )
    begun = time.monotonic()
    with pytest.raises(LimitExceeded) as late:
        read(engine(url, listed), listed, slow, Limits(seconds=3))
    assert late.value.limit == "seconds"
    assert time.monotonic() - begun < 60


def test_too_many_rows_are_stopped(listed: Relation, url: str) -> None:
    with pytest.raises(LimitExceeded) as many:
        read(engine(url, listed), listed, "SELECT * FROM {songs}", Limits(rows=4))
    assert many.value.limit == "rows"


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW x", "SELECT 1; SELECT 2", "SET spark.sql.ansi.enabled=false", "INSERT INTO t VALUES (1)",
        "CREATE TABLE t AS SELECT 1", "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "VALUES (1)",
    ],
)  # fmt: skip
def test_nothing_but_one_select_is_run(sql: str, listed: Relation, sail_url: str) -> None:
    with pytest.raises(Refused) as refused:
        read(engine(sail_url, listed), listed, sql)
    assert refused.value.code == "not-a-select"


def test_failures_quote_nothing(listed: Relation, url: str) -> None:
    with pytest.raises((Unavailable, Refused)) as failed:
        read(engine(url, listed), listed, "SELECT CAST(title AS BIGINT) AS n FROM {songs}")
    told = f"{failed.value.message} {failed.value.hint}"
    assert "Hara" not in told
    assert "bound_" not in told
    assert failed.value.__suppress_context__


def test_a_file_that_is_none_names_port_and_product(tmp_path: Path, url: str) -> None:
    (tmp_path / "songs.parquet").write_bytes(b"PAR1 nothing of the kind PAR1")
    relation = songs.relation("file:songs.parquet", tmp_path, kind="parquet")
    with pytest.raises(SourceUnavailable) as failed:
        read(engine(url, relation, files=True), relation, "SELECT * FROM {songs}")
    assert failed.value.port == relation.port
    assert str(tmp_path) not in failed.value.message


def test_a_file_that_is_written_meanwhile_is_told(
    listed: Relation, sail_url: str, tmp_path: Path
) -> None:
    by = engine(sail_url, listed, files=True)
    with by.session(Limits(), [Guarded(listed)]) as session:
        table = session.bind(songs.wanted(listed)).table.sql(dialect="spark")
        pq.write_table(songs.table(), tmp_path / "songs" / "a.parquet")
        with pytest.raises(SourceUnavailable, match="written while"):
            session.run(f"SELECT * FROM {table}")  # noqa: S608


@pytest.mark.parametrize("name", ["a{b,c}.parquet", "_songs.parquet", "a b's%20.parquet"])
def test_file_names_mean_themselves(name: str, tmp_path: Path, url: str) -> None:
    pq.write_table(songs.table(), tmp_path / name)
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / name).rename(folder / name)
    relation = songs.relation("file:in", tmp_path, kind="parquet", table="")
    found = read(engine(url, relation, files=True), relation, "SELECT * FROM {songs}")
    assert found.num_rows == 5


def test_what_the_session_was_not_opened_for_is_not_bound(listed: Relation, sail_url: str) -> None:
    other = songs.relation("file:other.parquet", Path(listed.place.beside), kind="parquet")
    with (
        engine(sail_url, listed).session(Limits(), []) as session,
        pytest.raises(SourceUnavailable),
    ):
        session.bind(songs.wanted(other))


def test_a_server_that_does_not_answer_is_told(
    listed: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_client, "_PATIENCE", 0.5)
    with pytest.raises(Unavailable, match="does not answer"):
        engine("sc://127.0.0.1:9", listed).session(Limits(), [Guarded(listed)])


def test_an_address_that_is_none_is_told(listed: Relation) -> None:
    with pytest.raises(Misconfigured, match="no address"):
        engine("http://127.0.0.1", listed).session(Limits(), [Guarded(listed)])


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """A session is let go of when it is left, so that the server keeps nothing of it."""
    from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415 - slow to load

    yield
    assert SparkSession.getActiveSession() is None


@pytest.mark.parametrize("kind", ["csv", "delta"])
def test_the_server_reads_by_itself_what_would_be_too_much_to_send(
    kind: str, tmp_path: Path, sail_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.semantic.engines.spark._SENT", 0)
    relation = songs.relation(songs.WRITERS[kind](tmp_path), tmp_path, kind=kind)
    with pytest.raises(SourceUnavailable, match="would have to be sent"):
        read(engine(sail_url, relation), relation, "SELECT * FROM {songs}")
    found = read(engine(sail_url, relation, files=True), relation, "SELECT * FROM {songs}")
    assert found.num_rows == 5


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("id", "1.5"), ("id", "x"), ("explicit", "yes"), ("released", "2026"),
        ("released", "2026-02-30"), ("price", "1,5"), ("score", "much"), ("played_at", "2026-02"),
        ("played_at", "12:00"),
    ],
)  # fmt: skip
def test_a_cell_of_another_type_fails_on_the_server_as_it_does_here(
    column: str, cell: str, tmp_path: Path, url: str
) -> None:
    (tmp_path / "songs.csv").write_text(f'{column}\n"{cell}"\n')
    relation = songs.relation("file:songs.csv", tmp_path, kind="csv")
    for files in (True, False):
        with pytest.raises((SourceUnavailable, Unavailable)) as failed:
            one_column(engine(url, relation, files=files), relation, column)
        assert cell not in f"{failed.value.message} {failed.value.hint}"


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("id", " 1 ", 1), ("id", "-7", -7), ("explicit", "TRUE", True), ("explicit", "0", False),
        ("price", " 1.0000000000005", Decimal("1.000000000001")), ("score", "1e3", 1000.0),
        ("played_at", "2026-02-01T02:00:00+02:00", datetime(2026, 2, 1)),  # noqa: DTZ001
        ("played_at", "2026-02-01", datetime(2026, 2, 1)), ("title", " a ", " a "),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_cell_is_the_same_value_on_the_server_as_here(
    column: str, cell: str, value: object, tmp_path: Path, url: str
) -> None:
    (tmp_path / "songs.csv").write_text(f'{column}\n"{cell}"\n')
    relation = songs.relation("file:songs.csv", tmp_path, kind="csv")
    for files in (True, False):
        found = one_column(engine(url, relation, files=files), relation, column)
        assert found == [value], files


def one_column(by: Spark, relation: Relation, column: str) -> list[object]:
    with by.session(Limits(), [Guarded(relation)]) as session:
        table = session.bind(songs.wanted(relation, column)).table.sql(dialect="spark")
        found: list[object] = session.run(f"SELECT * FROM {table}")[column].to_pylist()  # noqa: S608
        return found


def test_a_delta_table_is_read_by_the_server_in_the_version_that_was_found(
    tmp_path: Path, sail_url: str
) -> None:
    relation = songs.relation(songs.delta(tmp_path), tmp_path, kind="delta")
    with engine(sail_url, relation, files=True).session(Limits(), [Guarded(relation)]) as session:
        write_deltalake(tmp_path / "songs", songs.table().slice(0, 1), mode="append")
        table = session.bind(songs.wanted(relation, "id")).table.sql(dialect="spark")
        assert session.run(f"SELECT * FROM {table}").num_rows == 5  # noqa: S608
