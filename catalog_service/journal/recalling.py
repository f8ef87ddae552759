"""Recalling: the ledger as it was at a moment, put together from every change that it keeps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Column, ColumnElement, and_, create_engine, func, or_, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

from catalog_service.domain.findings import Finding
from catalog_service.domain.moment import Moment
from catalog_service.domain.tracking import Conformance, Recovery, State, Tracked, Turn
from catalog_service.journal import codec, entering, ledger_tables, tables
from catalog_service.journal import ledger_rows as rows
from catalog_service.terms import Iri

_Named = tuple[Iri, str]
"""A finding: its subject and its fingerprint."""


def recalled(ledger: Engine, journal: Engine, moment: Moment) -> Engine:
    """A database in memory whose ledger is as it was at a moment.

    What a finding said is taken from the verdict that let the current entry in, where that yielded
    it; the words of others are those in which they were last seen.

    Args:
        ledger: the database of the ledger.
        journal: that of the journal: the same, but for a reader of an older one.
        moment: the moment; one that is past.
    """
    kept = create_engine(
        "sqlite://",
        poolclass=QueuePool,  # one connection, for which the threads that ask wait
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},
    )
    tables.metadata.create_all(kept)
    with journal.connect() as entries:
        said = _said(entries, moment)
    with ledger.connect() as there, kept.begin() as here:
        spans = _spans(there, moment)
        turns = _turns(there, moment)
        recoveries = _recoveries(there, moment)
        findings = [
            _as_of(tracked, turned, moment, said.get(name), recoveries)
            for tracked in map(rows.finding, there.execute(select(ledger_tables.findings)))
            if (turned := turns.get(name := (tracked.subject, tracked.fingerprint)))
        ]
        whose = {span.subject: span.place for span in spans}
        placed = [replace(one, place=whose.get(one.subject, one.place)) for one in findings]
        entering.insert(here, ledger_tables.findings, map(rows.of_finding, placed))
        entering.insert(
            here,
            ledger_tables.turns,
            (rows.of_turn(one, turn) for one in placed for turn in turns[_name(one)]),
        )
        entering.insert(
            here,
            ledger_tables.checks,
            (rows.of_check(s) | {"ended": s.ended and rows.stamp(s.ended)} for s in spans),
        )
        entering.insert(here, ledger_tables.recoveries, map(rows.of_recovery, recoveries.values()))
    return kept


def _name(tracked: Tracked) -> _Named:
    return tracked.subject, tracked.fingerprint


def _told(
    moment: Moment, time: Column[datetime], revision: Column[int] | None = None
) -> ColumnElement[bool]:
    """What was written down by then: several revisions may have come at one time."""
    if moment.until is None or moment.began is None:
        msg = "only what is past can be recalled"
        raise ValueError(msg)
    before = time <= rows.stamp(moment.until)
    if revision is None:
        return before
    return or_(before, and_(time == rows.stamp(moment.began), revision <= moment.revision))


def _spans(connection: Connection, moment: Moment) -> list[Conformance]:
    """How every subject stood until then; the last span of each had not ended."""
    columns = ledger_tables.checks.c
    query = select(ledger_tables.checks).where(_told(moment, columns.since, columns.revision))
    found: dict[Iri, list[Conformance]] = defaultdict(list)
    for row in connection.execute(query.order_by(columns.number)):
        span = rows.check(row)
        found[span.subject].append(span)
    return [span for spans in found.values() for span in (*spans[:-1], _last(spans[-1], moment))]


def _last(span: Conformance, moment: Moment) -> Conformance:
    """A span that goes on: of the checks that bore it out, only those until then count."""
    late = moment.until is not None and span.until > moment.until
    return replace(span, ended=None, until=span.since if late else span.until)


def _turns(connection: Connection, moment: Moment) -> dict[_Named, list[Turn]]:
    columns = ledger_tables.turns.c
    query = select(ledger_tables.turns).where(_told(moment, columns.time, columns.revision))
    found: dict[_Named, list[Turn]] = defaultdict(list)
    for row in connection.execute(query.order_by(columns.number)):
        found[Iri(row.subject), row.fingerprint].append(rows.turn(row))
    return found


def _recoveries(connection: Connection, moment: Moment) -> dict[Iri, Recovery]:
    columns = ledger_tables.recoveries.c
    query = select(ledger_tables.recoveries).where(_told(moment, columns.started))
    found = map(rows.recovery, connection.execute(query.order_by(columns.started, columns.iri)))
    return {one.iri: _begun(one, moment) for one in found}


def _begun(recovery: Recovery, moment: Moment) -> Recovery:
    if recovery.ended is None or moment.until is None or recovery.ended <= moment.until:
        return recovery
    return replace(recovery, ended=None, outcome="")


def _said(connection: Connection, moment: Moment) -> dict[_Named, Finding]:
    """What the verdicts of the entries that were current then say of each finding."""
    columns = tables.entries.c
    current = (
        select(func.max(columns.revision))
        .where(columns.revision <= moment.revision)
        .group_by(columns.subject)
    )
    query = select(columns.subject, columns.verdict).where(columns.revision.in_(current))
    return {
        (Iri(subject), finding.fingerprint): finding
        for subject, verdict in connection.execute(query)
        for finding in codec.verdict(Iri(subject), verdict).findings
    }


def _as_of(
    tracked: Tracked,
    turned: Sequence[Turn],
    moment: Moment,
    said: Finding | None,
    recoveries: Iterable[Iri],
) -> Tracked:
    """A finding as it was after some of its turns."""
    last = turned[-1]
    closed = last.state is State.CLOSED
    late = moment.until is None or tracked.last_seen > moment.until
    states = [turn.state for turn in turned]
    taken = [turn.by for turn in turned if turn.by is not None and turn.by in recoveries]
    stood = next((turn for turn in reversed(turned) if turn.state is not State.CLOSED), last)
    return replace(
        tracked,
        finding=replace(
            said or tracked.finding, waiver=last.by if last.state is State.WAIVED else None
        ),
        state=last.state,
        changed=last.time,
        last_seen=stood.time if late else tracked.last_seen,
        last_revision=stood.revision if late else tracked.last_revision,
        closed=last.time if closed else None,
        closed_revision=last.revision if closed else None,
        reopened=sum(
            before is State.CLOSED and state is not State.CLOSED
            for before, state in pairwise(states)
        ),
        recovery=taken[-1] if taken else None,
    )
