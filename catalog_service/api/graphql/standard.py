"""Standards, as the schema has them."""

from datetime import date
from typing import Annotated

import strawberry

from catalog_service.api.graphql.agent import Agent
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, given, listed, told
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.domain.findings import Severity
from catalog_service.errors import NotFound
from catalog_service.services import standards
from catalog_service.services.resources import Kind
from catalog_service.services.standards import Stage
from catalog_service.terms import Iri

listed(Stage, name="Gate")


@described
class Example:
    """A small graph that meets a standard, or breaks it in one way."""

    name: str = told("What it shows.")
    conforms: bool = told("Whether it meets the standard.")
    turtle: str = told("The graph, in Turtle.")


@described
class Standard(Resource):
    """A rule of the mesh; its title says what it asks, its description why."""

    found: strawberry.Private[standards.Standard]
    identifier: str = told("Its short id, such as `DOM-03`.")
    severity: Severity = told("How much a finding weighs.")
    gate: Stage = told("The first gate that can decide it.")
    since: str = told("The release it came with.")
    waivable: bool = told("Whether a waiver can excuse from it.")
    becomes_violation_on: date | None = told("The day from which a warning is a violation.")
    decision: Iri = told("The decision that made it binding.")
    messages: list[str] = told("What its findings tell to do.")

    @classmethod
    def of(cls, found: standards.Standard) -> "Standard":
        """The standard that was found."""
        return cls(
            **head(found.iri, Kind.STANDARD, found.label, found.why, name=found.name),
            found=found,
            identifier=found.identifier,
            severity=found.severity,
            gate=found.gate,
            since=found.since,
            waivable=found.waivable,
            becomes_violation_on=found.becomes_violation_on,
            decision=found.decision,
            messages=list(found.messages),
        )

    @answer
    async def owner(self, info: Asked) -> Agent | None:
        """Who answers for it."""
        return await info.context.nodes.agent(self.found.owner)

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


@strawberry.type
class StandardQuery:
    """The questions about the rules of the mesh."""

    @answer
    def standard(
        self, info: Asked, name: Annotated[str, given("Its name or its short id.")]
    ) -> Standard | None:
        """A standard, by name."""
        try:
            return Standard.of(info.context.catalog.standards.named(name))
        except NotFound:
            return None

    @answer
    def standards(self, info: Asked) -> list[Standard]:
        """All standards, by group."""
        return [Standard.of(found) for found in info.context.catalog.standards]
