"""What an engine answers, the same from both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Term, Triple
from catalog_service.governance.stated import Stated
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Result:
    """One constraint that one node does not meet.

    Two engines agree where their results are equal; how they word the message is their own affair.

    Args:
        standard: the name of the standard.
        focus: the node.
        path: the property path as SPARQL writes it, `<…>` for a single property; empty for none.
        value: the culprit.
        severity: as the shape has it.
        component: the local name of the kind of constraint, such as `MinCountConstraintComponent`.
        message: what to do.
    """

    standard: str
    focus: Iri
    path: str
    value: Term | None
    severity: Severity
    component: str
    message: str = field(default="", compare=False)


class Judge(Protocol):
    """Checks one graph."""

    def __call__(
        self, triples: Iterable[Triple], nodes: Collection[Iri], beside: Sequence[Stated] = ()
    ) -> tuple[Result, ...]:
        """What some nodes of a graph do not meet.

        Args:
            triples: the graph.
            nodes: those nodes in it that are to be judged. The others are there to be seen, and
                belong to somebody else.
            beside: more of the graph.
        """
