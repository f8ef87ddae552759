"""Reading a query: from rdflib's algebra to `syntax`, with what is not answered refused by name.

It runs in the worker that `parsing` starts: the parser recurses, and is slow on purpose-made text.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from pyparsing.exceptions import ParseBaseException
from rdflib import BNode, URIRef
from rdflib import Literal as RdfLiteral
from rdflib import Variable as RdfVariable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from catalog_service.domain.rdf import Literal, iri
from catalog_service.errors import QuerySyntax, Refused
from catalog_service.semantic.sparql import syntax
from catalog_service.semantic.sparql.syntax import Call, Expression, Node, Pattern, Variable
from catalog_service.terms import PREFIXES, RDF, XSD, Iri

_AGGREGATES = {"Count", "Sum", "Avg", "Min", "Max", "Sample"}
_ARGUMENTS = ("arg", "arg1", "arg2", "arg3", "text", "pattern", "replacement", "flags", "start",
              "length")  # fmt: skip


def read(text: str, base: str = "") -> syntax.Query:
    """The query of a text that has passed the gate.

    Raises:
        QuerySyntax: it does not parse.
        Refused: it uses what is not answered over data; says what.
    """
    try:
        parsed = parseQuery(text)
        every = parsed[1].name == "DescribeQuery" and not parsed[1].var
        if every:
            parsed[1].name = "SelectQuery"  # the library knows the asterisk of SELECT alone
        parsed[1] = traverse(parsed[1], visitPost=_kept)
        found = translateQuery(parsed, base=base or None, initNs=PREFIXES)
    except ParseBaseException as fault:
        raise QuerySyntax(
            "the query does not parse",
            line=fault.lineno,
            column=fault.column,
            hint="mend the syntax there or just before",
        ) from fault
    except Refused:
        raise
    except Exception as fault:  # the library raises bare exceptions for what its grammar lets pass
        raise QuerySyntax(
            f"the query does not parse: {str(fault)[:200]}", hint="mend the query"
        ) from fault
    if found.algebra.datasetClause:
        raise _refused("from", "FROM chooses graphs, and data lie in none", "leave FROM out")
    return _query(found.algebra, every=every)


def _kept(node: Any) -> Any:  # noqa: ANN401 - rdflib's nodes have no types
    """A FILTER of a literal, doubly negated: the library drops one whose literal is false."""
    if isinstance(node, CompValue) and node.name == "Filter":
        alone = node.expr
        while isinstance(alone, CompValue) and alone.keys() == {"expr"} and alone.name in _LEVELS:
            alone = alone.expr
        if isinstance(alone, RdfLiteral) or getattr(alone, "name", "") == "literal":
            node["expr"] = CompValue("UnaryNot", expr=CompValue("UnaryNot", expr=alone))
    return node


_LEVELS = {
    "ConditionalOrExpression", "ConditionalAndExpression", "RelationalExpression",
    "AdditiveExpression", "MultiplicativeExpression",
}  # fmt: skip


def _query(algebra: Any, *, every: bool) -> syntax.Query:  # noqa: ANN401 - rdflib's nodes have no types
    """The query of an algebra; `every` where it describes all that it finds."""
    pattern = syntax.Basic(()) if algebra.p is None else _Reader().pattern(algebra.p)
    match algebra.name:
        case "AskQuery":
            return syntax.Query(pattern, (), ask=True)
        case "ConstructQuery":
            triples = algebra.template
            if triples is None:
                triples = _triples(algebra.p)
            template = tuple(syntax.Templated(*map(_made, one)) for one in triples)
            nodes = (at for one in template for at in (one.subject, one.predicate, one.object))
            shown = dict.fromkeys(at.name for at in nodes if isinstance(at, Variable))
            return syntax.Query(pattern, tuple(shown), ask=False, template=template)
        case _:
            shown = dict.fromkeys(str(name) for name in algebra.PV if isinstance(name, RdfVariable))
            if algebra.name == "SelectQuery" and not every:
                return syntax.Query(pattern, tuple(shown), ask=False)
            told = tuple(iri(str(one)) for one in algebra.PV if isinstance(one, URIRef))
            return syntax.Query(pattern, tuple(shown), ask=False, described=told)


def _triples(node: Any) -> list[Any]:  # noqa: ANN401 - rdflib's nodes have no types
    """The triples of a CONSTRUCT WHERE, which are its template, too."""
    while node.name != "BGP":
        node = node.p
    return list(node.triples)


def _made(node: Any) -> syntax.Made:  # noqa: ANN401 - rdflib's nodes have no types
    return syntax.Blank(f"b{node}") if isinstance(node, BNode) else _term(node)


def _refused(code: str, message: str, hint: str) -> Refused:
    return Refused(message, code=code, hint=hint)


class _Reader:
    """What is counted while one query is read."""

    def __init__(self) -> None:
        self._fresh = (Variable(f".p{number}") for number in count())

    def pattern(self, node: Any) -> Pattern:  # noqa: ANN401 - rdflib's nodes have no types
        """One pattern of the algebra."""
        reader = getattr(self, f"_{node.name.lower()}", None)
        if reader is None:
            raise _refused(
                node.name.lower(), f"{node.name} is not answered over data", "leave it out"
            )
        found: Pattern = reader(node)
        return found

    def _bgp(self, node: Any) -> Pattern:  # noqa: ANN401
        triples: list[syntax.TriplePattern] = []
        others: list[Pattern] = []
        for subject, predicate, value in node.triples:
            self._path(_term(subject), predicate, _term(value), triples, others)
        found: Pattern = syntax.Basic(tuple(triples))
        for other in others:
            found = syntax.Join(found, other) if found != syntax.Basic(()) else other
        return found

    def _path(
        self,
        subject: Node,
        path: Any,  # noqa: ANN401
        value: Node,
        triples: list[syntax.TriplePattern],
        others: list[Pattern],
    ) -> None:
        """Take one triple apart until each predicate is an IRI."""
        match path:
            case RdfVariable():
                raise _refused(
                    "variable-predicate",
                    f"?{path} stands for any property, which over data would read every column",
                    "name the property",
                )
            case URIRef():
                triples.append(syntax.TriplePattern(subject, iri(str(path)), value))
            case SequencePath():
                at = subject
                for step in path.args[:-1]:
                    between = next(self._fresh)
                    self._path(at, step, between, triples, others)
                    at = between
                self._path(at, path.args[-1], value, triples, others)
            case InvPath():
                self._path(value, path.arg, subject, triples, others)
            case AlternativePath():
                others.append(self._either(subject, path.args, value))
            case MulPath():
                raise _refused(
                    "path",
                    f"a path with {path.mod} has no bound, and over data it is not followed",
                    "write out the steps, as in p/p",
                )
            case NegatedPath():
                raise _refused("path", "a negated property set stands for any property", "name it")
            case _:
                raise _refused("path", f"{path} is no property", "name the property by its IRI")

    def _either(self, subject: Node, paths: Iterable[Path | URIRef], value: Node) -> Pattern:
        found: Pattern | None = None
        for path in paths:
            triples: list[syntax.TriplePattern] = []
            others: list[Pattern] = []
            self._path(subject, path, value, triples, others)
            branch: Pattern = syntax.Basic(tuple(triples))
            for other in others:
                branch = syntax.Join(branch, other)
            found = branch if found is None else syntax.Union(found, branch)
        assert found is not None  # noqa: S101 - the grammar has no empty alternative
        return found

    def _join(self, node: Any) -> Pattern:  # noqa: ANN401
        left, right = self.pattern(node.p1), self.pattern(node.p2)
        if left == syntax.Basic(()):
            return right
        return left if right == syntax.Basic(()) else syntax.Join(left, right)

    def _leftjoin(self, node: Any) -> Pattern:  # noqa: ANN401
        true = getattr(node.expr, "name", "") == "TrueFilter"
        condition = None if true else self.expression(node.expr)
        return syntax.Optional(self.pattern(node.p1), self.pattern(node.p2), condition)

    def _union(self, node: Any) -> Pattern:  # noqa: ANN401
        return syntax.Union(self.pattern(node.p1), self.pattern(node.p2))

    def _minus(self, node: Any) -> Pattern:  # noqa: ANN401
        return syntax.Minus(self.pattern(node.p1), self.pattern(node.p2))

    def _filter(self, node: Any) -> Pattern:  # noqa: ANN401
        return syntax.Filter(self.pattern(node.p), self.expression(node.expr))

    def _extend(self, node: Any) -> Pattern:  # noqa: ANN401
        return syntax.Extend(
            self.pattern(node.p), Variable(str(node.var)), self.expression(node.expr)
        )

    def _tomultiset(self, node: Any) -> Pattern:  # noqa: ANN401
        return self.pattern(node.p)

    def _values(self, node: Any) -> Pattern:  # noqa: ANN401
        names = list(dict.fromkeys(str(name) for row in node.res for name in row))
        rows = tuple(
            tuple(_constant(row.get(RdfVariable(name))) for name in names) for row in node.res
        )
        return syntax.Values(tuple(map(Variable, names)), rows)

    def _aggregatejoin(self, node: Any) -> Pattern:  # noqa: ANN401
        keys = tuple(_key(key) for key in node.p.expr or ())
        return syntax.Group(
            self.pattern(node.p.p), keys, tuple(self._aggregate(one) for one in node.A)
        )

    def _aggregate(self, node: Any) -> syntax.Aggregate:  # noqa: ANN401
        name = node.name.removeprefix("Aggregate_")
        if name not in _AGGREGATES:
            raise _refused(
                "group-concat" if name == "GroupConcat" else "aggregate",
                f"{'GROUP_CONCAT' if name == 'GroupConcat' else name} is not answered over data",
                "ask for the rows, or for COUNT, SUM, AVG, MIN, MAX or SAMPLE",
            )
        every = isinstance(node.vars, str) and node.vars == "*"
        return syntax.Aggregate(
            Variable(str(node.res)),
            name.lower(),
            distinct=bool(node.distinct),
            argument=None if every else self.expression(node.vars),
        )

    def _project(self, node: Any) -> Pattern:  # noqa: ANN401
        names = tuple(Variable(str(name)) for name in node.PV if isinstance(name, RdfVariable))
        return syntax.Project(self.pattern(node.p), names)

    def _distinct(self, node: Any) -> Pattern:  # noqa: ANN401
        return syntax.Distinct(self.pattern(node.p))

    _reduced = _distinct

    def _orderby(self, node: Any) -> Pattern:  # noqa: ANN401
        by = tuple(
            syntax.Sort(self.expression(one.expr), descending=one.order == "DESC")
            for one in node.expr
        )
        return syntax.Order(self.pattern(node.p), by)

    def _slice(self, node: Any) -> Pattern:  # noqa: ANN401
        limit = None if node.length is None else int(node.length)
        return syntax.Slice(self.pattern(node.p), int(node.start or 0), limit)

    def _graph(self, node: Any) -> Pattern:  # noqa: ANN401
        raise _refused(
            "graph",
            f"GRAPH {node.term.n3()} asks who stated a fact, and rows are in no graph",
            "leave GRAPH out; ask /sparql about the graphs of the catalog",
        )

    def _servicegraphpattern(self, node: Any) -> Pattern:  # noqa: ANN401
        raise _refused("service", f"SERVICE {node.term} calls another server", "leave it out")

    def expression(self, node: Any) -> Expression:  # noqa: ANN401, PLR0911 - a branch for each kind
        """One expression of the algebra."""
        if isinstance(node, (RdfVariable, URIRef, RdfLiteral, BNode)):
            return _term(node)
        name = node.name
        if name == "RelationalExpression":
            return self._compared(node)
        if name in ("ConditionalAndExpression", "ConditionalOrExpression"):
            word = "and" if name == "ConditionalAndExpression" else "or"
            return Call(word, tuple(map(self.expression, (node.expr, *node.other))))
        if name in ("AdditiveExpression", "MultiplicativeExpression"):
            found = self.expression(node.expr)
            for sign, other in zip(node.op, node.other, strict=True):
                found = Call(str(sign), (found, self.expression(other)))
            return found
        if name in ("UnaryNot", "UnaryMinus", "UnaryPlus"):
            return Call(
                {"UnaryNot": "not", "UnaryMinus": "negative", "UnaryPlus": "positive"}[name],
                (self.expression(node.expr),),
            )
        if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            return syntax.Exists(self.pattern(node.graph), negated=name == "Builtin_NOTEXISTS")
        if name == "Function":
            return Call(str(node.iri), tuple(map(self.expression, node.expr or ())))
        return self._builtin(node)

    def _compared(self, node: Any) -> Expression:  # noqa: ANN401
        left = self.expression(node.expr)
        if node.op in ("IN", "NOT IN"):
            others = () if node.other == RDF_NIL else tuple(node.other)
            within = Call("in", (left, *map(self.expression, others)))
            return within if node.op == "IN" else Call("not", (within,))
        return Call(str(node.op), (left, self.expression(node.other)))

    def _builtin(self, node: Any) -> Expression:  # noqa: ANN401
        name = node.name.removeprefix("Builtin_").lower()
        return Call(name, tuple(map(self.expression, _arguments(node))))


RDF_NIL = URIRef(RDF.base + "nil")


def _arguments(node: Any) -> Iterator[Any]:  # noqa: ANN401
    """The arguments of a function, which bear many names."""
    for name in _ARGUMENTS:
        if name in node:
            value = node[name]
            if isinstance(value, (list, tuple)):
                yield from value
            else:
                yield value


def _key(node: Any) -> Variable:  # noqa: ANN401
    """What is grouped by: by now a variable, since the library names each expression."""
    if isinstance(node, RdfVariable):
        return Variable(str(node))
    raise _refused("group", "a group is by something that has no name", "write (… AS ?name)")


def _term(node: Any) -> Node:  # noqa: ANN401
    if isinstance(node, RdfVariable):
        return Variable(str(node))
    if isinstance(node, BNode):
        return Variable(f".{node}")
    found = _constant(node)
    assert found is not None  # noqa: S101 - only VALUES has UNDEF
    return found


def _constant(node: Any) -> Iri | Literal | None:  # noqa: ANN401
    if isinstance(node, URIRef):
        return iri(str(node))
    if isinstance(node, RdfLiteral):
        if node.language:
            return Literal(str(node), RDF.langString, node.language.lower())
        return Literal(str(node), Iri(str(node.datatype)) if node.datatype else XSD.string)
    return None
