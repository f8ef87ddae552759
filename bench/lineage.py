"""How long lineage takes, against the same neighbourhood asked of pyoxigraph by SPARQL.

The mesh holds two clusters, of 1,000 and of 13,500 products, in which each product reads from two
others and everything comes from one root; the rest is there to be large. Only what lineage reads is
stated, with what follows from it, so that a mesh of any size is made in seconds.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import TypeVar

import pyoxigraph as ox

from bench.machine import table
from catalog_service.graph import Store
from catalog_service.services.lineage import Grain, lineage
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, RDF, Iri

BASE = "https://mesh.bench.example/products/"
CLUSTERS = (1_000, 13_500)
COLUMNS, DERIVED = 8, 5
RUNS = 7
_T = TypeVar("_T")
_STEP = """PREFIX pm: <https://w3id.org/polyseme/ns#>
PREFIX dprod: <https://www.omg.org/spec/DPROD/dprod/>
SELECT DISTINCT ?node ?reader WHERE {{
  VALUES ?node {{ {nodes} }}
  ?node dprod:outputPort/^pm:readsFrom/^dprod:inputPort ?reader .
}}"""


def main(products: int = 30_000) -> None:
    """Make the mesh, and trace both clusters from their roots, at each grain."""
    store = Store()
    mesh = _mesh(products)
    for start in range(0, products, 5_000):
        store.fill(["".join(map(_stated, mesh[start : start + 5_000])).encode()])
    rows: list[tuple[object, ...]] = []
    for size in CLUSTERS:
        told, clock, processor = _timed(lambda of=size: len(asked(store._store, _name(of, 0))))  # noqa: SLF001
        rows += [_traced(store, size, grain, processor) for grain in Grain]
        rows.append((f"pyoxigraph: products below the root of {size:,}", told, told,
                     clock, processor, 1.0))  # fmt: skip
    table(
        f"Lineage at {products:,} products, {len(store):,} quads",
        ("asked", "nodes counted", "shown", "ms by the clock", "ms of the processor",
         "ours / pyoxigraph (processor)"),
        rows,
    )  # fmt: skip


def _traced(store: Store, size: int, grain: Grain, theirs: float) -> tuple[object, ...]:
    found, clock, processor = _timed(
        lambda: lineage(store.view(), _name(size, 0), grain=grain, up=0, down=50)
    )
    if found is None or (grain is Grain.PRODUCT and found.total != size):
        sys.exit(f"the cluster of {size} was not found whole")
    ratio = processor / theirs if grain is Grain.PRODUCT else ""
    asked = f"{grain}s below the root of {size:,}"
    return asked, found.total, found.shown, clock, processor, ratio


def _timed(work: Callable[[], _T]) -> tuple[_T, float, float]:
    """What it gives, and how many ms it takes, as medians: by the clock, and of the processor."""
    clocks, processors = [], []
    for _ in range(RUNS):
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        clocks.append((time.perf_counter() - clock) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    return found, median(clocks), median(processors)


def asked(store: ox.Store, root: Iri) -> set[str]:
    """The products below one: one query for each level, as anyone would write it first."""
    seen, level = {root: None}, [str(root)]
    while level:
        nodes = " ".join(f"<{iri}>" for iri in level)
        rows = store.query(_STEP.format(nodes=nodes), use_default_graph_as_union=True)
        level = [
            reader for _, reader in ((r[0].value, r[1].value) for r in rows) if reader not in seen
        ]
        seen |= dict.fromkeys(level)
        level = list(dict.fromkeys(level))
    return set(seen)


def _name(cluster: int, number: int) -> Iri:
    return Iri(f"{BASE}c{cluster}-{number:06d}")


def _mesh(products: int, *, seed: int = 7) -> list[tuple[Iri, tuple[Iri, ...]]]:
    """Every product with those that it reads."""
    chance = random.Random(seed)
    found = []
    for cluster, size in [(size, size) for size in CLUSTERS] + [(0, products - sum(CLUSTERS))]:
        for number in range(size):
            near = {(number - 1) // 8, chance.randrange(number)} if number else set()
            found.append(
                (_name(cluster, number), tuple(_name(cluster, one) for one in sorted(near)))
            )
    return found


def _stated(product: tuple[Iri, tuple[Iri, ...]]) -> str:
    return "".join(
        f"{subject} {predicate} {value} {graph} .\n"
        for subject, predicate, value, graph in _quads(*product)
    )


def _quads(iri: Iri, reads: tuple[Iri, ...]) -> Iterator[tuple[str, str, str, str]]:
    def said(
        subject: str, predicate: Iri, value: str, graph: str = iri
    ) -> tuple[str, str, str, str]:
        return f"<{subject}>", f"<{predicate}>", f"<{value}>", f"<{graph}>"

    data, schema = f"{iri}/datasets/d", f"{iri}/datasets/d/schema"
    yield said(iri, RDF.type, DPROD.DataProduct)
    yield said(iri, DPROD.outputPort, f"{iri}/ports/out")
    yield said(iri, DPROD.outputDataset, data)
    yield said(f"{iri}/ports/out", DCAT.servesDataset, data)
    yield said(data, CSVW.tableSchema, schema)
    for number, source in enumerate(reads):
        yield said(iri, DPROD.inputPort, f"{iri}/ports/in{number}")
        yield said(f"{iri}/ports/in{number}", PM.readsFrom, f"{source}/ports/out")
        yield said(iri, PROV.wasDerivedFrom, source, f"{iri}/inferred")
    for number in range(COLUMNS):
        yield said(schema, CSVW.column, f"{data}/columns/c{number}")
        if reads and number < DERIVED:
            origin = f"{reads[number % len(reads)]}/datasets/d/columns/c{number}"
            yield said(f"{data}/columns/c{number}", PROV.wasDerivedFrom, origin)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
