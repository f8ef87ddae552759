"""Few identities over a large fact: their keys go along, where the source may be told them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import postgres_server
import pyarrow.parquet as pq
import pytest
from postgres_server import Server
from semantic_mesh import INSIDER, Mesh, company

from catalog_service.semantic import keys_first
from catalog_service.semantic.answer import Answer
from catalog_service.semantic.correlate import Correlator
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.question import Comparison, Condition, Question, Window
from catalog_service.semantic.sources import Options, Reading
from catalog_service.settings import Connection

MANY = 3_000
"""Rows of each fact that lead to nobody who is asked about."""
TABLES = {
    "plays": "play_id text, account_uri text, played_at timestamp, seconds int",
    "listens": "listen_id text, listener text, podcast_id text, listened_at timestamp",
}
SWEDEN = (Condition("country", Comparison.EQ, ("SE",)),)


@dataclass
class Asked:
    mesh: Mesh
    server: Server
    reading: Reading

    def answer(self, *measures: str, takes_keys: bool, **more: Any) -> Answer:
        products = ("streaming.plays", "podcasts.listens")
        connection = Connection(
            url=f"postgresql://127.0.0.1:{self.server.port}/postgres/mesh",
            user="librarian",
            password_env="MESH_PASSWORD",  # noqa: S106 - a name
            takes_keys=takes_keys,
        )
        named = {f"https://mesh.example/products/{each}": connection for each in products}
        options = Options(roots=(self.mesh.folder,), connections=named, reading=self.reading)
        engine = DuckDb(options)
        question = Question(
            **{"polyseme": "user", "purpose": "ServiceOptimisation", "measures": measures,
               "dimensions": ("country",), "where": SWEDEN, "coverage": False} | more
        )  # fmt: skip
        try:
            return Correlator(
                beside=lambda *_: str(self.mesh.folder),
                choose=lambda _: (engine, "the test"),
                audit=self.mesh.asked.append,
            ).answer(question, self.mesh.view(), 7, INSIDER)
        finally:
            engine.close()

    def handed_over(self, table: str, since: int) -> int:
        """Rows of a table that left the server, by its own count."""
        plans = re.findall(r"duration: .*? ms  plan:\n((?:\t.*\n)+)", self.server.told(since))
        of = [plan for plan in plans if "FROM" in plan and f'"{table}"' in plan]
        return sum(int(re.search(r"actual rows=(\d+)", plan)[1]) for plan in of)  # type: ignore[index]


@pytest.fixture(scope="module")
def filled(database: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mesh]:
    """The company, with plays and listens in PostgreSQL and many more of them."""
    mesh = company(tmp_path_factory.mktemp("company"))
    database.run("DROP SCHEMA IF EXISTS mesh CASCADE; CREATE SCHEMA mesh")
    for name, columns in TABLES.items():
        database.run(f"CREATE TABLE mesh.{name} ({columns})")
        rows = pq.read_table(mesh.folder / f"{name}.parquet").to_pylist()
        cells = "\n".join(
            "\t".join("\\N" if at is None else str(at) for at in row.values()) for row in rows
        )
        database.run(f"COPY mesh.{name} FROM STDIN;\n{cells}\n\\.\n")
        (mesh.folder / f"{name}.parquet").unlink()
    database.run(
        f"INSERT INTO mesh.plays SELECT 'x' || n, 'stranger' || n, '2026-02-05', 1 FROM generate_series(1, {MANY}) n;"  # noqa: S608
        f"INSERT INTO mesh.listens SELECT 'x' || n, md5(n::text), 'pod9', '2026-02-05' FROM generate_series(1, {MANY}) n"
    )
    yield mesh
    database.run("DROP SCHEMA mesh CASCADE")


@pytest.fixture(params=[Reading.ENGINE, Reading.ARROW])
def asked(
    request: pytest.FixtureRequest, filled: Mesh, database: Server, monkeypatch: pytest.MonkeyPatch
) -> Asked:
    monkeypatch.setenv("MESH_PASSWORD", postgres_server.PASSWORD)
    return Asked(filled, database, request.param)


@pytest.mark.parametrize(("measure", "table", "rows"), [
    ("StreamsPlayed", "plays", 5), ("PodcastListens", "listens", 4),
])  # fmt: skip
def test_only_the_rows_of_the_identities_leave_the_database(
    measure: str, table: str, rows: int, asked: Asked
) -> None:
    found, left = {}, {}
    for takes_keys in (False, True):
        since = len(asked.server.told())
        answer = asked.answer(measure, takes_keys=takes_keys)
        found[takes_keys], left[takes_keys] = (
            answer.arrow().to_pylist(),
            asked.handed_over(table, since),
        )
        assert ("go along to port" in answer.plan) is takes_keys
    assert found[True] == found[False]
    assert left[True] == rows
    assert left[False] > MANY


def test_keys_go_to_nobody_whose_connection_does_not_take_them(asked: Asked) -> None:
    known = (sha256(b"ada@mail.example").hexdigest(), "'a1'")
    since = len(asked.server.told())
    asked.answer("StreamsPlayed", "PodcastListens", takes_keys=False)
    told = asked.server.told(since)
    assert not [key for key in known if key in told]
    asked.answer("StreamsPlayed", "PodcastListens", takes_keys=True)
    told = asked.server.told(since)
    assert all(key in told for key in known)


def test_keys_are_in_no_plan_and_no_statement_that_is_shown(asked: Asked) -> None:
    answer = asked.answer("StreamsPlayed", "PodcastListens", takes_keys=True)
    assert sha256(b"ada@mail.example").hexdigest() not in answer.plan + answer.sql
    assert "a1" not in answer.plan + answer.sql


@pytest.mark.parametrize("more", [{"coverage": True}, {"unattributed": True}])
def test_where_all_rows_are_told_of_none_is_left_out(more: dict[str, Any], asked: Asked) -> None:
    one = asked.answer("StreamsPlayed", takes_keys=True, **more)
    other = asked.answer("StreamsPlayed", takes_keys=False, **more)
    assert one.arrow().to_pylist() == other.arrow().to_pylist()
    assert one.coverage == other.coverage
    assert "go along" not in one.plan


def test_many_identities_are_not_listed(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_first, "MOST", 1)
    answer = asked.answer("StreamsPlayed", takes_keys=True)
    assert "go along" not in answer.plan
    assert answer.arrow().to_pylist() == [{"country": "SE", "StreamsPlayed": 5}]


def test_of_nobody_no_row_is_read(asked: Asked) -> None:
    since = len(asked.server.told())
    nowhere = (Condition("country", Comparison.EQ, ("XX",)),)
    assert asked.answer("StreamsPlayed", takes_keys=True, where=nowhere).arrow().num_rows == 0
    assert asked.handed_over("plays", since) == 0


def test_a_period_and_the_keys_hold_together(asked: Asked) -> None:
    february = Window(datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001
    since = len(asked.server.told())
    answer = asked.answer("StreamsPlayed", takes_keys=True, time=february)
    assert answer.arrow().to_pylist() == [{"country": "SE", "StreamsPlayed": 4}]
    assert asked.handed_over("plays", since) == 4
