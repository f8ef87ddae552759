"""Counting the pairs of products that can be joined, without looking at each pair."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

from catalog_service.domain.identity import Walks
from catalog_service.terms import Iri

Kind = frozenset[tuple[Iri, Iri]]
"""The polysemes that a product identifies, each with a scheme: products of a kind join alike."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of products of different domains: those that can be joined, of all there are."""

    joinable: int
    total: int

    @property
    def share(self) -> float | None:
        """`pm:JoinablePairs`; None where there is no pair."""
        return self.joinable / self.total if self.total else None


class Joining:
    """Which kinds of product join.

    Args:
        kinds: the kind of each product that identifies a polyseme at all.
        homes: the domain of each product that lies in one; the others are in no pair.
        walks: the served crosswalks.
        hubs: the global scheme of each polyseme.
    """

    def __init__(
        self,
        kinds: Mapping[Iri, Kind],
        homes: Mapping[Iri, Iri],
        walks: Walks,
        hubs: Mapping[Iri, Iri],
    ) -> None:
        self._homes = homes
        self._walks = walks
        self._hubs = hubs
        self._sizes: dict[Kind, Counter[Iri]] = defaultdict(Counter)
        for product, domain in homes.items():
            self._sizes[kinds.get(product, frozenset())][domain] += 1
        self._domains = Counter(homes.values())
        self._joined = [
            (one, other)
            for one, other in combinations_with_replacement(self._sizes, 2)
            if self._join(one, other)
        ]

    def everywhere(self) -> Pairs:
        """The pairs of the whole mesh."""
        joined = sum(
            _apart(self._sizes[one], self._sizes[other]) // (2 if one == other else 1)
            for one, other in self._joined
        )
        return Pairs(joined, _apart(self._domains, self._domains) // 2)

    def between(self, inside: Iterable[Iri]) -> Pairs:
        """The pairs of a product of some domains with one of any other domain."""
        here = frozenset(inside)

        def within(sizes: Counter[Iri]) -> int:
            return sum(count for domain, count in sizes.items() if domain in here)

        joined = 0
        for one, other in self._joined:
            joined += _across(self._sizes[one], self._sizes[other], within)
        mine = within(self._domains)
        return Pairs(joined, mine * (self._domains.total() - mine))

    def _join(self, one: Kind, other: Kind) -> bool:
        return any(
            polyseme == also and self._walks.path(here, there, self._hubs.get(polyseme)) is not None
            for polyseme, here in one
            for also, there in other
        )


def _apart(one: Counter[Iri], other: Counter[Iri]) -> int:
    """The ordered pairs of a thing of one count and a thing of another, of different domains."""
    return one.total() * other.total() - sum(count * other[domain] for domain, count in one.items())


def _across(one: Counter[Iri], other: Counter[Iri], within: Callable[[Counter[Iri]], int]) -> int:
    """The unordered pairs of things of two kinds of which one is inside and the other is not."""
    here, there = within(one), within(other)
    if one is other:
        return here * (one.total() - here)
    return here * (other.total() - there) + there * (one.total() - here)
