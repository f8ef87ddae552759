"""Scorecards, as the schema has them: shares of named checks, and never a seal."""

from collections.abc import Sequence

import strawberry

from catalog_service.api.graphql.fields import answer, described, listed, told
from catalog_service.services import governance
from catalog_service.services.governance import CHECKS, Quality

listed(Quality)


@described
class Tally:
    """How many answers there are of each kind."""

    met: int = told("How many are met.")
    unmet: int = told("How many are not.")
    unknown: int = told("How many nobody could decide; they count as not met.")
    total: int = told("How many there are.")
    share: float = told("What part of all is met, from 0 to 1.")

    @classmethod
    def of(cls, found: governance.Tally) -> "Tally":
        """The tally that was found."""
        return cls(
            met=found.met,
            unmet=found.unmet,
            unknown=found.unknown,
            total=found.total,
            share=found.share,
        )


@described
class Check:
    """One question of a scorecard, and its answer about one product."""

    name: str = told("What the check is called.")
    asks: str = told("What has to be so.")
    met: bool | None = told("Whether it is so; none where nobody could decide it.")
    why: str = told("Why the answer is what it is.")
    fix: str = told("What to do where it is not so.")
    standard: str | None = told("The standard that decides it; none where statements do.")

    @classmethod
    def of(cls, check: governance.Check, judged: governance.Judged) -> "Check":
        """The check and its answer."""
        return cls(
            name=check.name,
            asks=check.asks,
            met=judged.met,
            why=judged.why,
            fix=check.fix,
            standard=check.standard or None,
        )


@described
class QualityScore:
    """How far a product has one quality."""

    quality: Quality = told("The quality.")
    tally: Tally = told("How many of its checks are met.")
    checks: list[Check] = told("Its checks, with the answers.")


@described
class Scorecard:
    """How usable a product is: computed from named checks, and certified by nobody."""

    found: strawberry.Private[governance.Scorecard]

    @classmethod
    def of(cls, found: governance.Scorecard) -> "Scorecard":
        """The card that was found."""
        return cls(found=found)

    @answer
    def qualities(self) -> list[QualityScore]:
        """The eight qualities, each with its checks."""
        return [
            QualityScore(
                quality=quality,
                tally=Tally.of(self.found.tally(quality)),
                checks=[Check.of(check, judged) for check, judged in self.found.of(quality)],
            )
            for quality in Quality
        ]

    @answer
    def tally(self) -> Tally:
        """How many of all checks are met."""
        return Tally.of(governance.Tally.of(judged.met for judged in self.found.answers))


@described
class CheckTally:
    """One question of a scorecard, and how many products meet it."""

    name: str = told("What the check is called.")
    asks: str = told("What has to be so.")
    fix: str = told("What to do where it is not so.")
    tally: Tally = told("How many products meet it.")


@described
class QualityTally:
    """How far the products of a domain have one quality."""

    quality: Quality = told("The quality.")
    tally: Tally = told("The answers to its checks, of all products together.")
    checks: list[CheckTally] = told("Its checks, with how many products meet each.")


@described
class ScorecardSum:
    """The scorecards of the products of a domain, added up."""

    cards: strawberry.Private[Sequence[governance.Scorecard]]
    products: int = told("How many products there are.")

    @classmethod
    def of(cls, found: Sequence[governance.Scorecard]) -> "ScorecardSum":
        """The sum of these cards."""
        return cls(cards=found, products=len(found))

    @answer
    def qualities(self) -> list[QualityTally]:
        """The eight qualities, each with its checks."""
        return [
            QualityTally(
                quality=quality,
                tally=Tally.of(
                    governance.Tally.of(
                        judged.met for card in self.cards for _, judged in card.of(quality)
                    )
                ),
                checks=[
                    CheckTally(
                        name=check.name,
                        asks=check.asks,
                        fix=check.fix,
                        tally=Tally.of(governance.over(self.cards, check)),
                    )
                    for check in CHECKS
                    if check.quality is quality
                ],
            )
            for quality in Quality
        ]
