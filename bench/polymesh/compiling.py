"""What a question costs to compile in a large mesh: `python -m bench.polymesh.compiling [SIZE]`.

The example mesh is published beside 10,000 other products unless told, and each question of the
benchmark is compiled: with nothing known of the graph, and with what earlier questions looked up.
The time is the processor's, the least of five. Baseline: pyoxigraph asked one of the questions that
compiling asks of the graph, for the columns of one dataset.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from bench import bulk
from bench.machine import table
from bench.polymesh.byhand import Asked
from bench.polymesh.company import EXAMPLE
from bench.polymesh.measuring import ASKER, least
from bench.polymesh.questions import QUESTIONS
from catalog_service.bootstrap import build
from catalog_service.graph import many, query
from catalog_service.semantic import emit
from catalog_service.semantic.planner import plan
from catalog_service.semantic.resolve import Stated
from catalog_service.semantic.template import Template
from catalog_service.settings import Settings

SIZE = 10_000
RUNS = 5
DATASET = "https://mesh.media.example/products/users.profiles/datasets/profiles/profiles"


def main(size: int = SIZE, home: Path | None = None) -> None:
    """Measure in a mesh of a size, or in one that lies in a folder already."""
    with tempfile.TemporaryDirectory() as scratch:
        if home is None:
            home = Path(scratch)
            bulk.fill(home, size)
        with build(Settings(home=home, data_roots=(EXAMPLE,))) as catalog:
            catalog.publish(catalog.read([EXAMPLE]))
            view, revision = catalog.view(), catalog.projection.revision
            text = many(query("catalog_service.semantic", "columns"), "dataset", [DATASET])
            asked = least(lambda: view.select(text), RUNS)
            rows = []
            for one in QUESTIONS:
                known = Stated(view, lambda *_: "")
                fresh = least(
                    lambda q=one: compiled(q, Stated(view, lambda *_: ""), revision), RUNS
                )
                warm = least(lambda q=one, stated=known: compiled(q, stated, revision), RUNS)
                rows.append((one.name, fresh, warm, fresh / asked))
            medians = [statistics.median(row[at] for row in rows) for at in (1, 2, 3)]
            head = ("question", "compiled, ms", "graph known, ms", "compiled / one query")
            table(f"Compiling in {len(catalog.store):,} quads", head, [*rows, ("median", *medians)])


def compiled(asked: Asked, stated: Stated, revision: int) -> Template:
    """The statement of a question."""
    made = plan(asked.question, stated, ASKER, minimum_group=1, revision=revision)
    return emit.statement(made.plan, "duckdb")


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:2]))
