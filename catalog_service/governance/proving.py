"""Proving standards by the graphs beside them: what meets a standard, and what does not.

A standard without a graph that it refuses looks like one that is always met. So each has to refuse
some graph, for each of its constraints, and to let some graph pass that it looks at; and both
engines have to say the same. Each graph states all that it needs, so the ontology is not asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import rdflib

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Triple
from catalog_service.errors import InvalidRequest, Unreadable
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.lint import SHACL, SUPPORTED
from catalog_service.governance.standard import Stage, Standard
from catalog_service.governance.standards import Standards
from catalog_service.governance.wording import shown
from catalog_service.graph import parse
from catalog_service.terms import Iri

TARGETS = frozenset(
    (SHACL.targetClass, SHACL.targetNode, SHACL.targetSubjectsOf, SHACL.targetObjectsOf)
)
_STRUCTURE = TARGETS | {
    SHACL.path, SHACL.severity, SHACL.message, SHACL.select, SHACL.prefixes, SHACL.flags,
    SHACL.inversePath, SHACL.alternativePath, SHACL.zeroOrMorePath, SHACL.oneOrMorePath,
    SHACL.zeroOrOnePath,
}  # fmt: skip
CONSTRAINTS = SUPPORTED - _STRUCTURE

_Statement = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]
_Graph = tuple[tuple[Triple, ...], frozenset[Iri]]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps a standard from being proved.

    Args:
        standard: the standard.
        file: the graph that shows it, or the shape where none does.
        reason: what is wrong.
        fix: what to do.
    """

    standard: Standard
    file: Path
    reason: str
    fix: str


class Proof:
    """The engines, with the standards that are to be proved; each is judged at its own gate.

    Args:
        standards: those standards.
        over: the standards of the mesh, where it is a domain's that are to be proved: what meets
            these has to meet those as well, or nobody could meet both.
    """

    def __init__(self, standards: Standards, over: Standards | None = None) -> None:
        self.standards = standards
        self.over = over
        self._judges: dict[Stage, tuple[Judge, ...]] = {}
        self._mesh: dict[Stage, Judge] = {}

    def flaws(self, standard: Standard) -> Iterator[Flaw]:
        """What keeps one of the standards from being proved; nothing where it is."""
        for files, kind in ((standard.good, "conforms"), (standard.bad, "violates")):
            if not files:
                yield Flaw(
                    standard,
                    standard.file,
                    f"there is no {kind}.*.ttl beside it",
                    "add the smallest graph that shows it",
                )
        graphs: dict[Path, _Graph] = {}
        for file in (*standard.good, *standard.bad):
            try:
                graphs[file] = _stated(file)
            except (OSError, UnicodeDecodeError, Unreadable, InvalidRequest) as fault:
                yield Flaw(standard, file, f"it cannot be read: {fault}", "mend the file")
        for file, graph in graphs.items():
            yield from self._judged(standard, file, graph)
        yield from self._unproved(
            standard, [graphs[file] for file in standard.bad if file in graphs]
        )

    def _judged(self, standard: Standard, file: Path, graph: _Graph) -> Iterator[Flaw]:
        answers = [judge(*graph) for judge in self._engines(standard.gate)]
        if len({frozenset(Counter(answer).items()) for answer in answers}) > 1:
            yield Flaw(
                standard, file, "the two engines differ", "write the constraint in a plainer form"
            )
        found = {result.standard for result in answers[-1]}
        if file in standard.bad:
            if standard.key not in found:
                yield Flaw(standard, file, "it meets the standard", "break it in one way")
            for other in sorted(found - {standard.key}):
                yield Flaw(
                    standard, file, f"it breaks {other} as well", f"break {standard.name} alone"
                )
            return
        if standard.key in found:
            what = sorted({r.message for r in answers[-1] if r.standard == standard.key})
            yield Flaw(standard, file, f"it does not meet the standard: {what[0]}", "mend it")
        if not self._looked_at(standard, graph):
            yield Flaw(
                standard,
                file,
                "the standard looks at nothing in it, so it proves nothing",
                "add a node of the kind that the standard is about",
            )
        yield from self._against_mesh(standard, file, graph)

    def _against_mesh(self, standard: Standard, file: Path, graph: _Graph) -> Iterator[Flaw]:
        """A graph that conforms to a domain's standard has to conform to those of the mesh."""
        if self.over is None:
            return
        if standard.gate not in self._mesh:
            asked = self.over.until(standard.gate).shapes()
            self._mesh[standard.gate] = ReferenceEngine(asked, ()).among(())
        for result in self._mesh[standard.gate](*graph):
            if result.severity is Severity.VIOLATION:
                yield Flaw(
                    standard,
                    file,
                    f"it breaks {result.standard}, which holds for the mesh: {result.message}",
                    "show a graph that meets both",
                )

    def _engines(self, gate: Stage) -> tuple[Judge, ...]:
        """The engines with the standards of a gate, the reference last."""
        if gate not in self._judges:
            shapes = self.standards.until(gate).shapes()
            engines = (FastEngine, ReferenceEngine) if fast_available() else (ReferenceEngine,)
            self._judges[gate] = tuple(engine(shapes, ()).among(()) for engine in engines)
        return self._judges[gate]

    def _looked_at(self, standard: Standard, graph: _Graph) -> bool:
        shape = rdflib.URIRef(standard.iri)
        declared = [s for s in self.standards.shape(standard.name) if s[1] in TARGETS]
        triples, _ = graph
        return any(
            any(_is_target(predicate, str(value), triple) for triple in triples)
            for node, predicate, value in declared
            if node == shape
        )

    def _unproved(self, standard: Standard, bad: list[_Graph]) -> Iterator[Flaw]:
        """The constraints that no graph needs: without one, every bad graph is still refused."""
        whole = self.standards.beside(
            [standard], {standard.name: self.standards.shape(standard.name)}
        ).shapes()
        demands = self.standards.shape(standard.name)
        for taken in sorted(s for s in demands if s[1] in CONSTRAINTS):
            if bad and all(_outcome(_without(whole, taken), graph) for graph in bad):
                yield Flaw(
                    standard,
                    standard.file,
                    f"no graph needs {shown(str(taken[1]))} {_told(taken[2])}",
                    "add a violates.*.ttl that only this constraint refuses, or leave it out",
                )


def _is_target(predicate: rdflib.term.Node, value: str, triple: Triple) -> bool:
    if predicate == SHACL.targetClass:
        return triple.predicate == rdflib.RDF.type.toPython() and triple.object == value
    if predicate == SHACL.targetNode:
        return value in (triple.subject, triple.object)
    return triple.predicate == value


def _stated(file: Path) -> _Graph:
    """What a file states, and every node in it."""
    triples = parse(file.read_text(encoding="utf-8"), "turtle", base="https://mesh.example/")
    nodes = chain.from_iterable((s, o) for s, _, o in triples if isinstance(o, str))
    return triples, frozenset(nodes) | {triple.subject for triple in triples}


def _without(graph: rdflib.Graph, taken: _Statement) -> rdflib.Graph:
    mutant = rdflib.Graph(bind_namespaces="none")
    for kept in graph:
        if kept != taken:
            mutant.add(kept)
    return mutant


def _outcome(shapes: rdflib.Graph, graph: _Graph) -> Iterable[Result]:
    engine = FastEngine if fast_available() else ReferenceEngine
    return engine(shapes, ()).among(())(*graph)


def _told(value: rdflib.term.Node) -> str:
    return "(of several parts)" if isinstance(value, rdflib.BNode) else shown(str(value))
