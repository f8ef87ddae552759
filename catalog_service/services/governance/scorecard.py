"""Scorecards: how usable a product is, as shares of named checks; never a seal of approval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog_service.graph import View
from catalog_service.services.governance.board import Board
from catalog_service.services.governance.checks import Check, Judged, Quality
from catalog_service.services.governance.facts import facts
from catalog_service.services.governance.usability import CHECKS
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers there are of each kind; those that are not known count as not met."""

    met: int
    unmet: int
    unknown: int

    @property
    def total(self) -> int:
        """How many answers there are."""
        return self.met + self.unmet + self.unknown

    @property
    def share(self) -> float:
        """What part of them is met, from 0 to 1."""
        return self.met / self.total if self.total else 0.0

    @classmethod
    def of(cls, answers: Iterable[bool | None]) -> "Tally":
        """The tally of these."""
        told = list(answers)
        return cls(told.count(True), told.count(False), told.count(None))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The answers about one product, in the order of `CHECKS`."""

    product: Iri
    answers: tuple[Judged, ...]

    def of(self, quality: Quality) -> tuple[tuple[Check, Judged], ...]:
        """The checks of one quality, with the answers."""
        return tuple(
            (c, a) for c, a in zip(CHECKS, self.answers, strict=True) if c.quality is quality
        )

    def tally(self, quality: Quality) -> Tally:
        """How many checks of one quality are met."""
        return Tally.of(answer.met for _, answer in self.of(quality))


def scorecards(view: View, board: Board, products: Iterable[Iri]) -> dict[Iri, Scorecard]:
    """The cards of those of `products` that are published and on the board.

    Args:
        view: the dataset as the caller may see it.
        board: how the products stand to the standards.
        products: the products.
    """
    there = [product for product in products if product in board.products]
    return {
        product: Scorecard(
            product, tuple(check.decide(told, board.products[product]) for check in CHECKS)
        )
        for product, told in facts(view, there).items()
    }


def over(cards: Sequence[Scorecard], check: Check) -> Tally:
    """How many of several products meet one check."""
    place = CHECKS.index(check)
    return Tally.of(card.answers[place].met for card in cards)
