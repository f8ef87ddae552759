"""Putting the parts together: the one place where they meet.

A part is imported when it is first asked for: a command that only searches does not wait for the
gate's engines, nor one that only checks for the web.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.errors import Misconfigured, Unavailable
from catalog_service.journal import Journal, WriterLock
from catalog_service.search import Index
from catalog_service.settings import DEFAULT_BASE, Settings
from catalog_service.surroundings import Published, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catalog_service.domain.asked import Asked
    from catalog_service.graph import Store, View
    from catalog_service.graph.querygate import Admitted
    from catalog_service.graph.workers import WorkerPool
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.journal import Quarantined, Tokens
    from catalog_service.publishing.checking import Checker
    from catalog_service.publishing.past import History
    from catalog_service.publishing.projection import Projection
    from catalog_service.publishing.publisher import Publisher
    from catalog_service.publishing.runs import Receiver
    from catalog_service.publishing.runs.shown import Shown
    from catalog_service.publishing.sweep import Swept
    from catalog_service.semantic.answer import Answer
    from catalog_service.semantic.correlate import Correlator
    from catalog_service.semantic.engines.choosing import Chooser
    from catalog_service.semantic.engines.duckdb import DuckDb
    from catalog_service.semantic.kept import KeptAnswers
    from catalog_service.semantic.policy import Asker
    from catalog_service.semantic.question import Question
    from catalog_service.semantic.sparql.answering import DataAnswer
    from catalog_service.semantic.sparql.asking import DataQueries

BASE = "base_iri"
STANDARDS = "standards"


@dataclass
class Catalog(Surroundings):
    """One catalog: its journal, and everything that is projected from it.

    The graph is filled when it is first asked for, so that a command that only searches need not
    wait for it.

    Args:
        settings: how it was set up.
        journal: what was published.
        _index: the search index, which may be behind; ask for `index`.
        lock: held while this process may write; None where it only reads.
        local: whether whoever asks is whoever runs this process; False in a server.
    """

    journal: Journal
    _index: Index
    lock: WriterLock | None = None
    local: bool = True
    _runs: Shown = field(init=False, repr=False)
    _filling: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def base_iri(self) -> str:
        """What the IRIs of this mesh begin with: remembered, or set, or the default."""
        return self.journal.setting(BASE) or self.settings.base_iri or DEFAULT_BASE

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the domains keep their standards: as set, or as the home remembers."""
        if self.settings.standards is not None:
            return self.settings.standards
        return tuple(map(Path, json.loads(self.journal.setting(STANDARDS) or "[]")))

    @property
    def projection(self) -> Projection:
        """The graph and the search index, at the journal's revision."""
        with self._filling:
            return self._projection

    @cached_property
    def _projection(self) -> Projection:
        from catalog_service.graph import Store
        from catalog_service.publishing import observing
        from catalog_service.publishing.projection import Projection
        from catalog_service.publishing.runs.shown import Shown

        projection = Projection(Store(), self._index, self.layers, self.ontology)
        projection.fill(self.journal)
        projection.show(observing.graphs(self.journal.observations.latest()))
        self._runs = Shown(self.journal, projection)
        projection.show(self._runs.updated(self.journal.runs.last()))
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

    @property
    def checker(self) -> Checker:
        """What judges submissions, which is what publishes them as well."""
        return self.publisher

    @cached_property
    def introduced(self) -> Mapping[str, datetime]:
        """Since when each standard is in use in this home, by its key."""
        from catalog_service.publishing.introduced import introduced

        now = datetime.now(UTC)
        return introduced(self.journal, self.layers, now=now, write=self.lock is not None)

    @cached_property
    def publisher(self) -> Publisher:
        """The write path."""
        from catalog_service.publishing.publisher import Publisher

        if self.lock is not None:
            _ = self.introduced  # what is found from here on is found by these standards
        return Publisher(self.journal, self.projection, self.gate)

    @cached_property
    def receiver(self) -> Receiver:
        """What takes in the events of runs."""
        from catalog_service.publishing.runs import Receiver

        projection = self.projection  # with it, what was told before
        return Receiver(self.journal, projection, self.publisher, self._runs)

    @property
    def history(self) -> History:
        """The past states of what is published."""
        with self._filling:
            return self._history

    @cached_property
    def _history(self) -> History:
        from catalog_service.publishing.past import History

        most = self.settings.past_subjects
        return History(
            self.journal, self._projection, self.layers, self.ontology, most_subjects=most
        )

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

    @cached_property
    def correlator(self) -> Correlator:
        """What answers questions across products."""
        from catalog_service.semantic.correlate import Correlator
        from catalog_service.semantic.execution import Limits
        from catalog_service.semantic.sources.beside import Beside

        settings = self.settings
        limits = Limits(settings.answer_seconds, settings.answer_rows, settings.answer_memory)
        return Correlator(
            beside=Beside(self.journal),
            choose=self._chooser,
            audit=self._audit,
            minimum_group=settings.minimum_group,
            limits=limits,
        )

    @cached_property
    def answers(self) -> KeptAnswers:
        """The last answers across products, whose further pages are of one state."""
        from catalog_service.semantic.kept import KeptAnswers

        return KeptAnswers()

    @cached_property
    def _chooser(self) -> Chooser:
        from catalog_service.semantic.engines.choosing import Chooser
        from catalog_service.semantic.sources.options import Options

        settings, options, spark = self.settings, Options.of(self.settings, local=self.local), None
        if settings.spark_url:
            from catalog_service.semantic.engines.spark import Spark

            spark = Spark(settings.spark_url, options, files=settings.spark_files)
        return Chooser(self._duckdb, spark, options, settings.scan_limit << 20)

    @cached_property
    def _duckdb(self) -> DuckDb:
        from catalog_service.semantic.engines.duckdb import DuckDb
        from catalog_service.semantic.sources.options import Options

        return DuckDb(Options.of(self.settings, local=self.local))

    def correlate(
        self, question: Question, *, asker: Asker | None = None, explain: bool = False
    ) -> Answer:
        """The answer to one question across products, from their data.

        Args:
            question: what is asked.
            asker: who asks; by default whoever the settings make of a caller.
            explain: compile and check only; read nothing.

        Raises:
            Refused: it cannot be answered rightly, or may not be; carries a code and the facts.
            SourceUnavailable: the data of a port cannot be read; names it.
            LimitExceeded: it took too long, or too much memory or rows.
        """
        projection = self.projection
        view, revision = projection.store.view(), projection.revision
        who = asker or self.asker("local")
        return self.correlator.answer(question, view, revision, who, explain=explain)

    @cached_property
    def data_queries(self) -> DataQueries:
        """What answers SPARQL over data."""
        from catalog_service.semantic.execution import Limits
        from catalog_service.semantic.sources.beside import Beside
        from catalog_service.semantic.sparql.asking import DataQueries

        settings = self.settings
        return DataQueries(
            beside=Beside(self.journal),
            choose=self._chooser.over,
            audit=self._audit,
            limits=Limits(settings.answer_seconds, settings.answer_rows, settings.answer_memory),
            minimum_group=settings.minimum_group,
        )

    def query_data(
        self, query: Admitted, *, purpose: str = "", base: str = "", asker: Asker | None = None
    ) -> DataAnswer:
        """The answer to a SPARQL query over data.

        Args:
            query: what the gate let pass.
            purpose: what the answer is for.
            base: what relative IRIs are relative to.
            asker: who asks; by default whoever the settings make of a caller.

        Raises:
            Refused: it cannot be answered over data, or reads what may not be read.
            SourceUnavailable: the data of a port cannot be read; names it.
            LimitExceeded: it took too long, or too much memory or rows.
        """
        projection = self.projection
        view, revision = projection.store.view(), projection.revision
        who = asker or self.asker("local")
        return self.data_queries.ask(query, view, revision, who, purpose=purpose, base=base)

    def asker(self, name: str) -> Asker:
        """A caller of a name, with what the settings let callers see."""
        from catalog_service.semantic.policy import Asker
        from catalog_service.terms import PM

        settings = self.settings
        return Asker(name, PM[settings.clearance], settings.identities, settings.statements)

    def _audit(self, asked: Asked) -> None:
        """Keep a question, also beside whoever serves this home."""
        if self.lock is not None or not self.journal.kept:
            self.journal.questions.record(asked)
            return
        beside = Journal(self.settings.home / "journal.db")
        try:
            beside.questions.record(asked)
        finally:
            beside.close()

    def publish(self, found: Harvest) -> Published:
        """Check what was harvested, and publish what conforms."""
        publisher = self.settings.publisher or "polyseme"
        outcomes = self.publisher.publish(found.submissions, found.noticed, publisher=publisher)
        if not found.measured:
            return Published(found, outcomes)
        observed = self.publisher.observe(found.measured)
        return Published(found.noticing(observed.findings), outcomes, observed)

    def sweep(
        self,
        *,
        full: bool = False,
        recover: bool = True,
        processes: int = 1,
        now: datetime | None = None,
    ) -> Swept:
        """Judge what is published anew, and recover what can be.

        Args:
            full: judge everything, and carry no verdict over.
            recover: read again or roll back what fell out.
            processes: how many processes judge; more than one only where no other threads run.
            now: the time, and so the day that standards are read on; the clock's by default.
        """
        from catalog_service.publishing.bases import Rules
        from catalog_service.publishing.recovering import Recoverer
        from catalog_service.publishing.sweep import Sweeper

        texts = [self.standards.ntriples(), self.ontology.closed]
        texts += [layer.standards.ntriples(alone=True) for layer in self.layers.domains]
        rules = partial(Rules.of, texts)
        sweeper = Sweeper(self.journal, self.projection, self.gate, rules, processes=processes)
        time = now or datetime.now(UTC)
        if not recover:
            return sweeper.sweep(now=time, full=full)
        recoverer = Recoverer(
            self.journal,
            self.projection,
            self.publisher,
            self.gate,
            lambda paths, kinds: self.read(paths, kinds=kinds),
            clock=lambda: now or datetime.now(UTC),
        )
        return recoverer.sweep(sweeper, now=time, full=full)

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
            self.__dict__.pop("_history", None)
            return self._projection.revision

    def close(self) -> None:
        """Stop the workers, and let go of journal, index and lock."""
        pool = self.__dict__.pop("_pool", None)
        if pool is not None:
            pool.close()
        queries = self.__dict__.pop("data_queries", None)
        if queries is not None:
            queries.close()
        engine = self.__dict__.pop("_duckdb", None)
        if engine is not None:
            engine.close()
        self._index.close()
        self.journal.close()
        if self.lock is not None:
            self.lock.release()

    def _quarantined(self) -> tuple[Quarantined, ...]:
        return self.journal.quarantined()


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


@contextmanager
def tokens(settings: Settings) -> Iterator[Tokens]:
    """The publish tokens of a home, to change beside whoever serves it.

    No projection follows them, so this needs no lock: the database keeps two writers apart.

    Raises:
        NotFound: there is no catalog there.
    """
    file = settings.home / "journal.db"
    Journal(file, write=False).close()
    journal = Journal(file)
    try:
        yield journal.tokens
    finally:
        journal.close()


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
