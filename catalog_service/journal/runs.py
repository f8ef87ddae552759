"""What runs told, event by event, kept beside the journal's entries, each once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Engine,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    inspect,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import insert

from catalog_service.journal import codec
from catalog_service.journal.tables import metadata

_AT_ONCE = 500

events = Table(
    "run_events",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("job", Text, nullable=False),
    Column("run", String(36), nullable=False),
    Column("time", DateTime(timezone=False), nullable=False),  # UTC, of the event
    Column("content", LargeBinary, nullable=False),  # zstd of the event as it came
    Column("token", String(16), nullable=False),
    Column("received", DateTime(timezone=False), nullable=False),  # UTC
    Index("run_events_by_job", "job", "time"),
    Index("run_events_by_run", "run"),
)


class Told(NamedTuple):
    """An event, as it is to be kept.

    Args:
        job: what was run, in a form that tells jobs apart; empty where it is about no job.
        run: the id of the run; empty where it is about none.
        time: when it happened.
        text: the event, as it came.
    """

    job: str
    run: str
    time: datetime
    text: str


class Last(NamedTuple):
    """One of the last runs of a job: the texts of its events, and the tokens they came with."""

    job: str
    events: tuple[tuple[str, str], ...]


class Runs:
    """The events of one home.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, told: Sequence[Told], *, token: str, now: datetime) -> tuple[bool, ...]:
        """Keep events; they are durable when this returns.

        Args:
            told: the events, in any order.
            token: the id of the token it was told with.
            now: when it was told.

        Returns:
            For each event, whether it was new.
        """
        received = _naive(now)
        new = []
        with self._engine.begin() as connection:
            for job, run, time, text in told:
                done = connection.execute(
                    insert(events)
                    .values(
                        digest=sha256(text.encode()).hexdigest(),
                        job=job,
                        run=run,
                        time=_naive(time),
                        content=codec.packed(text),
                        token=token,
                        received=received,
                    )
                    .on_conflict_do_nothing()
                )
                new.append(done.rowcount > 0)
        return tuple(new)

    def last(
        self, jobs: Iterable[str] | None = None, *, until: datetime | None = None
    ) -> Iterator[Last]:
        """The two last runs of each job, the latest first.

        Two, so that while a run is under way, or where it failed, what the one before told stands.

        Args:
            jobs: the jobs to look at; all of them by default.
            until: leave out events that were told later.
        """
        told = true() if until is None else events.c.received <= _naive(until)
        if not inspect(self._engine).has_table(events.name):
            return  # the home was made before there were any, and is only read
        for job in sorted(set(self._jobs(told) if jobs is None else jobs)):
            for run in self._runs(job, told):
                yield Last(job, self._told(job, run, told))

    def _jobs(self, told: ColumnElement[bool]) -> list[str]:
        with self._engine.connect() as connection:
            known = select(events.c.job).where(events.c.job != "").where(told).distinct()
            return list(connection.execute(known).scalars())

    def _runs(self, job: str, told: ColumnElement[bool]) -> list[str]:
        newest = (
            select(events.c.run)
            .where(events.c.job == job)
            .where(told)
            .order_by(events.c.time.desc())
            .limit(_AT_ONCE)
        )
        with self._engine.connect() as connection:
            found = dict.fromkeys(connection.execute(newest).scalars())
        return list(found)[:2]

    def _told(self, job: str, run: str, told: ColumnElement[bool]) -> tuple[tuple[str, str], ...]:
        statement = (
            select(events.c.content, events.c.token)
            .where(events.c.job == job)
            .where(events.c.run == run)
            .where(told)
            .order_by(events.c.time, events.c.digest)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement)
            return tuple((codec.unpacked(content), token) for content, token in rows)


def _naive(time: datetime) -> datetime:
    """A time as the database keeps it: in UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)
