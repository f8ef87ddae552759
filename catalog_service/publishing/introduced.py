"""Since when each standard is in use here: a check from before then says nothing of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from catalog_service.governance.layers import Layers
from catalog_service.journal import Journal

SETTING = "standards_in_use"


def introduced(
    journal: Journal, layers: Layers, *, now: datetime, write: bool
) -> Mapping[str, datetime]:
    """When each standard came into use, by its key; in whole seconds, as reports tell time.

    What a standard demands may change under its name; it then comes into use anew.

    Args:
        journal: the home remembers it there.
        layers: the standards, as they are now.
        now: the time to write down for those that are new.
        write: False to tell what would be written, and write nothing.
    """
    before: dict[str, list[str]] = json.loads(journal.setting(SETTING) or "{}")
    time = now.astimezone(UTC).replace(microsecond=0).isoformat()
    found: dict[str, list[str]] = {}
    for each in (layers.mesh, *(layer.standards for layer in layers.domains)):
        for standard in each:
            demands = each.constraints(standard.name)
            known = before.get(standard.key, ["", ""])
            found[standard.key] = known if known[0] == demands else [demands, time]
    if write and found != before:
        journal.remember(SETTING, json.dumps(found))
    return {key: datetime.fromisoformat(told) for key, (_, told) in found.items()}
