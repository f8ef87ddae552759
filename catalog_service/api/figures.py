"""The mesh in figures, counted once for each revision: counting goes over the whole graph."""

from functools import lru_cache
from typing import Protocol
from weakref import WeakKeyDictionary

from catalog_service.graph import View
from catalog_service.publishing.projection import Projection
from catalog_service.services import mesh
from catalog_service.services.mesh import Counts, Network


class Counted(Protocol):
    """What is counted: what is current, or what was."""

    @property
    def projection(self) -> Projection:
        """The graph."""
        ...

    def view(self) -> View:
        """The dataset as the caller may see it."""
        ...


class Figures:
    """The figures of the current revision.

    Args:
        counted: what is counted.
    """

    def __init__(self, counted: Counted) -> None:
        self._asked = counted
        self._counted = lru_cache(maxsize=1)(self._count)
        self._linked = lru_cache(maxsize=1)(self._link)
        self._past: WeakKeyDictionary[Counted, Figures] = WeakKeyDictionary()

    def counts(self) -> Counts:
        """The figures; counted anew where something was published since."""
        return self._counted(self._asked.projection.revision)

    def network(self) -> Network:
        """The network of products; read anew where something was published since."""
        return self._linked(self._asked.projection.revision)

    def of(self, past: Counted) -> "Figures":
        """The figures of a past state, for as long as that is kept.

        Args:
            past: the state.
        """
        return self._past.setdefault(past, Figures(past))

    def _count(self, _revision: int) -> Counts:
        return mesh.counts(self._asked.view())

    def _link(self, _revision: int) -> Network:
        return mesh.network(self._asked.view())
