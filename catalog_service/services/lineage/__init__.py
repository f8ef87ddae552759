"""Lineage: what came from what, as far as was asked and never without bound."""

from dataclasses import dataclass, field
from enum import StrEnum

from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.graph import View, distinct, many, query
from catalog_service.terms import Iri

MOST_STEPS = 50
MOST_SHOWN = 500
MOST_COUNTED = 5_000


class Grain(StrEnum):
    """What the nodes are: data products, their ports, or the columns of their datasets."""

    PRODUCT = "product"
    PORT = "port"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the lineage; `level` counts the steps from the root, below 0 upstream."""

    iri: Iri
    level: int


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` came from `source`."""

    source: Iri
    target: Iri


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer for one root.

    Args:
        root: what was asked about.
        grain: what the nodes are.
        nodes: nearest to the root first; those of level 0 are the root, or its parts of that grain.
        edges: those between the nodes shown.
        total: how many nodes there are within the steps asked for; at least so many where
            `counted` is False.
        counted: False where the search itself came to its bound.
    """

    root: Iri
    grain: Grain
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    total: int
    counted: bool = True

    @property
    def shown(self) -> int:
        """How many nodes the answer holds."""
        return len(self.nodes)

    @property
    def complete(self) -> bool:
        """True where nothing within the steps asked for was left out."""
        return self.counted and self.shown == self.total


def lineage(
    view: View,
    root: Iri,
    *,
    up: int = 1,
    down: int = 1,
    grain: Grain = Grain.PRODUCT,
    most: int = MOST_SHOWN,
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
        most: how many nodes to show.

    Raises:
        InvalidRequest: a number of steps is below 0.
        LimitExceeded: a number of steps is beyond the limit.
    """
    _bounded(up)
    _bounded(down)
    if not view.ask(query(__package__, "known"), root=iri(root)):
        return None
    starts = distinct(
        view.select(query(__package__, f"{grain}_start"), root=iri(root)), "start"
    ) or (root,)
    levels = dict.fromkeys(starts, 0)
    upward = _walk(view, f"{grain}_up", levels, steps=up, sign=-1)
    downward = _walk(view, f"{grain}_down", levels, steps=down, sign=1)
    nearest = sorted(levels.items(), key=lambda item: (abs(item[1]), item[1], item[0]))
    nodes = tuple(Node(node, level) for node, level in nearest[:most])
    shown = {node.iri for node in nodes}
    edges = {Edge(above, below) for below, above in upward.edges}
    edges |= {Edge(above, below) for above, below in downward.edges}
    return Lineage(
        root=root,
        grain=grain,
        nodes=nodes,
        edges=tuple(
            edge
            for edge in sorted(edges, key=lambda edge: (edge.source, edge.target))
            if edge.source in shown and edge.target in shown
        ),
        total=len(levels),
        counted=upward.whole and downward.whole,
    )


def _bounded(steps: int) -> None:
    if steps < 0:
        raise InvalidRequest(f"{steps} steps are below 0", hint="ask for 0 or more")
    if steps > MOST_STEPS:
        raise LimitExceeded(
            f"{steps} steps were asked for; at most {MOST_STEPS} are answered",
            limit="lineage-steps",
            hint="ask for fewer, and go on from the last nodes",
        )


@dataclass(slots=True)
class _Walk:
    """What a walk in one direction found; `whole` is False where it came to its bound."""

    edges: set[tuple[Iri, Iri]] = field(default_factory=set)
    whole: bool = True


def _walk(view: View, question: str, levels: dict[Iri, int], *, steps: int, sign: int) -> _Walk:
    """Go some steps from the nodes of level 0, one question a step, and note levels on the way.

    Args:
        view: where to look.
        question: the name of the query that finds the neighbours of nodes.
        levels: the nodes known so far; what is found is added.
        steps: how many steps to go.
        sign: what a step adds to the level.
    """
    walk = _Walk()
    frontier = [node for node, level in levels.items() if level == 0]
    for step in range(1, steps + 1):
        found: list[Iri] = []
        for row in view.select(many(query(__package__, question), "node", frontier)):
            node, neighbour = row.iri("node"), row.iri("neighbour")
            if neighbour not in levels:
                if len(levels) >= MOST_COUNTED:
                    walk.whole = False
                    return walk
                levels[neighbour] = sign * step
                found.append(neighbour)
            walk.edges.add((node, neighbour))
        frontier = found
        if not frontier:
            break
    return walk
