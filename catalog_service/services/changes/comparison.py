"""Two graphs of one product side by side, and what was found to differ so far."""

from collections.abc import Iterable
from typing import NamedTuple

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Term
from catalog_service.services.changes.change import Change
from catalog_service.services.changes.facts import Facts, written
from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import Iri

Sides = tuple[set[Iri], set[Iri]]
"""The parts of one sort, before and after."""


class Pair(NamedTuple):
    """What was stated at one place, and what is."""

    before: frozenset[Term]
    after: frozenset[Term]

    @property
    def differs(self) -> bool:
        """True where they are not the same."""
        return self.before != self.after


class Comparison:
    """Two graphs, the changes found between them, and the statements that those account for.

    Args:
        product: whose graphs they are.
        before: what is published.
        after: what would be.
    """

    def __init__(self, product: Iri, before: Facts, after: Facts) -> None:
        self.product = product
        self.before = before
        self.after = after
        self.found: list[Change] = []
        self._told: set[tuple[Iri, Iri]] = set()
        self._parts: set[Iri] = set()

    def pair(self, subject: Iri, predicate: Iri) -> Pair:
        """What both state; whoever asks accounts for every difference in it."""
        self._told.add((subject, predicate))
        return Pair(self.before.values(subject, predicate), self.after.values(subject, predicate))

    def things(self, subject: Iri, *path: Iri) -> Sides:
        """What `path` leads to in each; accounts for the links of the path."""
        due = {subject}
        for predicate in path:
            values = {
                (at, value)
                for at in due
                for facts in (self.before, self.after)
                for value in facts.values(at, predicate)
            }
            due = {value for _, value in values if isinstance(value, str)}
            odd = {at for at, value in values if not isinstance(value, str)}
            self._told |= {(at, predicate) for at, _ in values if at not in odd}
        return set(self.before.things(subject, *path)), set(self.after.things(subject, *path))

    def add(self, kind: Kind, thing: Iri, name: str, *, before: str = "", after: str = "") -> None:
        """Note a change."""
        self.found.append(Change(kind, thing, name, before, after))

    def differ(self, kind: Kind, thing: Iri, name: str, pair: Pair) -> None:
        """Note a change from one set of values to another, if it is one."""
        if pair.differs:
            self.add(kind, thing, name, before=written(pair.before), after=written(pair.after))

    def came(self, kinds: tuple[Kind, Kind], parts: dict[Iri, str], sides: Sides) -> set[Iri]:
        """Note the parts that were added or removed, whole; those that stayed are returned.

        Args:
            kinds: what it is called when one is added, and when one is removed.
            parts: what to call each.
            sides: the parts before, and after.
        """
        before, after = sides
        for part in sorted(before ^ after):
            self.add(kinds[0] if part in after else kinds[1], part, parts.get(part, short(part)))
            self.cover(self.before.below(part) | self.after.below(part))
        return before & after

    def cover(self, subjects: Iterable[Iri]) -> None:
        """Account for whatever is stated of some subjects."""
        self._parts |= set(subjects)

    def left(self) -> dict[Iri, set[Iri]]:
        """What differs and no change accounts for: the predicates, by subject."""
        found: dict[Iri, set[Iri]] = {}
        for subject, predicate, _ in self.before.triples ^ self.after.triples:
            if subject not in self._parts and (subject, predicate) not in self._told:
                found.setdefault(subject, set()).add(predicate)
        return found
