"""Walking through shapes and their queries, to note where they do not go forward."""

from collections.abc import Iterator, Mapping
from itertools import chain, permutations
from typing import Any

import rdflib
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from catalog_service.governance.lint import SHACL
from catalog_service.governance.reading import Need

_THIS = frozenset({Variable("this")})
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_AROUND = frozenset(
    ("SelectQuery", "Project", "Distinct", "Reduced", "OrderBy", "Slice", "Group", "AggregateJoin")
)
"""Parts of a query that go over the solutions of another part, and read nothing themselves."""
_UNKNOWN = (SHACL.ask, SHACL.construct, SHACL.rule, SHACL.js)

Known = frozenset[Variable]


def walked(shapes: rdflib.Graph, prefixes: Mapping[str, str]) -> "Walk":
    """A walk through some shapes, done."""
    walk = Walk()
    walk.whole = any((None, term, None) in shapes for term in _UNKNOWN)
    for path in shapes.objects(None, SHACL.inversePath):
        walk.backward.update(str(term) for term in _named(shapes, path))
    for query in shapes.objects(None, SHACL.select):
        walk.query(str(query), prefixes)
    return walk


def _named(shapes: rdflib.Graph, path: Node) -> Iterator[rdflib.URIRef]:
    """The IRIs in a property path of SHACL."""
    waiting, seen = [path], {path}
    while waiting:
        node = waiting.pop()
        if isinstance(node, rdflib.URIRef):
            if node != rdflib.RDF.nil:
                yield node
            continue
        found = set(shapes.objects(node)) - seen
        seen |= found
        waiting += found


class Walk:
    """A walk through the algebra of queries, which notes where they do not go forward.

    `known` are the variables that are bound to what has been come to already, in the part itself or
    in what it is joined with. `given` are those that a part in a filter is handed: it sees no
    others of what lies around it.
    """

    def __init__(self) -> None:
        self.backward: set[str] = set()
        self.anywhere: set[str] = set()
        self.whole = False
        self.needs: dict[str, Need] = {}

    def query(self, text: str, prefixes: Mapping[str, str]) -> None:
        """Note what a query reads."""
        algebra = prepareQuery(text, initNs=dict(prefixes)).algebra
        self._part(algebra, _THIS, _THIS)
        node = _AtNode()
        node.look(algebra)
        held = frozenset(f"<{name}>" for name in _needed(algebra))
        self.needs[text] = Need(held, node.said(), frozenset(node.unsaid))

    def _part(self, part: CompValue, known: Known, given: Known) -> Known:
        """Note what a part of a query reads.

        Returns:
            The variables that it binds in every solution, to something that can be come to.
        """
        if part.name == "BGP":
            return self._patterns(part.triples, known)
        if part.name in _AROUND:
            return self._part(part.p, known, given)
        if part.name in ("Filter", "Extend"):
            bound = self._part(part.p, known, given)
            self._filter(part.expr, bound | given)
            return bound
        if part.name in ("Join", "LeftJoin", "Union"):
            return self._two(part, known, given)
        if part.name == "ToMultiSet":  # a query in the query is evaluated by itself
            self._part(part.p, given & _THIS, given & _THIS)
        else:
            self.whole = True
        return frozenset()

    def _two(self, part: CompValue, known: Known, given: Known) -> Known:
        """Note what two parts read that are put together."""
        left = self._part(part.p1, known, given)
        if part.name == "Union":
            return left & self._part(part.p2, known, given)
        right = self._part(part.p2, known | left, given)
        if part.name == "Join":
            return left | right
        self._filter(part.expr, left | right | given)
        return left

    def _filter(self, expression: object, given: Known) -> None:
        """Note what an expression reads: what it asks to exist."""
        if isinstance(expression, CompValue):
            if expression.name in _EXISTS:
                self._part(expression.graph, given, given)
                return
            for value in expression.values():
                self._filter(value, given)
        elif isinstance(expression, list | tuple):
            for value in expression:
                self._filter(value, given)

    def _patterns(self, triples: Any, known: Known) -> Known:  # noqa: ANN401 - rdflib's own
        """Note what patterns read, each taken when one of its ends is known, if ever."""
        left, found = list(triples), set(known)
        bound: set[Variable] = set()
        while left:
            pattern, back = _next(left, found)
            left.remove(pattern)
            subject, path, value = pattern
            if back is None:
                self._unanchored(path)
            else:
                self._follow(path, back=back)
            ends = {end for end in (subject, value) if isinstance(end, Variable)}
            found |= ends
            bound |= ends
        return frozenset(bound)

    def _follow(self, path: Any, *, back: bool) -> None:  # noqa: ANN401 - a path or a property
        """Note which properties are followed backward, where a path is followed."""
        if isinstance(path, InvPath):
            self._follow(path.arg, back=not back)
        elif isinstance(path, MulPath):
            self._follow(path.path, back=back)
        elif isinstance(path, SequencePath | AlternativePath):
            for step in path.args:
                self._follow(step, back=back)
        elif not isinstance(path, rdflib.URIRef):
            self.whole = True
        elif back:
            self.backward.add(str(path))

    def _unanchored(self, path: Any) -> None:  # noqa: ANN401 - a path or a property
        """Note that a path is looked for wherever it is."""
        steps = list(_steps(path))
        self.whole = self.whole or None in steps
        self.anywhere.update(str(step) for step in steps if step is not None)


