"""Following findings over time: when one was opened, waived, taken up and closed.

A check of what is published yields a verdict. What it yields is open, or waived; what an earlier
check yielded and this one no longer does is closed, as far as this one could decide it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from catalog_service.domain.findings import NOTICES, Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.terms import PM, Iri

GATE_NOTICES = frozenset(
    {
        "governed-subject",
        "foreign-subject",
        "waiver-without-effect",
        "waiver-without-finding",
        "waiver-on-trust",
        "engines-disagree",
    }
)
"""The notices that any check gives, since they need no source; all others are its readers'."""


class State(StrEnum):
    """How far the handling of a finding has come."""

    OPEN = "open"
    WAIVED = "waived"
    RECOVERING = "recovering"
    CLOSED = "closed"

    @property
    def iri(self) -> Iri:
        """The concept of the ontology."""
        return PM[self.value.capitalize()]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a subject is: what kind of thing, in which domain, and who answers for it."""

    kind: Kind = Kind.PRODUCT
    domain: Iri | None = None
    owner: Iri | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict on what is published, to be followed.

    Args:
        verdict: what the gate answered. It closes nothing of the standards it could not evaluate.
        revision: the revision that was checked.
        stage: the gate: `ci`, `publish` or `runtime`.
        time: when it was.
        place: whose the subject is; None where that is as it was.
        read: True where the readers of its source had their say in it. A sweep has no source before
            it, so it leaves open what only they can notice.
    """

    verdict: Verdict
    revision: int
    stage: str
    time: datetime
    place: Place | None = None
    read: bool = False

    def decides(self, standard: str) -> bool:
        """True where silence about a standard means that it is met."""
        if standard in self.verdict.not_evaluated:
            return False
        return self.read or standard not in NOTICES or standard in GATE_NOTICES


