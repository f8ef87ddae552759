"""How fast a mesh is harvested, checked and published, against rdflib and pySHACL alone."""

import sys
import tempfile
import time
from pathlib import Path

from bench import mesh
from bench.machine import table
from bench.rivals import Rdflib
from catalog_service.bootstrap import build
from catalog_service.domain.publication import Fate, Kind
from catalog_service.harvesting.runner import Harvest
from catalog_service.publishing.neighbourhood import Neighbours
from catalog_service.settings import Settings

SAMPLE = 100
"""Products that the baseline publishes: its cost is the same for each."""


def main(sizes: tuple[int, ...] = (1_000, 10_000)) -> None:
    """Measure each size, and print products and triples a second and the ratio to the baseline."""
    table(
        "Harvest and publish",
        ("products", "triples", "read s", "publish s", "products/s", "triples/s",
         "check and store: ours ms", "rdflib + pySHACL ms", "ratio"),
        [measured(size) for size in sizes],
    )  # fmt: skip


def measured(products: int) -> tuple[object, ...]:
    """One row: everything in CPU seconds of this process, wall-clock rates beside."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "mesh"
        mesh.write(source, products)
        settings = Settings(home=Path(folder) / "home", base_iri=mesh.BASE)
        with build(settings) as catalog:
            catalog.publisher.check(())  # what is made once: standards compiled, ontology read
            begun, started = time.process_time(), time.perf_counter()
            found = catalog.read([source])
            read = time.process_time() - begun
            begun = time.process_time()
            done = catalog.publish(found)
            publish = time.process_time() - begun
            wall = time.perf_counter() - started
            published = sum(outcome.fate is Fate.PUBLISHED for outcome in done.outcomes)
            refused = len(done.outcomes) - published
            if not 0 < refused < products * 0.06:
                sys.exit(f"expected some 3 % of defects, found {refused} of {products}")
            triples = sum(len(submission.facts) for submission in found.submissions)
            baseline = rival(catalog.standards, catalog.ontology.closed, found)
    ours = publish / len(found.submissions)
    return (
        products, triples, read, publish, products / wall, triples / wall,
        ours * 1000, baseline * 1000, baseline / ours,
    )  # fmt: skip


def rival(standards, ontology: str, found: Harvest) -> float:  # noqa: ANN001
    """The CPU seconds that rdflib and pySHACL take to check and store one product."""
    decided = [t for s in found.submissions if s.kind is Kind.DECISION for t in s.triples]
    products = [s for s in found.submissions if s.kind is Kind.PRODUCT]
    run = {s.subject: s.triples for s in found.submissions}
    with tempfile.TemporaryDirectory() as folder, build(Settings(home=Path(folder))) as empty:
        neighbours = Neighbours(empty.view(), run)
        around = {s.subject: neighbours.of(s.subject).triples for s in products[:SAMPLE]}
    other = Rdflib(standards, ontology, decided)
    begun = time.process_time()
    for submission in products[:SAMPLE]:
        other.publish(submission.subject, submission.triples, around[submission.subject])
    return (time.process_time() - begun) / SAMPLE


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (1_000, 10_000))
