"""What an engine answers to a test, in a form in which two answers can be compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import rdflib
from rdflib.term import Node

from catalog_service.governance.engines.path import written
from catalog_service.governance.lint import SHACL

BLANK = "_:"
"""Every blank node: a label means nothing outside of the graph that it stands in."""


class Found(NamedTuple):
    """One result, its terms as N-Triples; empty for what it does not say."""

    focus: str
    path: str
    value: str
    severity: str
    component: str


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict and its results, as often as they are reported, in order."""

    conforms: bool
    results: tuple[Found, ...]

    @classmethod
    def of(cls, conforms: bool, results: Iterable[Found]) -> Self:  # noqa: FBT001 - the verdict
        """The report, its results put in order."""
        return cls(conforms, tuple(sorted(results)))

    @classmethod
    def read(cls, graph: rdflib.Graph, node: Node) -> Self:
        """The `sh:ValidationReport` that a graph holds at a node."""
        conforms = graph.value(node, SHACL.conforms)
        return cls.of(
            str(conforms) == "true",
            (_found(graph, result) for result in graph.objects(node, SHACL.result)),
        )

    @classmethod
    def only(cls, graph: rdflib.Graph) -> Self:
        """The one report of a graph that holds nothing else."""
        (node,) = graph.subjects(rdflib.RDF.type, SHACL.ValidationReport)
        return cls.read(graph, node)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The shapes are refused; no two refusals have to be worded alike."""

    reason: str = field(default="", compare=False)


Answer = Report | Refusal


def _found(graph: rdflib.Graph, result: Node) -> Found:
    path = graph.value(result, SHACL.resultPath)
    return Found(
        focus=_term(graph.value(result, SHACL.focusNode)),
        path=written(graph, path) if path is not None else "",
        value=_term(graph.value(result, SHACL.value)),
        severity=_term(graph.value(result, SHACL.resultSeverity)),
        component=_term(graph.value(result, SHACL.sourceConstraintComponent)),
    )


def _term(node: Node | None) -> str:
    if node is None:
        return ""
    return BLANK if isinstance(node, rdflib.BNode) else node.n3()
