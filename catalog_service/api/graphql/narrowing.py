"""What narrows a search or a list of products: by closed lists of words where there are such."""

from dataclasses import replace
from enum import Enum

from catalog_service.api.graphql.fields import described_input, listed, narrowing
from catalog_service.api.graphql.words import LifecycleStatus, Sensitivity
from catalog_service.domain.names import short
from catalog_service.services.discovery import Kind as Sought
from catalog_service.services.discovery import Question
from catalog_service.terms import Iri

listed(Sought, name="SearchKind")


@listed
class Judgement(Enum):
    """What the last report on a product comes to."""

    CONFORMS = "conforms"
    WARNINGS = "warnings"
    WAIVED = "waived"
    VIOLATES = "violates"


@listed
class FreshnessPromise(Enum):
    """How old what the freshest port of a product serves may be, by its promise."""

    WITHIN_AN_HOUR = "within an hour"
    WITHIN_A_DAY = "within a day"
    WITHIN_A_WEEK = "within a week"
    WITHIN_A_MONTH = "within a month"
    OLDER = "older"


_CLOSED = frozenset({"kind", "status", "sensitivity", "conformance", "freshness"})
"""The facets whose values are a closed list."""


def narrowed_by(facet: str, value: str) -> str:
    """A value of a facet as the filter of that name takes it.

    Args:
        facet: the facet.
        value: the value, as search has it.
    """
    return value.upper().replace(" ", "_") if facet in _CLOSED else value


@described_input
class Narrowing:
    """Values of one field are alternatives; fields narrow each other."""

    owners: list[Iri] | None = narrowing("Who answers for it.")
    statuses: list[LifecycleStatus] | None = narrowing("Where in its life it is.")
    protocols: list[str] | None = narrowing("How its output ports speak, as its facet counts it.")
    sensitivities: list[Sensitivity] | None = narrowing("How well it must be protected.")
    polysemes: list[Iri] | None = narrowing("The polysemes that its columns identify.")
    conformance: list[Judgement] | None = narrowing("What the last report on it comes to.")
    freshness: list[FreshnessPromise] | None = narrowing("How fresh it promises to be.")

    def within(self, question: Question) -> Question:
        """The question, narrowed."""
        return replace(
            question,
            owners=tuple(self.owners or ()),
            statuses=tuple(short(status.value) for status in self.statuses or ()),
            protocols=tuple(self.protocols or ()),
            sensitivities=tuple(short(level.value) for level in self.sensitivities or ()),
            polysemes=tuple(self.polysemes or ()),
            conformance=tuple(judged.value for judged in self.conformance or ()),
            freshness=tuple(promise.value for promise in self.freshness or ()),
        )


@described_input
class SearchFilter(Narrowing):
    """Narrows a search; values of one field are alternatives."""

    domains: list[Iri] | None = narrowing("The domains, each with all that lies below it.")
    kinds: list[Sought] | None = narrowing("The kinds of thing.")

    def within(self, question: Question) -> Question:
        """The question, narrowed."""
        narrowed = Narrowing.within(self, question)
        return replace(narrowed, domains=tuple(self.domains or ()), kinds=tuple(self.kinds or ()))


@described_input
class ProductFilter(Narrowing):
    """Narrows a list of products; values of one field are alternatives."""

    domains: list[Iri] | None = narrowing("The domains, each with all that lies below it.")
    text: str | None = narrowing("Words to look for.")

    def within(self, question: Question) -> Question:
        """The question, narrowed."""
        narrowed = Narrowing.within(self, question)
        return replace(narrowed, domains=tuple(self.domains or ()), text=self.text or "")


@described_input
class DomainProductFilter(Narrowing):
    """Narrows the products of one domain; values of one field are alternatives."""

    text: str | None = narrowing("Words to look for.")

    def within(self, question: Question) -> Question:
        """The question, narrowed."""
        return replace(Narrowing.within(self, question), text=self.text or "")
