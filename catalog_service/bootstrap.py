"""Putting the parts together: the one place where they meet.

A part is imported when it is first asked for: a command that only searches does not wait for the
gate's engines, nor one that only checks for the web.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from catalog_service.bundled import folder
from catalog_service.errors import Misconfigured, Unavailable
from catalog_service.journal import Journal, WriterLock
from catalog_service.search import Index
from catalog_service.settings import DEFAULT_BASE, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from catalog_service.domain.publication import Outcome
    from catalog_service.domain.waivers import Waiver
    from catalog_service.governance.closure import Ontology
    from catalog_service.governance.gate import Gate, Stage
    from catalog_service.governance.layers import Layers
    from catalog_service.governance.standards import Standards
    from catalog_service.graph import Store, View
    from catalog_service.graph.workers import WorkerPool
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.publishing.projection import Projection
    from catalog_service.publishing.publisher import Publisher
    from catalog_service.publishing.replay import Replay
    from catalog_service.terms import Iri

BASE = "base_iri"
STANDARDS = "standards"


@dataclass(frozen=True, slots=True)
class Published:
    """What a harvest came to: what was read, and what became of each product."""

    harvest: Harvest
    outcomes: tuple[Outcome, ...]

    @property
    def conforms(self) -> bool:
        """True where no product was refused."""
        return all(outcome.verdict.conforms for outcome in self.outcomes)


@dataclass
class Catalog:
    """One catalog: its journal, and everything that is projected from it.

    The graph is filled when it is first asked for, so that a command that only searches need not
    wait for it.

    Args:
        settings: how it was set up.
        journal: what was published.
        _index: the search index, which may be behind; ask for `index`.
        lock: held while this process may write; None where it only reads.
    """

    settings: Settings
    journal: Journal
    _index: Index
    lock: WriterLock | None = None
    _filling: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def base_iri(self) -> str:
        """What the IRIs of this mesh begin with: remembered, or set, or the default."""
        return self.journal.setting(BASE) or self.settings.base_iri or DEFAULT_BASE

    @cached_property
    def standards(self) -> Standards:
        """The standards of the mesh; kept in the cache between processes."""
        from catalog_service.governance import kept

        return kept.load(folder("shapes"), self.settings.cache)

    @cached_property
    def layers(self) -> Layers:
        """The standards of the mesh, with those that its domains keep.

        Raises:
            Misconfigured: a folder of the setting `standards` holds what a domain may not ask.
        """
        from catalog_service.governance import layers

        return layers.read(self.standards, self._folders)

    @property
    def _folders(self) -> tuple[Path, ...]:
        """Where the domains keep their standards: as set, or as the home remembers."""
        if self.settings.standards is not None:
            return self.settings.standards
        return tuple(map(Path, json.loads(self.journal.setting(STANDARDS) or "[]")))

    @cached_property
    def ontology(self) -> Ontology:
        """What the words mean, and what follows from it; kept in the cache between processes."""
        from catalog_service.governance import closure

        try:
            return closure.ontology(self.settings.cache)
        except OSError:  # a cache that cannot be used is no reason to stop
            return closure.ontology()

    @cached_property
    def gate(self) -> Gate:
        """What checks submissions."""
        from catalog_service.governance.gate import Gate

        return Gate(self.standards, self.ontology.closed, self.layers.domains)

    @property
    def projection(self) -> Projection:
        """The graph and the search index, at the journal's revision."""
        with self._filling:
            return self._projection

    @cached_property
    def _projection(self) -> Projection:
        from catalog_service.graph import Store
        from catalog_service.publishing.projection import Projection

        projection = Projection(Store(), self._index, self.layers, self.ontology)
        projection.fill(self.journal.current(), self.journal.revision())
        return projection

    @property
    def index(self) -> Index:
        """The search index, at the journal's revision."""
        filled = "_projection" in self.__dict__
        if not filled and self._index.revision != self.journal.revision():
            return self.projection.index
        return self._index

    @property
    def store(self) -> Store:
        """The graph."""
        return self.projection.store

    @cached_property
    def publisher(self) -> Publisher:
        """The write path."""
        from catalog_service.publishing.publisher import Publisher

        return Publisher(self.journal, self.projection, self.gate)

    @property
    def pool(self) -> WorkerPool:
        """The workers that answer ad-hoc SPARQL; started when first asked for."""
        with self._filling:
            return self._pool

    @cached_property
    def _pool(self) -> WorkerPool:
        from catalog_service.graph.workers import Limits, WorkerPool

        pool = WorkerPool(
            Limits(
                seconds=self.settings.query_seconds,
                memory_bytes=self.settings.query_memory << 20,
            ),
            size=self.settings.workers,
        )
        pool.start(self.projection.contents)
        self.projection.followers.append(pool)
        return pool

    def view(self) -> View:
        """The dataset as the caller may see it; today every caller sees all of it."""
        return self.store.view()

    def read(
        self, paths: Sequence[Path], *, kinds: Sequence[str] = (), domain: Iri | None = None
    ) -> Harvest:
        """Harvest paths without checking or publishing anything.

        Args:
            paths: files and folders.
            kinds: the kinds of source to look for; all by default.
            domain: the domain of products that name none.

        Raises:
            Misconfigured: a path or a kind does not exist.
            HarvesterUnavailable: a harvester does not load.
        """
        from catalog_service.harvesting.register import Register
        from catalog_service.harvesting.registry import harvesters
        from catalog_service.harvesting.runner import harvest

        return harvest(
            paths,
            harvesters(tuple(kinds)),
            base=self.base_iri,
            register=Register(self.view()),
            domain=domain,
        )

    def check(
        self,
        found: Harvest,
        *,
        at: Stage | None = None,
        today: date | None = None,
        waivers: Sequence[Waiver] = (),
    ) -> Published:
        """Check what was harvested, and publish nothing.

        Args:
            found: what was harvested.
            at: the gate to check at; that of continuous integration by default.
            today: the day the standards are read on; the clock's by default.
            waivers: waivers that were read from a file, as far as decisions bear them out.
        """
        outcomes = self.publisher.check(
            found.submissions, found.noticed, at=at, today=today, copies=waivers
        )
        return Published(found, outcomes)

    def replay(self, before: Layers, after: Layers, *, today: date | None = None) -> Replay:
        """What the verdicts of all products would be, were `before` the standards and then `after`.

        Args:
            before: the standards as they are.
            after: the standards as they would be.
            today: the day to judge on; the clock's by default.
        """
        from catalog_service.governance.gate import Gate
        from catalog_service.publishing.replay import replay

        ontology = self.ontology.closed
        return replay(
            self.view(),
            self.journal.quarantined(),
            Gate(before.mesh, ontology, before.domains),
            Gate(after.mesh, ontology, after.domains),
            today=today or datetime.now(UTC).date(),
        )

    def publish(self, found: Harvest) -> Published:
        """Check what was harvested, and publish what conforms."""
        publisher = self.settings.publisher or "polyseme"
        outcomes = self.publisher.publish(found.submissions, found.noticed, publisher=publisher)
        return Published(found, outcomes)

    def rebuild(self) -> int:
        """Prove the journal, then make every projection anew from it; the revision they come to.

        Raises:
            JournalDamaged: an entry is not what was written.
        """
        self.journal.verify()
        self._index.clear()
        with self._filling:
            self.__dict__.pop("_projection", None)
            self.__dict__.pop("publisher", None)
            return self._projection.revision

    def close(self) -> None:
        """Stop the workers, and let go of journal, index and lock."""
        pool = self.__dict__.pop("_pool", None)
        if pool is not None:
            pool.close()
        self._index.close()
        self.journal.close()
        if self.lock is not None:
            self.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build(settings: Settings, *, write: bool = True) -> Catalog:
    """The catalog in `settings.home`.

    Args:
        settings: how to set it up.
        write: False to read only, beside a process that may be writing; nothing is then created.

    Raises:
        HomeInUse: another process writes to this home.
        NotFound: there is no catalog there, and it is only to be read.
        Misconfigured: the home was begun with another base IRI.
        JournalDamaged: the journal cannot be read.
    """
    home = settings.home
    lock = WriterLock(home).acquire() if write else None
    try:
        journal = Journal(home / "journal.db", write=write)
        _agree_on_base(journal, settings, write=write)
        if write and settings.standards is not None:
            folders = [str(place.absolute()) for place in settings.standards]
            journal.remember(STANDARDS, json.dumps(folders))
        return Catalog(settings, journal, _index(home, journal, write=write), lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def transient(settings: Settings) -> Catalog:
    """A catalog in memory, for a gate that runs without a server and leaves nothing behind."""
    journal = Journal(None)
    if settings.base_iri:
        journal.remember(BASE, settings.base_iri)
    return Catalog(settings, journal, Index.open(None))


def _agree_on_base(journal: Journal, settings: Settings, *, write: bool) -> None:
    remembered = journal.setting(BASE)
    if remembered and settings.base_iri and settings.base_iri != remembered:
        raise Misconfigured(
            f"the catalog in {settings.home} was begun with base_iri {remembered},"
            f" not {settings.base_iri}",
            hint="keep the first, or begin another home with --home",
        )
    if write and not remembered:
        journal.remember(BASE, settings.base_iri or DEFAULT_BASE)


def _index(home: Path, journal: Journal, *, write: bool) -> Index:
    """The index of the home; in memory where it may not be written and is behind the journal."""
    if write:
        return Index.open(home / "search")
    try:
        kept = Index.open(home / "search", write=False)
    except Unavailable:
        return Index.open(None)
    return kept if kept.revision == journal.revision() else Index.open(None)
