"""What SPARQL over data costs against making the graph first and asking that.

The eighteen questions about the timetable are asked of its Parquet files, rewritten into SQL, and
of pyoxigraph on the triples that the same files make. All figures are CPU time of every process and
thread that took part, the least of several rounds; each query is read anew in each round. The
triples are made by DuckDB as text and loaded in bulk, which is the fastest way there is here.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyoxigraph as ox
from sqlglot import exp

from bench import gtfs
from bench.machine import table
from catalog_service.errors import Refused
from catalog_service.graph import Store
from catalog_service.graph.querygate import Admitted, admit
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.sources.options import Options
from catalog_service.semantic.sparql import algebra, emission, meanings
from catalog_service.semantic.sparql.answering import answered, compiled
from catalog_service.semantic.sparql.mapping import Assertion, Cell, Mapped, Said, mapped
from catalog_service.semantic.sparql.parsing import Parser
from catalog_service.terms import PREFIXES, Iri

JSON = "application/sparql-results+json"
TRIPS = 10_000
ROUNDS = 5
_QUERIES = sorted((Path(gtfs.__file__).parent / "queries").glob("q*.sparql"))


def main(trips: int = TRIPS, rounds: int = ROUNDS) -> tuple[float, int, int]:
    """Ask every question both ways.

    Returns:
        What all cost together, beside making the graph once and asking that; how many questions
        are answered; and how many there are.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        gtfs.written(gtfs.feed(trips), folder)
        catalog = Store()
        catalog.replace({Iri("https://transit.example/stated"): gtfs.graph()})
        data = mapped(catalog.view(), gtfs.relations(folder))
        engine, parser = DuckDb(Options(roots=(folder,), threads=1)), Parser()
        try:
            return _measure(data, engine, parser, trips, rounds)
        finally:
            engine.close()
            parser.close()


def _measure(
    data: Mapped, engine: DuckDb, parser: Parser, trips: int, rounds: int
) -> tuple[float, int, int]:
    store = ox.Store()
    made = _least(lambda: _materialised(data, store), lambda: 0.0, min(rounds, 2))
    rows: list[tuple[object, ...]] = []
    totals = [0.0, 0.0]
    for path in _QUERIES:
        query = admit(path.read_text(encoding="utf-8"))
        try:
            ours = _least(
                lambda query=query: _rewritten(query, data, engine, parser),
                lambda: _spent(parser.pid),
                rounds,
            )
        except Refused as refused:
            rows.append((path.stem, f"refused: {refused.code}", "", "", ""))
            continue
        theirs = _least(lambda query=query: _of_graph(query, store), lambda: 0.0, min(rounds, 3))
        totals = [totals[0] + ours, totals[1] + theirs]
        ratio = ours / (made + theirs)
        rows.append((path.stem, ours * 1000, theirs * 1000, (made + theirs) * 1000, ratio))
    every = totals[0] / (made + totals[1])
    asked = len([row for row in rows if row[4] != ""])
    rows.append((f"all {asked}, the graph made once", totals[0] * 1000, totals[1] * 1000,
                 (made + totals[1]) * 1000, every))  # fmt: skip
    table(
        f"SPARQL over data: {trips:,} trips, {len(store):,} triples; "
        f"{asked} of {len(_QUERIES)} answered",
        ("query", "rewritten, ms", "graph alone, ms", "made, then asked, ms", "ratio"),
        rows,
    )
    return every, asked, len(_QUERIES)


def _rewritten(query: Admitted, data: Mapped, engine: DuckDb, parser: Parser) -> None:
    parser.forget()
    found = answered(compiled(parser.parse(query), data), engine)
    for _ in found.pieces(JSON):
        pass


def _of_graph(query: Admitted, store: ox.Store) -> None:
    found = store.query(query.text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - all of them are SELECTs
    found.serialize(format=ox.QueryResultsFormat.JSON)


def _materialised(data: Mapped, store: ox.Store) -> None:
    """Make all triples anew."""
    store.clear()
    with duckdb.connect(config={"threads": 1}) as connection:
        for one in {at for ones in data.assertions.values() for at in ones}:
            address = exp.Literal.string(one.guarded.relation.place.address)
            file = exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[address]))
            sql = emission.statement(_lines(one), lambda _, file=file: file, "duckdb").sql("duckdb")
            lines = connection.execute(sql).to_arrow_table().column(0).to_pylist()
            store.bulk_load("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES)


def _lines(one: Assertion) -> algebra.Relational:
    """An assertion as lines of N-Triples."""
    columns = tuple(
        (column, column) for column in dict.fromkeys((*one.subject.columns, *one.object.columns))
    )
    present = [algebra.Operation("present", (algebra.Field(name),)) for name, _ in columns]
    pieces: list[algebra.Scalar] = [_text("<"), _written(one.subject, one)]
    pieces += [_text(f"> <{one.predicate}> "), *_object(one), _text(" .")]
    line = algebra.Operation("concatenated", tuple(pieces))
    scan = algebra.Filter(algebra.Scan(one.guarded, columns), algebra.both(*present))
    return algebra.Project(scan, (("line", line),))


def _object(one: Assertion) -> list[algebra.Scalar]:
    if not isinstance(one.object, Cell):
        return [_text("<"), _written(one.object, one), _text(">")]
    text = _written(one.object, one)
    for found, escaped in (("\\", "\\\\"), ('"', '\\"')):
        text = algebra.Operation("replaced", (text, _text(found), _text(escaped)))
    return [_text('"'), text, _text(f'"^^<{one.object.datatype}>')]


def _written(said: Said, one: Assertion) -> algebra.Scalar:
    types = {at.name: at.datatype for at in one.guarded.relation.columns}
    return meanings.text(meanings.of(said, algebra.Field, types))


def _text(value: str) -> algebra.Value:
    return algebra.Value(value, "text")


def _least(ask: Callable[[], None], beside: Callable[[], float], rounds: int) -> float:
    """The least CPU time of some rounds, that of another process included; one goes before."""
    ask()
    found = []
    for _ in range(rounds):
        start, aside = time.process_time(), beside()
        ask()
        found.append(time.process_time() - start + beside() - aside)
    return min(found)


def _spent(pid: int | None) -> float:
    """The CPU time of a process so far: the scheduler tells it by the nanosecond."""
    if pid is None:
        return 0.0
    return sum(
        int(file.read_text().split()[0]) / 1e9
        for file in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
