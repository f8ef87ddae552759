"""The standards of the mesh, as the folders of `shapes/` hold them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import rdflib
from rdflib.term import Node

from catalog_service.domain.rdf import Literal, ntriples
from catalog_service.errors import Misconfigured, NotFound
from catalog_service.governance import lint
from catalog_service.governance.lint import SHACL
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.governance.standard import GROUPS, Stage, Standard
from catalog_service.terms import DCT, PM, PROV, RDF, RDFS, STD, XSD, Iri

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


class Standards:
    """Standards in the order of their groups and numbers, and their shapes.

    Args:
        standards: the standards.
        common: what all shapes refer to.
        graphs: the shape of each standard, by name.
        prefixes: the prefixes that their queries may use.
    """

    def __init__(
        self,
        standards: Iterable[Standard],
        common: rdflib.Graph,
        graphs: Mapping[str, rdflib.Graph],
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
        self._common = common
        self._graphs = graphs
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
        return Standards(decided, self._common, self._graphs, self.prefixes)

    def beside(
        self, standards: Iterable[Standard], graphs: Mapping[str, rdflib.Graph]
    ) -> "Standards":
        """Other standards, whose queries have the same prefixes.

        Args:
            standards: the other standards.
            graphs: the shape of each, by name.
        """
        return Standards(standards, self._common, graphs, self.prefixes)

    def shape(self, name: str) -> rdflib.Graph:
        """The shape of the standard with this name, without what all shapes refer to."""
        return self._graphs[name]

    def constraints(self, name: str) -> str:
        """A hash of what a standard demands, however it is worded and whatever it weighs."""
        demands = rdflib.Graph(bind_namespaces="none")
        for triple in self._graphs[name]:
            if triple[1] not in _ABOUT:
                demands.add(triple)
        lines = sorted(set(_skolemised(demands, STD.base)))
        return sha256("".join(lines).encode()).hexdigest()

    def shapes(self) -> rdflib.Graph:
        """One graph of all their shapes, for an engine."""
        graph = rdflib.Graph(bind_namespaces="none")
        for part in (self._common, *(self._graphs[found.name] for found in self._all)):
            for triple in part:
                graph.add(triple)
        return graph

    def ntriples(self, *, alone: bool = False) -> str:
        """The shapes as lines of N-Triples, for a store to show: their blank nodes have IRIs.

        Args:
            alone: leave out what all shapes refer to.
        """
        common = () if alone else _skolemised(self._common, f"{STD.base}prefixes")
        lines = set(common)
        for found in self._all:
            lines |= set(_skolemised(self._graphs[found.name], found.iri))
        return "".join(sorted(lines))


def load(folder: Path) -> Standards:
    """The standards in a folder: one in each of its folders, and what they share in `prefixes.ttl`.

    Raises:
        Misconfigured: a file cannot be read, or holds what a standard may not; file and line are
            named.
    """
    common = ShapeFile.read(folder / _COMMON)
    prefixes = _prefixes(common)
    found: list[Standard] = []
    graphs: dict[str, rdflib.Graph] = {}
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
        graphs[name] = file.graph
    return Standards(found, common.graph, graphs, prefixes)


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


def _skolemised(graph: rdflib.Graph, base: str) -> Iterator[str]:
    """The lines of a graph, each blank node named below `base` after what is said of it."""
    names: dict[Node, str] = {}

    def named(node: Node) -> str:
        if isinstance(node, rdflib.Literal):
            language = node.language or ""
            datatype = RDF.langString if language else Iri(node.datatype or XSD.string)
            return ntriples(Literal(str(node), datatype, language))
        if not isinstance(node, rdflib.BNode):
            return node.n3()
        if node not in names:
            said = sorted(f"{p.n3()} {named(o)}" for p, o in graph.predicate_objects(node))
            names[node] = f"<{base}.{sha256(chr(10).join(said).encode()).hexdigest()[:12]}>"
        return names[node]

    for subject, predicate, value in graph:
        yield f"{named(subject)} {predicate.n3()} {named(value)} .\n"
