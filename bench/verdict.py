"""How long the verdict on one changed product takes in a mesh that is published, and in pySHACL.

The catalog is filled, as it is in a server that runs. A product is changed and checked at the gate
of publishing: looking up its neighbourhood and the federation's decisions is part of the time.
pySHACL is given the same slice of the mesh, already looked up and parsed.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench import mesh
from bench.machine import table
from bench.rivals import Rdflib
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.publication import Submission
from catalog_service.domain.rdf import Fact, Origin, Triple, text
from catalog_service.governance.gate import Stage
from catalog_service.publishing.bases import Bases, Rules
from catalog_service.settings import Settings
from catalog_service.terms import DCT, Iri

CHANGED = 200
"""Products that are changed and checked, one at a time."""
SAMPLE = 20
"""Products that the baseline judges: its cost is the same for each."""


def main(sizes: tuple[int, ...] = (1_000, 10_000)) -> None:
    """Measure each size: the verdict on one product in milliseconds, and the ratio to pySHACL."""
    table(
        "Verdict on one changed product",
        ("products", "median ms", "p99 ms", "CPU ms", "pySHACL ms", "ratio of CPU time"),
        [measured(size) for size in sizes],
    )


def measured(products: int) -> tuple[object, ...]:
    """One row."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "mesh"
        mesh.write(source, products)
        with build(Settings(home=Path(folder) / "home", base_iri=mesh.BASE)) as catalog:
            catalog.publish(catalog.read([source]))
            bases = Bases(catalog.view(), catalog.journal, Rules("", datetime.now(UTC).date()))
            names = bases.products[:: max(1, len(bases.products) // CHANGED)]
            changed = [_changed(catalog, name) for name in names]
            _timed(catalog, changed[:5])
            wall, cpu = _timed(catalog, changed)
            baseline = _rival(catalog, bases)
            published = len(bases.products)
    worst = quantiles(wall, n=100)[-1]
    return published, median(wall), worst, cpu, baseline, baseline / cpu


def _changed(catalog: Catalog, product: Iri) -> Submission:
    """A product as it is published, with another title."""
    graph = catalog.view().graph(product)
    title = Triple(product, DCT.title, text("Changed"))
    kept = [triple for triple in graph if triple[:2] != title[:2]]
    origin = Origin("changed")
    return Submission(product, tuple(Fact(triple, origin) for triple in (*kept, title)))


def _timed(catalog: Catalog, changed: list[Submission]) -> tuple[list[float], float]:
    """The milliseconds of each check, and the processor's for one of them."""
    wall = []
    begun = time.process_time()
    for submission in changed:
        start = time.perf_counter()
        (outcome,) = catalog.publisher.check([submission], at=Stage.PUBLISH)
        wall.append((time.perf_counter() - start) * 1000)
        assert outcome.verdict.conforms, outcome.verdict.findings  # noqa: S101 - what is timed
    return wall, (time.process_time() - begun) * 1000 / len(changed)


def _rival(catalog: Catalog, bases: Bases) -> float:
    """The processor's milliseconds that pySHACL takes for one product."""
    sample = bases.products[:SAMPLE]
    bases.prepare(sample)
    cases = bases.cases(sample)
    other = Rdflib(catalog.standards, catalog.ontology.closed, bases.decided)
    begun = time.process_time()
    for case in cases:
        other.publish(case.subject, case.graph, case.around)
    return (time.process_time() - begun) * 1000 / len(cases)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (1_000, 10_000))
