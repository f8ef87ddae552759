"""The one write path: check, append, project. All or nothing, and repeating it is harmless."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from catalog_service.domain.findings import Verdict
from catalog_service.domain.publication import Fate, Outcome, Submission
from catalog_service.governance.gate import Gate, Stage
from catalog_service.graph import canonical, content_hash, quad
from catalog_service.journal import Draft, Journal, Quarantined
from catalog_service.publishing.checking import Checker, Conditions, Noticed
from catalog_service.publishing.projection import Projection
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.domain.rdf import Origin


class Publisher(Checker):
    """Checks submissions and publishes those that conform.

    Args:
        journal: where publications are kept.
        projection: what shows them.
        gate: what they are checked by.
    """

    def __init__(self, journal: Journal, projection: Projection, gate: Gate) -> None:
        super().__init__(projection.store.view, gate)
        self._journal = journal
        self._projection = projection
        self._queue = threading.Lock()

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
            on = Conditions(noticed or {}, Stage.PUBLISH, time.date())
            verdicts, accepted = self.accepted(submissions, on)
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
