"""Waivers, as the schema has them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.connection import Connection, First, cut
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    StandardName,
    answer,
    described,
    described_input,
    given,
    listed,
    narrowing,
    question,
    told,
)
from catalog_service.api.graphql.finding import Finding
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.domain.waivers import within
from catalog_service.errors import InvalidRequest
from catalog_service.services import governance
from catalog_service.services.governance import Effect
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.product import DataProduct
    from catalog_service.api.graphql.standard import Standard

_PRODUCT = strawberry.lazy("catalog_service.api.graphql.product")
_STANDARD = strawberry.lazy("catalog_service.api.graphql.standard")

listed(Effect, name="WaiverEffect")


@described
class Waiver(Resource):
    """A dated, reasoned exemption of one resource from one standard; its description says why."""

    found: strawberry.Private[governance.Waiver]
    effect: Effect = told("Whether it is live today.")
    no_effect_because: str | None = told("Why it has no effect, where it should have.")
    expires: date = told("The last day on which it is live, in UTC.")
    applies_to: Iri = told("The product, port, dataset or column that it exempts.")
    decision: Iri = told("The decision that states it.")

    @classmethod
    def of(cls, found: governance.Waiver) -> "Waiver":
        """The waiver that was found."""
        title = found.standard.name if found.standard else found.stated.standard
        return cls(
            **head(found.iri, Kind.WAIVER, f"Waiver from {title}", found.stated.rationale),
            found=found,
            effect=found.effect,
            no_effect_because=found.why or None,
            expires=found.stated.expires,
            applies_to=found.stated.applies_to,
            decision=found.decision,
        )

    @answer
    async def standard(self, info: Asked) -> Annotated["Standard", _STANDARD] | None:
        """The standard that it exempts from; none where there is none of that IRI."""
        return await info.context.nodes.standard(self.found.stated.standard)

    @answer
    async def product(self, info: Asked) -> Annotated["DataProduct", _PRODUCT] | None:
        """The product that it applies to, or to a part of; none where none is published."""
        return await info.context.nodes.product(self.found.product)

    @answer
    async def granted_by(self, info: Asked) -> list[Agent]:
        """Who answers for it, as far as decisions describe them."""
        return await info.context.nodes.agents(sorted(self.found.stated.granted_by))

    @answer
    async def covers(self, info: Asked) -> list[Finding]:
        """The findings that it covers now; where it is live and there are none, it can go."""
        if self.found.product is None or not self.found.covers:
            return []
        verdict = await info.context.nodes.verdict(self.found.product)
        there = verdict.findings() if verdict else []
        return [finding for finding in there if finding.fingerprint in self.found.covers]


@described
class WaiverConnection(Connection[Waiver]):
    """A page of waivers."""


@described_input
class WaiverFilter:
    """Which waivers to answer; what is left out narrows nothing."""

    standard: StandardName | None = narrowing("From this standard.")
    product: Iri | None = narrowing("For this product or a part of it.")
    domain: Iri | None = narrowing("For the products of this domain and of its sub-domains.")
    effect: list[Effect] | None = narrowing("Of one of these effects.")
    ending_within: int | None = narrowing(
        "Live, and with so many days to go or fewer; 0 on the last day."
    )

    @classmethod
    def of(cls, standard: StandardName | None = None) -> "WaiverFilter":
        """Those from one standard; all where none is named."""
        return cls(standard=standard, product=None, domain=None, effect=None, ending_within=None)


@strawberry.type
class WaiverQuery:
    """The question of who is excused from what."""

    @question
    async def waivers(
        self,
        info: Asked,
        filter: Annotated[WaiverFilter | None, given("Which ones.")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> WaiverConnection:
        """The waivers that decisions of the federation state, those that end first first."""
        return await waivers(info, filter or WaiverFilter.of(), first=first, after=after)


async def waivers(
    info: Asked, asked: WaiverFilter, *, first: int, after: str | None
) -> WaiverConnection:
    """A page of the waivers that pass a filter."""
    if asked.ending_within is not None and asked.ending_within < 0:
        raise InvalidRequest(
            f"endingWithin is {asked.ending_within}", hint="ask for 0 days or more"
        )
    found = await info.context.loaders.waivers()
    standard = info.context.layers.named(asked.standard).iri if asked.standard else None
    inside: frozenset[Iri] | None = None
    if asked.domain is not None:
        board = await info.context.loaders.board()
        held = board.products.values()
        inside = frozenset(h.product for h in held if board.lies_in(h, asked.domain))
    kept = [
        waiver
        for waiver in found
        if (standard is None or waiver.stated.standard == standard)
        and (asked.product is None or within(waiver.stated.applies_to, asked.product))
        and (inside is None or waiver.product in inside)
        and (not asked.effect or waiver.effect in asked.effect)
        and (
            asked.ending_within is None
            or waiver.ends_within(asked.ending_within, info.context.today)
        )
    ]
    page = cut(kept, _place, first=first, after=after)
    return WaiverConnection.of(page.turned(Waiver.of))


def _place(waiver: governance.Waiver) -> tuple[str, Iri]:
    """The order of waivers: by their last day, then by IRI."""
    return waiver.stated.expires.isoformat(), waiver.iri
