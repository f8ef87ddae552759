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


def current(
    journal: Journal, subjects: Iterable[Iri], *, as_of: int | None = None
) -> dict[Iri, Entry]:
    """The publications of those of `subjects` that have one: the current ones, or those then.

    Args:
        journal: what was published.
        subjects: products and decisions.
        as_of: a revision; what was current right after it.
    """
    return journal.latest_of(subjects, as_of=as_of)


def versions(
    journal: Journal, subjects: Iterable[Iri], *, as_of: int | None = None
) -> dict[Iri, tuple[Version, ...]]:
    """All revisions of `subjects`, the latest first.

    Args:
        journal: what was published.
        subjects: products and decisions.
        as_of: a revision; only those up to it.
    """
    return {
        subject: tuple(_version(entry) for entry in entries)
        for subject, entries in journal.history_of(subjects, as_of=as_of).items()
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
