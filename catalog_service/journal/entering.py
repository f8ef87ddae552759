"""Entering checks into the ledger: what each changes, written in a few statements for all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import Table, Update, bindparam, select
from sqlalchemy.engine import Connection

from catalog_service.domain.publication import Entry
from catalog_service.domain.tracking import (
    Check,
    Conformance,
    Place,
    State,
    Tracked,
    Turn,
    followed,
    stood,
)
from catalog_service.journal import ledger_rows as rows
from catalog_service.journal import ledger_tables as tables
from catalog_service.terms import Iri

T = TypeVar("T")
_MANY = 500
"""Subjects in one statement: databases bound how many values one may bind."""


def check_of(entry: Entry) -> Check:
    """The check that let an entry into the journal."""
    return Check(
        entry.verdict, entry.revision, "publish", entry.time, place=rows.place(entry), read=True
    )


def entered(connection: Connection, checks: Iterable[Check]) -> tuple[Iri, ...]:
    """Enter checks in a transaction that somebody else began; the subjects that have changed."""
    changed: dict[Iri, None] = {}
    for some in _apart(checks):
        subjects = [check.verdict.subject for check in some]
        known = findings(connection, subjects)
        stands = {found.subject: (number, found) for number, found in latest(connection, subjects)}
        difference = _Difference()
        for check in some:
            subject = check.verdict.subject
            number, last = stands.get(subject, (0, None))
            if last is None or check.revision >= last.revision:  # else of what is no longer current
                difference.add(check, known.get(subject, ()), number, last)
        difference.write(connection)
        changed |= difference.changed
    return tuple(changed)


@dataclass(slots=True)
class _Difference:
    """What checks of different subjects change: rows to be inserted and to be updated."""

    changed: dict[Iri, None] = field(default_factory=dict)
    _new: list[Tracked] = field(default_factory=list)
    _kept: list[Tracked] = field(default_factory=list)
    _seen: list[rows.Values] = field(default_factory=list)
    _turns: list[rows.Values] = field(default_factory=list)
    _begun: list[rows.Values] = field(default_factory=list)
    _ended: list[rows.Values] = field(default_factory=list)
    _still: list[rows.Values] = field(default_factory=list)

    def add(
        self, check: Check, known: Collection[Tracked], number: int, stands: Conformance | None
    ) -> None:
        """Take in one check.

        Args:
            check: the check.
            known: the findings of its subject so far.
            number: the row that tells how it stands.
            stands: what that row says; None where it was never checked.
        """
        before = {tracked.fingerprint: tracked for tracked in known}
        place = check.place or (stands.place if stands else Place())
        after = followed(known, replace(check, place=place))
        for tracked in after:
            self._follow(before.get(tracked.fingerprint), tracked, check)
        now = {"at": number, "time": rows.stamp(check.time)}
        found = stood(check, after, place)
        if stands and replace(found, since=stands.since, until=stands.until) == stands:
            self._still.append(now)
            return
        self.changed[check.verdict.subject] = None
        self._begun.append(rows.of_check(found))
        if stands:
            self._ended.append(now)

    def _follow(self, was: Tracked | None, tracked: Tracked, check: Check) -> None:
        if was is not None and _known(was) == _known(tracked):
            if was.last_seen != tracked.last_seen:
                self._seen.append(_seen(tracked))
            return
        (self._new if was is None else self._kept).append(tracked)
        self.changed[check.verdict.subject] = None
        if was is None or _situation(was) != _situation(tracked):
            by = tracked.finding.waiver if tracked.state is State.WAIVED else None
            turn = Turn(check.time, check.revision, tracked.state, by)
            self._turns.append(rows.of_turn(tracked, turn))

    def write(self, connection: Connection) -> None:
        """Write it down."""
        insert(connection, tables.findings, map(rows.of_finding, self._new))
        update(connection, self._kept)
        if self._seen:
            connection.execute(_named(("last_seen", "last_revision")), self._seen)
        insert(connection, tables.turns, self._turns)
        row = tables.checks.update().where(tables.checks.c.number == bindparam("at"))
        if self._ended:
            connection.execute(row.values(ended=bindparam("time")), self._ended)
        if self._still:
            connection.execute(row.values(until=bindparam("time")), self._still)
        insert(connection, tables.checks, self._begun)


def _known(tracked: Tracked) -> tuple[object, ...]:
    """All that can change beyond when, and in which revision, it was last seen."""
    return (
        tracked.finding,
        tracked.state,
        tracked.changed,
        tracked.closed,
        tracked.recovery,
        tracked.place,
    )


def _seen(tracked: Tracked) -> rows.Values:
    """That a finding was seen again, which is most of what sweeps have to write down."""
    return {
        "to_subject": tracked.subject,
        "to_fingerprint": tracked.fingerprint,
        "to_last_seen": rows.stamp(tracked.last_seen),
        "to_last_revision": tracked.last_revision,
    }


def _situation(tracked: Tracked) -> tuple[State, Iri | None]:
    return tracked.state, tracked.finding.waiver


def insert(connection: Connection, table: Table, values: Iterable[rows.Values]) -> None:
    """Insert rows in one statement."""
    listed = list(values)
    if listed:
        connection.execute(table.insert(), listed)


def update(connection: Connection, kept: Iterable[Tracked]) -> None:
    """Write findings over what the ledger has of them, in one statement."""
    listed = [{f"to_{k}": value for k, value in rows.of_finding(each).items()} for each in kept]
    if listed:
        names = [name.removeprefix("to_") for name in listed[0]]
        connection.execute(_named(names), listed)


def _named(names: Iterable[str]) -> Update:
    """The statement that sets some columns of findings; each value is bound by `to_` and a name."""
    columns = tables.findings.c
    return (
        tables.findings.update()
        .where(columns.subject == bindparam("to_subject"))
        .where(columns.fingerprint == bindparam("to_fingerprint"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )


def findings(connection: Connection, subjects: Collection[Iri] | None) -> dict[Iri, list[Tracked]]:
    """The findings of each of `subjects`, or of all; the gravest first."""
    columns = tables.findings.c
    query = select(tables.findings).order_by(
        columns.weight.desc(), columns.standard, columns.fingerprint
    )
    found: dict[Iri, list[Tracked]] = defaultdict(list)
    for some in parts(subjects):
        chosen = query if some is None else query.where(columns.subject.in_(some))
        for row in connection.execute(chosen):
            tracked = rows.finding(row)
            found[tracked.subject].append(tracked)
    return found


def latest(
    connection: Connection, subjects: Collection[Iri] | None
) -> Iterator[tuple[int, Conformance]]:
    """How each of `subjects`, or all, stand now, with the number of the row that says so."""
    columns = tables.checks.c
    query = select(tables.checks).where(columns.ended.is_(None))
    for some in parts(subjects):
        chosen = query if some is None else query.where(columns.subject.in_(some))
        for row in connection.execute(chosen):
            yield row.number, rows.check(row)


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """Things by the hundreds, as many as one statement takes."""
    listed = list(things)
    return (listed[start : start + _MANY] for start in range(0, len(listed), _MANY))


def parts(subjects: Collection[Iri] | None) -> Iterable[Sequence[Iri] | None]:
    """Subjects by the hundreds; one None where all are meant."""
    return [None] if subjects is None else chunks(subjects)


def _apart(checks: Iterable[Check]) -> Iterator[list[Check]]:
    """Checks in their order, in parts in which no subject comes twice."""
    part: dict[Iri, Check] = {}
    for check in checks:
        if check.verdict.subject in part or len(part) == _MANY:
            yield list(part.values())
            part = {}
        part[check.verdict.subject] = check
    if part:
        yield list(part.values())
