"""Refused submissions, page by page, as the schema has them."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from starlette.concurrency import run_in_threadpool

from catalog_service.api.graphql.connection import Connection, First, cut
from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    StandardName,
    answer,
    described,
    described_input,
    given,
    narrowing,
    told,
)
from catalog_service.api.graphql.moments import After
from catalog_service.domain import findings, rdf
from catalog_service.domain.findings import Severity
from catalog_service.errors import NotFound
from catalog_service.services import refusals
from catalog_service.services.refusals import Quarantined, Wanted
from catalog_service.services.standards import Layers
from catalog_service.terms import Iri


@described_input
class RefusedFilter:
    """Which refused submissions; values of one field are alternatives, fields narrow each other."""

    products: list[Iri] | None = narrowing("Of these products or decisions.")
    owners: list[Iri] | None = narrowing("That say these people or teams answer for them.")
    standards: list[StandardName] | None = narrowing("With a finding of one of these standards.")
    since: datetime | None = narrowing("Handed in then or later; in UTC where no zone is said.")

    def wanted(self, layers: Layers) -> Wanted:
        """It as the service has it."""
        since = self.since
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        return Wanted(
            subjects=tuple(self.products or ()),
            owners=tuple(self.owners or ()),
            standards=tuple(_key(layers, name) for name in self.standards or ()),
            since=since,
        )


@described
class RefusedFinding:
    """One result of the gate in what was refused, so that nothing follows it over time."""

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
    fingerprint: str = told("What makes it the same finding in the next submission.")
    waiver: Iri | None = told("The waiver that covers it.")

    @classmethod
    def of(cls, found: findings.Finding) -> "RefusedFinding":
        """The finding that was found."""
        return cls(
            standard=found.standard,
            severity=found.severity,
            message=found.message,
            fix=found.fix or None,
            focus=found.focus,
            path=found.path or None,
            value=None if found.value is None else rdf.ntriples(found.value),
            file=found.file or None,
            line=found.line or None,
            column=found.column or None,
            fingerprint=found.fingerprint,
            waiver=found.waiver,
        )


@described
class RefusedSubmission:
    """What was handed in and not published, kept in quarantine until its subject conforms."""

    kept: strawberry.Private[Quarantined]
    subject: Iri = told("The product or the decision that it is about.")
    source: str = told("The kind of source it was read from.")
    time: datetime = told("When it was handed in.")
    not_evaluated: list[str] = told("The standards that the gate could not decide.")

    @classmethod
    def of(cls, kept: Quarantined) -> "RefusedSubmission":
        """The submission that is kept."""
        return cls(
            kept=kept,
            subject=kept.subject,
            source=kept.source,
            time=kept.time,
            not_evaluated=list(kept.verdict.not_evaluated),
        )

    @answer
    def owners(self) -> list[Iri]:
        """Who answers for it, as the submission itself says."""
        return list(refusals.owners(self.kept))

    @answer
    def findings(self) -> list[RefusedFinding]:
        """What the gate found, by file and line."""
        return [RefusedFinding.of(one) for one in findings.in_order(self.kept.verdict.findings)]


@described
class RefusedSubmissionConnection(Connection[RefusedSubmission]):
    """A page of refused submissions."""


@strawberry.type
class RefusedQuery:
    """The question about what was refused: of now, since quarantine keeps no past states."""

    @answer
    async def refused_submissions(
        self,
        info: Asked,
        filter: Annotated[RefusedFilter | None, given("Which ones.")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> RefusedSubmissionConnection:
        """What is in quarantine now, by product; of one product, the oldest first."""
        asked = info.context
        wanted = filter.wanted(asked.layers) if filter else Wanted()
        kept = await run_in_threadpool(refusals.refused, asked.view, asked.journal, wanted)
        page = cut(kept, _place, first=first, after=after)
        return RefusedSubmissionConnection.of(page.turned(RefusedSubmission.of))


def _place(kept: Quarantined) -> tuple[str, Iri]:
    return f"{kept.subject} {kept.time.isoformat(timespec='microseconds')}", kept.subject


def _key(layers: Layers, name: str) -> str:
    """What findings call a standard; what only a reader notices is named as it stands."""
    try:
        return layers.named(name).key
    except NotFound:
        if name in findings.NOTICES:
            return name
        raise
