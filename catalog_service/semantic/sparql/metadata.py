"""The part of a query that is about the catalog: asked of the graph first, and put into it."""

from collections.abc import Sequence

from catalog_service.domain.rdf import Literal, ntriples
from catalog_service.errors import LimitExceeded
from catalog_service.graph import View
from catalog_service.semantic.sparql import solutions, syntax
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.solutions import Names, Solutions
from catalog_service.semantic.sparql.syntax import Node, TriplePattern, Variable
from catalog_service.terms import NAMESPACES, RDF

MOST = 10_000
"""Solutions that the part about the catalog may have."""


class Asked:
    """Which patterns of a query the catalog answers, and what it answers.

    A property or class that the data state is the data's, and any other that the catalog's
    vocabulary has is the catalog's. What both have, such as a title, goes with the other patterns
    about the same subject.

    Args:
        view: the graph as the asker may see it.
        mapped: what the data state.
        pattern: the whole query.
    """

    def __init__(self, view: View, mapped: Mapped, pattern: syntax.Pattern) -> None:
        self._view = view
        self._mapped = mapped
        self._classes = mapped.classes()
        triples = tuple(_triples(pattern))
        self._data = {one.subject for one in triples if self._of_data(one) and not _spoken(one)}
        self._catalog = {one.subject for one in triples if not self._of_data(one)}

    def about(self, pattern: TriplePattern) -> bool:
        """Whether the catalog answers it."""
        if not self._of_data(pattern):
            return _spoken(pattern)
        if pattern.subject in self._data or not _spoken(pattern):
            return False
        return pattern.subject in self._catalog or isinstance(pattern.subject, str)

    def solutions(self, triples: Sequence[TriplePattern], names: Names) -> Solutions:
        """What the catalog answers.

        Raises:
            LimitExceeded: that is too much to put into a statement.
        """
        variables = tuple(
            dict.fromkeys(
                node.name
                for one in triples
                for node in (one.subject, one.object)
                if isinstance(node, Variable)
            )
        )
        spelt = {name: f"v{number}" for number, name in enumerate(variables)}
        body = " ".join(
            f"{_written(one.subject, spelt)} <{one.predicate}> {_written(one.object, spelt)} ."
            for one in triples
        )
        if not variables:
            return (
                solutions.unit() if self._view.ask(f"ASK {{ {body} }}") else solutions.nothing(())
            )
        shown = " ".join(f"?{short}" for short in spelt.values())
        found = self._view.select(f"SELECT {shown} WHERE {{ {body} }} LIMIT {MOST + 1}")
        if len(found) > MOST:
            raise LimitExceeded(
                f"the part about the catalog has more than {MOST:,} solutions",
                limit="catalog-solutions",
                hint="narrow what is asked of the catalog",
            )
        rows = [tuple(row.get(short) for short in spelt.values()) for row in found]
        return solutions.stated(variables, rows, names)

    def _of_data(self, pattern: TriplePattern) -> bool:
        if pattern.predicate == RDF.type and isinstance(pattern.object, str):
            return pattern.object in self._classes
        return pattern.predicate in self._mapped.assertions


def _spoken(pattern: TriplePattern) -> bool:
    """Whether the catalog's vocabulary has its word."""
    word = pattern.object if pattern.predicate == RDF.type else pattern.predicate
    return not isinstance(word, Literal) and any(word in words for words in NAMESPACES)


def _written(node: Node, spelt: dict[str, str]) -> str:
    return f"?{spelt[node.name]}" if isinstance(node, Variable) else ntriples(node)


def _triples(part: object) -> Sequence[TriplePattern]:
    """All triple patterns of a query, those within EXISTS included."""
    if isinstance(part, TriplePattern):
        return (part,)
    if isinstance(part, tuple):
        return [one for item in part for one in _triples(item)]
    slots = getattr(type(part), "__slots__", ())
    if isinstance(part, str) or not slots or isinstance(part, Literal):
        return ()
    return [one for name in slots for one in _triples(getattr(part, name))]
