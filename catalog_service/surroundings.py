"""What files are read and checked beside: the standards in force, and what is published.

A part is imported when it is first asked for: a command that only checks does not wait for the
journal's database, nor one that only searches for the gate's engines.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from catalog_service.bundled import folder
from catalog_service.settings import DEFAULT_BASE, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from catalog_service.domain.publication import Outcome
    from catalog_service.domain.waivers import Waiver
    from catalog_service.governance.closure import Ontology
    from catalog_service.governance.gate import Gate, Stage
    from catalog_service.governance.layers import Layers
    from catalog_service.governance.standards import Standards
    from catalog_service.graph import Store, View
    from catalog_service.graph.remote import RemoteView
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.journal import Quarantined
    from catalog_service.publishing.checking import Checker
    from catalog_service.publishing.observing import Observed
    from catalog_service.publishing.replay import Replay
    from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Published:
    """What a harvest came to: what was read, and what became of each product.

    `observed` is what became of measurements; None where none were read.
    """

    harvest: Harvest
    outcomes: tuple[Outcome, ...]
    observed: Observed | None = None

    @property
    def conforms(self) -> bool:
        """True where no product was refused."""
        return all(outcome.verdict.conforms for outcome in self.outcomes)


@dataclass
class Surroundings(ABC):
    """A mesh as it is read and checked against, whoever keeps it.

    Args:
        settings: how it was set up.
    """

    settings: Settings

    @property
    @abstractmethod
    def base_iri(self) -> str:
        """What the IRIs of this mesh begin with."""

    @abstractmethod
    def view(self) -> View:
        """What is published, as the caller may see it."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what it holds open."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the domains keep their standards."""
        return self.settings.standards or ()

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

        return layers.read(self.standards, self.folders)

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
    def checker(self) -> Checker:
        """What judges submissions by the gate."""
        return self._checker

    @cached_property
    def _checker(self) -> Checker:
        from catalog_service.publishing.checking import Checker

        return Checker(self.view, self.gate)

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
        outcomes = self.checker.check(
            found.submissions, found.noticed, at=at, today=today, copies=waivers
        )
        if not found.measured:
            return Published(found, outcomes)
        from catalog_service.publishing import observing

        observed = observing.placed(
            self.view(),
            found.measured,
            run={s.subject: s.triples for s in found.submissions},
            now=datetime.now(UTC),
        )
        return Published(found.noticing(observed.findings), outcomes, observed)

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
            self._quarantined(),
            Gate(before.mesh, ontology, before.domains),
            Gate(after.mesh, ontology, after.domains),
            today=today or datetime.now(UTC).date(),
        )

    def _quarantined(self) -> Iterable[Quarantined]:
        """What was refused and is kept; nothing where it cannot be seen."""
        return ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class FilesAround(Surroundings):
    """A mesh that is only files, or nothing at all: in memory, and gone with the run.

    Args:
        settings: how it was set up.
    """

    @cached_property
    def store(self) -> Store:
        """What counts as published."""
        from catalog_service.graph import Store

        return Store()

    @property
    def base_iri(self) -> str:
        """What the IRIs of this mesh begin with: set, or the default."""
        return self.settings.base_iri or DEFAULT_BASE

    def view(self) -> View:
        """What counts as published."""
        return self.store.view()

    def close(self) -> None:
        """Nothing is held open."""

    def take(self, found: Harvest) -> Published:
        """Count as published what conforms at the gate of publishing.

        Args:
            found: what was harvested.
        """
        from catalog_service.domain.publication import Fate, Outcome
        from catalog_service.governance import reasoning
        from catalog_service.governance.gate import Stage
        from catalog_service.publishing.checking import Conditions

        on = Conditions(found.noticed, Stage.PUBLISH, datetime.now(UTC).date())
        verdicts, accepted = self.checker.accepted(found.submissions, on)
        taken = {s.subject: s.triples for s in found.submissions if s.subject in accepted}
        self.store.replace(taken)
        reasoning.settle(self.store, taken)
        return Published(
            found,
            tuple(
                Outcome(
                    s.subject,
                    Fate.PUBLISHED if s.subject in accepted else Fate.QUARANTINED,
                    verdicts[s.subject],
                )
                for s in found.submissions
            ),
        )


@dataclass
class ServerAround(Surroundings):
    """A mesh that a server serves: it is asked for what a question needs.

    Args:
        settings: how this side was set up.
        seen: what the server serves.
    """

    seen: RemoteView

    @property
    def base_iri(self) -> str:
        """What the IRIs of this mesh begin with, as the server has it."""
        return self.seen.base_iri

    def view(self) -> View:
        """What the server serves."""
        return self.seen

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(OSError):
            self.seen.close()
