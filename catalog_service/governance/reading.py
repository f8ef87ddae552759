"""What shapes can read: which way they go from the node that is judged.

An engine reads everything around a product anew for each check, and most of what the federation has
decided no shape can come to from that product. A shape begins at its focus node, or at a term that
it names, and follows properties from there. Forward, it may follow any; backward, from an object to
its subjects, only those that are noted here. What a query looks for without coming from anywhere is
noted as well, so that nothing that it could find is ever left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

import rdflib


class Record(TypedDict):
    """A reading as it is kept between processes."""

    backward: list[str]
    anywhere: list[str]
    whole: bool
    needs: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What some shapes can read.

    Args:
        backward: the properties that may be followed from an object to its subjects.
        anywhere: the properties whose triples may be read wherever they are.
        whole: True where that cannot be told, and so everything may be read.
        needs: the properties without which a query finds nothing in a graph, by its text.
    """

    backward: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()
    whole: bool = False
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)

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
        needs = {text: frozenset(some) for text, some in record["needs"].items()}
        return cls(backward, anywhere, record["whole"], needs)

    def record(self) -> Record:
        """It as it is kept."""
        return {
            "backward": sorted(self.backward),
            "anywhere": sorted(self.anywhere),
            "whole": self.whole,
            "needs": {text: sorted(some) for text, some in self.needs.items()},
        }

    def __or__(self, other: "Reading") -> "Reading":
        """What either can read."""
        return Reading(
            self.backward | other.backward,
            self.anywhere | other.anywhere,
            self.whole or other.whole,
            {**self.needs, **other.needs},
        )
