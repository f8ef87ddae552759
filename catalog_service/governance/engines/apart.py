"""Queries of shapes, each taken apart into a shape of its own, to be left out where it is idle.

Most of what an engine spends on a product, it spends on queries, once for each node; and many ask
about what the graph says nothing of, such as permissions where there is no policy, or what is not
so of this node, such as why it was deprecated. So each gets a mark of its own, which a node is
given only where its query could find something there: see `Need`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import and_

from catalog_service.domain.rdf import Literal, term
from catalog_service.governance.reading import Need
from catalog_service.terms import RDF, SH

_PART = "urn:polyseme:part:"
_SPARQL, _PROPERTY, _SELECT = (f"<{SH.base}{name}>" for name in ("sparql", "property", "select"))
_WORDS = frozenset(f"<{SH.base}{name}>" for name in ("severity", "message"))
"""What holds for a shape as for each of its parts."""
_NO_DEMAND = _WORDS | {f"<{SH.base}{name}>" for name in ("path", "name", "description", "order")}
_DEMANDING = f"<{SH.base}"

Shapes = Mapping[str, Sequence[tuple[str, str]]]
"""What is said of each node of a graph of shapes: properties and values, as N-Triples."""


class Apart:
    """The queries that were taken apart.

    Args:
        needs: without what a query finds nothing, by its text.
    """

    def __init__(self, needs: Mapping[str, Need]) -> None:
        self._needs = needs
        self.values = frozenset(
            said.partition(" ")[2] for need in needs.values() for said in need.said
        )
        """The values that a query looks for at its node, as N-Triples has them; `""` among them."""
        self._parts: dict[str, list[tuple[str, Need]]] = defaultdict(list)
        self._empty: set[str] = set()
        self._whole: dict[str, str] = {}

    def taken(self, shapes: str, marks: Mapping[str, str]) -> str:
        """Shapes, with their queries taken apart.

        Args:
            shapes: the shapes as N-Triples, without their targets.
            marks: the mark of each.
        """
        lines = shapes.split("\n")
        stated: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in filter(None, lines):
            subject, predicate, value = line.removesuffix(".").rstrip().split(" ", 2)
            stated[subject].append((predicate, value))
        gone: set[tuple[str, str, str]] = set()
        more: list[str] = []
        for shape, mark in marks.items():
            about = stated[f"<{shape}>"]
            for predicate, value in about:
                needed = self._needed(predicate, value, stated)
                if needed != Need():
                    part = f"{_PART}{len(self._whole)}"
                    self._whole[part] = shape
                    self._parts[mark].append((f"{part}:mark", needed))
                    gone.add((f"<{shape}>", predicate, value))
                    more += (
                        f"<{part}> <{RDF.type}> <{SH.base}NodeShape> .",
                        f"<{part}> <{SH.base}targetSubjectsOf> <{part}:mark> .",
                        f"<{part}> {predicate} {value} .",
                        *(f"<{part}> {p} {o} ." for p, o in about if p in _WORDS),
                    )
            left = (p for p, o in about if (f"<{shape}>", p, o) not in gone)
            if not any(p.startswith(_DEMANDING) and p not in _NO_DEMAND for p in left):
                self._empty.add(mark)
        kept = (
            f"{s} {p} {o} ." for s, said in stated.items() for p, o in said if (s, p, o) not in gone
        )
        return "".join(f"{line}\n" for line in (*kept, *more))

    def given(self, mark: str, held: AbstractSet[str]) -> list[tuple[str, Need]]:
        """The marks to give to the nodes that a shape looks at, and what each still needs of one.

        Args:
            mark: the mark of that shape.
            held: the properties that the graph holds, as N-Triples has them.
        """
        own = [] if mark in self._empty else [(mark, Need())]
        return own + [pair for pair in self._parts.get(mark, ()) if pair[1].held <= held]

    def whole(self, shape: str) -> str:
        """The shape that a part was taken from; any other shape as it is."""
        return self._whole.get(shape, shape)

    def _needed(self, predicate: str, value: str, stated: Shapes) -> Need:
        """Without what a constraint finds nothing; without nothing, where that is not known."""
        if predicate == _SPARQL:
            texts = [term(o) for p, o in stated[value] if p == _SELECT]
            found = [self._needs.get(one.lexical) for one in texts if isinstance(one, Literal)]
            return found[0] or Need() if len(found) == 1 else Need()
        if predicate != _PROPERTY:
            return Need()
        demands = [(p, o) for p, o in stated[value] if p not in _NO_DEMAND]
        if any(p.startswith(_DEMANDING) and p != _SPARQL for p, _ in demands):
            return Need()
        asked = [self._needed(p, o, stated) for p, o in demands if p == _SPARQL]
        return reduce(and_, asked) if asked else Need()
