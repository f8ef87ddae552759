"""The network effect in figures, as the schema has it."""

from catalog_service.api.graphql.fields import described, told
from catalog_service.services.mesh import Measures


@described
class NetworkEffect:
    """How much the products of a mesh, or of a domain, are worth to each other."""

    consumption_edges: int = told("Consumptions; of a domain, those of its products' ports.")
    cross_domain_edges: int = told("Those of them whose consumer is a product of another domain.")
    active_consumers: int = told("The different consumers behind them.")
    reachable_products: float | None = told(
        "How many products are upstream of a product, directly or through others, on average."
    )
    polyseme_coverage: float | None = told(
        "The share of output datasets with a column that identifies a polyseme, from 0 to 1."
    )
    composition_depth: int | None = told(
        "The number of products on the longest chain; none for a domain: chains lie in several."
    )
    joinable_pairs: float | None = told(
        "The share of pairs of products of different domains that can be joined, from 0 to 1; of a"
        " domain, of the pairs of one of its products with one of another domain."
    )
    joined_pairs: int = told("The pairs that can be joined.")
    possible_pairs: int = told("All pairs of products of different domains.")

    @classmethod
    def of(cls, found: Measures) -> "NetworkEffect":
        """The measures that were taken."""
        return cls(
            consumption_edges=found.consumption_edges,
            cross_domain_edges=found.cross_domain_edges,
            active_consumers=found.active_consumers,
            reachable_products=found.reachable_products,
            polyseme_coverage=found.polyseme_coverage,
            composition_depth=found.composition_depth,
            joinable_pairs=found.pairs.share,
            joined_pairs=found.pairs.joinable,
            possible_pairs=found.pairs.total,
        )
