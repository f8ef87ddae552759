"""What shapes can read: which way they go from the node that is judged.

An engine reads everything around a product anew for each check, and most of what the federation has
decided no shape can come to from that product. A shape begins at its focus node, or at a term that
it names, and follows properties from there. Forward, it may follow any; backward, from an object to
its subjects, only those that are noted here. What a query looks for without coming from anywhere is
noted as well, so that nothing that it could find is ever left out.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypedDict

import rdflib


class Needed(TypedDict):
    """A need as it is kept between processes."""

    held: list[str]
    said: list[str]
    unsaid: list[str]


@dataclass(frozen=True, slots=True)
class Need:
    """Without what a query finds nothing at a node. Terms are written as N-Triples has them.

    Args:
        held: the properties that the graph has to hold.
        said: what has to be stated of the node: a property, or a property and its value.
        unsaid: the properties of which nothing may be stated of the node.
    """

    held: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()

    def met(self, said: AbstractSet[str] | None) -> bool:
        """Whether the query could find something at a node.

        Args:
            said: all that is stated of the node, wherever it is; None where that is not known.
        """
        return said is None or (self.said <= said and self.unsaid.isdisjoint(said))

    def __and__(self, other: "Need") -> "Need":
        """Without what neither of two queries finds anything."""
        return Need(self.held & other.held, self.said & other.said, self.unsaid & other.unsaid)


class Record(TypedDict):
    """A reading as it is kept between processes."""

    backward: list[str]
    anywhere: list[str]
    whole: bool
    needs: dict[str, Needed]


@dataclass(frozen=True, slots=True)
class Reading:
    """What some shapes can read.

    Args:
        backward: the properties that may be followed from an object to its subjects.
        anywhere: the properties whose triples may be read wherever they are.
        whole: True where that cannot be told, and so everything may be read.
        needs: without what a query finds nothing, by its text.
    """

    backward: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()
    whole: bool = False
    needs: Mapping[str, Need] = field(default_factory=dict)

    @classmethod
    def of(cls, shapes: rdflib.Graph, prefixes: Mapping[str, str]) -> "Reading":
        """What these shapes can read."""
        from catalog_service.governance.walking import walked  # noqa: PLC0415 - slow to import

        walk = walked(shapes, prefixes)
        return cls(frozenset(walk.backward), frozenset(walk.anywhere), walk.whole, walk.needs)

    @classmethod
    def restored(cls, record: Record) -> "Reading":
        """The reading that was kept."""
        backward, anywhere = frozenset(record["backward"]), frozenset(record["anywhere"])
        needs = {
            text: Need(*(frozenset(some[part]) for part in ("held", "said", "unsaid")))
            for text, some in record["needs"].items()
        }
        return cls(backward, anywhere, record["whole"], needs)

    def record(self) -> Record:
        """It as it is kept."""
        return {
            "backward": sorted(self.backward),
            "anywhere": sorted(self.anywhere),
            "whole": self.whole,
            "needs": {
                text: Needed(
                    held=sorted(need.held), said=sorted(need.said), unsaid=sorted(need.unsaid)
                )
                for text, need in self.needs.items()
            },
        }

    def __or__(self, other: "Reading") -> "Reading":
        """What either can read."""
        return Reading(
            self.backward | other.backward,
            self.anywhere | other.anywhere,
            self.whole or other.whole,
            {**self.needs, **other.needs},
        )
