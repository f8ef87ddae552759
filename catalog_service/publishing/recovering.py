"""Recovering: what the platform can do by itself for a product that fell out.

It reads the product again from where it was harvested, or rolls it back to its last revision that
would conform today. Both go through the one write path, as entries of the journal; each attempt is
an activity that names what it took up, when it began and ended, and what it came to.

No attempt is made twice for the same finding in the same revision. What was rolled back, and
published again by somebody, is left to them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from catalog_service.domain.findings import Finding, Verdict
from catalog_service.domain.publication import Entry, Fate, Submission
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tracking import Check, Recovery, State
from catalog_service.errors import CatalogError
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.graph import canonical, content_hash
from catalog_service.harvesting.runner import Harvest
from catalog_service.journal import Journal
from catalog_service.publishing import observing
from catalog_service.publishing.decided import decided
from catalog_service.publishing.following import follow, show
from catalog_service.publishing.neighbourhood import Neighbours
from catalog_service.publishing.projection import Projection
from catalog_service.publishing.publisher import Publisher
from catalog_service.publishing.sweep import RUNTIME, Fallen, Sweeper, Swept
from catalog_service.terms import Iri

AGENT = "polyseme sweep"
"""Who publishes what is recovered, as the journal names it."""

AGAIN = "harvest again"
BACK = "roll back"
REACH = 20
"""How many earlier revisions are looked at, the latest first."""

Reread = Callable[[Sequence[Path], Sequence[str]], Harvest]
"""Reads files by harvesters of some kinds, beside what is published."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What an attempt came to: in words, and the revision it published, if it did."""

    outcome: str
    revision: int | None = None


