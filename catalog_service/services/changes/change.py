"""One change between two graphs of a data product."""

from dataclasses import dataclass

from catalog_service.services.changes.kinds import RULES, Bump, Impact, Kind
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Change:
    """What differs at one place.

    Args:
        kind: what it is.
        thing: the part of the product that differs: what readers may rest on.
        name: what to call the part, within its product: `profiles.country`.
        before: how it was, in short; empty where it was not, or where only the fact counts.
        after: how it is, in the same way.
    """

    kind: Kind
    thing: Iri
    name: str
    before: str = ""
    after: str = ""

    @property
    def impact(self) -> Impact:
        """What it does to readers."""
        return RULES[self.kind].impact

    @property
    def why(self) -> str:
        """Why it does, in one sentence."""
        return RULES[self.kind].why

    @property
    def bump(self) -> Bump:
        """How far the version must rise for it."""
        return RULES[self.kind].bump

    @property
    def felt(self) -> bool:
        """True where a reader may notice it."""
        return self.impact is not Impact.INFORMATIONAL

    @property
    def breaking(self) -> bool:
        """True where it may stop a reader."""
        return self.impact is Impact.BREAKING
