"""Publish tokens: what lets a pipeline publish the products of one domain, until a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog_service.terms import Iri

LONGEST = timedelta(days=366)
"""How long a token lives at the most; what runs longer is given a new one."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token, without its secret.

    Args:
        id: what it is called in lists and in the journal; not secret.
        domain: the domain whose products it may publish, with those of the domains below it.
        product: the one product it may publish; None for all of the domain.
        note: what it is for, in words.
        created: when it was made.
        expires: when it ends.
        revoked: when it was taken back; None where it was not.
    """

    id: str
    domain: Iri
    product: Iri | None
    note: str
    created: datetime
    expires: datetime
    revoked: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """True until it ends or is taken back."""
        return self.revoked is None and now < self.expires

    def covers(self, product: Iri, domains: Collection[Iri]) -> bool:
        """True where it may publish a product.

        Args:
            product: the product.
            domains: the domain of the product, and all domains above it.
        """
        return self.domain in domains and self.product in (None, product)
