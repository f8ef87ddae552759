"""Following: entering checks of what is published, and showing what they came to."""

from collections.abc import Iterable

from catalog_service.domain.tracking import Check
from catalog_service.journal import Journal
from catalog_service.publishing.projection import Projection
from catalog_service.terms import Iri


def follow(journal: Journal, projection: Projection, checks: Iterable[Check]) -> tuple[Iri, ...]:
    """Enter checks of what is current. When this returns they are durable, and questions see them.

    Only for what is published as it was: an entry that is appended enters the ledger by itself.

    Args:
        journal: with the ledger.
        projection: what shows it.
        checks: the checks.

    Returns:
        The subjects of which something has changed beyond when they were last checked.
    """
    changed = journal.ledger.record(checks)
    if changed:
        show(journal, projection, changed)
        journal.ledger.told()
    return changed


def show(journal: Journal, projection: Projection, subjects: Iterable[Iri]) -> None:
    """Show how subjects stand, as after a recovery has begun or ended.

    Args:
        journal: with the ledger.
        projection: what shows it.
        subjects: those of which the ledger has something new.
    """
    projection.tell(journal.ledger.standings(subjects))
