"""Standards, as the schema has them."""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.connection import First, cut
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
from catalog_service.api.graphql.moments import After
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.api.graphql.standing import Held, HeldConnection, Standings
from catalog_service.api.graphql.waiver import WaiverConnection, WaiverFilter, waivers
from catalog_service.api.graphql.words import Gate
from catalog_service.domain.findings import Severity
from catalog_service.errors import NotFound
from catalog_service.services import governance, standards
from catalog_service.services.governance import Standing
from catalog_service.services.resources import Kind
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog_service.api.graphql.domain import Domain

_DOMAIN = strawberry.lazy("catalog_service.api.graphql.domain")


@listed
class Layer(Enum):
    """Whose standard it is."""

    MESH = "mesh"
    DOMAIN = "domain"


@described
class Example:
    """A small graph that meets a standard, or breaks it in one way."""

    name: str = told("What it shows.")
    conforms: bool = told("Whether it meets the standard.")
    turtle: str = told("The graph, in Turtle.")


@described
class Standard(Resource):
    """A rule of the mesh or of a domain; its title says what it asks, its description why."""

    found: strawberry.Private[standards.Standard]
    identifier: str = told("Its short id, such as `DOM-03`.")
    layer: Layer = told("Whether it holds for the mesh, or for the products of one domain.")
    severity: Severity = told("How much a finding weighs before `becomesViolationOn`.")
    gate: Gate = told("The first gate that can decide it.")
    since: str = told("The release it came with.")
    waivable: bool = told("Whether a waiver can excuse from it.")
    becomes_violation_on: date | None = told("The day from which a warning is a violation.")
    decision: Iri = told("The decision that made it binding: where its motivation is told.")
    messages: list[str] = told("What its findings tell to do.")

    @classmethod
    def of(cls, found: standards.Standard) -> "Standard":
        """The standard that was found."""
        return cls(
            **head(found.iri, Kind.STANDARD, found.label, found.why, name=found.name),
            found=found,
            identifier=found.identifier,
            layer=Layer.MESH if found.domain is None else Layer.DOMAIN,
            severity=found.severity,
            gate=found.gate,
            since=found.since,
            waivable=found.waivable,
            becomes_violation_on=found.becomes_violation_on,
            decision=found.decision,
            messages=list(found.messages),
        )

    @answer
    def severity_today(self, info: Asked) -> Severity:
        """How much a finding weighs today."""
        return self.found.severity_on(info.context.today)

    @answer
    async def owner(self, info: Asked) -> Agent | None:
        """Who answers for it."""
        return await info.context.nodes.agent(self.found.owner)

    @answer
    async def domain(self, info: Asked) -> Annotated["Domain", _DOMAIN] | None:
        """The domain that keeps it for its own products; none for a standard of the mesh."""
        return await info.context.nodes.domain(self.found.domain)

    @answer
    def tightens(self, info: Asked) -> list["Standard"]:
        """The standards of the mesh that it makes stricter."""
        layers = info.context.layers
        found = (standards.at(layers, iri) for iri in self.found.tightens)
        return [Standard.of(standard) for standard in found if standard]

    @answer
    def tightened_by(self, info: Asked) -> list["Standard"]:
        """The standards by which domains make it stricter for their own products."""
        found = standards.tightening(info.context.layers, self.found)
        return [Standard.of(standard) for standard in found]

    @answer
    def shape(self) -> str:
        """Its shape, in Turtle."""
        return standards.shape(self.found)

    @answer
    def examples(self) -> list[Example]:
        """The graphs that prove it, those that conform first."""
        return [
            Example(name=example.name, conforms=example.conforms, turtle=example.turtle)
            for example in standards.examples(self.found)
        ]

    @answer
    async def failing(self, info: Asked) -> list[Resource]:
        """The products and decisions that had a finding of it when they were last published."""
        found = await info.context.loaders.failing.load(self.iri)
        return await info.context.nodes.resources(found)

    @answer
    async def standings(self, info: Asked) -> Standings:
        """How many products stand how to it, by their last checks."""
        board = await info.context.loaders.board()
        return Standings.of(governance.counts(board, self.found))

    @answer
    async def products(
        self,
        info: Asked,
        domain: Annotated[
            Iri | None, given("Only those of this domain and of its sub-domains.")
        ] = None,
        standing: Annotated[
            list[Standing] | None, given("Only those that stand so; all by default.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> HeldConnection:
        """The products that are held to it, by IRI."""
        board = await info.context.loaders.board()
        found = board.held_to(self.found, domain=domain, standings=standing or ())
        page = cut(found, _place, first=first, after=after)
        return HeldConnection.of(
            page.turned(
                lambda held: Held(iri=held.product, shape=self.iri, standing=held.to(self.iri))
            )
        )

    @answer
    async def waivers(
        self, info: Asked, first: First = 50, after: After = None
    ) -> WaiverConnection:
        """The waivers that exempt from it, those that end first first."""
        return await waivers(
            info, WaiverFilter.of(StandardName(self.iri)), first=first, after=after
        )


@described
class HeldTo:
    """A standard, and how a product stands to it."""

    standard: Standard = told("The standard.")
    standing: Standing = told("How the product stands, by its last check.")


async def held_to(info: Asked, product: Iri) -> list[HeldTo]:
    """How a product stands to each standard that it is held to."""
    board = await info.context.loaders.held.load(product)
    if board is None:
        return []
    held = board.products[product]
    return [
        HeldTo(standard=Standard.of(standard), standing=held.to(standard.iri))
        for standard in board.standards
        if board.binds(standard, held)
    ]


@described_input
class StandardFilter:
    """Which standards to answer; values of one field are alternatives, fields narrow each other."""

    layers: list[Layer] | None = narrowing("Whose they are.")
    gates: list[Gate] | None = narrowing("That this gate is the first to decide.")
    severities: list[Severity] | None = narrowing("Whose findings weigh this much today.")
    waivable: bool | None = narrowing("That a waiver can excuse from, or that none can.")
    owners: list[Iri] | None = narrowing("That these people or teams answer for.")

    def keeps(self, standard: standards.Standard, today: date) -> bool:
        """True of a standard that is wanted.

        Args:
            standard: the standard.
            today: the day on which its findings weigh so much.
        """
        layer = Layer.MESH if standard.domain is None else Layer.DOMAIN
        return (
            (not self.layers or layer in self.layers)
            and (not self.gates or standard.gate in self.gates)
            and (not self.severities or standard.severity_on(today) in self.severities)
            and (self.waivable is None or standard.waivable is self.waivable)
            and (not self.owners or standard.owner in self.owners)
        )


@strawberry.type
class StandardQuery:
    """The questions about the rules of the mesh."""

    @question
    def standard(
        self, info: Asked, name: Annotated[StandardName, given("Which one.")]
    ) -> Standard | None:
        """A standard, of the mesh or of a domain; none where several domains have that name."""
        try:
            return Standard.of(info.context.layers.named(name))
        except NotFound:
            return None

    @question
    async def standards(
        self,
        info: Asked,
        domain: Annotated[
            Iri | None,
            given("Only those that a product of this domain is held to: the mesh's and its own."),
        ] = None,
        filter: Annotated[StandardFilter | None, given("Which ones.")] = None,  # noqa: A002
    ) -> list[Standard]:
        """All standards, those of the mesh by group, then those that domains keep."""
        found: Iterable[standards.Standard] = info.context.layers
        if domain is not None:
            board = await info.context.loaders.board()
            above = board.above.get(domain, frozenset({domain}))
            found = standards.binding(info.context.layers, above)
        today = info.context.today
        return [Standard.of(one) for one in found if filter is None or filter.keeps(one, today)]


def _place(held: governance.Held) -> tuple[str, Iri]:
    return "", held.product
