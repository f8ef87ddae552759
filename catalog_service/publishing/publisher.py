"""The one write path: check, append, project. All or nothing, and repeating it is harmless."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from catalog_service.domain.findings import Verdict
from catalog_service.domain.measurement import Measured
from catalog_service.domain.publication import Fate, Outcome, Submission
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tracking import Check
from catalog_service.governance.gate import Gate, Stage
from catalog_service.graph import content_hash, quad
from catalog_service.journal import Draft, Journal, Quarantined
from catalog_service.publishing import observing
from catalog_service.publishing.checking import Checker, Conditions, Noticed
from catalog_service.publishing.following import follow
from catalog_service.publishing.observing import Observed
from catalog_service.publishing.projection import Projection
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.domain.rdf import Origin

Provided = Callable[[Mapping[Iri, tuple[str, int]]], None]
"""A condition on the content hash and revision of each subject that is published."""


class Publisher(Checker):
    """Checks submissions and publishes those that conform.

    Args:
        journal: where publications are kept.
        projection: what shows them.
        gate: what they are checked by.
    """

    def __init__(self, journal: Journal, projection: Projection, gate: Gate) -> None:
        super().__init__(projection.store.view, gate, lambda: projection.revision)
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
        provided: Provided | None = None,
    ) -> tuple[Outcome, ...]:
        """Publish what conforms, keep the rest in quarantine with its reasons.

        Submissions may rest on each other: what conforms only beside one that is refused is refused
        as well. When this returns, what it calls published is durable and visible; what is already
        current, word for word, stays at its revision, and what the gate says of it now is followed:
        also where it would be refused today.

        Args:
            submissions: what to publish.
            noticed: what the readers found, by subject; a violation among it blocks too.
            publisher: who publishes.
            now: the time to write down; the clock's by default.
            provided: looks at what is current before anything is done, and raises to stop it.
        """
        with self._queue:
            subjects = [submission.subject for submission in submissions]
            if provided is not None:
                provided(self._journal.hashes(subjects))
            time = now or datetime.now(UTC)
            on = Conditions(noticed or {}, Stage.PUBLISH, time.date())
            verdicts, accepted = self.accepted(submissions, on)
            current = self._journal.hashes(subjects)
            outcomes: dict[Iri, Outcome] = {}
            drafts, graphs, seen, refused = [], {}, [], []
            for submission in submissions:
                subject, verdict = submission.subject, verdicts[submission.subject]
                draft = _draft(submission, verdict, publisher)
                content, revision = current.get(subject, ("", None))
                if revision is not None and content == draft.content_hash:
                    seen.append(Check(verdict, revision, "publish", time, read=True))
                if subject not in accepted:
                    outcomes[subject] = Outcome(subject, Fate.QUARANTINED, verdict, revision)
                    refused.append(Quarantined(subject, draft.nquads, verdict, draft.source, time))
                elif content == draft.content_hash:
                    outcomes[subject] = Outcome(subject, Fate.UNCHANGED, verdict, revision)
                else:
                    drafts.append(draft)
                    graphs[subject] = tuple(dict.fromkeys(submission.triples))
            self._journal.keep_in_quarantine(refused)
            entries = self._journal.append(drafts, now=time)
            self._projection.project(entries, graphs, self._journal.ledger.standings(graphs))
            follow(self._journal, self._projection, seen)
            for entry in entries:
                outcomes[entry.subject] = Outcome(
                    entry.subject, Fate.PUBLISHED, entry.verdict, entry.revision
                )
            return tuple(outcomes[submission.subject] for submission in submissions)

    def show(self, graphs: Mapping[Iri, tuple[Triple, ...]]) -> None:
        """Show graphs that rest on no publication, in turn with what is published.

        Args:
            graphs: the triples of each, by name.
        """
        with self._queue:
            self._projection.show(graphs)

    def observe(self, told: Sequence[Measured], *, now: datetime | None = None) -> Observed:
        """Record what was measured of published products; see `observing`.

        Args:
            told: the measurements, in any order; one that is known is harmless.
            now: the time; the clock's by default.
        """
        with self._queue:
            time = now or datetime.now(UTC)
            return observing.observe(self._journal, self._projection, told, now=time)


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
