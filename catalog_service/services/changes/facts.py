"""The facts one product states, looked up by subject and predicate."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.terms import PM, RDFS, Iri

_DEEPEST = 8
_OUTWARD = frozenset({PM.onColumn})
"""Properties that lead from a part to another part of the product: its form ends there."""


class Facts:
    """A graph, indexed.

    Args:
        triples: what it states; twice the same is once.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = frozenset(triples)
        self._stated: dict[Iri, dict[Iri, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, value in self.triples:
            self._stated[subject][predicate].add(value)

    def values(self, subject: Iri, predicate: Iri) -> frozenset[Term]:
        """What is stated of `subject` by `predicate`."""
        return frozenset(self._stated.get(subject, {}).get(predicate, ()))

    def about(self, subject: Iri) -> dict[Iri, frozenset[Term]]:
        """All that is stated of `subject`, by predicate."""
        return {p: frozenset(values) for p, values in self._stated.get(subject, {}).items()}

    def things(self, subject: Iri, *path: Iri) -> tuple[Iri, ...]:
        """The IRIs that `path` leads to from `subject`, sorted."""
        found = {subject}
        for predicate in path:
            values = (value for at in found for value in self.values(at, predicate))
            found = {value for value in values if isinstance(value, str)}
        return tuple(sorted(found))

    def labels(self, value: Term) -> frozenset[Term]:
        """What a thing is labelled here."""
        return self.values(value, RDFS.label) if isinstance(value, str) else frozenset()

    def subjects(self, predicate: Iri, value: Term) -> tuple[Iri, ...]:
        """Of what `value` is stated by `predicate`, sorted."""
        found = (s for s, p, o in self.triples if p == predicate and o == value)
        return tuple(sorted(found))

    def form(self, value: Term, depth: int = _DEEPEST) -> Hashable:
        """What a part comes to, whatever it is called: what is stated of it, all the way down.

        A thing of which nothing is stated here is its name.
        """
        stated = self._stated.get(value) if isinstance(value, str) else None
        if not stated or not depth:
            return value
        return frozenset(
            (predicate, each if predicate in _OUTWARD else self.form(each, depth - 1))
            for predicate, values in stated.items()
            for each in values
        )

    def reached(self, value: Term, depth: int = _DEEPEST) -> frozenset[Iri]:
        """The subjects that make up the form of a part."""
        if not isinstance(value, str) or value not in self._stated or not depth:
            return frozenset()
        led = (
            each
            for predicate, values in self._stated[value].items()
            if predicate not in _OUTWARD
            for each in values
        )
        return frozenset({value}.union(*(self.reached(each, depth - 1) for each in led)))

    def below(self, root: Iri) -> frozenset[Iri]:
        """The subjects that are `root` or a part of it by their names."""
        marks = (f"{root}/", f"{root}#")
        return frozenset(s for s in self._stated if s == root or s.startswith(marks))


def written(values: Iterable[Term]) -> str:
    """Terms as people read them: the ends of IRIs, the texts of literals, sorted."""
    told = {value.lexical if isinstance(value, Literal) else short(value) for value in values}
    return ", ".join(sorted(told))
