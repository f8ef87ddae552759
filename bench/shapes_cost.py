"""What each standard costs by itself, in both engines, and how that grows with the mesh.

A mesh is written and read, not published; then every node of it is judged as one graph, by one
standard at a time, on 200 and on 1,000 products. Reading the graph is left out. (A sweep judges
each product among its neighbours, so what grows faster than the graph shows here first.)
"""

import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import mesh
from bench.machine import table
from catalog_service.bootstrap import build
from catalog_service.domain.rdf import Triple
from catalog_service.governance.engines.background import readable
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Judge
from catalog_service.governance.standards import Standards
from catalog_service.settings import Settings
from catalog_service.terms import Iri

Row = tuple[str, float, float, float, float, float, float, float]
RUNS = 3
"""How often an engine judges; the best counts."""


def main(few: int = 200, many: int = 1_000) -> None:
    """Measure each standard on both sizes; the baseline is pySHACL's time on the same graph."""
    if not fast_available():
        sys.exit("there is no wheel of the fast engine here: install polyseme[fast]")
    small, large = (_read(size) for size in (few, many))
    with tempfile.TemporaryDirectory() as home, build(Settings(home=Path(home))) as catalog:
        standards, ontology = catalog.standards, catalog.ontology.closed
    measured = (_measured(one, ontology, small, large) for one in _each(standards))
    rows: list[Iterable[object]] = [*sorted(measured, key=lambda row: row[2], reverse=True)]
    table(
        f"Cost of each standard on {few:,} and {many:,} products ({len(large) / len(small):.1f}"
        " times the triples)",
        (
            "standard", f"pySHACL ms ({few:,})", f"({many:,})", "growth",
            f"fast ms ({few:,})", f"({many:,})", "growth", f"ratio ({many:,})",
        ),
        rows,
    )  # fmt: skip


def _read(products: int) -> tuple[Triple, ...]:
    """All that a mesh of so many products states."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "mesh"
        mesh.write(source, products)
        with build(Settings(home=Path(folder) / "home", base_iri=mesh.BASE)) as catalog:
            found = catalog.read([source])
        return tuple(triple for submission in found.submissions for triple in submission.triples)


def _each(standards: Standards) -> list[tuple[str, Standards]]:
    """Each standard alone."""
    return [
        (one.name, standards.beside([one], {one.name: standards.shape(one.name)}))
        for one in standards
    ]


def _measured(one: tuple[str, Standards], ontology: str, *meshes: Sequence[Triple]) -> Row:
    """One row: the processor's milliseconds."""
    name, alone = one
    seen = readable(ontology, alone.mentions())
    reference, fast = ReferenceEngine(alone.shapes(), seen), FastEngine(alone.text(), seen)
    slow, slower = (_best(reference.among(triples), (), _nodes(triples)) for triples in meshes)
    quick, quicker = (_judging(fast.among(()), triples) for triples in meshes)
    return name, slow, slower, slower / slow, quick, quicker, quicker / quick, slower / quicker


def _judging(judge: Judge, triples: Sequence[Triple]) -> float:
    """What the fast engine takes beyond reading the graph, which it does each time."""
    reading, all_of_it = (
        _best(judge, triples, nodes) for nodes in (frozenset[Iri](), _nodes(triples))
    )
    return max(all_of_it - reading, 0.01)


def _best(judge: Judge, triples: Sequence[Triple], nodes: frozenset[Iri]) -> float:
    """The processor's milliseconds; the first run also reads the query."""

    def once() -> float:
        begun = time.process_time()
        judge(triples, nodes)
        return (time.process_time() - begun) * 1000

    return min(once() for _ in range(RUNS))


def _nodes(triples: Sequence[Triple]) -> frozenset[Iri]:
    return frozenset(triple.subject for triple in triples)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
