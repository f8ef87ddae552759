"""Run PolyMesh-Bench: `python -m bench.polymesh [--mesh media|tpch|timetable|all]`.

Each question is compiled, run and compared, row by row and both ways, with SQL over the true
identities; then timed beside SQL written by hand over the same files, in the same settings, by
processor time, the least of several runs. A row that differs is printed as wrong, and the run
fails. At the end stand the goals, and what is reached.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench import postgres, spark_servers, sparql_data
from bench.machine import table
from bench.polymesh import beside, evaluator, leaving, rules
from bench.polymesh.measuring import ASKER, Cost, measured, published, running
from bench.polymesh.meshes import MESHES, Drawn, Mesh, drawn
from bench.polymesh.traps import forbidden, trapped
from bench.polymesh.wholesale import Missing
from catalog_service.bootstrap import Catalog

SIZES = {"media": 20_000.0, "tpch": 0.1}


@dataclass
class Tally:
    """What the run comes to.

    Args:
        wrong: how many rows, refusals or figures were wrong.
        goals: what was aimed at, and what is reached.
    """

    wrong: int = 0
    goals: list[tuple[object, ...]] = field(default_factory=list)

    def show(self, title: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        """Print a table, and count what stands in its column of wrong ones."""
        table(title, head, rows)
        at = head.index("wrong")
        self.wrong += sum(int(row[at]) for row in rows if str(row[at]).isdigit())

    def aim(self, what: str, goal: float, reached: Iterable[float]) -> None:
        """Keep the median and the worst of some ratios beside a goal."""
        found = list(reached)
        if found:
            median, worst = statistics.median(found), max(found)
            told = (f"{goal:.2f}", f"{median:.2f}", f"{worst:.2f}")
            self.goals.append((what, *told, "yes" if worst <= goal else "no"))

    def reach(self, what: str, goal: int, found: int, *, met: bool) -> None:
        """Keep a number beside a goal."""
        self.goals.append((what, goal, found, found, "yes" if met else "no"))


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 where anything was wrong."""
    asked = _options().parse_args(arguments)
    tally = Tally()
    chosen = ["media", "tpch", "timetable"] if asked.mesh == "all" else [asked.mesh]
    for name in chosen:
        if name == "timetable":
            ratio, answered, of = sparql_data.main(asked.trips, asked.runs)
            tally.aim("timetable: SPARQL rewritten / materialise, then ask", 0.15, [ratio])
            tally.reach(f"timetable: queries answered, of {of}", 17, answered, met=answered >= 17)
            continue
        size = {"media": asked.users, "tpch": asked.scale}[name]
        try:
            _mesh(MESHES[name], size, asked.runs, tally, spark=asked.spark)
        except Missing as missing:
            print(f"\n{name} is skipped: {missing}")
    what = "wrong rows, figures and refusals, on all engines and by all oracles"
    tally.reach(what, 0, tally.wrong, met=not tally.wrong)
    table("Goals", ("ratio", "goal", "median", "worst", "reached"), tally.goals)
    print(f"\nwrong: {tally.wrong}")
    return int(tally.wrong > 0)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench.polymesh")
    options.add_argument("--mesh", choices=[*MESHES, "timetable", "all"], default="all")
    options.add_argument("--users", type=int, default=SIZES["media"], help="of the media company")
    options.add_argument("--scale", type=float, default=SIZES["tpch"], help="of TPC-H: 0.1, 1, 10")
    options.add_argument("--trips", type=int, default=sparql_data.TRIPS, help="of the timetable")
    options.add_argument("--runs", type=int, default=5, help="the least of so many counts")
    options.add_argument("--spark", action="store_true", help="ask Spark itself, too")
    return options


def _mesh(mesh: Mesh, size: float, runs: int, tally: Tally, *, spark: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place).resolve()
        made = drawn(mesh, size, scratch / "mesh", runs)
        title = f"{mesh.name} at {size:g}"
        with published(made.folder, scratch / "home", mesh.base) as catalog:
            costs = {asked.name: measured(asked, catalog, made) for asked in mesh.questions}
            _told(mesh, title, costs, tally)
            _others(title, made, catalog, costs, tally, spark=spark)
            if mesh.name == "media":
                found = trapped(catalog, made.hand, dict(made.files), made.truth)
                tally.show(f"{title}: traps", ("question", "naive", "ours", "true", "wrong"), found)
                head = ("question", "refused as", "wrong")
                tally.show(f"{title}: forbidden", head, forbidden(catalog))
            else:
                found = rules.kept(catalog, made.truth, made.folder, scratch / "promised")
                tally.show(f"{title}: traps", ("question", "what comes", "wrong"), found)
            bare = {asked.name: running(asked, catalog, runs) for asked in mesh.guarded}
        mesh.guard(made.folder)
        with published(made.folder, scratch / "guarded", mesh.base) as catalog:
            kept = {asked.name: running(asked, catalog, runs) for asked in mesh.guarded}
    rows = [(name, ms, kept[name], kept[name] / ms) for name, ms in bare.items()]
    head = ("question", "without, ms", "with, ms", "with / without")
    table(f"{title}: a row rule that keeps every row, beside none", head, rows)
    tally.aim(f"{mesh.name}: with policy / without", 1.03, [row[3] for row in rows])
    _oracle(mesh, tally)
    if mesh.name == "tpch":
        _leaving(mesh, tally)