def _needed(part: CompValue) -> frozenset[str]:
    """The properties that a graph must hold for a part of a query to have a solution in it."""
    if part.name == "BGP":
        return frozenset[str]().union(*(_demanded(path) for _, path, _ in part.triples))
    if part.name == "Filter":
        return _needed(part.p) | _required(part.expr)
    if part.name == "Join":
        return _needed(part.p1) | _needed(part.p2)
    if part.name == "Union":
        return _needed(part.p1) & _needed(part.p2)
    inner = part.p1 if part.name == "LeftJoin" else part.p
    passed = part.name in _AROUND or part.name in ("LeftJoin", "Extend", "ToMultiSet")
    one = part.name == "Group" and not part.expr  # of nothing, there is one group
    return _needed(inner) if passed and not one else frozenset()


def _required(expression: object) -> frozenset[str]:
    """The properties that a graph must hold for an expression to be true."""
    if not isinstance(expression, CompValue):
        return frozenset()
    if expression.name == "Builtin_EXISTS":
        return _needed(expression.graph)
    if expression.name == "ConditionalAndExpression":
        return frozenset[str]().union(*map(_required, (expression.expr, *expression.other)))
    return frozenset()


class _AtNode:
    """What a query needs of the node that it is asked of, found in its algebra."""

    def __init__(self) -> None:
        self.unsaid: set[str] = set()
        self._said: list[tuple[str, object]] = []
        self._equal: dict[object, str] = {}

    def said(self) -> frozenset[str]:
        """What has to be stated of the node; see `Need`."""
        found = {name for name, _ in self._said}
        for name, value in self._said:
            known = value.n3() if isinstance(value, rdflib.URIRef) else self._equal.get(value)
            if known is not None:
                found.add(f"{name} {known}")
        return frozenset(found)

    def look(self, part: CompValue) -> None:
        """Note what a part needs without which the query has no solution."""
        if part.name == "BGP":
            for subject, path, value in part.triples:
                first = path.args[0] if isinstance(path, SequencePath) else path
                if subject in _THIS and isinstance(first, rdflib.URIRef):
                    self._said.append((first.n3(), value if first is path else None))
        elif part.name == "Filter":
            self.look(part.p)
            for condition in _conditions(part.expr):
                self._condition(condition, part.p)
        elif part.name == "Join":
            self.look(part.p1)
            self.look(part.p2)
        elif part.name == "LeftJoin":
            self.look(part.p1)
        elif part.name == "Extend" or (
            part.name in _AROUND and (part.name != "Group" or part.expr)  # of nothing, one group
        ):
            self.look(part.p)

    def _condition(self, condition: CompValue, among: CompValue) -> None:
        if condition.name == "RelationalExpression" and condition.op == "=":
            for one, other in permutations((condition.expr, condition.other)):
                if isinstance(one, Variable) and isinstance(other, rdflib.URIRef):
                    self._equal[one] = other.n3()
        elif condition.name == "Builtin_NOTEXISTS":
            patterns = _patterns(condition.graph)
            if len(patterns) == 1 and isinstance(patterns[0][1], rdflib.URIRef):
                subject, name, value = patterns[0]
                free = isinstance(value, Variable) and value not in _variables(among)
                if subject in _THIS and free and value not in _THIS:
                    self.unsaid.add(name.n3())


def _patterns(part: CompValue) -> list[Any]:
    """The patterns of a part that is nothing but patterns; none of any other."""
    if part.name == "Join":  # rdflib joins what is asked to exist with an empty pattern
        sides = [side for side in (part.p1, part.p2) if side.name != "BGP" or side.triples]
        return _patterns(sides[0]) if len(sides) == 1 else []
    return list(part.triples) if part.name == "BGP" else []


def _conditions(expression: object) -> Iterator[CompValue]:
    """What has to be true for an expression to be true."""
    if not isinstance(expression, CompValue):
        return
    if expression.name == "ConditionalAndExpression":
        for one in (expression.expr, *expression.other):
            yield from _conditions(one)
    else:
        yield expression


def _variables(part: object) -> Iterator[Variable]:
    """The variables in a part of a query."""
    if isinstance(part, Variable):
        yield part
    elif isinstance(part, CompValue):
        for value in part.values():
            yield from _variables(value)
    elif isinstance(part, list | tuple | set | frozenset):
        for value in part:
            yield from _variables(value)


def _demanded(path: Any) -> frozenset[str]:  # noqa: ANN401 - a path or a property
    """The properties that a graph must hold for a path to lead anywhere."""
    if isinstance(path, rdflib.URIRef):
        return frozenset({str(path)})
    if isinstance(path, InvPath):
        return _demanded(path.arg)
    if isinstance(path, SequencePath):
        return frozenset[str]().union(*map(_demanded, path.args))
    if isinstance(path, AlternativePath):
        return frozenset.intersection(*map(_demanded, path.args))
    if isinstance(path, MulPath) and not path.zero:
        return _demanded(path.path)
    return frozenset()


def _next(left: list[Any], found: set[Variable]) -> tuple[Any, bool | None]:
    """The pattern to take next, and whether backward; None where neither of its ends is known."""

    def known(end: object) -> bool:
        return end in found

    def named(end: object) -> bool:
        return isinstance(end, rdflib.URIRef)

    for pattern in left:
        if known(pattern[0]) or named(pattern[0]):
            return pattern, False
    for pattern in chain(
        (one for one in left if known(one[2])), (one for one in left if named(one[2]))
    ):
        return pattern, True
    return left[0], None


def _steps(path: Any) -> Iterator[rdflib.URIRef | None]:  # noqa: ANN401 - a path or a property
    """The properties of a path; None for what is no step along a property, or may be none."""
    if isinstance(path, rdflib.URIRef):
        yield path
    elif isinstance(path, InvPath):
        yield from _steps(path.arg)
    elif isinstance(path, SequencePath | AlternativePath):
        for step in path.args:
            yield from _steps(step)
    elif isinstance(path, MulPath) and not path.zero:
        yield from _steps(path.path)
    elif isinstance(path, Path | Node):
        yield None
