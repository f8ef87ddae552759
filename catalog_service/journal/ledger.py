"""Keeping findings over time, and how every subject stood: what was observed of the entries."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.engine import Connection, Engine

from catalog_service.domain.tracking import (
    Check,
    Conformance,
    Recovery,
    Standing,
    State,
    Tracked,
    Turn,
)
from catalog_service.journal import entering
from catalog_service.journal import ledger_rows as rows
from catalog_service.journal import ledger_tables as tables
from catalog_service.journal.remembering import remember, remembered
from catalog_service.journal.wanted import EVERYTHING, Filter, Key
from catalog_service.terms import Iri

_UNTOLD = "untold"
"""Under which name the home remembers that something recorded is not projected yet."""


class Ledger:
    """The ledger of one home. It lies in the database of the journal, outside the chain of hashes.

    Args:
        engine: the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """The database, for what reads it beside this class."""
        return self._engine

    def record(self, checks: Iterable[Check]) -> tuple[Iri, ...]:
        """Enter checks of what is published; durable when this returns.

        Returns:
            The subjects of which something has changed beyond when they were last checked.
        """
        with self._engine.begin() as connection:
            changed = entering.entered(connection, checks)
            if changed:
                remember(connection, _UNTOLD, "yes")
            return changed

    @property
    def shown(self) -> bool:
        """False where something was recorded, and the process ended before it was `told`."""
        with self._engine.connect() as connection:
            return not remembered(connection, _UNTOLD)

    def told(self) -> None:
        """Remember that every projection shows what was recorded."""
        with self._engine.begin() as connection:
            remember(connection, _UNTOLD, "")

    def recover(self, recovery: Recovery) -> None:
        """Keep a recovery that begins, and mark the open findings that it takes up."""
        with self._engine.begin() as connection:
            connection.execute(tables.recoveries.insert().values(rows.of_recovery(recovery)))
            self._turned(connection, recovery, State.OPEN, State.RECOVERING, recovery.started)

    def recovered(self, recovery: Iri, *, ended: datetime, outcome: str) -> None:
        """End a recovery. What it took up and no check has closed is open again.

        Args:
            recovery: its name.
            ended: when it ended.
            outcome: what it came to, in words.
        """
        of_it = tables.recoveries.c.iri == recovery
        with self._engine.begin() as connection:
            row = connection.execute(select(tables.recoveries).where(of_it)).one()
            connection.execute(
                tables.recoveries.update()
                .where(of_it)
                .values(ended=rows.stamp(ended), outcome=outcome)
            )
            self._turned(connection, rows.recovery(row), State.RECOVERING, State.OPEN, ended)

    @staticmethod
    def _turned(
        connection: Connection, recovery: Recovery, before: State, after: State, time: datetime
    ) -> None:
        wanted = Filter(subjects=(recovery.subject,), states=(before,))
        query = select(tables.findings).where(*wanted.clauses())
        found = [
            replace(tracked, state=after, changed=time, recovery=recovery.iri)
            for tracked in map(rows.finding, connection.execute(query))
            if tracked.fingerprint in recovery.findings
            and (before is State.OPEN or tracked.recovery == recovery.iri)
        ]
        entering.update(connection, found)
        turns = [rows.of_turn(f, Turn(time, f.last_revision, after, recovery.iri)) for f in found]
        entering.insert(connection, tables.turns, turns)

    def of(self, subject: Iri) -> tuple[Tracked, ...]:
        """Every finding that a subject ever had, the gravest first."""
        return self.page(Filter(subjects=(subject,)))

    def page(
        self, wanted: Filter = EVERYTHING, *, after: Key | None = None, limit: int | None = None
    ) -> tuple[Tracked, ...]:
        """Findings, the gravest first, then by subject, standard and fingerprint.

        Args:
            wanted: which.
            after: the key of the last one of the page before.
            limit: how many at most; all by default.
        """
        columns = tables.findings.c
        rest = (columns.subject, columns.standard, columns.fingerprint)
        query = select(tables.findings).where(*wanted.clauses())
        if after is not None:
            further = and_(columns.weight == after.weight, tuple_(*rest) > tuple_(*after[1:]))
            query = query.where(or_(columns.weight < after.weight, further))
        query = query.order_by(columns.weight.desc(), *rest).limit(limit)
        with self._engine.connect() as connection:
            return tuple(map(rows.finding, connection.execute(query)))

    def counts(self, wanted: Filter, *by: str) -> dict[tuple[str | int | None, ...], int]:
        """How many findings there are, by the values of some columns.

        Args:
            wanted: which.
            by: `subject`, `state`, `weight`, `standard`, `kind`, `domain`, `owner`.
        """
        columns = [tables.findings.c[name] for name in by]
        query = select(*columns, func.count()).where(*wanted.clauses()).group_by(*columns)
        with self._engine.connect() as connection:
            return {tuple(row[:-1]): row[-1] for row in connection.execute(query)}

    def turns(self, subject: Iri, fingerprint: str) -> tuple[Turn, ...]:
        """Every change of state of one finding, the first one first."""
        columns = tables.turns.c
        query = (
            select(tables.turns)
            .where(columns.subject == subject, columns.fingerprint == fingerprint)
            .order_by(columns.number)
        )
        with self._engine.connect() as connection:
            return tuple(map(rows.turn, connection.execute(query)))

    def recoveries(self, subjects: Iterable[Iri] | None = None) -> dict[Iri, tuple[Recovery, ...]]:
        """All recoveries of each of `subjects`, or of all, that has any; the first one first."""
        with self._engine.connect() as connection:
            return _recoveries(connection, None if subjects is None else tuple(subjects))

    def conformance(
        self,
        subjects: Iterable[Iri] | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Conformance, ...]:
        """How each of `subjects`, or of all, stood over time; each in the order in which it began.

        Args:
            subjects: products or decisions; all of them by default.
            since: leave out what ended before.
            until: leave out what began after.
        """
        columns = tables.checks.c
        query = select(tables.checks).order_by(columns.since, columns.number)
        if since is not None:
            later = columns.ended > rows.stamp(since)
            query = query.where(or_(columns.ended.is_(None), later))
        if until is not None:
            query = query.where(columns.since <= rows.stamp(until))
        found: list[Conformance] = []
        with self._engine.connect() as connection:
            for some in entering.parts(None if subjects is None else tuple(subjects)):
                chosen = query if some is None else query.where(columns.subject.in_(some))
                found.extend(map(rows.check, connection.execute(chosen)))
        return tuple(found)

    def standings(self, subjects: Iterable[Iri] | None = None) -> dict[Iri, Standing]:
        """How those of `subjects` that were ever checked stand now; all that were, by default."""
        every = None if subjects is None else tuple(dict.fromkeys(subjects))
        with self._engine.connect() as connection:
            latest = [found for _, found in entering.latest(connection, every)]
            findings = entering.findings(connection, every)
            taken = _recoveries(connection, every)
        return {
            found.subject: Standing(
                found, tuple(findings.get(found.subject, ())), taken.get(found.subject, ())
            )
            for found in latest
        }


def _recoveries(
    connection: Connection, subjects: Collection[Iri] | None
) -> dict[Iri, tuple[Recovery, ...]]:
    columns = tables.recoveries.c
    query = select(tables.recoveries).order_by(columns.started, columns.iri)
    found: dict[Iri, tuple[Recovery, ...]] = {}
    for some in entering.parts(subjects):
        chosen = query if some is None else query.where(columns.subject.in_(some))
        for row in connection.execute(chosen):
            told = rows.recovery(row)
            found[told.subject] = (*found.get(told.subject, ()), told)
    return found
