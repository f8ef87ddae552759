# ruff: noqa: S608 - the statements are ours, and so is what they are made of
"""What a question costs, and whether its rows are right."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bench.polymesh.byhand import Asked
from bench.polymesh.meshes import Drawn
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

ASKER = Asker("bench", PM.Restricted, identities=True, statement=True)
LIMITS = Limits(seconds=600)


@dataclass(frozen=True)
class Cost:
    """What one question cost, in milliseconds of the processor.

    Args:
        rows: how many it has.
        wrong: rows that are in its answer or in the true one, and not in both.
        fresh: to compile it, nothing known.
        known: to compile it with what earlier questions looked up in the graph.
        again: to find it compiled.
        run: to run its statement.
        pushed: to run what is written by hand, with identities pushed into each aggregation.
        plain: the same without that.
        bound: what DuckDB takes to bind and optimise what is written by hand.
    """

    rows: int
    wrong: int
    fresh: float
    known: float
    again: float
    run: float
    pushed: float
    plain: float
    bound: float


def published(folder: Path, home: Path, base: str, **more: Any) -> Catalog:  # noqa: ANN401 - settings
    """A catalog with the mesh of a folder.

    Raises:
        RuntimeError: it does not conform.
    """
    settings = Settings(
        home=home, base_iri=base, data_roots=(folder,), minimum_group=1, answer_seconds=600, **more
    )
    catalog = build(settings)
    if not catalog.publish(catalog.read([folder])).conforms:
        catalog.close()
        msg = "the mesh was not published"
        raise RuntimeError(msg)
    return catalog


def running(asked: Asked, catalog: Catalog, runs: int) -> float:
    """The processor time of the statement of a question."""
    view, revision = catalog.view(), catalog.projection.revision
    kept = catalog.correlator.compile(asked.question, view, revision, ASKER)
    plan_ = kept.planned.plan
    values = filled(plan_, asked.question)
    with kept.engine.session(LIMITS, plan_.relations()) as session:
        bound = {at.guarded.relation.name: session.bind(at) for at in wanted(plan_, values)}
        sql = kept.statement.fill({name: at.table for name, at in bound.items()}, values)
        return least(lambda: session.run(sql), runs)


def measured(asked: Asked, catalog: Catalog, drawn: Drawn) -> Cost:
    """What a question costs here and by hand."""
    view, revision = catalog.view(), catalog.projection.revision
    question, correlator = asked.question, catalog.correlator
    runs, hand = drawn.runs, drawn.hand

    def compiled(stated: Stated) -> object:
        made = plan(question, stated, ASKER, minimum_group=1, revision=revision)
        return emit.statement(made.plan, "duckdb")

    def again() -> object:
        return filled(correlator.compile(question, view, revision, ASKER).planned.plan, question)

    known = Stated(view, lambda *_: "")
    fresh = least(lambda: compiled(Stated(view, lambda *_: "")), runs)
    answer = correlator.answer(question, view, revision, ASKER, limits=LIMITS).arrow()
    pushed, plain = (text.format(**drawn.files) for text in (asked.pushed, asked.plain))
    return Cost(
        rows=answer.num_rows,
        wrong=differing(drawn.truth, asked.true, answer),
        fresh=fresh,
        known=least(lambda: compiled(known), runs),
        again=least(again, runs),
        run=running(asked, catalog, runs),
        pushed=least(lambda: hand.execute(pushed).to_arrow_table(), runs),
        plain=least(lambda: hand.execute(plain).to_arrow_table(), runs),
        bound=least(lambda: hand.execute(f"EXPLAIN {pushed}").fetchall(), runs),
    )


def differing(truth: duckdb.DuckDBPyConnection, statement: str, ours: pa.Table) -> int:
    """Rows that are in one answer and not in the other, as bags.

    All figures have to be the same, but for those that are no decimals: parts of a shared row are
    added up in any order, and count to the thousandth.
    """
    truth.register("ours", ours)
    columns = ", ".join(
        f"round(CAST({at.name} AS DOUBLE), 3)" if pa.types.is_floating(at.type) else at.name
        for at in ours.schema
    )
    here, there = f"SELECT {columns} FROM ours", f"SELECT {columns} FROM ({statement})"
    found = truth.execute(
        f"SELECT (SELECT count(*) FROM ({here} EXCEPT ALL {there}))"
        f" + (SELECT count(*) FROM ({there} EXCEPT ALL {here}))"
    ).fetchone()
    truth.unregister("ours")
    return int(found[0]) if found else -1


def least(work: Callable[[], object], runs: int) -> float:
    """The least processor time of several runs, in milliseconds."""
    found = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found) * 1e3
