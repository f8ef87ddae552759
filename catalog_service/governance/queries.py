"""The SPARQL in shapes: what it mentions, and what it may not do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import rdflib
from pyparsing import ParseException, ParseResults
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

_REFUSED = {
    "ServiceGraphPattern": "SERVICE",
    "InlineData": "VALUES",
    "ValuesClause": "VALUES",
    "MinusGraphPattern": "MINUS",
    "GraphGraphPattern": "GRAPH",
    "DatasetClause": "FROM",
    "PathNegatedPropertySet": "a negated property set",
    "Builtin_RAND": "RAND()",
    "Builtin_UUID": "UUID()",
    "Builtin_STRUUID": "STRUUID()",
    "Builtin_BNODE": "BNODE()",
}
"""What SHACL forbids in a constraint, what one graph cannot answer, what answers by chance."""
_THIS = rdflib.term.Variable("this")
_BINDING = ("Bind", "GroupAs")


class Unsound(Exception):
    """A query that may not stand in a shape.

    Args:
        reason: why not.
        line: on which of its lines, counted from 0, where the parser says.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Query:
    """The text of one `sh:select`, parsed.

    Args:
        text: as it stands in the shape.
        prefixes: the prefixes that are declared for it.
        tree: its syntax tree.
    """

    text: str
    prefixes: Mapping[str, str]
    tree: CompValue

    @classmethod
    def parsed(cls, text: str, prefixes: Mapping[str, str]) -> "Query":
        """The query.

        Raises:
            Unsound: it is no SELECT query, or does what a constraint may not.
        """
        try:
            tree = _tree(text)
        except ParseException as fault:
            raise Unsound(f"this is not SPARQL: {fault.msg}", fault.lineno - 1) from fault
        if not isinstance(tree, CompValue) or tree.name != "SelectQuery":
            raise Unsound("a constraint is a SELECT query")
        query = cls(text, prefixes, tree)
        query._check()
        return query

    @property
    def yields(self) -> frozenset[str]:
        """The names of what it projects."""
        return _projected(self.tree)

    def mentions(self) -> Iterator[rdflib.URIRef]:
        """The IRIs in it."""
        for part in _walk(self.tree):
            if isinstance(part, rdflib.URIRef):
                yield part
            elif isinstance(part, CompValue) and part.name == "pname":
                yield rdflib.URIRef(self.prefixes[part.prefix or ""] + part.localname)

    def calls(self, function: str) -> bool:
        """Whether it calls a built-in function, such as `NOW`."""
        return any(part.name == f"Builtin_{function}" for part in self._parts())

    def patterns(self) -> Iterator[str]:
        """The regular expressions in it; a computed one is empty."""
        for part in self._parts():
            if part.name in ("Builtin_REGEX", "Builtin_REPLACE"):
                texts = [
                    str(leaf) for leaf in _walk(part.pattern) if isinstance(leaf, rdflib.Literal)
                ]
                yield texts[0] if len(texts) == 1 else ""

    def _parts(self) -> Iterator[CompValue]:
        return (part for part in _walk(self.tree) if isinstance(part, CompValue))

    def _check(self) -> None:
        if not {"this", "value"} <= self.yields:
            raise Unsound("the query does not project $this and ?value, the node and the culprit")
        if "failure" in self.yields:
            raise Unsound("?failure says that a check failed, not that data does")
        for part in self._parts():
            if part.name in _REFUSED:
                raise Unsound(f"{_REFUSED[part.name]} may not stand in a constraint")
            if part.name == "SubSelect" and "this" not in _projected(part):
                raise Unsound("a query inside the query does not project $this, so asks of all")
            _same_in_both(part)
            if part.name == "TriplesBlock" and any(
                isinstance(term, rdflib.term.Variable)
                for triples in part.triples
                for term in triples[1::3]
            ):
                raise Unsound("a variable stands in the place of a property")
            if part.name == "pname" and (part.prefix or "") not in self.prefixes:
                raise Unsound(f"the prefix {part.prefix or ''}: is not declared")
        if re.search(r"[?$](shapesGraph|currentShape|PATH)\b", self.text):
            raise Unsound("$shapesGraph, $currentShape and $PATH are not supported by both engines")


@lru_cache(maxsize=256)
def _tree(text: str) -> object:
    return parseQuery(text)[1]


def _same_in_both(part: CompValue) -> None:
    """Refuse what the engines are known to answer differently.

    Raises:
        Unsound: the part of a query is of that kind.
    """
    if _THIS in (part.get("evar"), part.name in _BINDING and part.get("var")):
        raise Unsound("$this is bound again, to a node that is not the one judged")
    if part.get("op") == "!=" and all(map(_bare, (part.expr, part.other))):
        raise Unsound("!= on two terms: engines differ on unlike values, so ask !sameTerm")


def _bare(side: object) -> bool:
    """Whether one side of a comparison is a variable or an IRI as it stands."""
    while isinstance(side, CompValue) and set(side) == {"expr"}:
        side = side.expr
    named = isinstance(side, CompValue) and side.name == "pname"
    return named or isinstance(side, rdflib.term.Variable | rdflib.URIRef)


def _projected(select: CompValue) -> frozenset[str]:
    return frozenset(str(item.var or item.evar) for item in select.projection or ())


def _walk(tree: object) -> Iterator[object]:
    """Everything in a syntax tree, itself included."""
    yield tree
    if isinstance(tree, CompValue):
        for value in tree.values():
            yield from _walk(value)
    elif isinstance(tree, list | tuple | ParseResults):
        for value in tree:
            yield from _walk(value)
