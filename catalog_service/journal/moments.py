"""Which revision was the latest at a time, and until when a revision was the latest."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, inspect, select
from sqlalchemy.engine import Connection, Engine

from catalog_service.domain.moment import Moment
from catalog_service.errors import NotFound
from catalog_service.journal import ledger_tables as ledger
from catalog_service.journal.observations import observations
from catalog_service.journal.runs import events
from catalog_service.journal.tables import entries

_BEFORE = timedelta(microseconds=1)
_OBSERVED = (
    ledger.turns.c.time,
    ledger.checks.c.since,
    ledger.checks.c.ended,
    ledger.recoveries.c.started,
    ledger.recoveries.c.ended,
    observations.c.received,
    events.c.received,
)
"""When what changes between two revisions was written down."""


class Moments:
    """The moments of one home.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at(self, asked: int | datetime, *, now: datetime) -> Moment:
        """The state right up to the next revision, or at a time.

        Args:
            asked: a revision or a time.
            now: the time; what comes after it cannot be told.

        Raises:
            NotFound: that revision or time is still to come, or was before there was anything.
        """
        with self._engine.connect() as connection:
            if isinstance(asked, datetime):
                return self._at_time(connection, asked.astimezone(UTC), now)
            return self._at_revision(connection, asked)

    def _at_revision(self, connection: Connection, asked: int) -> Moment:
        columns = entries.c
        last = connection.execute(select(func.max(columns.revision))).scalar() or 0
        if asked == last:
            return Moment(asked)
        if asked > last:
            raise NotFound(
                f"there is no revision {asked} yet; the latest is {last}",
                hint=f"ask as of {last} or an earlier one, or leave asOf out for what is current",
            )
        if asked < 1:
            raise NotFound(
                f"there is no revision {asked}; the first is 1", hint="ask as of 1 or a later one"
            )
        rows = connection.execute(
            select(columns.revision, columns.time).where(columns.revision.in_((asked, asked + 1)))
        )
        times = {number: _utc(time) for number, time in rows}
        return Moment(asked, None, times[asked], times[asked + 1] - _BEFORE)

    def _at_time(self, connection: Connection, asked: datetime, now: datetime) -> Moment:
        if asked > now:
            raise NotFound(
                f"{asked.isoformat()} is still to come",
                hint="ask as of an earlier time, or leave asOf out for what is current",
            )
        columns = entries.c
        by_number = select(columns.revision, columns.time).order_by(columns.revision.desc())
        naive = asked.replace(tzinfo=None)
        found = connection.execute(by_number.where(columns.time <= naive).limit(1)).first()
        if found is None:
            first = connection.execute(select(func.min(columns.time))).scalar()
            since = f"the first revision came at {_utc(first).isoformat()}" if first else "none has"
            raise NotFound(
                f"nothing was published yet at {asked.isoformat()}: {since}",
                hint="ask as of a later time",
            )
        revision, began = found
        current = connection.execute(by_number.limit(1)).one()
        until = None if revision == current[0] and self._quiet(connection, naive) else asked
        return Moment(revision, asked, _utc(began), until)

    @staticmethod
    def _quiet(connection: Connection, time: datetime) -> bool:
        """True where nothing was observed after a time, so that the state is still the same."""
        there = set(inspect(connection).get_table_names())
        latest = (
            connection.execute(select(func.max(column))).scalar()
            for column in _OBSERVED
            if column.table.name in there
        )
        return all(told is None or told <= time for told in latest)


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
