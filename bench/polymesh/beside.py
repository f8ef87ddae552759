"""What others make of the same questions over the same files: a semantic layer, Sail, Spark."""

import time
from collections.abc import Callable, Mapping
from threading import Timer

import pyarrow as pa

from bench.polymesh.byhand import Asked
from bench.polymesh.measuring import ASKER, LIMITS, differing, least
from bench.polymesh.meshes import Drawn
from bench.polymesh.semantic_layer import ABSENT, layer
from bench.spark_servers import Server
from catalog_service.bootstrap import Catalog
from catalog_service.semantic import emit
from catalog_service.semantic.correlate import filled
from catalog_service.semantic.engines.spark import Spark
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.reading import wanted
from catalog_service.semantic.sources.options import Options

Rows = list[tuple[object, ...]]
SECONDS = 30.0
"""A question that takes the layer longer, by the clock, is one that it cannot answer."""


def layered(drawn: Drawn, ours: Mapping[str, float]) -> Rows | str:
    """For each question the layer's rows, wrong ones, time, and ours beside it; or why not."""
    try:
        answer = layer(drawn.mesh.company, drawn.files, drawn.hand)
    except ImportError:
        return ABSENT
    rows: Rows = []
    for asked in drawn.mesh.questions:
        try:
            found = _in_time(drawn, lambda asked=asked: answer(asked))
        except Exception as fault:  # noqa: BLE001 - whatever another project raises is its answer
            rows.append((asked.name, f"cannot: {type(fault).__name__}", "", "", ""))
            continue
        wrong = differing(drawn.truth, asked.true, found)
        took = least(lambda asked=asked: answer(asked), drawn.runs)
        rows.append((asked.name, found.num_rows, wrong, took, ours[asked.name] / took))
    return rows


def _in_time(drawn: Drawn, work: Callable[[], pa.Table]) -> pa.Table:
    """What comes of some work, which is interrupted where it takes too long."""
    timer = Timer(SECONDS, drawn.hand.interrupt)
    timer.start()
    try:
        return work()
    finally:
        timer.cancel()


def naive(drawn: Drawn) -> tuple[object, ...]:
    """One join of everything: its rows, those that are wrong, and their share."""
    asked = drawn.mesh.questions[2]
    found = drawn.hand.execute(drawn.mesh.naive.format(**drawn.files)).to_arrow_table()
    wrong = (
        differing(drawn.truth, asked.true, found) / 2
    )  # each is missing here, and too many there
    return (asked.name, found.num_rows, int(wrong), wrong / found.num_rows)


def on_spark(drawn: Drawn, catalog: Catalog, server: Server, ours: Mapping[str, float]) -> Rows:
    """For each question on a server: wrong rows, and the time of all that took part."""
    engine = Spark(server.url, Options(roots=(drawn.folder,)), files=True)
    rows: Rows = []
    for asked in drawn.mesh.questions:
        wrong = differing(drawn.truth, asked.true, _answer(asked, catalog, engine))
        took = []
        for _ in range(drawn.runs):
            start, there = time.process_time(), server.spent()
            _answer(asked, catalog, engine)
            took.append(time.process_time() - start + server.spent() - there)
        here = ours[asked.name]
        rows.append((asked.name, wrong, min(took) * 1e3, here, min(took) * 1e3 / here))
    return rows


def _answer(asked: Asked, catalog: Catalog, engine: Engine) -> pa.Table:
    """The answer of another engine than the catalog would choose."""
    view, revision = catalog.view(), catalog.projection.revision
    made = catalog.correlator.compile(asked.question, view, revision, ASKER).planned.plan
    statement, values = emit.statement(made, engine.dialect), filled(made, asked.question)
    with engine.session(LIMITS, made.relations()) as session:
        bound = {at.guarded.relation.name: session.bind(at) for at in wanted(made, values)}
        sql = statement.fill({name: at.table for name, at in bound.items()}, values)
        found = session.run(sql)
    return found.select([name for name in found.column_names if not name.startswith("__")])
