"""Governance: how the mesh stands to its standards, who is excused, how usable products are."""

from catalog_service.governance.standards import Standard
from catalog_service.services.governance.board import Board, Held, Standing, below, board
from catalog_service.services.governance.checks import Check, Judged, Quality
from catalog_service.services.governance.heat import Counts, Heat, Warmth, counts, heat, warmth
from catalog_service.services.governance.scorecard import Scorecard, Tally, over, scorecards
from catalog_service.services.governance.usability import CHECKS
from catalog_service.services.governance.waivers import Effect, Waiver, waivers

__all__ = [
    "CHECKS",
    "Board",
    "Check",
    "Counts",
    "Effect",
    "Heat",
    "Held",
    "Judged",
    "Quality",
    "Scorecard",
    "Standard",
    "Standing",
    "Tally",
    "Waiver",
    "Warmth",
    "below",
    "board",
    "counts",
    "heat",
    "over",
    "scorecards",
    "waivers",
    "warmth",
]
