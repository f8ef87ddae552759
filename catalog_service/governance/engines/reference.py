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
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
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
from catalog_service.governance.engines.result import Result
from catalog_service.governance.lint import SHACL
from catalog_service.governance.standard import SEVERITIES
from catalog_service.governance.stated import Stated
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

    def among(self, shared: Sequence[Triple]) -> "ReferenceJudge":
        """A judge of graphs that all lie among the same triples, such as the federation's own."""
        around = _Data(bind_namespaces="none")
        around += self._ontology
        for triple in shared:
            around.add(_stated(triple))
        return ReferenceJudge(self, around)

    def results(self, data: rdflib.Graph, asked: "Asked") -> Iterable[Result]:
        """What nodes in a graph do not meet.

        Args:
            data: the graph.
            asked: the nodes.
        """
        executor = SHACLExecutor()
        for shape in self._roots:
            nodes = asked(_standard(shape))
            if not nodes:
                continue
            targets = sorted(nodes & set(shape.focus_nodes(data)))  # type: ignore[no-untyped-call]
            if not targets:
                continue
            _, reports = shape.validate(executor, data, focus=targets)
            for _, node, stated in reports:
                yield self._result(shape, {str(p): o for s, p, o in stated if s == node})

    def _result(self, shape: Shape, said: Mapping[str, Any]) -> Result:
        path = _bare(said.get(SH.resultPath))
        value = _bare(said.get(SH.value))
        return Result(
            standard=_standard(shape),
            focus=Iri(str(_bare(said[SH.focusNode]))),
            path=written(self._shapes.graph, path) if path is not None else "",
            value=_term(value) if value is not None else None,
            severity=SEVERITIES[str(said[SH.resultSeverity])],
            component=str(_bare(said[SH.sourceConstraintComponent])).removeprefix(SH.base),
            message=str(said.get(SH.resultMessage, "")),
        )


Asked = Callable[[str], frozenset[rdflib.URIRef]]
"""The nodes that are asked about by a standard of this name."""


class ReferenceJudge:
    """The engine, among triples that lie around every graph.

    Args:
        engine: the engine.
        around: those triples.
    """

    def __init__(self, engine: ReferenceEngine, around: rdflib.Graph) -> None:
        self._engine = engine
        self._around = around
        self._busy = threading.Lock()

    def __call__(
        self, triples: Iterable[Triple], nodes: Collection[Iri], beside: Sequence[Stated] = ()
    ) -> tuple[Result, ...]:
        """What some nodes of a graph do not meet; see `Judge`."""
        owned = frozenset(map(rdflib.URIRef, nodes))
        return self._judged(triples, beside, lambda _: owned)

    def confirmed(
        self,
        triples: Iterable[Triple],
        suspected: Mapping[str, Collection[Iri]],
        beside: Sequence[Stated] = (),
    ) -> tuple[Result, ...]:
        """What some nodes of a graph do not meet, each looked at by some standards alone.

        Args:
            triples: the graph.
            suspected: the nodes to look at, by the name of the standard.
            beside: more of the graph.
        """
        asked = {name: frozenset(map(rdflib.URIRef, some)) for name, some in suspected.items()}
        return self._judged(triples, beside, lambda name: asked.get(name, frozenset()))

    def _judged(
        self, triples: Iterable[Triple], beside: Sequence[Stated], asked: Asked
    ) -> tuple[Result, ...]:
        around = self._around
        told = (*triples, *chain.from_iterable(beside))
        with self._busy:
            own = [stated for stated in map(_stated, told) if stated not in around]
            for stated in own:
                around.add(stated)
            try:
                return tuple(self._engine.results(around, asked))
            finally:
                for stated in own:
                    around.remove(stated)


def _standard(shape: Shape) -> str:
    return str(shape.node).removeprefix(STD.base)


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


def _node(value: Term) -> Node:
    if isinstance(value, str):
        return rdflib.URIRef(value)
    if value.language:
        return _Stated(value.lexical, lang=value.language)
    kind = None if value.datatype == XSD.string else rdflib.URIRef(value.datatype)
    return _Stated(value.lexical, datatype=kind, normalize=False)


def _term(node: Node) -> Term:
    if not isinstance(node, rdflib.Literal):
        return Iri(str(node))
    if node.language:
        return Literal(str(node), RDF.langString, node.language.lower())
    return Literal(str(node), Iri(str(node.datatype)) if node.datatype else XSD.string)
