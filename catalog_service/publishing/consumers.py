"""Who uses a product, and so has to know when it falls out."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.graph import View, distinct, grouped, many, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Consumer:
    """One user of a product.

    Args:
        iri: the product, or who else registered that it consumes.
        owner: who answers for it; None where it does not say.
        registered: False where it reads a port and registered no consumption of any.
    """

    iri: Iri
    owner: Iri | None
    registered: bool


def consumers(view: View, products: Sequence[Iri]) -> dict[Iri, tuple[Consumer, ...]]:
    """The users of each of `products` that has any, by their IRIs."""
    if not products:
        return {}
    rows = view.select(many(query(__package__, "consumers"), "product", products))
    return {
        product: tuple(
            Consumer(
                iri,
                next(iter(distinct(same, "owner")), None),
                any(row.text("registered") == "true" for row in same),
            )
            for iri, same in grouped(found, "consumer").items()
        )
        for product, found in grouped(rows, "product").items()
    }
