"""What holds of every source on both reading paths."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import postgres_server
import pytest
import s3_server
import songs
import sparql_service
from sqlglot import exp

from catalog_service.errors import LimitExceeded, SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits, Wanted
from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Guarded,
    Missing,
    Not,
    Parameter,
    Predicate,
    Relation,
    Within,
)
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Options, Reading
from catalog_service.semantic.sources.selecting import condition
from catalog_service.semantic.sources.sifting import columns_of
from catalog_service.settings import Connection

FEBRUARY = {"start": datetime(2026, 2, 1), "end": datetime(2026, 3, 1)}  # noqa: DTZ001
CONDITIONS: dict[str, tuple[Predicate, set[int]]] = {
    "all": (AllOf(), {1, 2, 3, 4, 5}),
    "none": (AnyOf(), set()),
    "text": (Compare("country", Comparison.EQ, Constant("SE")), {1, 3}),
    "quote": (Compare("title", Comparison.EQ, Constant('O\'Hara, "live"')), {1}),
    "unequal leaves null out": (Compare("country", Comparison.NE, Constant("SE")), {2, 5}),
    "not in leaves null out": (
        Not(Within("country", (Constant("SE"), Constant("FR")))),
        {2},
    ),
    "in nothing": (Within("country", ()), set()),
    "null": (Missing("country"), {4}),
    "not null": (Not(Missing("price")), {1, 2, 4, 5}),
    "decimal": (Compare("price", Comparison.GTE, Constant(Decimal("9.99"))), {1, 5}),
    "finer decimal": (Compare("price", Comparison.GT, Constant(Decimal("9.9899"))), {1, 5}),
    "day": (Compare("released", Comparison.LT, Constant(date(2026, 2, 28))), {1, 4}),
    "truth": (Compare("explicit", Comparison.EQ, Constant(value=True)), {1, 4}),
    "not false": (Not(Compare("explicit", Comparison.EQ, Constant(value=False))), {1, 4}),
    "whole": (Within("id", (Constant(2), Constant(4))), {2, 4}),
    "period": (
        AllOf(
            (
                Compare("played_at", Comparison.GTE, Parameter("start")),
                Compare("played_at", Comparison.LT, Parameter("end")),
            )
        ),
        {1, 2, 5},
    ),
    "either": (
        AnyOf((Missing("played_at"), Compare("id", Comparison.LTE, Constant(1)))),
        {1, 3},
    ),
}


@dataclass
class Read:
    engine: DuckDb
    relation: Relation

    def rows(self, wanted: Wanted) -> list[tuple[Any, ...]]:
        """What is wanted, filtered again as the emitter filters."""
        with self.engine.session(Limits(seconds=20), [Guarded(self.relation)]) as session:
            bound = session.bind(wanted)
            tree = (
                exp.select(*(exp.column(name, quoted=True) for name in wanted.columns))
                .from_(bound.table.copy())
                .where(condition(wanted.predicate, wanted.values))
            )
            found = session.run(tree.sql("duckdb"))
        return sorted(zip(*(found[name].to_pylist() for name in wanted.columns), strict=True),
                      key=lambda row: str(row[0]))  # fmt: skip


KINDS = [*songs.WRITERS, "postgresql"]
PATHS = [
    *((kind, path) for kind in KINDS for path in (Reading.ENGINE, Reading.ARROW)),
    ("sparql", Reading.ARROW),
    *((f"s3 {kind}", Reading.ARROW) for kind in ("parquet", "iceberg", "delta")),
    *((f"s3 {kind}", Reading.ENGINE) for kind in ("parquet", "csv")),
]


@pytest.fixture(
    scope="module",
    params=PATHS,
    ids=lambda at: f"{at[0]}-{at[1]}",
)
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Read]:
    kind, path = request.param
    folder = tmp_path_factory.mktemp(kind)
    options = Options(roots=(folder,), reading=path)
    protocol, table = "local", "songs"
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        if kind == "sparql":
            service = stack.enter_context(sparql_service.service())
            address, protocol, table = service.address, "sparql", sparql_service.TABLE
            allowed = {address: Connection(loopback=True)}
            options = replace(options, connections=allowed)
        elif kind == "postgresql":
            patch.setenv("SONGS_PASSWORD", postgres_server.PASSWORD)
            address = request.getfixturevalue("songs_address")
            server = request.getfixturevalue("database")
            options = replace(options, connections=songs.connections(server))
        elif kind.startswith("s3 "):
            kind = kind.removeprefix("s3 ")
            store, bucket = request.getfixturevalue("object_store"), f"contract-{kind}-{path}"
            patch.setenv("LAKE_SECRET", s3_server.SECRET)
            address = songs.in_store(store, kind, bucket, folder)
            options = replace(options, connections={f"s3://{bucket}/": store.connection})
        else:
            address = songs.WRITERS[kind](folder)
        engine = DuckDb(options)
        yield Read(
            engine, songs.relation(address, folder, kind=kind, protocol=protocol, table=table)
        )
        engine.close()


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.normalize() if isinstance(value, Decimal) else value for value in row)


def test_all_rows_come_with_their_values(read: Read) -> None:
    found = read.rows(songs.wanted(read.relation))
    assert [_plain(row) for row in found] == [_plain(row) for row in songs.ROWS]


@pytest.mark.parametrize("named", CONDITIONS)
def test_a_condition_keeps_the_same_rows_everywhere(read: Read, named: str) -> None:
    predicate, expected = CONDITIONS[named]
    columns = ["id", *sorted(columns_of(predicate) - {"id"})]
    wanted = songs.wanted(read.relation, *columns, where=predicate, **FEBRUARY)
    assert {row[0] for row in read.rows(wanted)} == expected


def test_a_state_is_named_the_same_as_long_as_it_lasts(read: Read) -> None:
    pins = []
    for _ in range(2):
        with read.engine.session(Limits(), [Guarded(read.relation)]) as session:
            pins.append(session.bind(songs.wanted(read.relation)).snapshot)
    assert pins[0].pin
    assert pins[0].as_of is not None
    assert pins[0].as_of.tzinfo is not None


def test_a_column_that_is_not_there_is_named(read: Read) -> None:
    with (
        read.engine.session(Limits(), [Guarded(read.relation)]) as session,
        pytest.raises(SourceUnavailable, match="no column 'absent'") as raised,
    ):
        session.bind(songs.wanted(read.relation, "id", "absent"))
    assert raised.value.product == songs.PRODUCT


def test_rows_are_counted_without_a_column(read: Read) -> None:
    wanted = replace(songs.wanted(read.relation), columns=())
    with read.engine.session(Limits(), [Guarded(read.relation)]) as session:
        table = session.bind(wanted).table
        found = session.run(exp.select("count(*) AS rows").from_(table.copy()).sql("duckdb"))
    assert found["rows"].to_pylist() == [5]


def test_what_a_session_was_not_opened_for_is_not_bound(read: Read) -> None:
    other = replace(read.relation, dataset=songs.Iri(f"{songs.PRODUCT}/datasets/other"))
    with (
        read.engine.session(Limits(), [Guarded(read.relation)]) as session,
        pytest.raises(SourceUnavailable),
    ):
        session.bind(songs.wanted(other))


def test_more_rows_than_allowed_are_refused(read: Read) -> None:
    with read.engine.session(Limits(rows=4), [Guarded(read.relation)]) as session:
        bound = session.bind(songs.wanted(read.relation))
        with pytest.raises(LimitExceeded) as raised:
            session.run(exp.select("*").from_(bound.table.copy()).sql("duckdb"))
    assert raised.value.limit == "rows"
