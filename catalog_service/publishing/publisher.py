"""The one write path: check, append, project. All or nothing, and repeating it is harmless."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from catalog_service.domain.findings import Finding, Verdict, in_order
from catalog_service.domain.publication import Fate, Kind, Outcome, Submission
from catalog_service.domain.rdf import Origin, Triple
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.graph import canonical, content_hash, quad
from catalog_service.journal import Draft, Journal, Quarantined
from catalog_service.publishing.decided import decided
from catalog_service.publishing.neighbourhood import Neighbourhood, Neighbours
from catalog_service.publishing.pointing import Places
from catalog_service.publishing.projection import Projection
from catalog_service.terms import Iri

Noticed = Mapping[Iri, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what terms a run is judged: what its readers noticed, at which gate, on which day.

    `copies` are waivers that were read from a file; what is published never rests on one.
    """

    noticed: Noticed
    at: Stage
    today: date
    copies: Sequence[Waiver] = ()


class Publisher:
    """Checks submissions and publishes those that conform.

    Args:
        journal: where publications are kept.
        projection: what shows them.
        gate: what they are checked by.
    """

    def __init__(self, journal: Journal, projection: Projection, gate: Gate) -> None:
        self._journal = journal
        self._projection = projection
        self._gate = gate
        self._queue = threading.Lock()

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
        terms = _Terms(noticed or {}, at or Stage.CI, day, copies)
        verdicts = self._judged(submissions, around, decided, terms)
        return tuple(
            Outcome(submission.subject, Fate.CHECKED, verdicts[submission.subject])
            for submission in submissions
        )

    def publish(
        self,
        submissions: Sequence[Submission],
        noticed: Noticed | None = None,
        *,
        publisher: str,
        now: datetime | None = None,
    ) -> tuple[Outcome, ...]:
        """Publish what conforms, keep the rest in quarantine with its reasons.

        Submissions may rest on each other: what conforms only beside one that is refused is refused
        as well. When this returns, what it calls published is durable and visible; what is already
        current, word for word, stays at its revision.

        Args:
            submissions: what to publish.
            noticed: what the readers found, by subject; a violation among it blocks too.
            publisher: who publishes.
            now: the time to write down; the clock's by default.
        """
        with self._queue:
            time = now or datetime.now(UTC)
            terms = _Terms(noticed or {}, Stage.PUBLISH, time.date())
            verdicts, accepted = self._accepted(submissions, terms)
            current = self._journal.hashes()
            outcomes: dict[Iri, Outcome] = {}
            drafts, graphs = [], {}
            for submission in submissions:
                subject, verdict = submission.subject, verdicts[submission.subject]
                if subject not in accepted:
                    outcomes[subject] = Outcome(
                        subject, Fate.QUARANTINED, verdict, current.get(subject, ("", None))[1]
                    )
                    continue
                draft = _draft(submission, verdict, publisher)
                there = current.get(subject)
                if there is not None and there[0] == draft.content_hash:
                    outcomes[subject] = Outcome(subject, Fate.UNCHANGED, verdict, there[1])
                    continue
                drafts.append(draft)
                graphs[subject] = tuple(dict.fromkeys(submission.triples))
            self._quarantine(submissions, outcomes, time)
            entries = self._journal.append(drafts, now=time)
            self._projection.project(entries, graphs)
            for entry in entries:
                outcomes[entry.subject] = Outcome(
                    entry.subject, Fate.PUBLISHED, entry.verdict, entry.revision
                )
            return tuple(outcomes[submission.subject] for submission in submissions)

    def _accepted(
        self, submissions: Sequence[Submission], terms: _Terms
    ) -> tuple[dict[Iri, Verdict], set[Iri]]:
        """The verdicts, and who may be published, once nobody rests on one that may not."""
        left = list(submissions)
        verdicts: dict[Iri, Verdict] = {}
        again = {submission.subject for submission in submissions}
        while again:
            neighbours = self._neighbours(left)
            around = {s.subject: self._around(s, neighbours) for s in left}
            due = [s for s in left if s.subject in again]
            verdicts |= self._judged(due, around, self._decided(left), terms)
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
        terms: _Terms,
    ) -> dict[Iri, Verdict]:
        cases = [
            Case(
                s.subject,
                s.triples,
                around[s.subject].triples,
                decision=s.kind is Kind.DECISION,
            )
            for s in submissions
        ]
        verdicts = self._gate.check(
            cases, shared=decided, at=terms.at, today=terms.today, copies=terms.copies
        )
        judged = {}
        for submission, verdict in zip(submissions, verdicts, strict=True):
            places = Places(submission.subject, submission.facts)
            findings = (*terms.noticed.get(submission.subject, ()), *verdict.findings)
            judged[submission.subject] = replace(
                verdict, findings=in_order(places.pointed(finding) for finding in findings)
            )
        return judged

    def _neighbours(self, submissions: Sequence[Submission]) -> Neighbours:
        return Neighbours(
            self._projection.store.view(), {s.subject: s.triples for s in submissions}
        )

    @staticmethod
    def _around(submission: Submission, neighbours: Neighbours) -> Neighbourhood:
        if submission.kind is Kind.DECISION:
            return Neighbourhood((), frozenset())
        return neighbours.of(submission.subject)

    def _decided(self, submissions: Sequence[Submission]) -> tuple[Triple, ...]:
        """What the federation has decided: published, and in this run."""
        mine = {s.subject: s.triples for s in submissions if s.kind is Kind.DECISION}
        return decided(self._projection.store.view(), mine)

    def _quarantine(
        self, submissions: Sequence[Submission], outcomes: Mapping[Iri, Outcome], time: datetime
    ) -> None:
        refused = [
            Quarantined(
                s.subject,
                canonical(s.triples, s.subject),
                outcomes[s.subject].verdict,
                s.source,
                time,
            )
            for s in submissions
            if s.subject in outcomes and outcomes[s.subject].fate is Fate.QUARANTINED
        ]
        if refused:
            self._journal.keep_in_quarantine(refused)


def _draft(submission: Submission, verdict: Verdict, publisher: str) -> Draft:
    places: dict[str, Origin] = {}
    for triple, origin in submission.facts:
        places.setdefault(quad(triple, submission.subject), origin)
    lines = sorted(places)  # the canonical form, as `canonical` has it
    nquads = "".join(lines)
    return Draft(
        subject=submission.subject,
        kind=submission.kind,
        version=submission.version,
        nquads=nquads,
        content_hash=content_hash(nquads),
        publisher=publisher,
        verdict=verdict,
        origins=tuple(places[line] for line in lines),
        source=submission.source,
    )
