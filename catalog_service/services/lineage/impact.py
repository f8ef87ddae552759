"""Whom a change of a thing hits: everything downstream of it, with those who answer for it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog_service.graph import View
from catalog_service.services.lineage.lineage import (
    MOST_SHOWN,
    MOST_STEPS,
    bounded,
    walked,
)
from catalog_service.services.lineage.parts import Parts
from catalog_service.services.lineage.place import Place
from catalog_service.services.lineage.ways import ColumnWays, PortWays, ProductWays
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Affected:
    """A data product downstream of a thing, or somebody who registered as a consumer.

    Args:
        iri: what it is.
        level: how many steps it is away.
        owner: who answers for it; a consumer that is no product answers for itself.
        domain: its domain, if it states one.
        columns: those of its columns that come from the thing's. Where it has none, it reads the
            thing and says nothing of columns.
    """

    iri: Iri
    level: int
    owner: Iri | None
    domain: Iri | None
    columns: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell of a change, and of how many affected things they are the owner.

    Where a product states no owner, there is nobody to tell.
    """

    owner: Iri | None
    count: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom a change hits, or a page of them.

    Args:
        root: what would change.
        affected: the nearest first.
        owners: everybody to tell, of all that is affected and not of this page alone; those who own
            most of it first.
        total: how many are affected; at least so many where `counted` is False.
        counted: False where the search itself came to its bound.
        after: the cursor of the next page; empty on the last.
        begun: True where this page began behind a cursor.
    """

    root: Iri
    affected: tuple[Affected, ...]
    owners: tuple[Told, ...]
    total: int
    counted: bool
    after: str = ""
    begun: bool = False

    @property
    def shown(self) -> int:
        """How many the answer holds."""
        return len(self.affected)

    @property
    def complete(self) -> bool:
        """True where nothing within the steps asked for was left out."""
        return self.counted and self.shown == self.total


def impact(
    view: View,
    root: Iri,
    *,
    down: int = MOST_STEPS,
    first: int = MOST_SHOWN,
    after: str = "",
) -> Impact | None:
    """Whom a change of `root` hits; None where nothing is known of it.

    A part of a product hits those who read that part, and then everything downstream of them.

    Args:
        view: where to look.
        root: a product, port, dataset, column, or operational system.
        down: how many steps downstream.
        first: how many to show.
        after: the cursor of an earlier page of the same question, to go on behind it.

    Raises:
        InvalidRequest: a number is below 0, or the cursor is none.
        LimitExceeded: a number is beyond its limit.
    """
    bounded(down, MOST_STEPS, "steps", "ask for fewer, and go on from the last products")
    bounded(first, MOST_SHOWN, "nodes", "ask for fewer, and go on with the cursor")
    behind = Place.read(after) if after else None
    parts = Parts(view)
    if not parts.known(root):
        return None
    reach = _Reach(parts, root)
    walk = walked((root,), reach.step, down)
    columns = walked(reach.columns, ColumnWays(parts).down, down)
    order = sorted((n, n, iri) for iri, n in walk.levels.items() if iri not in reach.own)
    begin = bisect_right(order, behind) if behind else 0
    page = [Place(*place) for place in order[begin : begin + first]]
    hit = _by_product(parts, columns.levels)
    told = Counter(_owner(parts, iri) for _, _, iri in order)
    return Impact(
        root=root,
        affected=tuple(_affected(parts, place, hit) for place in page),
        owners=tuple(
            Told(owner, count)
            for owner, count in sorted(told.items(), key=lambda item: (-item[1], item[0] or ""))
        ),
        total=len(order),
        counted=walk.whole and columns.whole,
        after=str(page[-1]) if page and begin + first < len(order) else "",
        begun=behind is not None,
    )


class _Reach:
    """The steps from a root to whom it hits.

    Attributes:
        own: the root, and the products it is a part of, which the change comes from.
        columns: the columns of the root.
    """

    def __init__(self, parts: Parts, root: Iri) -> None:
        self._parts = parts
        self._root = root
        self._products = ProductWays(parts)
        self._ports = PortWays(parts)
        self.own = {root, *parts.products_of(root)}
        self.columns = ColumnWays(parts).starts(root)

    def step(self, iri: Iri) -> Iterable[Iri]:
        """Who reads a product, or the root, and who registered that they consume it."""
        parts = self._parts
        if iri == self._root and len(self.own) > 1:
            return sorted(self._readers())
        found = {*self._products.down(iri), *parts.consumers(parts.outputs(iri))}
        return sorted(found - self.own)

    def _readers(self) -> set[Iri]:
        """Who reads the root, which is a part of a product, beyond that product."""
        parts = self._parts
        found: set[Iri] = set()
        due = list(self._ports.starts(self._root))
        seen = set(due)
        while due:
            port = due.pop()
            found.update(parts.consumers((port,)))
            for fed in self._ports.down(port):
                owners = {*parts.of_input(fed), *parts.of_output(fed)}
                found |= owners
                if owners & self.own and fed not in seen:
                    seen.add(fed)
                    due.append(fed)
        # An input port has no columns: what it feeds has.
        columns = self.columns or parts.columns(
            data for port in seen for data in parts.serves(port)
        )
        down = walked(columns, ColumnWays(parts).down, MOST_STEPS)
        found.update(product for column in down.levels for product in parts.products_of(column))
        return found - self.own


def _by_product(parts: Parts, columns: Iterable[Iri]) -> Mapping[Iri, tuple[Iri, ...]]:
    found: dict[Iri, list[Iri]] = {}
    for column in sorted(columns):
        for product in parts.products_of(column):
            found.setdefault(product, []).append(column)
    return {product: tuple(said) for product, said in found.items()}


def _affected(parts: Parts, place: Place, hit: Mapping[Iri, tuple[Iri, ...]]) -> Affected:
    domains = parts.domains(place.iri)
    return Affected(
        iri=place.iri,
        level=place.level,
        owner=_owner(parts, place.iri),
        domain=domains[0] if domains else None,
        columns=hit.get(place.iri, ()),
    )


def _owner(parts: Parts, iri: Iri) -> Iri | None:
    stated = parts.owners(iri)
    if stated:
        return min(stated)
    return None if parts.product(iri) else iri
