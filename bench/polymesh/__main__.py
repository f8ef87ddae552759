# ruff: noqa: S608 - the statements are ours, and so is what they are made of
"""Run PolyMesh-Bench: `python -m bench.polymesh [USERS]`, 20,000 users unless told.

Each question is compiled, run and compared, row by row and both ways, with SQL over the true users;
then timed beside SQL written by hand over the same files, in the same settings, by processor time,
the least of five. A question that differs in one row is printed as wrong, and the run fails.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.machine import table
from bench.polymesh.company import draw, guard, paths
from bench.polymesh.questions import QUESTIONS, Asked
from bench.polymesh.traps import forbidden, trapped
from catalog_service.bootstrap import Catalog, build
from catalog_service.semantic import emit
from catalog_service.semantic.correlate import filled
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.planner import plan
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.reading import wanted
from catalog_service.semantic.resolve import Stated
from catalog_service.settings import Settings
from catalog_service.terms import PM

USERS = 20_000
RUNS = 5
GUARDED = tuple(asked for asked in QUESTIONS if asked.name[:2] in {"Q1", "Q3", "Q4"})
ASKER = Asker("bench", PM.Restricted, identities=True, statement=True)


def main(users: int = USERS) -> int:
    """Run it all; 1 where a row was wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "mesh"
        truth = draw(folder, users)
        with _published(folder, Path(scratch) / "home") as catalog:
            hand = by_hand()
            rows = [measured(asked, catalog, hand, truth) for asked in QUESTIONS]
            traps = trapped(catalog, hand, paths(folder), truth)
            refusals = forbidden(catalog)
            bare = {asked.name: running(asked, catalog) for asked in GUARDED}
        guard(folder)
        with _published(folder, Path(scratch) / "guarded") as catalog:
            kept = {asked.name: running(asked, catalog) for asked in GUARDED}
    head = (
        "question", "rows", "wrong", "compiled, ms", "graph known, ms", "again, ms", "run, ms",
        "by hand, ms", "run / hand", "run / plain", "bind by DuckDB, ms",
    )  # fmt: skip
    table(f"PolyMesh-Bench, {users:,} users", head, rows)
    table("Traps", ("question", "naive", "ours", "true", "wrong"), traps)
    table("Forbidden", ("question", "refused as", "wrong"), refusals)
    table(
        "A row rule that keeps every row, beside none",
        ("question", "without, ms", "with, ms", "with / without"),
        [(name, ms, kept[name], kept[name] / ms) for name, ms in bare.items()],
    )
    wrong = [row[2] for row in rows] + [row[-1] for row in (*traps, *refusals)]
    return int(any(wrong))


def _published(folder: Path, home: Path) -> Catalog:
    """A catalog with the mesh of a folder.

    Raises:
        RuntimeError: it does not conform.
    """
    catalog = build(Settings(home=home, data_roots=(folder,), minimum_group=1))
    if not catalog.publish(catalog.read([folder])).conforms:
        catalog.close()
        msg = "the mesh was not published"
        raise RuntimeError(msg)
    return catalog


def running(asked: Asked, catalog: Catalog) -> float:
    """The processor time of the statement of a question, in milliseconds."""
    view, revision = catalog.view(), catalog.projection.revision
    kept = catalog.correlator.compile(asked.question, view, revision, ASKER)
    plan_ = kept.planned.plan
    values = filled(plan_, asked.question)
    with kept.engine.session(Limits(), plan_.relations()) as session:
        bound = {at.guarded.relation.name: session.bind(at) for at in wanted(plan_, values)}
        sql = kept.statement.fill({name: at.table for name, at in bound.items()}, values)
        return least(lambda: session.run(sql))


def by_hand() -> duckdb.DuckDBPyConnection:
    """A connection for SQL by hand, with as many threads as answers have."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET threads = {Settings().data_threads}")
    return connection


def measured(
    asked: Asked,
    catalog: Catalog,
    hand: duckdb.DuckDBPyConnection,
    truth: duckdb.DuckDBPyConnection,
) -> tuple[object, ...]:
    """One line of the table."""
    view, revision = catalog.view(), catalog.projection.revision
    question, correlator = asked.question, catalog.correlator

    def compiled(stated: Stated) -> object:
        made = plan(question, stated, ASKER, minimum_group=1, revision=revision)
        return emit.statement(made.plan, "duckdb")

    fresh = least(lambda: compiled(Stated(view, lambda *_: "")))
    known = Stated(view, lambda *_: "")
    warm = least(lambda: compiled(known))
    answer = correlator.answer(question, view, revision, ASKER)
    wrong = differing(truth, asked.true, answer.arrow())
    kept = correlator.compile(question, view, revision, ASKER)
    again = least(
        lambda: filled(correlator.compile(question, view, revision, ASKER).planned.plan, question)
    )
    values = filled(kept.planned.plan, question)
    with kept.engine.session(Limits(), kept.planned.plan.relations()) as session:
        bound = {
            at.guarded.relation.name: session.bind(at) for at in wanted(kept.planned.plan, values)
        }
        sql = kept.statement.fill({name: at.table for name, at in bound.items()}, values)
        ours = least(lambda: session.run(sql))
    named = {name: at.table.sql(dialect="duckdb") for name, at in bound.items()}
    pushed, plain = asked.pushed.format(**named), asked.plain.format(**named)
    theirs = least(lambda: hand.execute(pushed).to_arrow_table())
    slow = least(lambda: hand.execute(plain).to_arrow_table())
    binding = least(lambda: hand.execute(f"EXPLAIN {pushed}").fetchall())
    return (
        asked.name, answer.arrow().num_rows, wrong, fresh, warm, again, ours, theirs,
        ours / theirs, ours / slow, binding,
    )  # fmt: skip


def differing(truth: duckdb.DuckDBPyConnection, statement: str, ours: object) -> int:
    """Rows that are in one answer and not in the other, as bags."""
    truth.register("ours", ours)
    both = (
        f"SELECT (SELECT count(*) FROM (FROM ours EXCEPT ALL ({statement})))"
        f" + (SELECT count(*) FROM (({statement}) EXCEPT ALL FROM ours))"
    )
    found = truth.execute(both).fetchone()
    truth.unregister("ours")
    return int(found[0]) if found else -1


def least(work: Callable[[], object]) -> float:
    """The least processor time of several runs, in milliseconds."""
    found = []
    for _ in range(RUNS):
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found) * 1e3


if __name__ == "__main__":
    sys.exit(main(*(int(size) for size in sys.argv[1:2])))
