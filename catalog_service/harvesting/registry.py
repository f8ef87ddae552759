"""The harvesters there are, found by entry point."""

from collections.abc import Mapping
from importlib.metadata import entry_points

from catalog_service.errors import HarvesterUnavailable, Misconfigured
from catalog_service.harvesting.contract import Harvester

GROUP = "polyseme.harvesters"


def harvesters(kinds: tuple[str, ...] = ()) -> Mapping[str, Harvester]:
    """The harvesters by kind, in order of their names.

    Args:
        kinds: only these; all that are registered by default.

    Raises:
        HarvesterUnavailable: one is registered and does not load; it is named with the reason.
        Misconfigured: a kind was asked for that is not registered.
    """
    found = {point.name: point for point in entry_points(group=GROUP)}
    unknown = [kind for kind in kinds if kind not in found]
    if unknown:
        raise Misconfigured(
            f"there is no harvester of kind {unknown[0]!r}",
            hint=f"the kinds are {', '.join(sorted(found))}",
        )
    loaded: dict[str, Harvester] = {}
    for kind in sorted(kinds or found):
        try:
            loaded[kind] = found[kind].load()()
        except (ImportError, AttributeError, TypeError) as fault:
            raise HarvesterUnavailable(
                f"harvester {kind!r} does not load: {fault}",
                hint=f"install the package that brings {found[kind].value}",
            ) from fault
    return loaded
