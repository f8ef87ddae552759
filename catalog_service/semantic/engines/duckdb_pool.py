"""Locked databases that are kept for the next question over the same ports."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock, Timer
from weakref import finalize

import duckdb

from catalog_service.semantic.engines.lockdown import Allowance, Needs, lock

_KEPT = 8
"""Databases that are kept while nobody uses them."""
_IDLE = 1.0
"""Seconds that a mounted file is held for the next question; nobody can write to it meanwhile."""


@dataclass(eq=False, slots=True, weakref_slot=True)
class Database:
    """One locked DuckDB in memory; each question has a cursor of its own in it.

    Its folder for temporary files goes with it, at the latest when the process ends.
    """

    connection: duckdb.DuckDBPyConnection
    folder: str
    users: int = 0
    uses: int = 1
    broken: bool = False
    _swept: Callable[[], object] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._swept = finalize(self, rmtree, self.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of it, and of its temporary files."""
        self.connection.close()
        self._swept()


@dataclass
class Pool:
    """Databases by what they may read and take; making one costs more than many a question."""

    threads: int
    spill: int
    _kept: OrderedDict[tuple[Needs, int], Database] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def cursor(
        self, needs: Needs, memory: int
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, Database]]:
        """A connection of one's own to a database that may read this and no more.

        Raises:
            duckdb.Error: what it needs cannot be brought in.
        """
        key = (needs, memory)
        database = self._taken(key)
        cursor = database.connection.cursor()
        try:
            yield cursor, database
        finally:
            cursor.close()
            self._given_back(key, database)

    def close(self) -> None:
        """Let go of all that nobody uses."""
        with self._lock:
            for key in [key for key, each in self._kept.items() if not each.users]:
                self._kept.pop(key).close()

    def _taken(self, key: tuple[Needs, int]) -> Database:
        with self._lock:
            if (database := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                database.users += 1
                database.uses += 1
                return database
        made = self._made(*key)
        made.users = 1
        with self._lock:
            if key not in self._kept:  # two may have been made at once; the second is not kept
                self._kept[key] = made
        return made

    def _given_back(self, key: tuple[Needs, int], database: Database) -> None:
        with self._lock:
            database.users -= 1
            kept = self._kept.get(key) is database
            if kept and database.broken:
                del self._kept[key]
                kept = False
            idle = [key for key, each in self._kept.items() if not each.users]
            away = [self._kept.pop(old) for old in idle[: max(0, len(self._kept) - _KEPT)]]
        if not kept and not database.users:
            away.append(database)
        for each in away:
            each.close()
        if kept and not database.users and not key[0].lasting:
            timer = Timer(_IDLE, self._left_alone, (key, database, database.uses))
            timer.daemon = True
            timer.start()

    def _left_alone(self, key: tuple[Needs, int], database: Database, uses: int) -> None:
        """Let go of a mounted file, if nobody used it since."""
        with self._lock:
            if self._kept.get(key) is not database or database.uses != uses:
                return
            del self._kept[key]
        database.close()

    def _made(self, needs: Needs, memory: int) -> Database:
        folder = mkdtemp(prefix="polyseme-")
        connection = duckdb.connect(":memory:")
        try:
            lock(connection, needs, Allowance(memory, self.threads, self.spill, folder))
        except duckdb.Error:
            connection.close()
            rmtree(folder, ignore_errors=True)
            raise
        return Database(connection, folder)
