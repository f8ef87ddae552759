"""Checking: the verdict on what was harvested, beside what is published and what comes with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from catalog_service.domain.findings import Finding, Verdict, in_order
from catalog_service.domain.publication import Fate, Kind, Outcome, Submission
from catalog_service.domain.rdf import Triple
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.graph import View
from catalog_service.publishing.decided import decided
from catalog_service.publishing.neighbourhood import Neighbourhood, Neighbours
from catalog_service.publishing.pointing import Places
from catalog_service.terms import Iri

Noticed = Mapping[Iri, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Conditions:
    """On what terms a run is judged: what its readers noticed, at which gate, on which day.

    `copies` are waivers that were read from a file; what is published never rests on one.
    """

    noticed: Noticed
    at: Stage
    today: date
    copies: Sequence[Waiver] = ()


class Checker:
    """Judges submissions and changes nothing.

    Args:
        view: what is published, as it is whenever it is asked for.
        gate: what they are judged by.
        revision: what changes whenever something is published, so that the decisions need not be
            read again for each check; None where nobody can tell.
    """

    def __init__(
        self, view: Callable[[], View], gate: Gate, revision: Callable[[], int] | None = None
    ) -> None:
        self._view = view
        self._gate = gate
        self._revision = revision
        self._published: tuple[int, tuple[Triple, ...]] | None = None

    def check(
        self,
        submissions: Sequence[Submission],
        noticed: Noticed | None = None,
        *,
        at: Stage | None = None,
        today: date | None = None,
        copies: Sequence[Waiver] = (),
    ) -> tuple[Outcome, ...]:
        """The verdict on each submission, as if all of them were published together.

        Args:
            submissions: what to check.
            noticed: what the readers found, by subject; it counts in the verdict.
            at: the gate to check at, with all gates before it; the first by default.
            today: the day the rules are read on; the clock's by default.
            copies: waivers that were read from a file, as far as decisions bear them out.
        """
        day = today or datetime.now(UTC).date()
        neighbours = self._neighbours(submissions)
        around = {s.subject: self._around(s, neighbours) for s in submissions}
        decided = self._decided(submissions)
        on = Conditions(noticed or {}, at or Stage.CI, day, copies)
        verdicts = self._judged(submissions, around, decided, on)
        return tuple(
            Outcome(submission.subject, Fate.CHECKED, verdicts[submission.subject])
            for submission in submissions
        )

    def accepted(
        self, submissions: Sequence[Submission], on: Conditions
    ) -> tuple[dict[Iri, Verdict], set[Iri]]:
        """The verdicts, and who may be published, once nobody rests on one that may not."""
        left = list(submissions)
        verdicts: dict[Iri, Verdict] = {}
        again = {submission.subject for submission in submissions}
        while again:
            neighbours = self._neighbours(left)
            around = {s.subject: self._around(s, neighbours) for s in left}
            due = [s for s in left if s.subject in again]
            verdicts |= self._judged(due, around, self._decided(left), on)
            refused = {s.subject for s in left if not verdicts[s.subject].conforms}
            if any(s.kind is Kind.DECISION and s.subject in refused for s in left):
                again = {s.subject for s in left} - refused
            else:
                again = {s for s, hood in around.items() if hood.products & refused} - refused
            left = [s for s in left if s.subject not in refused]
        return verdicts, {s.subject for s in left}

    def _judged(
        self,
        submissions: Sequence[Submission],
        around: Mapping[Iri, Neighbourhood],
        decided: Sequence[Triple],
        on: Conditions,
    ) -> dict[Iri, Verdict]:
        cases = [
            Case(
                s.subject,
                s.triples,
                around[s.subject].near,
                decision=s.kind is Kind.DECISION,
                beside=around[s.subject].beside,
            )
            for s in submissions
        ]
        verdicts = self._gate.check(
            cases, shared=decided, at=on.at, today=on.today, copies=on.copies
        )
        judged = {}
        for submission, verdict in zip(submissions, verdicts, strict=True):
            findings = (*on.noticed.get(submission.subject, ()), *verdict.findings)
            places = Places(submission.subject, submission.facts if findings else ())
            judged[submission.subject] = replace(
                verdict, findings=in_order(places.pointed(finding) for finding in findings)
            )
        return judged

    def _neighbours(self, submissions: Sequence[Submission]) -> Neighbours:
        return Neighbours(self._view(), {s.subject: s.triples for s in submissions})

    @staticmethod
    def _around(submission: Submission, neighbours: Neighbours) -> Neighbourhood:
        if submission.kind is Kind.DECISION:
            return Neighbourhood((), frozenset())
        return neighbours.of(submission.subject)

    def _decided(self, submissions: Sequence[Submission]) -> tuple[Triple, ...]:
        """What the federation has decided: published, and in this run."""
        mine = {s.subject: s.triples for s in submissions if s.kind is Kind.DECISION}
        if mine or self._revision is None:
            return decided(self._view(), mine)
        # Read first: what is published meanwhile is then read again by the next check.
        revision = self._revision()
        kept = self._published
        if kept is None or kept[0] != revision:
            kept = self._published = (revision, decided(self._view(), mine))
        return kept[1]