class Recoverer:
    """Recovers what a sweep finds fallen.

    Args:
        journal: what is published, and what is kept of it.
        projection: what shows it.
        publisher: the one write path.
        gate: what judges.
        reread: reads files again.
        clock: tells the time.
    """

    def __init__(
        self,
        journal: Journal,
        projection: Projection,
        publisher: Publisher,
        gate: Gate,
        reread: Reread,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._projection = projection
        self._publisher = publisher
        self._gate = gate
        self._reread = reread
        self._clock = clock

    def sweep(self, sweeper: Sweeper, *, now: datetime, full: bool = False) -> Swept:
        """A sweep that recovers what it can, and then looks again at what that changed."""
        first = sweeper.sweep(now=now, full=full)
        if first.left:
            return first
        tried = {fallen.product: self.recover(fallen) for fallen in first.fallen}
        if not any(fallen.recovered for fallen in tried.values()):
            return replace(first, fallen=tuple(tried.values()))
        again = sweeper.sweep(now=now)
        new = [fallen for fallen in again.fallen if fallen.product not in tried]
        return first.after(again, (*tried.values(), *new))

    def recover(self, fallen: Fallen) -> Fallen:
        """Try what can be tried; the product with what was done, which may be nothing."""
        due = self._untried(fallen)
        if not due:
            return fallen
        entry = self._journal.latest(fallen.product)
        assert entry is not None  # noqa: S101 - it was judged, so it is published
        for action, attempt in ((AGAIN, self._again), (BACK, self._back)):
            recovery = self._begun(fallen.product, action, due)
            came = attempt(entry)
            fallen = replace(
                fallen,
                recoveries=(*fallen.recoveries, self._ended(recovery, came)),
                recovered=came.revision,
            )
            if came.revision is not None:
                break
        return fallen

    def _untried(self, fallen: Fallen) -> tuple[str, ...]:
        """The findings that no recovery took up in this revision yet."""
        return tuple(
            finding.fingerprint
            for finding in fallen.findings
            if not any(
                turn.state is State.RECOVERING and turn.revision == fallen.revision
                for turn in self._journal.ledger.turns(fallen.product, finding.fingerprint)
            )
        )

    def _begun(self, product: Iri, action: str, findings: tuple[str, ...]) -> Recovery:
        before = self._journal.ledger.recoveries([product]).get(product, ())
        name = Iri(f"{product}/recoveries/{len(before) + 1}")
        recovery = Recovery(name, product, action, findings, self._clock(), AGENT)
        self._journal.ledger.recover(recovery)
        self._show(product)
        return recovery

    def _ended(self, recovery: Recovery, came: _Attempt) -> Recovery:
        ended = self._clock()
        self._journal.ledger.recovered(recovery.iri, ended=ended, outcome=came.outcome)
        self._show(recovery.subject)
        return replace(recovery, ended=ended, outcome=came.outcome)

    def _again(self, entry: Entry) -> _Attempt:
        """Read the product from the files that it was harvested from."""
        files = sorted({origin.file for origin in entry.origins if origin.file})
        away = [file for file in files if not Path(file).is_file()]
        if away or not files:
            source = away[0] if away else "no file"
            return _Attempt(f"it was read from {source}, which cannot be reached from here")
        try:
            found = self._reread([Path(file) for file in files], entry.source.split("+"))
        except CatalogError as fault:
            return _Attempt(f"it cannot be read again: {fault.message}")
        told = next((s for s in found.submissions if s.subject == entry.subject), None)
        if told is None:
            return _Attempt(f"{_listed(files)} no longer state it")
        if content_hash(canonical(told.triples, told.subject)) == entry.content_hash:
            return _Attempt(f"{_listed(files)} say what is published")
        verdict = self._verdict(entry.subject, told.triples)
        if not verdict.conforms:
            return _Attempt(f"what {_listed(files)} say does not conform: {_blocking(verdict)}")
        noticed = found.noticed.get(entry.subject, ())
        return self._published(told, verdict, f"read again from {_listed(files)}", noticed=noticed)

    def _back(self, entry: Entry) -> _Attempt:
        """Publish again what the last revision stated that would conform today."""
        history = self._journal.history(entry.subject)
        if any(
            newer.publisher == AGENT and older.content_hash == entry.content_hash
            for newer, older in pairwise(history)
        ):
            return _Attempt(
                f"{entry.publisher} published it again after it had been replaced; it is theirs"
                " to decide"
            )
        others = {e.content_hash: e for e in reversed(history)}
        others.pop(entry.content_hash)
        if not others:
            return _Attempt("there is no earlier revision")
        for earlier in sorted(others.values(), key=lambda e: -e.revision)[:REACH]:
            facts = tuple(earlier.facts())
            told = Submission(entry.subject, facts, entry.kind, earlier.source)
            verdict = self._verdict(entry.subject, told.triples)
            if verdict.conforms:
                return self._published(
                    told,
                    verdict,
                    f"rolled back to revision {earlier.revision} (version {earlier.version}) over"
                    f" revision {entry.revision} (version {entry.version}), which"
                    f" {entry.publisher} published on {entry.time:%Y-%m-%d}",
                )
        return _Attempt("no earlier revision would conform today")

    def _verdict(self, product: Iri, triples: tuple[Triple, ...]) -> Verdict:
        """The verdict on what may be published, with what is observed of the product today."""
        view = self._projection.store.view()
        around = Neighbours(view, {product: triples}).of(product)
        measured = self._journal.observations.latest([product]).get(product, ())
        observed = observing.facts(measured)
        case = Case(product, triples, (*around.near, *observed), beside=around.beside)
        today = self._clock().date()
        (verdict,) = self._gate.check(
            [case], shared=decided(view, {}), at=Stage.RUNTIME, today=today
        )
        return verdict

    def _published(
        self, told: Submission, verdict: Verdict, how: str, *, noticed: Sequence[Finding] = ()
    ) -> _Attempt:
        now = self._clock()
        (outcome,) = self._publisher.publish(
            (told,), {told.subject: tuple(noticed)}, publisher=AGENT, now=now
        )
        if outcome.fate is not Fate.PUBLISHED or outcome.revision is None:
            return _Attempt(f"{how}: refused at the gate: {_blocking(outcome.verdict)}")
        check = Check(verdict, outcome.revision, RUNTIME, now)
        follow(self._journal, self._projection, [check])
        return _Attempt(f"{how}; as revision {outcome.revision} it conforms", outcome.revision)

    def _show(self, product: Iri) -> None:
        show(self._journal, self._projection, [product])


def _listed(files: Sequence[str]) -> str:
    return ", ".join(files)


def _blocking(verdict: Verdict) -> str:
    return ", ".join(sorted({found.standard for found in verdict.findings if found.blocks}))
