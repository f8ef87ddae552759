"""What an engine answers, the same from both."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Term, Triple
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


Judge = Callable[[Iterable[Triple], Collection[Iri]], tuple[Result, ...]]
"""Checks one graph: the triples, and those nodes in it that are to be judged. The other nodes are
there to be seen, and belong to somebody else."""
