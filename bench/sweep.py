"""How fast a mesh is swept: the first sweep, one after a change, one of everything, and pySHACL.

Every port is measured, and three in a hundred do not keep what they promise. A sweep judges in as
many processes as there are processors; pySHACL judges a sample, in one.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bench import mesh
from bench.machine import table
from bench.rivals import Rdflib
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.measurement import Measured, Measurement
from catalog_service.domain.rdf import number
from catalog_service.publishing.bases import Bases, Rules
from catalog_service.publishing.sweep import Swept
from catalog_service.settings import Settings
from catalog_service.terms import PM, UNIT, Iri

SAMPLE = 20
"""Products that the baseline judges: its cost is the same for each."""
LATE = 33
"""One product of so many is later than it promises."""
_PORTS = """
PREFIX dprod: <https://www.omg.org/spec/DPROD/dprod/>
SELECT DISTINCT ?port WHERE { ?product a dprod:DataProduct ; dprod:outputPort ?port } ORDER BY ?port
"""


def main(sizes: tuple[int, ...] = (1_000, 10_000)) -> None:
    """Measure each size: milliseconds for a product, products a second, ratio to the baseline."""
    table(
        "Sweep",
        ("products", "fallen out", "first: products/s", "ms/product", "full: products/s",
         "ms/product", "one changed: judged", "s", "pySHACL ms/product", "ratio"),
        [row for size in sizes for row in [measured(size)]],
    )  # fmt: skip


def measured(products: int) -> tuple[object, ...]:
    """One row, in wall-clock time: what a sweep is waited for."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "mesh"
        mesh.write(source, products)
        with build(Settings(home=Path(folder) / "home", base_iri=mesh.BASE)) as catalog:
            catalog.publish(catalog.read([source]))
            now = datetime.now(UTC)
            ports = [row.iri("port") for row in catalog.view().select(_PORTS)]
            catalog.publisher.observe([one for p in enumerate(ports) for one in _seen(*p, now)])
            first, first_s = timed(catalog, now)
            full, full_s = timed(catalog, now, full=True)
            catalog.publisher.observe(_seen(1, ports[1], datetime.now(UTC)))
            again, again_s = timed(catalog, now)
            baseline = rival(catalog, now.date())
    judged = len(full.outcomes)
    return (
        judged, len(first.fallen), judged / first_s, first_s / judged * 1000, judged / full_s,
        full_s / judged * 1000, again.judged, again_s, baseline * 1000,
        baseline / (full_s / judged),
    )  # fmt: skip


def timed(catalog: Catalog, now: datetime, *, full: bool = False) -> tuple[Swept, float]:
    """A sweep that only detects, and the seconds that it took."""
    begun = time.perf_counter()
    processes = len(os.sched_getaffinity(0))
    swept = catalog.sweep(full=full, recover=False, processes=processes, now=now)
    return swept, time.perf_counter() - begun


def _seen(place: int, port: Iri, now: datetime) -> list[Measured]:
    """The two measurements of a port; one port of so many is late."""
    hours = 30 if place % LATE == 0 else 3
    return [
        Measured(Measurement(port, PM.Freshness, number(hours), now, UNIT.HR)),
        Measured(Measurement(port, PM.Availability, number(99.9), now, UNIT.PERCENT)),
    ]


def rival(catalog: Catalog, today: date) -> float:
    """The seconds that pySHACL takes for one product, in the same surroundings."""
    bases = Bases(catalog.view(), catalog.journal, Rules("", today))
    sample = bases.products[:SAMPLE]
    bases.prepare(sample)
    cases = bases.cases(sample)
    other = Rdflib(catalog.standards, catalog.ontology.closed, bases.decided)
    begun = time.perf_counter()
    for case in cases:
        other.publish(case.subject, case.graph, case.around)
    return (time.perf_counter() - begun) / len(cases)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (1_000, 10_000))
