"""Appending publications, reading them back, and proving that none was changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, create_engine, event, func, inspect, select, true
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from zstandard import ZstdError

from catalog_service.domain.findings import Verdict
from catalog_service.domain.moment import Moment
from catalog_service.domain.publication import Entry, Kind
from catalog_service.domain.rdf import Origin
from catalog_service.errors import JournalDamaged, NotFound
from catalog_service.journal import chain, codec, entering, ledger_tables, tables
from catalog_service.journal.feed import Feed
from catalog_service.journal.judged import Judged
from catalog_service.journal.ledger import Ledger
from catalog_service.journal.moments import Moments
from catalog_service.journal.observations import Observations
from catalog_service.journal.questions import Questions
from catalog_service.journal.recalling import recalled
from catalog_service.journal.remembering import remember, remembered
from catalog_service.journal.runs import Runs
from catalog_service.journal.tokens import Tokens
from catalog_service.terms import Iri

_FOLLOWED = "followed"
"""Under which name the home remembers the revision that the ledger has come to."""
_MEMORY = Path(":memory:")
_MANY = 500
"""Entries that are brought into the ledger in one transaction."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be appended: an entry before it has a number. Fields as in `Entry`."""

    subject: Iri
    kind: Kind
    version: str
    nquads: str
    content_hash: str
    publisher: str
    verdict: Verdict
    origins: tuple[Origin, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused submission, kept with its reasons."""

    subject: Iri
    nquads: str
    verdict: Verdict
    source: str
    time: datetime


class Journal:
    """The journal of one home, in SQLite.

    Args:
        file: the database; made where it is absent and `write` is True. None keeps it in memory,
            for a gate that runs without a home and leaves nothing behind.
        write: False to read only, beside a process that writes.

    Raises:
        NotFound: it is absent and only to be read.
        JournalDamaged: the file is no journal.
    """

    def __init__(self, file: Path | None, *, write: bool = True) -> None:
        if file is not None:
            if not write and not file.is_file():
                raise NotFound(
                    f"there is no catalog in {file.parent}",
                    hint="make one with `polyseme harvest PATH`, or name its folder with --home",
                )
            file.parent.mkdir(parents=True, exist_ok=True)
        self.writes = write
        self._engine = _engine(file, write=write)
        self._file = file or _MEMORY
        try:
            if write:
                tables.metadata.create_all(self._engine)
                _catch_up(self._engine, self)
            self.revision()
        except DatabaseError as fault:
            raise JournalDamaged(
                f"{self._file} cannot be read as a journal: {fault.orig}",
                hint="restore it from a backup",
            ) from fault

    @property
    def kept(self) -> bool:
        """Whether it is kept in a file."""
        return self._file != _MEMORY

    @property
    def tokens(self) -> Tokens:
        """The publish tokens, which lie in the same database."""
        return Tokens(self._engine)

    @property
    def feed(self) -> Feed:
        """The entries in their order, without what they hold."""
        return Feed(self._engine)

    @property
    def runs(self) -> Runs:
        """What runs told, in the same database."""
        return Runs(self._engine)

    @property
    def observations(self) -> Observations:
        """What was measured outside of products' own graphs, in the same database."""
        return Observations(self._engine)

    @property
    def questions(self) -> Questions:
        """Who asked what across products, in the same database."""
        return Questions(self._engine)

    @cached_property
    def ledger(self) -> Ledger:
        """Findings over time, which lie in the same database.

        A reader of a journal that has none, or one that is behind, is given a copy in memory.
        """
        if _followed(self._engine) == self.revision():
            return Ledger(self._engine)
        copy = _engine(None, write=True)
        tables.metadata.create_all(copy)
        _catch_up(copy, self)
        return Ledger(copy)

    @property
    def moments(self) -> Moments:
        """Which states there were, and when."""
        return Moments(self._engine)

    def recalled(self, moment: Moment) -> Ledger:
        """Findings over time as they were at a past moment: a copy in memory."""
        current = self.ledger  # of a journal without one, a copy that was caught up
        return Ledger(recalled(current.engine, self._engine, moment))

    @property
    def judged(self) -> Judged:
        """What sweeps last said of each subject, in the same database."""
        return Judged(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def revision(self) -> int:
        """The number of the latest entry; 0 for an empty journal."""
        with self._engine.connect() as connection:
            return _last(connection)[0]

    def append(self, drafts: Sequence[Draft], *, now: datetime | None = None) -> tuple[Entry, ...]:
        """Append publications, all of them or none; they are durable when this returns.

        Each also closes what was in quarantine for its subject, and enters the ledger.

        Args:
            drafts: what to append, in this order.
            now: the time to write down; the clock's by default.
        """
        if not drafts:
            return ()
        time = (now or datetime.now(UTC)).astimezone(UTC)
        appended = []
        with self._engine.begin() as connection:
            number, previous = _last(connection)
            for draft in drafts:
                number += 1
                values = _values(draft, number, previous, time)
                connection.execute(tables.entries.insert().values(values))
                connection.execute(
                    tables.quarantine.update()
                    .where(tables.quarantine.c.subject == draft.subject)
                    .where(tables.quarantine.c.open)
                    .values(open=False)
                )
                appended.append(_entry(draft, values, time))
                previous = values["entry_hash"]
            _follow(connection, appended)
        return tuple(appended)

    def latest(self, subject: Iri) -> Entry | None:
        """The current entry of a subject; None where it was never published."""
        found = self._rows(
            select(tables.entries)
            .where(tables.entries.c.subject == subject)
            .order_by(tables.entries.c.revision.desc())
            .limit(1)
        )
        return next(found, None)

    def latest_of(self, subjects: Iterable[Iri], *, as_of: int | None = None) -> dict[Iri, Entry]:
        """The current entries of those of `subjects` that were published, in one question.

        Args:
            subjects: products and decisions.
            as_of: a revision; what was current right after it, instead of today.
        """
        newest = (
            select(func.max(tables.entries.c.revision))
            .where(tables.entries.c.subject.in_(tuple(subjects)))
            .where(_by(as_of))
            .group_by(tables.entries.c.subject)
        )
        rows = self._rows(select(tables.entries).where(tables.entries.c.revision.in_(newest)))
        return {entry.subject: entry for entry in rows}

    def earlier_of(self, subjects: Iterable[Iri]) -> dict[Iri, Entry]:
        """The entry before the current one, of those of `subjects` that have one."""
        columns = tables.entries.c
        asked = columns.subject.in_(tuple(subjects))
        newest = select(func.max(columns.revision)).where(asked).group_by(columns.subject)
        before = (
            select(func.max(columns.revision))
            .where(asked)
            .where(columns.revision.not_in(newest))
            .group_by(columns.subject)
        )
        rows = self._rows(select(tables.entries).where(columns.revision.in_(before)))
        return {entry.subject: entry for entry in rows}

    def history(self, subject: Iri) -> tuple[Entry, ...]:
        """All entries of a subject, the latest first."""
        return tuple(
            self._rows(
                select(tables.entries)
                .where(tables.entries.c.subject == subject)
                .order_by(tables.entries.c.revision.desc())
            )
        )

    def history_of(
        self, subjects: Iterable[Iri], *, as_of: int | None = None
    ) -> dict[Iri, tuple[Entry, ...]]:
        """All entries of each of `subjects` that was published, the latest first.

        Args:
            subjects: products and decisions.
            as_of: a revision; only entries up to it.
        """
        found: dict[Iri, tuple[Entry, ...]] = {}
        statement = (
            select(tables.entries)
            .where(tables.entries.c.subject.in_(tuple(subjects)))
            .where(_by(as_of))
            .order_by(tables.entries.c.revision.desc())
        )
        for entry in self._rows(statement):
            found[entry.subject] = (*found.get(entry.subject, ()), entry)
        return found

    def current(self, *, as_of: int | None = None, places: bool = True) -> Iterator[Entry]:
        """The current entry of each subject, in order of their numbers.

        Args:
            as_of: a revision; the state right after it, instead of today's.
            places: False to leave out where each fact was read, which takes as long as the rest.
        """
        columns = tables.entries.c
        newest = select(func.max(columns.revision)).where(_by(as_of)).group_by(columns.subject)
        asked = columns if places else [each for each in columns if each is not columns.origins]
        yield from self._rows(
            select(*asked).where(columns.revision.in_(newest)).order_by(columns.revision)
        )

    def number_of_subjects(self, *, as_of: int) -> int:
        """How many products and decisions had been published at a revision."""
        subjects = select(func.count(tables.entries.c.subject.distinct())).where(_by(as_of))
        with self._engine.connect() as connection:
            return connection.execute(subjects).scalar() or 0

    def since(self, revision: int) -> Iterator[Entry]:
        """Every entry after a revision, in order: the change feed."""
        yield from self._rows(
            select(tables.entries)
            .where(tables.entries.c.revision > revision)
            .order_by(tables.entries.c.revision)
        )

    def hashes(self, subjects: Iterable[Iri] | None = None) -> dict[Iri, tuple[str, int]]:
        """The content hash and revision of the current entry of each of `subjects`, or of all."""
        columns = tables.entries.c
        listed = None if subjects is None else tuple(subjects)
        found: dict[Iri, tuple[str, int]] = {}
        with self._engine.connect() as connection:
            for some in entering.parts(listed):
                newest = select(func.max(columns.revision)).group_by(columns.subject)
                if some is not None:
                    newest = newest.where(columns.subject.in_(some))
                rows = connection.execute(
                    select(columns.subject, columns.content_hash, columns.revision).where(
                        columns.revision.in_(newest)
                    )
                )
                found |= {Iri(subject): (content, number) for subject, content, number in rows}
        return found

    def keep_in_quarantine(self, refused: Iterable[Quarantined]) -> None:
        """Keep refused submissions with their reasons; the same content is kept once."""
        with self._engine.begin() as connection:
            for submission in refused:
                content_hash = sha256(submission.nquads.encode()).hexdigest()
                there = tables.quarantine.c
                connection.execute(
                    tables.quarantine.delete()
                    .where(there.subject == submission.subject)
                    .where(there.content_hash == content_hash)
                )
                connection.execute(
                    tables.quarantine.insert().values(
                        subject=submission.subject,
                        content=codec.packed(submission.nquads),
                        content_hash=content_hash,
                        verdict=codec.verdict_text(submission.verdict),
                        source=submission.source,
                        time=submission.time.astimezone(UTC).replace(tzinfo=None),
                        open=True,
                    )
                )

    def quarantined(self) -> tuple[Quarantined, ...]:
        """What is in quarantine now, by subject, the latest first."""
        there = tables.quarantine.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(tables.quarantine).where(there.open).order_by(there.subject, -there.number)
            )
            return tuple(
                Quarantined(
                    Iri(row.subject),
                    codec.unpacked(row.content),
                    codec.verdict(Iri(row.subject), row.verdict),
                    row.source,
                    row.time.replace(tzinfo=UTC),
                )
                for row in rows
            )

    def setting(self, name: str) -> str:
        """What the home remembers under `name`; empty where it remembers nothing."""
        with self._engine.connect() as connection:
            return remembered(connection, name)

    def remember(self, name: str, value: str) -> None:
        """Make the home remember a value under `name`."""
        with self._engine.begin() as connection:
            remember(connection, name, value)

    def verify(self) -> int:
        """Check every entry against its hashes and the chain; how many there are.

        Raises:
            JournalDamaged: an entry is not what was written, or one is missing; it is named.
        """
        previous, number = "", 0
        everything = select(tables.entries).order_by(tables.entries.c.revision)
        with self._engine.connect() as connection:
            for row in connection.execute(everything).mappings():
                stored = {str(column): value for column, value in row.items()}
                number += 1
                try:
                    sound = chain.whole(stored, number, previous)
                except (ZstdError, UnicodeDecodeError, TypeError, AttributeError):
                    sound = False
                if not sound:
                    raise JournalDamaged(
                        f"revision {number} of {self._file} is not what was written",
                        hint="restore the journal from a backup",
                    )
                previous = str(stored["entry_hash"])
        return number

    def _rows(self, statement: Any) -> Iterator[Entry]:  # noqa: ANN401 - a Select of entries
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                yield self._read(row)

    def _read(self, row: Row[Any]) -> Entry:
        try:
            return Entry(
                revision=row.revision,
                subject=Iri(row.subject),
                kind=Kind(row.kind),
                version=row.version,
                nquads=codec.unpacked(row.content),
                content_hash=row.content_hash,
                previous_hash=row.previous_hash,
                entry_hash=row.entry_hash,
                publisher=row.publisher,
                time=row.time.replace(tzinfo=UTC),
                verdict=codec.verdict(Iri(row.subject), row.verdict),
                origins=codec.origins(row.origins) if "origins" in row._fields else (),
                source=row.source,
            )
        except (ValueError, KeyError, TypeError, ZstdError) as fault:
            raise JournalDamaged(
                f"revision {row.revision} of {self._file} cannot be read: {fault}",
                hint="restore the journal from a backup",
            ) from fault


def _engine(file: Path | None, *, write: bool) -> Engine:
    if file is None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
    else:
        engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None  # the driver would begin late, and without IMMEDIATE
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            # In WAL mode only FULL syncs at each commit, which is what makes an answer a promise.
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turned into a writer would fail at once if another wrote meanwhile.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _by(revision: int | None) -> ColumnElement[bool]:
    """The entries up to a revision; all of them where none is named."""
    return true() if revision is None else tables.entries.c.revision <= revision


def _follow(connection: Connection, entries: Sequence[Entry]) -> None:
    """Enter the checks that let entries in, and remember how far the ledger has come."""
    entering.entered(connection, map(entering.check_of, entries))
    if entries:
        remember(connection, _FOLLOWED, str(entries[-1].revision))


def _followed(engine: Engine) -> int:
    """The revision that the ledger has come to; -1 where there is none, as in older journals."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(ledger_tables.checks.name):
            return -1
        return int(remembered(connection, _FOLLOWED) or 0)


def _catch_up(engine: Engine, journal: "Journal") -> None:
    """Enter what the ledger lacks: all of it in an older journal, or what an older release wrote.

    The entries are read first and followed afterwards: a transaction cannot wait for another of
    the same process.
    """
    behind = max(_followed(engine), 0)
    while entries := list(islice(journal.since(behind), _MANY)):
        with engine.begin() as connection:
            _follow(connection, entries)
        behind = entries[-1].revision


def _last(connection: Connection) -> tuple[int, str]:
    found = connection.execute(
        select(tables.entries.c.revision, tables.entries.c.entry_hash)
        .order_by(tables.entries.c.revision.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else (0, "")


def _values(draft: Draft, number: int, previous: str, time: datetime) -> dict[str, Any]:
    """A draft as the row that it becomes."""
    values: dict[str, Any] = {
        "revision": number,
        "subject": draft.subject,
        "kind": draft.kind.value,
        "version": draft.version,
        "content": codec.packed(draft.nquads),
        "content_hash": draft.content_hash,
        "previous_hash": previous,
        "publisher": draft.publisher,
        "time": time.replace(tzinfo=None),
        "verdict": codec.verdict_text(draft.verdict),
        "origins": codec.packed_origins(draft.origins),
        "source": draft.source,
    }
    return values | {"entry_hash": chain.sealed(values)}


def _entry(draft: Draft, values: dict[str, Any], time: datetime) -> Entry:
    return Entry(
        revision=values["revision"],
        subject=draft.subject,
        kind=draft.kind,
        version=draft.version,
        nquads=draft.nquads,
        content_hash=draft.content_hash,
        previous_hash=values["previous_hash"],
        entry_hash=values["entry_hash"],
        publisher=draft.publisher,
        time=time,
        verdict=draft.verdict,
        origins=draft.origins,
        source=draft.source,
    )
