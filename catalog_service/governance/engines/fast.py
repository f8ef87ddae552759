"""The fast engine: the compiled `shacl` package, where its wheel exists.

It may accept. What it would reject is judged again by the reference, whose words are the answer.
"""

from collections.abc import Collection, Iterable, Sequence
from types import ModuleType

import rdflib

from catalog_service.domain.rdf import Triple, line, term
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.engines.targets import Targets
from catalog_service.governance.standard import SEVERITIES
from catalog_service.terms import STD, Iri

try:
    import shacl
except ImportError:
    shacl: ModuleType | None = None  # type: ignore[no-redef]


def fast_available() -> bool:
    """Whether this installation has the engine."""
    return shacl is not None


class FastEngine:
    """Shapes, compiled once.

    Args:
        shapes: the shapes, as a graph or as N-Triples.
        ontology: the lines of the ontology that they can see.
    """

    def __init__(self, shapes: rdflib.Graph | str, ontology: Iterable[str]) -> None:
        text = shapes if isinstance(shapes, str) else shapes.serialize(format="nt")
        lines = tuple(ontology)
        self._targets = Targets(text, lines)
        self._shapes = shacl.Shapes.from_text(self._targets.shapes, format="ntriples")
        self._ontology = "".join(f"{statement}\n" for statement in lines)

    def among(self, shared: Sequence[Triple]) -> Judge:
        """A judge of graphs that all lie among the same triples, such as the federation's own."""
        around = self._ontology + _text(shared)
        targets = self._targets.among(shared) if self._targets.marked else None

        def judge(triples: Iterable[Triple], nodes: Collection[Iri]) -> tuple[Result, ...]:
            told = tuple(triples)
            marks = targets.marks(told, frozenset(nodes)) if targets is not None else ""
            report = self._shapes.validate_text(around + _text(told) + marks, format="ntriples")
            owned = {f"<{node}>" for node in nodes}
            return tuple(_result(found) for found in report.results if found.focus_node in owned)

        return judge


def _text(triples: Iterable[Triple]) -> str:
    return "".join(f"{line(triple)}\n" for triple in triples)


def _result(found: "shacl.Result") -> Result:
    return Result(
        standard=(found.root_shape or "")[1:-1].removeprefix(STD.base),
        focus=Iri(found.focus_node[1:-1]),
        path=found.path or "",
        value=term(found.value) if found.value is not None else None,
        severity=SEVERITIES[found.severity_iri.strip("<>")],
        component=found.component,
        message=found.message or "",
    )
