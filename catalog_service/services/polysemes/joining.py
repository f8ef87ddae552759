"""Which products can be joined on a polyseme with which, by what path, at what coverage."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from heapq import merge
from itertools import combinations_with_replacement, islice, product

from catalog_service.domain.identity import Walk, Walks
from catalog_service.graph import View, grouped, many, optional, query
from catalog_service.services.polysemes.carriers import Carrier, carriers
from catalog_service.services.polysemes.polysemes import polysemes as registered
from catalog_service.terms import UNIT, Iri

Pair = tuple[Iri, Iri]
"""Two products, the smaller IRI first."""


@dataclass(frozen=True, slots=True)
class JoinPath:
    """How two products join on a polyseme.

    Args:
        left: a column of one of them.
        right: a column of the other.
        crosswalks: what leads their schemes together: none where they are the same, one between
            the two, or one from each to the global scheme.
        coverage: the share of identifiers that the crosswalk has a pair for, from 0 to 1; None
            where nobody measured it, and for two crosswalks, which were measured apart.
    """

    left: Carrier
    right: Carrier
    crosswalks: tuple[Iri, ...]
    coverage: float | None

    @property
    def pair(self) -> Pair:
        """The products, as the list of paths is ordered by."""
        return self.left.product, self.right.product


@dataclass(frozen=True, slots=True)
class Joins:
    """What one product can be joined with on one polyseme.

    Args:
        polyseme: what it is joined on.
        total: how many products there are.
        shown: the paths to the first of them, from the product to the other.
    """

    polyseme: Iri
    total: int
    shown: tuple[JoinPath, ...]


class Joinable:
    """The products that can be joined on one polyseme.

    Products whose columns are in the same schemes join with the same others, so that pairs are
    counted by kinds of product and listed only as far as they are asked for.

    Args:
        columns: the columns that identify the polyseme.
        walks: the served crosswalks.
        hub: the global scheme.
        coverage: what was measured of crosswalks.
    """

    def __init__(
        self,
        columns: Iterable[Carrier],
        walks: Walks,
        hub: Iri | None,
        coverage: dict[Iri, float],
    ) -> None:
        self._walks = walks
        self._hub = hub
        self._coverage = coverage
        self._columns: dict[Iri, list[Carrier]] = defaultdict(list)
        for column in columns:
            if column.scheme is not None:
                self._columns[column.product].append(column)
        self._products = sorted(self._columns)
        self._kinds: dict[frozenset[Iri], list[Iri]] = defaultdict(list)
        for found in self._products:
            self._kinds[self._kind(found)].append(found)
        self._joining = self._joined_kinds()

    @property
    def total(self) -> int:
        """How many pairs of products can be joined."""
        count = 0
        for kind, others in self._joining.items():
            for other in others:
                here, there = len(self._kinds[kind]), len(self._kinds[other])
                count += here * (here - 1) if other == kind else here * there
        return count // 2

    def paths(self, first: int, after: Pair | None = None) -> tuple[JoinPath, ...]:
        """The best path of each pair of products, in the order of their IRIs.

        Args:
            first: how many.
            after: the pair that the list goes on after.
        """
        return tuple(self._path(*pair) for pair in islice(self._pairs(after), first))

    def partners(self, product: Iri) -> tuple[Iri, ...]:
        """The products that a product can be joined with, by IRI."""
        if product not in self._columns:
            return ()
        kinds = self._joining[self._kind(product)]
        return tuple(
            other for other in merge(*(self._kinds[kind] for kind in kinds)) if other != product
        )

    def path(self, one: Iri, other: Iri) -> JoinPath:
        """The best path between two products that can be joined, seen from the first.

        Args:
            one: a product.
            other: one of its partners.
        """
        return self._path(one, other)

    def _pairs(self, after: Pair | None) -> Iterator[Pair]:
        left_after, right_after = after or (Iri(""), Iri(""))
        for left in self._products:
            if left < left_after:
                continue
            start = max(left, right_after) if left == left_after else left
            rights = (self._kinds[kind] for kind in self._joining[self._kind(left)])
            for right in merge(*(found[bisect_right(found, start) :] for found in rights)):
                yield left, right

    def _path(self, left: Iri, right: Iri) -> JoinPath:
        """The path with the fewest crosswalks; of those, the first by the IRIs of its columns."""
        ways = []
        for one, other in product(self._columns[left], self._columns[right]):
            path = self._walk(one.scheme, other.scheme)
            if path is not None:
                ways.append((len(path), one.column, other.column, path, one, other))
        *_, path, one, other = min(ways, key=lambda way: way[:3])
        coverage = self._coverage.get(path[0]) if len(path) == 1 else None
        return JoinPath(one, other, path, coverage)

    def _walk(self, one: Iri | None, other: Iri | None) -> tuple[Iri, ...] | None:
        return self._walks.path(one, other, self._hub) if one and other else None

    def _kind(self, found: Iri) -> frozenset[Iri]:
        return frozenset(column.scheme for column in self._columns[found] if column.scheme)

    def _joined_kinds(self) -> dict[frozenset[Iri], list[frozenset[Iri]]]:
        joining: dict[frozenset[Iri], list[frozenset[Iri]]] = {kind: [] for kind in self._kinds}
        for one, other in combinations_with_replacement(self._kinds, 2):
            if any(self._walk(a, b) is not None for a, b in product(one, other)):
                joining[one].append(other)
                if one != other:
                    joining[other].append(one)
        return joining


def joinable(view: View, polysemes: Iterable[Iri]) -> dict[Iri, Joinable]:
    """What can be joined on each of `polysemes` that is registered."""
    known = registered(view, polysemes)
    columns = carriers(view, known)
    schemes = {c.scheme for found in columns.values() for c in found if c.scheme}
    rows = view.select(many(query(__package__, "walks"), "scheme", sorted(schemes)))
    walks = [Walk(row.iri("crosswalk"), row.iri("scheme"), row.iri("to")) for row in rows]
    measured = coverage(view, {walk.crosswalk for walk in walks})
    ways = Walks(walks)
    return {
        at: Joinable(columns.get(at, ()), ways, found.scheme, measured)
        for at, found in known.items()
    }


def joins(view: View, product: Iri, polysemes: Iterable[Iri], *, first: int) -> tuple[Joins, ...]:
    """What a product can be joined with, on those of `polysemes` on which it can be joined.

    Args:
        view: the dataset as the caller may see it.
        product: the product.
        polysemes: what its columns identify.
        first: how many products to tell with their path, for each polyseme.
    """
    found = []
    for polyseme, there in joinable(view, polysemes).items():
        partners = there.partners(product)
        if partners:
            paths = tuple(there.path(product, other) for other in partners[:first])
            found.append(Joins(polyseme, len(partners), paths))
    return tuple(found)


def coverage(view: View, crosswalks: Iterable[Iri]) -> dict[Iri, float]:
    """The share of identifiers that crosswalks have a pair for, where somebody measured it."""
    rows = view.select(many(query(__package__, "coverage"), "crosswalk", sorted(crosswalks)))
    found = {}
    for crosswalk, told in grouped(rows, "crosswalk").items():
        share = _share(told[0].text("value"), optional(told[0], "unit"))
        if share is not None:
            found[crosswalk] = share
    return found


def _share(value: str, unit: Iri | None) -> float | None:
    """A measured completeness from 0 to 1; None for what is no share, such as a count of rows."""
    try:
        number = Decimal(value) / 100 if unit == UNIT.PERCENT else Decimal(value)
    except InvalidOperation:
        return None
    shared = unit in (None, UNIT.PERCENT, UNIT.UNITLESS) and 0 <= number <= 1
    return float(number) if shared else None
