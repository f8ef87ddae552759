"""What a question about the past costs: making the state, its index, and asking once it is made."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bench import bulk
from bench.machine import resident, table
from bench.mesh import BASE
from catalog_service.bootstrap import Catalog, build
from catalog_service.search import Question
from catalog_service.services import products
from catalog_service.settings import Settings

_T = TypeVar("_T")
ROUNDS = 50


def main(sizes: Sequence[int] = (1_000, 10_000)) -> None:
    """Measure each size against the start of a server, which fills the same graph and index."""
    table(
        "A past state",
        ("products", "start CPU s", "past: graph CPU s", "its index CPU s", "ratio",
         "MiB of it", "ask it again ms", "page of a product: now ms", "then ms"),
        [measured(size) for size in sizes],
    )  # fmt: skip


def measured(size: int) -> tuple[object, ...]:
    """One row, in CPU time of this process."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bulk.fill(home, size)
        settings = Settings(home=home, base_iri=BASE, past_subjects=10 * size)
        with build(settings) as catalog:
            _ = catalog.layers, catalog.ontology  # which any process reads once
            start, _ = _timed(lambda: catalog.projection)
            asked = _another(catalog)
            moment = catalog.journal.moments.at(asked, now=datetime.now(UTC))
            before = resident()
            graph, past = _timed(lambda: catalog.history.at(moment))
            grown = resident() - before
            view = past.view()
            index, _ = _timed(lambda: past.index(view).find(Question(text="orders")))
            again, _ = _timed(lambda: [catalog.history.at(moment) for _ in range(ROUNDS)])
            live = catalog.view()
            now, then = (
                _timed(lambda v=v: [products.product(v, bulk.name_of(7)) for _ in range(ROUNDS)])[0]
                for v in (live, view)
            )
    return (
        size, start, graph, index, (graph + index) / start, grown, again / ROUNDS * 1000,
        now / ROUNDS * 1000, then / ROUNDS * 1000,
    )  # fmt: skip


def _another(catalog: Catalog) -> int:
    """Publish something more; the revision before it."""
    before = catalog.journal.revision()
    bulk.append(catalog.journal, [replace(next(bulk.planned(10)), number=10**6, reads=())])
    return before


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (1_000, 10_000))
