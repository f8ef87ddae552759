"""What is answered to a question of lineage."""

from dataclasses import dataclass
from enum import StrEnum

from catalog_service.terms import Iri


class Grain(StrEnum):
    """What the nodes are: data products, their ports, or the columns of their datasets."""

    PRODUCT = "product"
    PORT = "port"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Side:
    """The neighbours of a node on one side: how many the answer shows, and how many there are."""

    shown: int
    total: int


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the lineage.

    Args:
        iri: what it is.
        level: how many steps it is from the root, below 0 upstream; the nearer of the two sides
            where it lies on both.
        upstream: what lies one step up of it.
        downstream: what lies one step down of it.
    """

    iri: Iri
    level: int
    upstream: Side
    downstream: Side


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`target` came from `source`."""

    source: Iri
    target: Iri


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer for one root, or a page of it.

    Args:
        root: what was asked about.
        grain: what the nodes are.
        nodes: nearest to the root first; those of level 0 are the root, or its parts of that grain.
        edges: those between the nodes of this page, and from them to nodes of earlier pages, so
            that each is in one page.
        total: how many nodes there are within the steps asked for; at least so many where
            `counted` is False.
        counted: False where the search itself came to its bound.
        after: the cursor of the next page; empty on the last.
        begun: True where this page began behind a cursor.
    """

    root: Iri
    grain: Grain
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    total: int
    counted: bool = True
    after: str = ""
    begun: bool = False

    @property
    def shown(self) -> int:
        """How many nodes the answer holds."""
        return len(self.nodes)

    @property
    def complete(self) -> bool:
        """True where nothing within the steps asked for was left out."""
        return self.counted and self.shown == self.total
