"""Refused submissions: what lies in quarantine, with all that the gate found in it.

Of what is published, only those are told who may see both it and what is reported of it. Of what
was never published there is nothing that a view could hold: whoever may ask is told.
"""

from dataclasses import dataclass
from datetime import datetime

from catalog_service.domain.tracking import report_iri
from catalog_service.graph import View
from catalog_service.journal import Journal, Quarantined
from catalog_service.terms import DPROD, Iri

__all__ = ["Quarantined", "Wanted", "owners", "refused"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones: values of one field are alternatives, fields narrow each other.

    Args:
        subjects: the products or decisions.
        owners: who answers for it, as the submission itself says.
        standards: the standards that it was found wanting in, as findings name them.
        since: those that were handed in then or later.
    """

    subjects: tuple[Iri, ...] = ()
    owners: tuple[Iri, ...] = ()
    standards: tuple[str, ...] = ()
    since: datetime | None = None

    def holds(self, one: Quarantined) -> bool:
        """Whether a refused submission is among them."""
        return (
            (not self.subjects or one.subject in self.subjects)
            and (self.since is None or one.time >= self.since)
            and (
                not self.standards
                or any(finding.standard in self.standards for finding in one.verdict.findings)
            )
            and (not self.owners or any(owner in self.owners for owner in owners(one)))
        )


def refused(view: View, journal: Journal, wanted: Wanted) -> tuple[Quarantined, ...]:
    """What is in quarantine now: what conformed since is there no more.

    Args:
        view: what the caller may see.
        journal: where it is kept.
        wanted: which.
    """
    found = [one for one in journal.quarantined() if wanted.holds(one)]
    published = journal.latest_of({one.subject for one in found})
    return tuple(
        one
        for one in found
        if one.subject not in published
        or (view.sees(one.subject) and view.sees(report_iri(one.subject)))
    )


def owners(one: Quarantined) -> tuple[Iri, ...]:
    """Who answers for a refused product, as the submission says."""
    says = f"<{one.subject}> <{DPROD.dataProductOwner}> <"
    return tuple(
        Iri(row.removeprefix(says).partition(">")[0])
        for row in one.nquads.split("\n")
        if row.startswith(says)
    )
