"""Publications: what the journal knows of a product or decision beyond its graph."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Fact
from catalog_service.journal import Journal
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a subject, without its content."""

    revision: int
    version: str
    time: datetime
    publisher: str
    content_hash: str
    conforms: bool


def current(journal: Journal, subjects: Iterable[Iri]) -> dict[Iri, Entry]:
    """The current publications of those of `subjects` that have one."""
    return journal.latest_of(subjects)


def versions(journal: Journal, subjects: Iterable[Iri]) -> dict[Iri, tuple[Version, ...]]:
    """All revisions of `subjects`, the latest first."""
    return {
        subject: tuple(_version(entry) for entry in entries)
        for subject, entries in journal.history_of(subjects).items()
    }


def facts(entry: Entry) -> tuple[Fact, ...]:
    """What was published, each statement with the place where it was read."""
    return tuple(entry.facts())


def _version(entry: Entry) -> Version:
    return Version(
        revision=entry.revision,
        version=entry.version,
        time=entry.time,
        publisher=entry.publisher,
        content_hash=entry.content_hash,
        conforms=entry.verdict.conforms,
    )
