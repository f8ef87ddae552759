"""Changes of data products: what differs between two graphs of one, and whom it breaks.

`changes` compares and asks nobody; `plan` adds, from what is published, who reads the parts that
change, and `amendment` does the same for a decision of the federation. What a kind of change means
stands in one table, `RULES`.
"""

from catalog_service.services.changes.change import Change
from catalog_service.services.changes.comparing import changes
from catalog_service.services.changes.dependants import Dependant, Use, dependants, uses
from catalog_service.services.changes.kinds import RULES, Bump, Impact, Kind, Rule
from catalog_service.services.changes.plan import Plan, plan
from catalog_service.services.changes.rulings import (
    Amendment,
    Detail,
    Done,
    Ruling,
    amendment,
)
from catalog_service.services.changes.versions import bump, next_version

__all__ = [
    "RULES",
    "Amendment",
    "Bump",
    "Change",
    "Dependant",
    "Detail",
    "Done",
    "Impact",
    "Kind",
    "Plan",
    "Rule",
    "Ruling",
    "Use",
    "amendment",
    "bump",
    "changes",
    "dependants",
    "next_version",
    "plan",
    "uses",
]
