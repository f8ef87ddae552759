"""What became of measurements, as reports tell it."""

from typing import TYPE_CHECKING

from catalog_service.cli.findings import plural
from catalog_service.cli.report import Aside

if TYPE_CHECKING:
    from catalog_service.surroundings import Published


def measured(published: "Published") -> Aside:
    """How many measurements there were, and how many of them were new; nothing where none were."""
    observed = published.observed
    if observed is None:
        return Aside()
    told, recorded = len(observed.observations), observed.recorded
    refused = f", {len(observed.findings):,} refused" if observed.findings else ""
    record = {"told": told, "recorded": recorded, "refused": len(observed.findings)}
    return Aside(
        summary=(f"{plural(told, 'measurement')}, {recorded:,} recorded{refused}",),
        record={"measurements": record},
    )
