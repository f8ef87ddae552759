"""Lineage: what came from what, as far as was asked and never without bound."""

from catalog_service.services.lineage.answer import Edge, Grain, Lineage, Node, Side
from catalog_service.services.lineage.impact import Affected, Impact, Told, impact
from catalog_service.services.lineage.lineage import (
    MOST_COUNTED,
    MOST_SHOWN,
    MOST_STEPS,
    lineage,
)

__all__ = [
    "MOST_COUNTED",
    "MOST_SHOWN",
    "MOST_STEPS",
    "Affected",
    "Edge",
    "Grain",
    "Impact",
    "Lineage",
    "Node",
    "Side",
    "Told",
    "impact",
    "lineage",
]
