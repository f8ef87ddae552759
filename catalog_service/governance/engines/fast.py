"""The fast engine: the compiled `shacl` package, where its wheel exists.

It may accept. What it would reject is judged again by the reference, whose words are the answer.
"""

from collections.abc import Collection, Iterable, Sequence
from types import ModuleType

import rdflib

from catalog_service.domain.rdf import Lines, Triple, term
from catalog_service.governance.engines.apart import Apart
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.engines.surroundings import Surroundings
from catalog_service.governance.engines.targets import Targets
from catalog_service.governance.reading import Reading
from catalog_service.governance.standard import SEVERITIES
from catalog_service.governance.stated import Stated
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
        reading: what they can read; None where nobody has told, and so everything.
        named: the IRIs that they name.
    """

    def __init__(
        self,
        shapes: rdflib.Graph | str,
        ontology: Iterable[str],
        reading: Reading | None = None,
        named: Iterable[str] = (),
    ) -> None:
        text = shapes if isinstance(shapes, str) else shapes.serialize(format="nt")
        self._ontology = tuple(ontology)
        self._targets = Targets(text, self._ontology, reading.needs if reading else None)
        self._shapes = shacl.Shapes.from_text(self._targets.shapes, format="ntriples")
        # Without marks the engine looks for targets itself, wherever they are.
        self._reading = reading if reading and self._targets.marked else Reading(whole=True)
        self._named = tuple(named)

    def among(self, shared: Sequence[Triple]) -> Judge:
        """A judge of graphs that all lie among the same triples, such as the federation's own."""
        decided = Lines().of(shared).split("\n")[:-1]
        around = Surroundings((*self._ontology, *decided), self._reading, self._named)
        targets = self._targets.among(shared) if self._targets.marked else None

        def judge(
            triples: Iterable[Triple], nodes: Collection[Iri], beside: Sequence[Stated] = ()
        ) -> tuple[Result, ...]:
            told, lines = tuple(triples), Lines()
            own = lines.of(told)
            seen = around.seen_from({*lines.terms}.union(*(one.terms for one in beside)))
            by = seen.properties
            marks = targets.marks(told, frozenset(nodes), beside, by) if targets else ""
            text = "".join((seen.text, own, *(one.text for one in beside), marks))
            report = self._shapes.validate_text(text, format="ntriples")
            owned = {f"<{node}>" for node in nodes}
            found = (result for result in report.results if result.focus_node in owned)
            return tuple(_result(result, self._targets.apart) for result in found)

        return judge


def _result(found: "shacl.Result", apart: Apart) -> Result:
    return Result(
        standard=apart.whole((found.root_shape or "")[1:-1]).removeprefix(STD.base),
        focus=Iri(found.focus_node[1:-1]),
        path=found.path or "",
        value=term(found.value) if found.value is not None else None,
        severity=SEVERITIES[found.severity_iri.strip("<>")],
        component=found.component,
        message=found.message or "",
    )
