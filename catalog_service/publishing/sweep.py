"""Sweeping: judging what is published anew, at the runtime gate.

A product that was let in may fall out later: a promise is no longer kept, a waiver has ended, what
it reads has changed, or the standards have. Nothing is unpublished for that. What is found is
followed in the ledger, and shows on the product.

Where nothing that a verdict rests on has changed since the last sweep, it is carried over. Each
batch is kept as it is judged, so that a sweep which is stopped has done what it did.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from catalog_service.domain.findings import Finding, Verdict, in_order
from catalog_service.domain.publication import Fate, Kind, Outcome
from catalog_service.domain.tracking import Check, Recovery, finding_iri
from catalog_service.governance.gate import Gate, Stage
from catalog_service.graph import View
from catalog_service.journal import Journal
from catalog_service.journal.judged import Judgement
from catalog_service.publishing.bases import BATCH, HANDLED, Bases, Rules, batches
from catalog_service.publishing.consumers import Consumer, consumers
from catalog_service.publishing.following import follow
from catalog_service.publishing.judges import Judges
from catalog_service.publishing.pointing import Places
from catalog_service.publishing.projection import Projection
from catalog_service.terms import Iri

RUNTIME = Stage.RUNTIME.name.lower()


@dataclass(frozen=True, slots=True)
class Fallen:
    """A product that no longer conforms. What was published of it is served on.

    Args:
        product: the product.
        revision: the revision that was judged.
        owner: who answers for it; None where it does not say.
        findings: the violations that no waiver covers.
        consumers: who uses it.
        recoveries: what the platform did about it in this sweep.
        recovered: the revision in which it conforms again; None where it does not.
    """

    product: Iri
    revision: int
    owner: Iri | None
    findings: tuple[Finding, ...]
    consumers: tuple[Consumer, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    recovered: int | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to.

    Args:
        outcomes: the verdicts, by name: decisions first.
        judged: how many were judged; the others were carried over.
        lost: what could not be judged, because a process was lost over it.
        left: how many are still to be judged, where the sweep was stopped.
        fallen: the products that do not conform, with what was done about them.
    """

    outcomes: tuple[Outcome, ...]
    judged: int
    lost: tuple[Iri, ...] = ()
    left: int = 0
    fallen: tuple[Fallen, ...] = ()

    @property
    def carried(self) -> int:
        """How many verdicts were carried over."""
        return len(self.outcomes) - self.judged

    def after(self, again: "Swept", fallen: Sequence[Fallen]) -> "Swept":
        """This sweep, with what a second look at the changed ones came to."""
        return replace(
            again,
            judged=min(len(again.outcomes), self.judged + again.judged),
            lost=(*self.lost, *again.lost),
            fallen=tuple(fallen),
        )


class Sweeper:
    """Judges what is published.

    Args:
        journal: what is published, and what is kept of it.
        projection: what shows it.
        gate: what judges.
        rules: what it judges by, as digests know it, on a day.
        processes: how many processes judge; see `Judges`.
    """

    def __init__(
        self,
        journal: Journal,
        projection: Projection,
        gate: Gate,
        rules: Callable[[date], Rules],
        *,
        processes: int = 1,
    ) -> None:
        self._journal = journal
        self._projection = projection
        self._gate = gate
        self._rules = rules
        self._processes = processes

    def sweep(self, *, now: datetime, full: bool = False) -> Swept:
        """Judge what may have changed, and carry the rest over.

        Args:
            now: the time, and so the day that the standards are read on.
            full: judge everything.
        """
        bases = Bases(self._view, self._journal, self._rules(now.date()))
        digests = {subject: bases.digest(subject) for subject in bases.subjects}
        known = self._journal.judged.bases()
        self._journal.judged.forget(known.keys() - digests.keys())
        due = [s for s, digest in digests.items() if full or known.get(s) != digest]
        fresh: dict[Iri, Verdict] = {}
        lost: list[Iri] = []
        left = len(due)
        bases.prepare(due)
        with self._judges(bases, len(due)) as judges:
            try:
                for batch, verdicts in judges.over(batches(due)):
                    if verdicts is None:
                        lost += batch
                    else:
                        fresh |= self._kept(bases, digests, verdicts, now)
                    left -= len(batch)
            except KeyboardInterrupt:
                left = len(due) - len(fresh) - len(lost)
        carried = self._journal.judged.verdicts(digests.keys() - set(due))
        told = fresh | carried
        outcomes = tuple(
            Outcome(subject, Fate.CHECKED, told[subject], bases.current[subject][1])
            for subject in digests
            if subject in told
        )
        return Swept(outcomes, len(fresh), tuple(lost), left, self._fallen(outcomes))

    def _fallen(self, outcomes: Sequence[Outcome]) -> tuple[Fallen, ...]:
        """The products that do not conform, and whom that concerns."""
        out = {o.subject: o for o in outcomes if not o.verdict.conforms}
        standings = self._journal.ledger.standings(out)
        places = {subject: standing.conformance.place for subject, standing in standings.items()}
        products = [s for s in out if s in places and places[s].kind is Kind.PRODUCT]
        users = {
            product: using
            for batch in batches(products)
            for product, using in consumers(self._view, batch).items()
        }
        return tuple(
            Fallen(
                product,
                out[product].revision or 0,
                places[product].owner,
                tuple(finding for finding in out[product].verdict.findings if finding.blocks),
                users.get(product, ()),
            )
            for product in products
        )

    @property
    def _view(self) -> View:
        return self._projection.store.view()

    def _judges(self, bases: Bases, due: int) -> Judges:
        def judge(subjects: Sequence[Iri]) -> tuple[Verdict, ...]:
            verdicts = self._gate.check(
                bases.cases(subjects),
                shared=bases.decided,
                at=Stage.RUNTIME,
                today=bases.rules.today,
            )
            return tuple(map(_current, verdicts))

        return Judges(judge, processes=min(self._processes, -(-due // BATCH)))

    def _kept(
        self, bases: Bases, digests: dict[Iri, str], verdicts: Sequence[Verdict], now: datetime
    ) -> dict[Iri, Verdict]:
        """The verdicts, entered in the ledger, shown, and kept for the next sweep."""
        pointed = self._pointed(verdicts)
        checks = [
            Check(verdict, bases.current[subject][1], RUNTIME, now)
            for subject, verdict in pointed.items()
        ]
        follow(self._journal, self._projection, checks)
        self._journal.judged.keep(
            {subject: Judgement(digests[subject], verdict) for subject, verdict in pointed.items()}
        )
        return pointed

    def _pointed(self, verdicts: Sequence[Verdict]) -> dict[Iri, Verdict]:
        """The verdicts, their findings at the lines that were read when it was published."""
        entries = self._journal.latest_of(v.subject for v in verdicts if v.findings)
        pointed = {verdict.subject: verdict for verdict in verdicts}
        for subject, entry in entries.items():
            places = Places(subject, entry.facts())
            findings = in_order(map(places.pointed, pointed[subject].findings))
            pointed[subject] = replace(pointed[subject], findings=findings)
        return pointed


def _current(verdict: Verdict) -> Verdict:
    """The verdict, without asking who takes up what it finds no more, or finds waived."""
    blocking = {finding_iri(verdict.subject, f.fingerprint) for f in verdict.findings if f.blocks}
    return replace(
        verdict,
        findings=tuple(f for f in verdict.findings if f.standard != HANDLED or f.focus in blocking),
    )
