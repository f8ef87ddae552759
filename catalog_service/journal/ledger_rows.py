"""How the ledger's rows are written and read back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Row

from catalog_service.domain.publication import Entry, Kind
from catalog_service.domain.tracking import Conformance, Place, Recovery, State, Tracked, Turn
from catalog_service.journal import codec
from catalog_service.terms import DPROD, PROV, Iri

Values = dict[str, Any]


def place(entry: Entry) -> Place:
    """Whose an entry is, as its own canonical graph says."""
    owner = PROV.wasAttributedTo if entry.kind is Kind.DECISION else DPROD.dataProductOwner
    return Place(entry.kind, _said(entry, DPROD.domain), _said(entry, owner))


def _said(entry: Entry, predicate: Iri) -> Iri | None:
    """The first IRI that the subject states; the lines are sorted, so it is always the same."""
    start = f"<{entry.subject}> <{predicate}> <"
    found = 0 if entry.nquads.startswith(start) else entry.nquads.find(f"\n{start}") + 1
    if not found and not entry.nquads.startswith(start):
        return None
    begin = found + len(start)
    return Iri(entry.nquads[begin : entry.nquads.index(">", begin)])


def of_finding(tracked: Tracked) -> Values:
    """A finding as a row."""
    return {
        "subject": tracked.subject,
        "fingerprint": tracked.fingerprint,
        "standard": tracked.finding.standard,
        "weight": tracked.finding.severity.weight,
        "state": tracked.state.value,
        "finding": json.dumps(tracked.finding.record(), ensure_ascii=False),
        "changed": stamp(tracked.changed),
        "opened": stamp(tracked.opened),
        "opened_revision": tracked.opened_revision,
        "last_seen": stamp(tracked.last_seen),
        "last_revision": tracked.last_revision,
        "closed": tracked.closed and stamp(tracked.closed),
        "closed_revision": tracked.closed_revision,
        "reopened": tracked.reopened,
        "recovery": tracked.recovery,
        **_of_place(tracked.place),
    }


def finding(row: Row[Any]) -> Tracked:
    """The finding that a row holds."""
    return Tracked(
        subject=Iri(row.subject),
        finding=codec.finding(json.loads(row.finding)),
        state=State(row.state),
        changed=moment(row.changed),
        opened=moment(row.opened),
        opened_revision=row.opened_revision,
        last_seen=moment(row.last_seen),
        last_revision=row.last_revision,
        closed=row.closed and moment(row.closed),
        closed_revision=row.closed_revision,
        reopened=row.reopened,
        recovery=row.recovery and Iri(row.recovery),
        place=_place(row),
    )


def of_check(stood: Conformance) -> Values:
    """How a subject stands as a row."""
    return {
        "subject": stood.subject,
        "since": stamp(stood.since),
        "until": stamp(stood.until),
        "ended": None,
        "revision": stood.revision,
        "stage": stood.stage,
        "violations": stood.violations,
        "warnings": stood.warnings,
        "infos": stood.infos,
        "waived": stood.waived,
        "not_evaluated": json.dumps(stood.not_evaluated, ensure_ascii=False),
        **_of_place(stood.place),
    }


def check(row: Row[Any]) -> Conformance:
    """How a subject stood, as a row holds it."""
    return Conformance(
        subject=Iri(row.subject),
        since=moment(row.since),
        until=moment(row.until),
        revision=row.revision,
        stage=row.stage,
        violations=row.violations,
        warnings=row.warnings,
        infos=row.infos,
        waived=row.waived,
        not_evaluated=tuple(json.loads(row.not_evaluated)),
        place=_place(row),
        ended=row.ended and moment(row.ended),
    )


def of_recovery(recovery: Recovery) -> Values:
    """A recovery as a row."""
    return {
        "iri": recovery.iri,
        "subject": recovery.subject,
        "action": recovery.action,
        "findings": json.dumps(recovery.findings),
        "started": stamp(recovery.started),
        "agent": recovery.agent,
        "ended": recovery.ended and stamp(recovery.ended),
        "outcome": recovery.outcome,
    }


def recovery(row: Row[Any]) -> Recovery:
    """The recovery that a row holds."""
    return Recovery(
        iri=Iri(row.iri),
        subject=Iri(row.subject),
        action=row.action,
        findings=tuple(json.loads(row.findings)),
        started=moment(row.started),
        agent=row.agent,
        ended=row.ended and moment(row.ended),
        outcome=row.outcome,
    )


def of_turn(tracked: Tracked, turn: Turn) -> Values:
    """A change of state as a row."""
    return {
        "subject": tracked.subject,
        "fingerprint": tracked.fingerprint,
        "time": stamp(turn.time),
        "revision": turn.revision,
        "state": turn.state.value,
        "by": turn.by,
    }


def turn(row: Row[Any]) -> Turn:
    """The change of state that a row holds."""
    return Turn(moment(row.time), row.revision, State(row.state), row.by and Iri(row.by))


def stamp(time: datetime) -> datetime:
    """A time as the database keeps it: in UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)


def moment(time: datetime) -> datetime:
    """The time that was stamped."""
    return time.replace(tzinfo=UTC)


def _of_place(place: Place) -> Mapping[str, str | None]:
    return {"kind": place.kind.value, "domain": place.domain, "owner": place.owner}


def _place(row: Row[Any]) -> Place:
    return Place(Kind(row.kind), row.domain and Iri(row.domain), row.owner and Iri(row.owner))
