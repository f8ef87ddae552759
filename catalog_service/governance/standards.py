"""The standards of the mesh, as the folders of `shapes/` hold them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from hashlib import sha256
from operator import or_
from pathlib import Path

import rdflib

from catalog_service.errors import Misconfigured, NotFound
from catalog_service.governance import lint
from catalog_service.governance.lint import SHACL
from catalog_service.governance.reading import Reading
from catalog_service.governance.shape import Shape, skolemised
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.governance.standard import GROUPS, Stage, Standard
from catalog_service.terms import DCT, PM, PROV, RDFS, STD

__all__ = ["GROUPS", "Stage", "Standard", "Standards", "load"]

_ABOUT = frozenset(
    rdflib.URIRef(term)
    for term in (
        RDFS.label, RDFS.comment, RDFS.seeAlso, DCT.identifier, PROV.wasAttributedTo, PM.inDomain,
        PM.since, PM.enforcedAt, PM.waivable, PM.tightens, PM.becomesViolationOn,
    )
) | {SHACL.severity, SHACL.message}  # fmt: skip
"""What a shape says of itself, beside what it demands."""

FOLDER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_COMMON = "prefixes.ttl"
COMMON = f"{STD.base}prefixes"
"""What the blank nodes of that file are named below."""


class Standards:
    """Standards in the order of their groups and numbers, and their shapes.

    Args:
        standards: the standards.
        common: what all shapes refer to.
        shapes: the shape of each standard, by name.
        prefixes: the prefixes that their queries may use.
    """

    def __init__(
        self,
        standards: Iterable[Standard],
        common: Shape,
        shapes: Mapping[str, Shape],
        prefixes: Mapping[str, str],
    ) -> None:
        groups = list(GROUPS)
        self._all = tuple(
            sorted(
                standards,
                key=lambda found: (
                    groups.index(found.group) if found.group in GROUPS else len(groups),
                    found.identifier,
                ),
            )
        )
        self.common = common
        self._shapes = shapes
        self.prefixes = prefixes
        self._named = {found.name: found for found in self._all}
        self._named |= {found.identifier.lower(): found for found in self._all}
        self._named |= {found.iri.lower(): found for found in self._all}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Standard]:
        return iter(self._all)

    def named(self, text: str) -> Standard:
        """The standard with this name, short id or IRI, in capitals or not.

        Raises:
            NotFound: there is none.
        """
        found = self._named.get(text.strip().lower())
        if found is None:
            raise NotFound(
                f"there is no standard {text!r}",
                hint="name it by its folder or its short id: owner-named, DOM-03",
            )
        return found

    def until(self, stage: Stage) -> "Standards":
        """The standards that a gate can decide."""
        decided = (found for found in self._all if found.gate <= stage)
        return Standards(decided, self.common, self._shapes, self.prefixes)

    def beside(
        self, standards: Iterable[Standard], graphs: Mapping[str, rdflib.Graph]
    ) -> "Standards":
        """Other standards, whose queries have the same prefixes.

        Args:
            standards: the other standards.
            graphs: the shape of each, by name.
        """
        beside = tuple(standards)
        shapes = {s.name: Shape(s.iri, self.prefixes, graphs[s.name]) for s in beside}
        return Standards(beside, self.common, shapes, self.prefixes)

    def shape(self, name: str) -> rdflib.Graph:
        """The shape of the standard with this name, without what all shapes refer to."""
        return self._shapes[name].graph

    def shaped(self, name: str) -> Shape:
        """The same, with what is asked about it again and again."""
        return self._shapes[name]

    def constraints(self, name: str) -> str:
        """A hash of what a standard demands, however it is worded and whatever it weighs."""
        demands = rdflib.Graph(bind_namespaces="none")
        for triple in self.shape(name):
            if triple[1] not in _ABOUT:
                demands.add(triple)
        lines = sorted(set(skolemised(demands, STD.base)))
        return sha256("".join(lines).encode()).hexdigest()

    def shapes(self) -> rdflib.Graph:
        """One graph of all their shapes, for an engine."""
        graph = rdflib.Graph(bind_namespaces="none")
        for part in self._parts():
            for triple in part.graph:
                graph.add(triple)
        return graph

    def text(self) -> str:
        """The same as N-Triples."""
        return "".join(part.text for part in self._parts())

    def mentions(self) -> frozenset[str]:
        """The terms by which their shapes read a graph."""
        return frozenset().union(*(part.mentions for part in self._parts()))

    def reading(self) -> Reading:
        """What their shapes can read of a graph."""
        return reduce(or_, (part.reading for part in self._parts()), Reading())

    def ntriples(self, *, alone: bool = False) -> str:
        """The shapes as lines of N-Triples, for a store to show: their blank nodes have IRIs.

        Args:
            alone: leave out what all shapes refer to.
        """
        parts = self._parts()[1:] if alone else self._parts()
        return "".join(sorted({line for part in parts for line in part.lines}))

    def _parts(self) -> tuple[Shape, ...]:
        return (self.common, *(self._shapes[found.name] for found in self._all))


def load(folder: Path) -> Standards:
    """The standards in a folder: one in each of its folders, and what they share in `prefixes.ttl`.

    Raises:
        Misconfigured: a file cannot be read, or holds what a standard may not; file and line are
            named.
    """
    common = ShapeFile.read(folder / _COMMON)
    prefixes = _prefixes(common)
    found: list[Standard] = []
    shapes: dict[str, Shape] = {}
    for path in sorted(place / "shape.ttl" for place in folder.iterdir() if place.is_dir()):
        file = ShapeFile.read(path)
        name = path.parent.name
        shape = rdflib.URIRef(STD.base + name)
        if not FOLDER.fullmatch(name):
            raise file.refused(
                f"{name!r} is no name for a standard",
                shape,
                hint="name the folder in words of small letters, joined by hyphens",
            )
        lint.check(file, shape, prefixes)
        standard = Standard.of(file, path)
        twin = next((other for other in found if other.identifier == standard.identifier), None)
        if twin is not None:
            raise file.refused(
                f"{standard.identifier} is {twin.name} already",
                standard.identifier,
                hint="give each standard a short id of its own",
            )
        found.append(standard)
        shapes[name] = Shape(standard.iri, prefixes, file.graph)
    return Standards(found, Shape(COMMON, prefixes, common.graph), shapes, prefixes)


def _prefixes(file: ShapeFile) -> dict[str, str]:
    """The prefixes that the queries of all shapes may use."""
    found: dict[str, str] = {}
    for declared in file.graph.objects(rdflib.URIRef(STD.base.rstrip("#")), SHACL.declare):
        prefix = str(file.graph.value(declared, SHACL.prefix) or "")
        base = str(file.graph.value(declared, SHACL.namespace) or "")
        if not prefix or not base or prefix in found:
            raise file.refused(
                f"the prefix {prefix}: is declared twice, or without sh:prefix and sh:namespace",
                f'"{prefix}"',
                hint="declare each prefix once, with both",
            )
        found[prefix] = base
    if not found:
        raise Misconfigured(
            f"{file.name} declares no prefixes",
            hint=f"declare them on <{STD.base.rstrip('#')}> with sh:declare",
        )
    return found