@dataclass(frozen=True, slots=True)
class Tracked:
    """One finding of one subject, over time.

    Args:
        subject: the product or decision that it is about.
        finding: what was found, as the last check that yielded it says.
        state: how far its handling has come.
        changed: since when it is in that state.
        opened: when it was first found.
        opened_revision: in which revision.
        last_seen: when a check last yielded it.
        last_revision: of which revision.
        closed: when a check no longer yielded it; None where it is not closed.
        closed_revision: the revision that was rid of it.
        reopened: how often it came back.
        recovery: the last recovery that took it up.
        place: whose the subject is.
    """

    subject: Iri
    finding: Finding
    state: State
    changed: datetime
    opened: datetime
    opened_revision: int
    last_seen: datetime
    last_revision: int
    closed: datetime | None = None
    closed_revision: int | None = None
    reopened: int = 0
    recovery: Iri | None = None
    place: Place = Place()

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding over time."""
        return self.finding.fingerprint

    @property
    def iri(self) -> Iri:
        """Its name in the graph."""
        return finding_iri(self.subject, self.fingerprint)

    @property
    def stands(self) -> bool:
        """True until it is closed."""
        return self.state is not State.CLOSED

    @property
    def blocks(self) -> bool:
        """True of a violation that is neither closed nor waived."""
        weighs = self.finding.severity is Severity.VIOLATION
        return weighs and self.state in {State.OPEN, State.RECOVERING}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The work that is to end findings of one subject.

    Args:
        iri: its name.
        subject: the product or decision.
        action: what is done, in words: `harvest again`, `roll back`.
        findings: the fingerprints of the findings that it takes up.
        started: when it began.
        agent: who does it.
        ended: when it ended; None while it is under way.
        outcome: what it came to, in words.
    """

    iri: Iri
    subject: Iri
    action: str
    findings: tuple[str, ...]
    started: datetime
    agent: str = "polyseme"
    ended: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of state of a finding; `by` is the waiver or the recovery that brought it."""

    time: datetime
    revision: int
    state: State
    by: Iri | None = None


@dataclass(frozen=True, slots=True)
class Conformance:
    """How a subject stood over a span of time, all that stands counted.

    A later check may decide less than the one before, such as that of a publication after a sweep;
    what it leaves open still counts here.

    Args:
        subject: the product or decision.
        since: when the check was that found it so.
        until: when the last check was that found it so still.
        revision: the revision that was checked.
        stage: the gate that checked.
        violations: violations that are neither waived nor closed.
        warnings: warnings, likewise.
        infos: infos, likewise.
        waived: findings that a waiver covers.
        not_evaluated: the standards that the check left to a later gate.
        place: whose the subject was then.
        ended: when a later check found it otherwise; None where it stands so now.
    """

    subject: Iri
    since: datetime
    until: datetime
    revision: int
    stage: str
    violations: int = 0
    warnings: int = 0
    infos: int = 0
    waived: int = 0
    not_evaluated: tuple[str, ...] = ()
    place: Place = Place()
    ended: datetime | None = None

    @property
    def conforms(self) -> bool:
        """True where no violation stands without a waiver."""
        return self.violations == 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands now, with all that was ever found, and the recoveries of what stands."""

    conformance: Conformance
    findings: tuple[Tracked, ...] = ()
    recoveries: tuple[Recovery, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What stands, as the gate would answer it."""
        stands = tuple(tracked.finding for tracked in self.findings if tracked.stands)
        return Verdict(self.conformance.subject, stands, self.conformance.not_evaluated)


def report_iri(subject: Iri) -> Iri:
    """The name of the report about a subject, and of the graph that holds it."""
    return Iri(f"{subject}/conformance")


def finding_iri(subject: Iri, fingerprint: str) -> Iri:
    """The name of a finding of a subject."""
    return Iri(f"{report_iri(subject)}/{fingerprint}")


def followed(before: Iterable[Tracked], check: Check) -> tuple[Tracked, ...]:
    """The findings of one subject after a check, those it did not touch among them.

    Args:
        before: the findings of the subject so far.
        check: the check.
    """
    known = {tracked.fingerprint: tracked for tracked in before}
    yielded: dict[str, Finding] = {}
    for finding in sorted(check.verdict.findings, key=lambda f: -f.severity.weight):
        yielded.setdefault(finding.fingerprint, finding)
    place = check.place or next((tracked.place for tracked in known.values()), Place())
    after = {
        fingerprint: _seen(known.get(fingerprint), finding, check, place)
        for fingerprint, finding in yielded.items()
    }
    for fingerprint, tracked in known.items():
        if fingerprint not in after:
            gone = tracked.stands and check.decides(tracked.finding.standard)
            after[fingerprint] = replace(_closed(tracked, check) if gone else tracked, place=place)
    return tuple(after.values())


def _seen(before: Tracked | None, finding: Finding, check: Check, place: Place) -> Tracked:
    state, time = State.WAIVED if finding.waiver else State.OPEN, check.time
    if before is None:
        return Tracked(
            check.verdict.subject, finding, state, time, time, check.revision, time,
            check.revision, place=place,
        )  # fmt: skip
    if state is State.OPEN and before.state is State.RECOVERING:
        state = State.RECOVERING
    other = before.finding.waiver != finding.waiver
    return replace(
        before,
        finding=finding,
        state=state,
        changed=time if state is not before.state or other else before.changed,
        last_seen=time,
        last_revision=check.revision,
        closed=None,
        closed_revision=None,
        reopened=before.reopened + (not before.stands),
        place=place,
    )


def _closed(tracked: Tracked, check: Check) -> Tracked:
    return replace(
        tracked,
        state=State.CLOSED,
        changed=check.time,
        closed=check.time,
        closed_revision=check.revision,
    )


def stood(check: Check, findings: Iterable[Tracked], place: Place) -> Conformance:
    """How a subject stands after a check, given its findings after it, and whose it is."""
    stands = [tracked for tracked in findings if tracked.stands]
    weighs = [t.finding.severity for t in stands if t.state is not State.WAIVED]
    return Conformance(
        check.verdict.subject,
        check.time,
        check.time,
        check.revision,
        check.stage,
        violations=weighs.count(Severity.VIOLATION),
        warnings=weighs.count(Severity.WARNING),
        infos=weighs.count(Severity.INFO),
        waived=len(stands) - len(weighs),
        not_evaluated=check.verdict.not_evaluated,
        place=place,
    )
