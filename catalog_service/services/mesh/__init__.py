"""The mesh as a whole, in figures."""

from catalog_service.services.mesh.counts import Counts, counts
from catalog_service.services.mesh.network import Measures, Network, network
from catalog_service.services.mesh.pairs import Pairs

__all__ = ["Counts", "Measures", "Network", "Pairs", "counts", "network"]