def _others(
    title: str, made: Drawn, catalog: Catalog, costs: dict[str, Cost], tally: Tally, *, spark: bool
) -> None:
    """What a hurried join, a semantic layer and other engines make of the same."""
    head = ("question", "rows", "wrong ones", "share")
    table(f"{title}: one naive join", head, [beside.naive(made)])
    layered = beside.layered(made, {name: of.fresh + of.run for name, of in costs.items()})
    if isinstance(layered, str):
        print(f"\n{title}, boring-semantic-layer is skipped: {layered}")
    else:
        head = ("question", "rows", "wrong ones", "ms", "compiled and run here / ms")
        table(f"{title}: boring-semantic-layer, facts led to identities by hand", head, layered)
    ours = {name: of.run for name, of in costs.items()}
    for name in ("sail", "spark") if spark else ("sail",):
        starting = {"sail": spark_servers.sail, "spark": spark_servers.spark}[name]
        try:
            with starting() as server:
                rows = beside.on_spark(made, catalog, server, ours)
        except spark_servers.Absent as absent:
            print(f"\n{title}, {name} is skipped: {absent}")
            continue
        head = ("question", "wrong", "ms", "DuckDB, ms", "it / DuckDB")
        tally.show(f"{title}: {name}, server and client together", head, rows)


def _told(mesh: Mesh, title: str, costs: dict[str, Cost], tally: Tally) -> None:
    head = (
        "question", "rows", "wrong", "compiled, ms", "graph known, ms", "again, ms", "run, ms",
        "by hand, ms", "run / hand", "run / plain", "bind by DuckDB, ms",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            name, of.rows, of.wrong, of.fresh, of.known, of.again, of.run, of.pushed,
            of.run / of.pushed, of.run / of.plain, of.bound,
        )
        for name, of in costs.items()
    ]  # fmt: skip
    tally.show(title, head, rows)
    every = costs.values()
    tally.aim(f"{mesh.name}: run / by hand", 1.05, [of.run / of.pushed for of in every])
    for target, what in ((0.75, "selective"), (0.5, "one identity")):
        reached = [
            costs[asked.name].run / costs[asked.name].plain
            for asked in mesh.questions
            if asked.target == target
        ]
        tally.aim(f"{mesh.name}: run / by hand without push-down, {what}", target, reached)
    tally.aim(f"{mesh.name}: compile / bind by DuckDB", 0.10, [of.known / of.bound for of in every])
    tally.aim(f"{mesh.name}: compile again / compile", 0.05, [of.again / of.fresh for of in every])


def _oracle(mesh: Mesh, tally: Tally) -> None:
    """The small mesh, read by Python alone."""
    with tempfile.TemporaryDirectory() as place:
        made = drawn(mesh, mesh.small, Path(place).resolve() / "mesh")
        served = evaluator.tables(made.hand, made.files)
        with published(made.folder, Path(place) / "home", mesh.base) as catalog:
            rows: list[tuple[object, ...]] = []
            for asked in mesh.questions:
                answer = catalog.correlate(asked.question, asker=ASKER).arrow()
                wrong = evaluator.differing(mesh.reading, asked, served, answer)
                rows.append((asked.name, answer.num_rows, wrong))
    title = f"{mesh.name} at {mesh.small:g}, beside an evaluator in Python"
    tally.show(title, ("question", "rows", "wrong"), rows)


def _leaving(mesh: Mesh, tally: Tally) -> None:
    """The small mesh, its identities in PostgreSQL."""
    try:
        with tempfile.TemporaryDirectory() as place, postgres.server() as server:
            made = drawn(mesh, mesh.small, Path(place).resolve() / "mesh")
            found = leaving.forbidden_rows(made, Path(place) / "home", server, os.environ)
    except postgres.Absent as absent:
        print(f"\nforbidden rows leaving a source is skipped: {absent}")
        return
    head = ("question", "statements", "rows handed over", "forbidden ones", "wrong")
    tally.show("Forbidden rows leaving PostgreSQL, by its own log", head, found)
    tally.wrong += sum(int(str(row[3])) for row in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
