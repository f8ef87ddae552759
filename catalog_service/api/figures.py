"""The mesh in figures, counted once for each revision: counting goes over the whole graph."""

from functools import lru_cache

from catalog_service.bootstrap import Catalog
from catalog_service.services import mesh
from catalog_service.services.mesh import Counts, Network


class Figures:
    """The figures of the current revision.

    Args:
        catalog: what is counted.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._counted = lru_cache(maxsize=1)(self._count)
        self._linked = lru_cache(maxsize=1)(self._link)

    def counts(self) -> Counts:
        """The figures; counted anew where something was published since."""
        return self._counted(self._catalog.projection.revision)

    def network(self) -> Network:
        """The network of products; read anew where something was published since."""
        return self._linked(self._catalog.projection.revision)

    def _count(self, _revision: int) -> Counts:
        return mesh.counts(self._catalog.view())

    def _link(self, _revision: int) -> Network:
        return mesh.network(self._catalog.view())
