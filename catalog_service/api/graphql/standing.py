"""How products stand to standards, as the schema has it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.connection import Connection
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, listed, told
from catalog_service.services import governance
from catalog_service.services.governance import Standing
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.finding import Finding
    from catalog_service.api.graphql.product import DataProduct

_PRODUCT = strawberry.lazy("catalog_service.api.graphql.product")
_FINDING = strawberry.lazy("catalog_service.api.graphql.finding")

listed(Standing)


@described
class Standings:
    """How many products stand how to a standard."""

    products: int = told("How many are held to it: the sum of the others.")
    met: int = told("Nothing was found.")
    warned: int = told("Something was found that does not block: a warning or an info.")
    waived: int = told("What was found, live waivers cover.")
    violated: int = told("A violation stands.")
    not_evaluated: int = told("The last check could not decide it, or was made without it.")

    @classmethod
    def of(cls, found: governance.Counts) -> "Standings":
        """The counts that were found."""
        return cls(**_counts(found))


@described
class Cell(Standings):
    """How many products of a row stand how to the standard of a column."""

    standard: str = told("The standard: its name, or its IRI where a domain keeps it.")

    @classmethod
    def at(cls, standard: str, found: governance.Counts) -> "Cell":
        """The cell of a standard."""
        return cls(standard=standard, **_counts(found))


@described
class Held:
    """A product, and how it stands to a standard that it is held to."""

    iri: strawberry.Private[Iri]
    shape: strawberry.Private[Iri]
    standing: Standing = told("How it stands, by its last check.")

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product."""
        return await info.context.nodes.product(self.iri)

    @answer
    async def findings(self, info: Asked) -> list[Annotated["Finding", _FINDING]]:
        """What the standard found about it."""
        verdict = await info.context.nodes.verdict(self.iri)
        found = verdict.findings() if verdict else []
        return [finding for finding in found if finding.shape == self.shape]


@described
class HeldConnection(Connection[Held]):
    """A page of products that are held to a standard."""


def _counts(found: governance.Counts) -> dict[str, int]:
    return {
        "products": found.products,
        "met": found.met,
        "warned": found.warned,
        "waived": found.waived,
        "violated": found.violated,
        "not_evaluated": found.not_evaluated,
    }
