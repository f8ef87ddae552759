"""Following lineage up and down from a root, as far as was asked and never without bound."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.graph import View
from catalog_service.services.lineage.answer import Edge, Grain, Lineage, Node, Side
from catalog_service.services.lineage.parts import Lookup, Parts
from catalog_service.services.lineage.place import Place
from catalog_service.services.lineage.ways import WAYS
from catalog_service.terms import Iri

MOST_STEPS = 50
MOST_SHOWN = 1_000
MOST_COUNTED = 20_000


def lineage(
    view: View,
    root: Iri,
    *,
    up: int = 1,
    down: int = 1,
    grain: Grain = Grain.PRODUCT,
    first: int = MOST_SHOWN,
    after: str = "",
) -> Lineage | None:
    """What `root` came from and what came from it; None where nothing is known of `root`.

    A root of another grain stands for its product, its ports or its columns. Cycles end where they
    began.

    Args:
        view: where to look.
        root: a product, port, dataset, column, or operational system.
        up: how many steps upstream.
        down: how many steps downstream.
        grain: what the nodes are.
        first: how many nodes to show.
        after: the cursor of an earlier page of the same question, to go on behind it.

    Raises:
        InvalidRequest: a number is below 0, or the cursor is none.
        LimitExceeded: a number is beyond its limit.
    """
    for steps in (up, down):
        bounded(steps, MOST_STEPS, "steps", "ask for fewer, and go on from the last nodes")
    bounded(first, MOST_SHOWN, "nodes", "ask for fewer, and go on with the cursor")
    behind = Place.read(after) if after else None
    parts = Parts(view)
    if not parts.known(root):
        return None
    ways = WAYS[grain](parts)
    starts = ways.starts(root)
    higher, lower = cache(ways.up), cache(ways.down)
    above = walked(starts, higher, up)
    below = walked(starts, lower, down)
    levels = {iri: -level for iri, level in above.levels.items()}
    for iri, level in below.levels.items():
        if iri not in levels or level < -levels[iri]:
            levels[iri] = level
    order = sorted((abs(level), level, iri) for iri, level in levels.items())
    begin = bisect_right(order, behind) if behind else 0
    page = [Place(*place) for place in order[begin : begin + first]]
    edges = _edges({*((t, s) for s, t in above.edges), *below.edges}, levels, page)
    return Lineage(
        root=root,
        grain=grain,
        nodes=_nodes(page, edges, higher, lower),
        edges=edges,
        total=len(levels),
        counted=above.whole and below.whole,
        after=str(page[-1]) if page and begin + first < len(order) else "",
        begun=behind is not None,
    )


class Walk(NamedTuple):
    """What lies in one direction.

    Args:
        levels: how many steps away each thing is.
        edges: the steps taken, from where to where.
        whole: False where the walk came to its bound.
    """

    levels: dict[Iri, int]
    edges: set[tuple[Iri, Iri]]
    whole: bool


def walked(
    starts: Iterable[Iri],
    step: Callable[[Iri], Iterable[Iri]],
    steps: int,
    *,
    most: int | None = None,
) -> Walk:
    """Go some steps in one direction, the nearest first.

    Args:
        starts: where to begin.
        step: what lies one step from a thing.
        steps: how many steps to go.
        most: how many things to count; `MOST_COUNTED` unless given.
    """
    bound = MOST_COUNTED if most is None else most
    levels = dict.fromkeys(starts, 0)
    edges: set[tuple[Iri, Iri]] = set()
    frontier = list(levels)
    for level in range(1, steps + 1):
        found: list[Iri] = []
        for at in frontier:
            for other in step(at):
                if other not in levels:
                    if len(levels) >= bound:
                        return Walk(levels, edges, whole=False)
                    levels[other] = level
                    found.append(other)
                edges.add((at, other))
        frontier = found
        if not found:
            break
    return Walk(levels, edges, whole=True)


def bounded(figure: int, most: int, of_what: str, hint: str) -> None:
    """See to it that a figure is one that is answered.

    Raises:
        InvalidRequest: it is below 0.
        LimitExceeded: it is beyond the limit.
    """
    if figure < 0:
        raise InvalidRequest(f"{figure} {of_what} are below 0", hint="ask for 0 or more")
    if figure > most:
        raise LimitExceeded(
            f"{figure:,} {of_what} were asked for; at most {most:,} are answered",
            limit=f"lineage-{of_what}",
            hint=hint,
        )


def _edges(
    steps: Iterable[tuple[Iri, Iri]], levels: dict[Iri, int], page: Sequence[Place]
) -> tuple[Edge, ...]:
    """The edges of which the later end is on this page, both ends being among the nodes."""
    here = {place.iri for place in page}
    last = max(page, default=None)

    def early(iri: Iri) -> bool:
        return last is not None and Place.of(levels[iri], iri) <= last

    return tuple(
        Edge(source, target)
        for source, target in sorted(steps)
        if (source in here and (target in here or early(target)))
        or (target in here and early(source))
    )


def _nodes(
    page: Sequence[Place], edges: Sequence[Edge], higher: Lookup, lower: Lookup
) -> tuple[Node, ...]:
    above = dict.fromkeys((place.iri for place in page), 0)
    below = above.copy()
    for edge in edges:
        above[edge.target] = above.get(edge.target, 0) + 1
        below[edge.source] = below.get(edge.source, 0) + 1
    return tuple(
        Node(
            iri=place.iri,
            level=place.level,
            upstream=Side(above[place.iri], len(higher(place.iri))),
            downstream=Side(below[place.iri], len(lower(place.iri))),
        )
        for place in page
    )
