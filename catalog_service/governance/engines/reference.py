"""The reference engine: pySHACL, whose verdict and whose words count.

Its parts are driven one by one instead of by `pyshacl.validate`, for three reasons:

- its option `focus_nodes` also drops the nodes that nested shapes look at, so that `sh:or` or
  `sh:node` pass whatever they are given;
- `validate` reads and compiles the shapes anew each time;
- it leaves rdflib changed: literals are then rewritten while they are read, and a product would be
  judged by other values than it states.

Nothing is fetched: shapes and data are graphs in memory, and `advanced` features are off.
"""

import logging
import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import isnan
from typing import Any

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query as Prepared
from rdflib.term import Node

from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.governance.engines.path import written
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.lint import SHACL
from catalog_service.governance.standard import SEVERITIES
from catalog_service.governance.wording import shown
from catalog_service.terms import RDF, SH, STD, XSD, Iri

# rdflib prints a stack for each literal that is not of its datatype; the finding says it better.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_IN_BRACES = re.compile(r"\{\?(\w+)\}")


class ReferenceEngine:
    """Shapes, compiled once.

    Args:
        shapes: the shapes.
        ontology: the lines of the ontology that they can see.
    """

    def __init__(self, shapes: rdflib.Graph, ontology: Iterable[str]) -> None:
        self._shapes = ShapesGraph(shapes)
        compiled = {shape.node: shape for shape in self._shapes.shapes}
        named = sorted(node for node in compiled if isinstance(node, rdflib.URIRef))
        self._roots: list[Shape] = [compiled[node] for node in named]
        self._ontology = rdflib.Graph(bind_namespaces="none")
        self._ontology.parse(data="\n".join(ontology), format="nt")

    def among(self, shared: Sequence[Triple]) -> Judge:
        """A judge of graphs that all lie among the same triples, such as the federation's own."""
        around = _Data(bind_namespaces="none")
        around += self._ontology
        for triple in shared:
            around.add(_stated(triple))
        busy = threading.Lock()

        def judge(triples: Iterable[Triple], nodes: Collection[Iri]) -> tuple[Result, ...]:
            owned = {rdflib.URIRef(node) for node in nodes}
            with busy:
                own = [stated for stated in map(_stated, triples) if stated not in around]
                for stated in own:
                    around.add(stated)
                try:
                    return tuple(self._results(around, owned))
                finally:
                    for stated in own:
                        around.remove(stated)

        return judge

    def _results(self, data: rdflib.Graph, owned: set[rdflib.URIRef]) -> Iterable[Result]:
        executor = SHACLExecutor()
        for shape in self._roots:
            targets = sorted(owned & set(shape.focus_nodes(data)))  # type: ignore[no-untyped-call]
            if not targets:
                continue
            _, reports = shape.validate(executor, data, focus=targets)
            for _, node, stated in reports:
                yield self._result(shape, {str(p): o for s, p, o in stated if s == node})

    def _result(self, shape: Shape, said: Mapping[str, Any]) -> Result:
        path = _bare(said.get(SH.resultPath))
        value = _bare(said.get(SH.value))
        return Result(
            standard=str(shape.node).removeprefix(STD.base),
            focus=Iri(str(_bare(said[SH.focusNode]))),
            path=written(self._shapes.graph, path) if path is not None else "",
            value=_term(value) if value is not None else None,
            severity=SEVERITIES[str(said[SH.resultSeverity])],
            component=str(_bare(said[SH.sourceConstraintComponent])).removeprefix(SH.base),
            message=str(said.get(SH.resultMessage, "")),
        )


class _Data(rdflib.Graph):
    """A graph that parses each query once, not once for each node."""

    def query(self, query_object: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - rdflib's
        """Evaluate a query; see rdflib."""
        return super().query(_prepared(query_object), *args, **options)


@lru_cache(maxsize=1024)
def _prepared(query: str) -> Prepared:
    return prepareQuery(query)


class _Worded(SPARQLBasedConstraint):
    """pySHACL's own queries, but for how the message is filled.

    pySHACL fills it by `re.sub`, for which a backslash in a value is a command: product data could
    stop the gate.
    """

    def _format_sparql_based_result_message(self, msg: str, bound_vars: Any) -> str:  # noqa: ANN401
        this, path, value, others = (*bound_vars, {})[:4]
        known = {"this": this, "path": path, "value": value, **others}
        return _IN_BRACES.sub(
            lambda name: shown(str(known[name[1]])) if known.get(name[1]) is not None else name[0],
            msg,
        )


CONSTRAINT_PARAMETERS_MAP[SHACL.sparql] = _Worded


def _bare(node: Any) -> Any:  # noqa: ANN401 - pySHACL pairs a node with the graph it is from
    return node[1] if isinstance(node, tuple) else node


def _stated(triple: Triple) -> tuple[rdflib.URIRef, rdflib.URIRef, Node]:
    subject, predicate, value = triple
    return rdflib.URIRef(subject), rdflib.URIRef(predicate), _node(value)


class _Stated(rdflib.Literal):
    """A literal as it was stated.

    rdflib takes one that Python finds false for none where a path begins, and pySHACL cannot
    compare one that is not a number with a decimal.
    """

    def __bool__(self) -> bool:
        return True

    @property
    def value(self) -> Any:  # noqa: ANN401 - rdflib's own
        known = super().value
        return None if isinstance(known, float) and isnan(known) else known


def _node(term: Term) -> Node:
    if isinstance(term, str):
        return rdflib.URIRef(term)
    if term.language:
        return _Stated(term.lexical, lang=term.language)
    kind = None if term.datatype == XSD.string else rdflib.URIRef(term.datatype)
    return _Stated(term.lexical, datatype=kind, normalize=False)


def _term(node: Node) -> Term:
    if not isinstance(node, rdflib.Literal):
        return Iri(str(node))
    if node.language:
        return Literal(str(node), RDF.langString, node.language.lower())
    return Literal(str(node), Iri(str(node.datatype)) if node.datatype else XSD.string)
