"""Targets of shapes, told beforehand, so that an engine looks at the nodes it is asked about alone.

An engine looks for the targets of every shape in the whole graph: in a product's neighbours and in
the federation's decisions too, whose nodes nobody asked about. Here each shape is given one target
in place of its own, a mark, and the nodes that its own targets would have found are marked: those
that were asked about, and no others. What a shape then says of a node is what it said before.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.governance.engines.apart import Apart
from catalog_service.governance.reading import Need
from catalog_service.governance.stated import Stated
from catalog_service.terms import RDF, RDFS, SH, Iri

_MARK = "urn:polyseme:mark:"
_TARGET = re.compile(
    rf"^<([^>\s]*)> <{re.escape(SH.base)}target(Class|SubjectsOf|ObjectsOf)> <([^>\s]*)> \.\n?",
    re.MULTILINE,
)
_SUBCLASS = f"<{RDFS.subClassOf}>"
_OTHERWISE = re.compile(
    rf"<{re.escape(SH.base)}(?:closed|target|targetNode)>|\$this\s+\?|\?\w+\s+\?\w+\s+\$this"
)
"""What a mark could be seen by, or cannot stand for: shapes with any of it keep their targets."""
_LISTED = re.compile(r"\bSELECT\b[^{]*|\b(?:GROUP|ORDER)\s+BY(?:\s+[?$]\w+)+", re.IGNORECASE)
"""Where variables stand side by side and are no statement."""


class Targets:
    """The targets of some shapes.

    Args:
        shapes: the shapes, as N-Triples.
        ontology: the lines of the ontology that the engine sees.
        needs: without what a query finds nothing, by its text.
    """

    def __init__(
        self,
        shapes: str,
        ontology: Iterable[str],
        needs: Mapping[str, Need] | None = None,
    ) -> None:
        asked = _LISTED.sub("", shapes.replace("\\n", " ").replace("\\t", " "))
        self.marked = _OTHERWISE.search(asked) is None
        self._classes: dict[str, set[str]] = defaultdict(set)
        self._subjects: dict[str, set[str]] = defaultdict(set)
        self._objects: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, set[str]] = defaultdict(set)
        self.apart = Apart(needs or {})
        self.shapes = self._retargeted(shapes) if self.marked else shapes
        self.telling = frozenset((RDF.type, RDFS.subClassOf, *self._subjects, *self._objects))
        self.telling_lines = frozenset(f"<{name}>" for name in self.telling)
        self._described = set[str]()
        for statement in ontology:
            parts = statement.split(" ")
            self._described.add(parts[0])
            if len(parts) > 2 and parts[1] == f"<{RDFS.subClassOf}>":  # noqa: PLR2004 - a triple
                self._above[parts[0][1:-1]].add(parts[2][1:-1])

    def _retargeted(self, shapes: str) -> str:
        kinds = {
            "Class": self._classes,
            "SubjectsOf": self._subjects,
            "ObjectsOf": self._objects,
        }
        marks: dict[str, str] = {}
        for shape, kind, value in _TARGET.findall(shapes):
            mark = marks.setdefault(shape, f"{_MARK}{len(marks)}")
            kinds[kind][value].add(mark)
        own = (f"<{s}> <{SH.base}targetSubjectsOf> <{mark}> .\n" for s, mark in marks.items())
        return self.apart.taken(_TARGET.sub("", shapes), marks) + "".join(own)

    def among(self, shared: Sequence[Triple]) -> "Around":
        """The targets, where graphs lie among some triples."""
        above = {name: set(classes) for name, classes in self._above.items()}
        for subject, predicate, value in shared:
            if predicate == RDFS.subClassOf and isinstance(value, str):
                above.setdefault(subject, set()).add(value)
        about: dict[Iri, list[Triple]] = defaultdict(list)
        for triple in shared:
            if triple.predicate in self.telling:
                about[triple.subject].append(triple)
                if isinstance(triple.object, str):
                    about[triple.object].append(triple)
        described = self._described.union(f"<{triple.subject}>" for triple in shared)
        return Around(self, above, about, described)

    def of(
        self, triple: Triple, nodes: Collection[Iri], above: dict[str, set[str]]
    ) -> Iterable[tuple[Iri, str]]:
        """The marks that a triple gives to nodes."""
        subject, predicate, value = triple
        if subject in nodes:
            yield from ((subject, mark) for mark in self._subjects.get(predicate, ()))
            if predicate == RDF.type and isinstance(value, str):
                for name in _with_those_above(value, above):
                    yield from ((subject, mark) for mark in self._classes.get(name, ()))
        if isinstance(value, str) and value in nodes:
            yield from ((value, mark) for mark in self._objects.get(predicate, ()))


class Around:
    """The targets of some shapes, among triples that lie around every graph.

    Args:
        targets: the targets.
        above: the classes directly above each class.
        about: of the triples around, those that may make a node a target, by the node.
        described: what the triples around speak of, as N-Triples has it.
    """

    def __init__(
        self,
        targets: Targets,
        above: dict[str, set[str]],
        about: dict[Iri, list[Triple]],
        described: AbstractSet[str] = frozenset(),
    ) -> None:
        self._targets = targets
        self._above = above
        self._about = about
        self._described = described

    def marks(
        self,
        triples: Sequence[Triple],
        nodes: Collection[Iri],
        beside: Sequence[Stated] = (),
        around: Collection[str] = (),
    ) -> str:
        """The marks of the nodes of a graph, as N-Triples.

        Args:
            triples: the graph, its neighbourhood among it.
            nodes: the nodes that are asked about.
            beside: more of the graph.
            around: the properties of what lies around, as N-Triples has them.
        """
        above = self._above
        telling = self._targets.telling
        written = {f"<{node}>" for node in nodes}
        told = [triple for triple in triples if triple.predicate in telling]
        told += (
            Triple(Iri(s[1:-1]), Iri(p[1:-1]), Iri(o[1:-1]) if o[0] == "<" else Literal(o))
            for one in beside
            for name in self._targets.telling_lines & one.by_property.keys()
            for s, p, o in one.by_property[name]
            if o in written or s in written or p == _SUBCLASS
        )
        own = [t for t in told if t.predicate == RDFS.subClassOf and isinstance(t.object, str)]
        if own:
            above = {name: set(classes) for name, classes in above.items()}
            for subject, _, value in own:
                above.setdefault(subject, set()).add(str(value))
        found: set[tuple[Iri, str]] = set()
        for triple in told:
            found.update(self._targets.of(triple, nodes, above))
        for node in nodes:
            for triple in self._about.get(node, ()):
                found.update(self._targets.of(triple, nodes, above))
        held = {f"<{t.predicate}>" for t in triples}.union(
            around, *(one.by_property for one in beside)
        )
        apart = self._targets.apart
        given = {mark: apart.given(mark, held) for mark in {m for _, m in found}}
        said = self._said(triples, written, beside)
        return "".join(
            f'<{node}> <{mark}> "" .\n'
            for node, own in sorted(found)
            for mark, need in given[own]
            if need.met(said.get(f"<{node}>"))
        )

    def _said(
        self, triples: Iterable[Triple], written: AbstractSet[str], beside: Iterable[Stated]
    ) -> dict[str, set[str]]:
        """What is stated of the nodes, as a need has it; of those that others describe, nothing."""
        said: dict[str, set[str]] = {node: set() for node in written - self._described}
        asked = self._targets.apart.values
        for one in beside:
            if one.subjects.isdisjoint(said):
                continue
            for subject, predicate, value in one.rows:
                about = said.get(subject)
                if about is not None:
                    about.add(predicate)
                    if value in asked:
                        about.add(f"{predicate} {value}")
        for triple in triples:
            about = said.get(f"<{triple.subject}>")
            if about is not None:
                about.update((f"<{triple.predicate}>", f"<{triple.predicate}> <{triple.object}>"))
        return said


def _with_those_above(name: str, above: dict[str, set[str]]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
