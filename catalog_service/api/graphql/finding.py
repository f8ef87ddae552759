"""Findings, verdicts and how products stood over time, as the schema has them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, listed, told
from catalog_service.api.graphql.words import Gate, gate
from catalog_service.domain import findings, rdf, tracking
from catalog_service.domain.findings import Severity
from catalog_service.domain.tracking import State
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.api.graphql.resource import Resource
    from catalog_service.api.graphql.standard import Standard

_PRODUCT = strawberry.lazy("catalog_service.api.graphql.product")
_RESOURCE = strawberry.lazy("catalog_service.api.graphql.resource")
_STANDARD = strawberry.lazy("catalog_service.api.graphql.standard")

listed(Severity)
listed(State, name="FindingState")


@described
class Recovery:
    """The work that is to end findings of one product."""

    iri: Iri = told("Its name.")
    action: str = told("What is done, in words.")
    agent: str = told("Who does it.")
    started: datetime = told("When it began.")
    ended: datetime | None = told("When it ended; none while it is under way.")
    outcome: str | None = told("What it came to, in words.")

    @classmethod
    def of(cls, found: tracking.Recovery) -> "Recovery":
        """The recovery that was found."""
        return cls(
            iri=found.iri,
            action=found.action,
            agent=found.agent,
            started=found.started,
            ended=found.ended,
            outcome=found.outcome or None,
        )


@described
class Finding:
    """One result of the gate, at one node, followed over time."""

    tracked: strawberry.Private[tracking.Tracked]
    standard: str = told("The standard: its name, or its IRI where a domain keeps it.")
    severity: Severity = told("How much it weighs.")
    message: str = told("What is wrong.")
    fix: str | None = told("What to do about it.")
    focus: Iri | None = told("The node it is about.")
    path: str | None = told("The property it is about.")
    value: str | None = told("The value at fault, in N-Triples.")
    file: str | None = told("The file where it was read.")
    line: int | None = told("The line, counted from 1.")
    column: int | None = told("The column, counted from 1.")
    product: Iri | None = told("The product it belongs to.")
    fingerprint: str = told("What makes it the same finding over time.")
    waiver: Iri | None = told("The waiver that covers it.")
    state: State = told("How far its handling has come.")
    changed: datetime = told("Since when it is in that state.")
    opened: datetime = told("When it was first found.")
    opened_revision: int = told("The revision in which it was first found.")
    last_seen: datetime = told("When a check last yielded it.")
    closed: datetime | None = told("When a check no longer yielded it; none until it is closed.")
    closed_revision: int | None = told("The revision that was rid of it.")
    reopened: int = told("How often it came back.")

    @classmethod
    def of(cls, found: tracking.Tracked) -> "Finding":
        """The finding that was found."""
        stated = found.finding
        return cls(
            tracked=found,
            standard=stated.standard,
            severity=stated.severity,
            message=stated.message,
            fix=stated.fix or None,
            focus=stated.focus,
            path=stated.path or None,
            value=None if stated.value is None else rdf.ntriples(stated.value),
            file=stated.file or None,
            line=stated.line or None,
            column=stated.column or None,
            product=stated.product,
            fingerprint=stated.fingerprint,
            waiver=stated.waiver,
            state=found.state,
            changed=found.changed,
            opened=found.opened,
            opened_revision=found.opened_revision,
            last_seen=found.last_seen,
            closed=found.closed,
            closed_revision=found.closed_revision,
            reopened=found.reopened,
        )

    @property
    def shape(self) -> Iri:
        """The IRI of its standard."""
        return self.tracked.finding.shape

    @answer
    def iri(self) -> Iri:
        """Its name in the graph."""
        return self.tracked.iri

    @answer
    async def subject(self, info: Asked) -> Annotated["Resource", _RESOURCE] | None:
        """The product or the decision that it is about."""
        return await info.context.nodes.resource(self.tracked.subject)

    @answer
    async def rule(self, info: Asked) -> Annotated["Standard", _STANDARD] | None:
        """The standard itself; none for what no standard can see."""
        return await info.context.nodes.standard(self.shape)

    @answer
    async def recovery(self, info: Asked) -> Recovery | None:
        """The last recovery that took it up."""
        found = await info.context.loaders.recoveries.load(self.tracked.subject)
        return next((Recovery.of(one) for one in found if one.iri == self.tracked.recovery), None)


@described
class Verdict:
    """How a product stands to the standards, by all checks of what is published."""

    standing: strawberry.Private[tracking.Standing]
    conforms: bool = told("Whether no violation stands without a live waiver.")
    fallen_out: bool = told("Whether it conformed when it was published, and no longer does.")
    recovering: bool = told("Whether a recovery of some finding is under way.")
    not_evaluated: list[str] = told("The standards that the last check could not decide.")
    stage: Gate = told("The gate of the last check.")
    checked: datetime = told("When the last check was.")
    since: datetime = told("Since when it stands so.")
    revision: int = told("The revision that was checked.")

    @classmethod
    def of(cls, found: tracking.Standing) -> "Verdict":
        """The verdict that follows from how it stands."""
        stood = found.conformance
        return cls(
            standing=found,
            conforms=stood.conforms,
            fallen_out=not stood.conforms,
            recovering=any(one.state is State.RECOVERING for one in found.findings),
            not_evaluated=list(stood.not_evaluated),
            stage=gate(stood.stage),
            checked=stood.until,
            since=stood.since,
            revision=stood.revision,
        )

    @answer
    def findings(self) -> list[Finding]:
        """What stands, by file and line; what is closed is left to `findings` of the query."""
        stands = [found for found in self.standing.findings if found.stands]
        told_of = {found.fingerprint: found for found in stands}
        ordered = findings.in_order(found.finding for found in stands)
        return [Finding.of(told_of[finding.fingerprint]) for finding in ordered]

    @answer
    def recoveries(self) -> list[Recovery]:
        """The recoveries of what stands."""
        return [Recovery.of(found) for found in self.standing.recoveries]
