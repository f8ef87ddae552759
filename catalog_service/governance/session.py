"""The engines with the standards of one gate, and among what lies around every case of a run."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from catalog_service.domain.rdf import Triple
from catalog_service.governance.engines.background import readable
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.result import Result
from catalog_service.governance.standards import Standards
from catalog_service.governance.stated import Stated
from catalog_service.governance.subjects import Ground
from catalog_service.terms import SH

if TYPE_CHECKING:
    from catalog_service.governance.engines.reference import ReferenceEngine, ReferenceJudge
    from catalog_service.terms import Iri

_CLOSED = f"<{SH.base}closed>"
"""A shape that is closed looks at every property of its nodes."""


class Bench:
    """The engines, with the standards of one gate.

    Args:
        standards: those standards.
        ontology: the closed ontology as N-Triples.
    """

    def __init__(self, standards: Standards, ontology: str) -> None:
        self._standards = standards
        self._names = {found.key: found.name for found in standards}
        self._ontology = readable(ontology, standards.mentions())
        self.fast = (
            FastEngine(standards.text(), self._ontology, standards.reading(), standards.mentions())
            if fast_available()
            else None
        )

    def read_by(self, keys: Collection[str], stated: Stated) -> Stated:
        """What standards with these keys can read of what is stated."""
        shapes = [self._standards.shaped(self._names[key]) for key in keys]
        if any(shape.reading.whole or _CLOSED in shape.text for shape in shapes):
            return stated
        terms = self._standards.common.mentions.union(*(shape.mentions for shape in shapes))
        return Stated("".join(f"{line}\n" for line in readable(stated.text, terms)))

    @cached_property
    def reference(self) -> "ReferenceEngine":
        """The engine whose word counts; most checks do without it."""
        from catalog_service.governance.engines.reference import (  # noqa: PLC0415 - see above
            ReferenceEngine,
        )

        return ReferenceEngine(self._standards.shapes(), self._ontology)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engines say of one case.

    Args:
        results: what does not meet a standard, in the words of the reference.
        disputed: what the fast engine finds at a node where the reference finds the standard met.
    """

    results: tuple[Result, ...] = ()
    disputed: tuple[Result, ...] = ()


class Session:
    """The engines, among what lies around every case of one run.

    Args:
        bench: the engines.
        shared: the triples around every case.
    """

    def __init__(self, bench: Bench, shared: Sequence[Triple]) -> None:
        self._bench = bench
        self._shared = shared
        self._fast = bench.fast.among(shared) if bench.fast else None

    @cached_property
    def _reference(self) -> "ReferenceJudge":
        return self._bench.reference.among(self._shared)

    def judged(
        self,
        graph: Stated,
        neighbourhood: Sequence[Triple],
        ground: Ground,
        beside: Sequence[Stated] = (),
    ) -> Judged:
        """What the nodes of a graph do not meet, seen among its neighbourhood.

        Its nodes are its subjects, and the parts of the product that it names without a word about
        them: somebody has to answer for what is missing there.

        What the fast engine finds, the reference is asked about, and about nothing else.

        Args:
            graph: the graph.
            neighbourhood: its neighbourhood.
            ground: tells which nodes are the product's own.
            beside: more of the neighbourhood.
        """
        nodes, told = ground.nodes(graph.rows), (graph, *beside)
        if self._fast is None:
            return Judged(self._reference(neighbourhood, nodes, told))
        suspected = self._fast(neighbourhood, nodes, told)
        if not suspected:
            return Judged()
        pairs: dict[str, set[Iri]] = defaultdict(set)
        for one in suspected:
            pairs[one.standard].add(one.focus)
        read = [self._bench.read_by(pairs, one) for one in told]
        results = self._reference.confirmed(neighbourhood, pairs, read)
        found = {(result.standard, result.focus) for result in results}
        unlike = (one for one in suspected if (one.standard, one.focus) not in found)
        return Judged(results, tuple(unlike))
