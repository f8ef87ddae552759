"""How a source that cannot be read is told of: port and product by name, its own words kept back.

The texts of engines and drivers quote values, paths and sometimes credentials.
"""

from catalog_service.domain.names import short
from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.plan import Relation


def unavailable(relation: Relation, why: str, *, hint: str = "") -> SourceUnavailable:
    """The error for a relation that cannot be read.

    Args:
        relation: what cannot be read.
        why: what is the matter, in words of our own.
        hint: what to do.
    """
    return SourceUnavailable(
        f"port {short(relation.port)} of product {short(relation.product)} cannot be read: {why}",
        product=relation.product,
        port=relation.port,
        hint=hint or "ask the owner of the product, or leave it out with `partial: true`",
    )
