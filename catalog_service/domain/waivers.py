"""Waivers: dated, reasoned exemptions of one resource from one standard."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from catalog_service.domain.findings import Finding
from catalog_service.terms import Iri

LONGEST = timedelta(days=90)
"""How long a waiver is meant to last; what takes longer is decided again."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exemption, as a decision states it.

    Args:
        iri: its name.
        standard: the IRI of the one standard it exempts from.
        applies_to: the product, or better the port, dataset or column that is exempt.
        rationale: why, in words.
        granted_by: who answer for it: teams, or members of one.
        expires: the last day on which it is live, in UTC.
        covers: the findings it was granted for; where it names any, it covers no other.
    """

    iri: Iri
    standard: Iri
    applies_to: Iri
    rationale: str
    granted_by: frozenset[Iri]
    expires: date
    covers: frozenset[Iri] = frozenset()

    def in_force(self, today: date) -> bool:
        """True up to and including its last day."""
        return today <= self.expires

    def concerns(self, subject: Iri) -> bool:
        """True where it applies to the subject or to a part of it."""
        return within(self.applies_to, subject)

    def excuses(self, finding: Finding) -> bool:
        """True where the finding is of its standard, and at its resource or below."""
        return (
            finding.shape == self.standard
            and finding.focus is not None
            and within(finding.focus, self.applies_to)
            and (not self.covers or finding.fingerprint in map(_last_segment, self.covers))
        )


def within(node: Iri, whole: Iri) -> bool:
    """True of the whole itself and of its parts, whose IRIs begin with its own."""
    return node == whole or node.startswith((f"{whole}/", f"{whole}#"))


def longest_lived(waivers: Iterable[Waiver]) -> Waiver | None:
    """The one that ends last, so that a reader is told how long there is; None of none."""
    return max(waivers, key=lambda waiver: (waiver.expires, waiver.iri), default=None)


def _last_segment(finding: Iri) -> str:
    """The fingerprint in the IRI of a finding."""
    return finding.rpartition("/")[2]
