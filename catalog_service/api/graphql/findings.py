"""Findings over time: those of the whole mesh, page by page."""

from datetime import datetime
from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import Connection, First, Page, bounded
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    StandardName,
    described,
    described_input,
    given,
    narrowing,
    question,
    told,
)
from catalog_service.api.graphql.finding import Finding
from catalog_service.api.graphql.moments import After
from catalog_service.domain.findings import NOTICES, Severity
from catalog_service.domain.tracking import State
from catalog_service.errors import NotFound
from catalog_service.graph import View
from catalog_service.journal import Ledger
from catalog_service.services import findings
from catalog_service.services.findings import Filter, Key
from catalog_service.services.standards import Layers
from catalog_service.terms import Iri

FILTER = "Which ones."
_WEIGHTS = {severity.weight: severity.value for severity in Severity}


@described_input
class FindingFilter:
    """Which findings to answer; values of one field are alternatives, fields narrow each other."""

    products: list[Iri] | None = narrowing("Of these products or decisions.")
    domains: list[Iri] | None = narrowing("Of products of these domains and of their sub-domains.")
    owners: list[Iri] | None = narrowing("Of products that these people or teams answer for.")
    standards: list[StandardName] | None = narrowing(
        "Of these standards; or of this name, where readers notice what no standard sees."
    )
    severities: list[Severity] | None = narrowing("That weigh this much.")
    states: list[State] | None = narrowing("In one of these states; all of them by default.")
    since: datetime | None = narrowing("That came to their state then or later.")

    def wanted(self, layers: Layers, ledger: Ledger) -> Filter:
        """It as the ledger has it.

        Raises:
            NotFound: there is no standard of one of the names, nor was there ever a finding of it.
        """
        return Filter(
            subjects=tuple(self.products or ()),
            states=tuple(self.states or ()),
            severities=tuple(self.severities or ()),
            standards=tuple(_key(layers, ledger, name) for name in self.standards or ()),
            domains=tuple(self.domains or ()),
            owners=tuple(self.owners or ()),
            since=self.since,
        )


@described
class FindingCount:
    """How many findings share some values."""

    state: State = told("The state.")
    severity: Severity = told("How much they weigh.")
    standard: str = told("The standard.")
    domain: Iri | None = told("The domain of the product; none for decisions.")
    count: int = told("How many there are.")


@described
class FindingConnection(Connection[Finding]):
    """A page of findings."""


@described
class Turn:
    """One change of the state of a finding."""

    time: datetime = told("When it was.")
    revision: int = told("The revision that was checked.")
    state: State = told("The state from then on.")
    by: Iri | None = told("The waiver or the recovery that brought it.")


@described
class Trace:
    """One finding, with every change of its state."""

    finding: Finding = told("The finding.")
    turns: list[Turn] = told("The changes, the first one first.")


@strawberry.type
class FindingQuery:
    """The questions about findings over time."""

    @question
    async def findings(
        self,
        info: Asked,
        filter: Annotated[FindingFilter | None, given(FILTER)] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> FindingConnection:
        """What checks found, closed findings too: the gravest first, then by product."""
        view, ledger, wanted = _asked(info, filter)
        start = Key.read(after) if after is not None else None
        size = bounded(first)
        found = await run_in_threadpool(
            findings.page, view, ledger, wanted, after=start, first=size
        )
        counted = await run_in_threadpool(findings.counts, view, ledger, wanted)
        placed = [(findings.key(one).cursor, Finding.of(one)) for one in found.findings]
        page = Page(placed, counted.total(), found.more, after is not None)
        return FindingConnection.of(page)

    @question
    async def finding_counts(
        self,
        info: Asked,
        filter: Annotated[FindingFilter | None, given(FILTER)] = None,  # noqa: A002
    ) -> list[FindingCount]:
        """How many findings there are, by state, weight, standard and domain; the most first."""
        by = ("state", "weight", "standard", "domain")
        counted = await run_in_threadpool(findings.counts, *_asked(info, filter), *by)
        return [
            FindingCount(
                state=State(str(state)),
                severity=Severity(_WEIGHTS[int(str(weight))]),
                standard=str(standard),
                domain=Iri(str(domain)) if domain else None,
                count=count,
            )
            for (state, weight, standard, domain), count in sorted(
                counted.items(), key=lambda item: (-item[1], *map(str, item[0]))
            )
        ]

    @question
    async def finding(
        self,
        info: Asked,
        product: Annotated[Iri, given("The product or the decision that it is about.")],
        fingerprint: Annotated[str, given("What makes it the same finding over time.")],
    ) -> Trace | None:
        """One finding, with every change of its state."""
        view, ledger = info.context.view, info.context.ledger
        found = await run_in_threadpool(findings.find, view, ledger, product, fingerprint)
        if found is None:
            return None
        turns = await run_in_threadpool(findings.turns, view, ledger, found)
        return Trace(
            finding=Finding.of(found),
            turns=[
                Turn(time=turn.time, revision=turn.revision, state=turn.state, by=turn.by)
                for turn in turns
            ],
        )


def _asked(info: Asked, asked: FindingFilter | None) -> tuple[View, Ledger, Filter]:
    """The view and the ledger to ask, and what is wanted of them."""
    wanted = asked.wanted(info.context.layers, info.context.ledger) if asked else Filter()
    return info.context.view, info.context.ledger, wanted


def _key(layers: Layers, ledger: Ledger, name: str) -> str:
    """What findings call a standard, however it is named; what no standard sees has one name."""
    try:
        return layers.named(name).key
    except NotFound:
        if name in NOTICES or any(ledger.counts(Filter(standards=(name,))).values()):
            return name
        raise
