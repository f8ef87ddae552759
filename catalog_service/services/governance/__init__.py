"""Governance: how the mesh stands to its standards, and which waivers there are."""

from catalog_service.governance.standards import Standard
from catalog_service.services.governance.board import Board, Held, Standing, board
from catalog_service.services.governance.heat import Counts, Heat, Warmth, counts, heat, warmth
from catalog_service.services.governance.waivers import Effect, Waiver, waivers

__all__ = [
    "Board",
    "Counts",
    "Effect",
    "Heat",
    "Held",
    "Standard",
    "Standing",
    "Waiver",
    "Warmth",
    "board",
    "counts",
    "heat",
    "waivers",
    "warmth",
]
