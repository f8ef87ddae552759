"""Projecting: bringing graph, search index and followers to the state of the journal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Triple
from catalog_service.governance import reasoning
from catalog_service.governance.closure import Ontology
from catalog_service.governance.layers import Layers
from catalog_service.graph import Store, parse, quad
from catalog_service.publishing import conformance, indexing
from catalog_service.search import Index
from catalog_service.terms import PM, STD, Iri

ONTOLOGY = Iri(PM.base.rstrip("#"))
DERIVED = Iri(f"{ONTOLOGY}/derived")
SHAPES = Iri(STD.base.rstrip("#"))


class Follower(Protocol):
    """Something that keeps a copy of the graphs, such as the workers that answer SPARQL."""

    def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make each named graph hold exactly these triples."""
        ...


class Projection:
    """Graph and search index, as the journal has it. Everything here can be rebuilt from it.

    Args:
        store: the graph.
        index: the search index; may be one that was kept from an earlier run.
        standards: the standards, those of domains among them, which can be searched for too.
        ontology: what the words mean.
    """

    def __init__(self, store: Store, index: Index, standards: Layers, ontology: Ontology) -> None:
        self.store = store
        self.index = index
        self.revision = 0
        self.followers: list[Follower] = []
        self._standards = standards
        self._ontology = ontology

    def fill(self, entries: Iterable[Entry], revision: int) -> None:
        """Fill an empty store with the current entries, and the index where it is behind.

        Args:
            entries: the current entry of each subject.
            revision: the revision that they come to.
        """
        self.store.fill(_named(self._words()))
        subjects: list[Iri] = []
        self.store.fill(_chunks(entries, subjects))
        reasoning.settle(self.store, subjects)
        if self.index.revision != revision:
            self.index.clear()
            self._reindex(subjects, revision)
        self.revision = revision

    def project(self, entries: Sequence[Entry], graphs: Mapping[Iri, tuple[Triple, ...]]) -> None:
        """Bring in new entries; when it returns, every question sees them.

        Args:
            entries: what was appended, in order; they follow what is projected already.
            graphs: the triples of each subject.
        """
        if not entries:
            return
        changed: dict[Iri, tuple[Triple, ...]] = {}
        for entry in entries:
            changed[entry.subject] = graphs[entry.subject]
            changed[conformance.graph_of(entry.subject)] = conformance.report(
                entry.verdict, entry.time
            )
        subjects = [entry.subject for entry in entries]
        before = reasoning.dependants(self.store.view(), subjects)
        self.store.replace(changed)
        after = reasoning.dependants(self.store.view(), subjects)
        affected = [*subjects, *before, *after]
        changed |= reasoning.settle(self.store, affected)
        self.index.replace(indexing.documents(self.store.view(), affected), entries[-1].revision)
        for follower in self.followers:
            follower.replace(changed)
        self.revision = entries[-1].revision

    def contents(self) -> Iterator[bytes]:
        """Everything in the graph as N-Quads, in chunks, to start a follower with."""
        view = self.store.view()
        for name in list(view.graphs()):
            yield "".join(quad(triple, name) for triple in view.graph(name)).encode()

    def _words(self) -> Iterator[tuple[Iri, str]]:
        """What is in the graph before any product is: the ontology and the standards."""
        yield ONTOLOGY, self._ontology.asserted
        yield DERIVED, self._ontology.derived
        yield SHAPES, self._standards.mesh.ntriples()
        for layer in self._standards.domains:
            yield Iri(f"{layer.domain}/standards"), layer.standards.ntriples(alone=True)

    def _reindex(self, subjects: Sequence[Iri], revision: int) -> None:
        documents = dict(indexing.documents(self.store.view(), subjects))
        documents[SHAPES] = indexing.standard_documents(self._standards)
        self.index.replace(documents, revision)


def _named(graphs: Iterable[tuple[Iri, str]]) -> Iterator[bytes]:
    """Graphs in N-Triples as N-Quads: line by line where no blank node has to be given a name."""
    for name, text in graphs:
        if "_:" in text:
            yield "".join(quad(triple, name) for triple in parse(text, "ntriples")).encode()
        else:
            end = f" <{name}> .\n"
            yield "".join(f"{each.removesuffix(' .')}{end}" for each in text.splitlines()).encode()


def _chunks(entries: Iterable[Entry], subjects: list[Iri], size: int = 1 << 22) -> Iterator[bytes]:
    """The graphs of the entries and their reports as N-Quads; notes the subjects on the way."""
    chunk: list[str] = []
    length = 0
    for entry in entries:
        subjects.append(entry.subject)
        name = conformance.graph_of(entry.subject)
        told = conformance.report(entry.verdict, entry.time)
        text = entry.nquads + "".join(quad(triple, name) for triple in told)
        chunk.append(text)
        length += len(text)
        if length > size:
            yield "".join(chunk).encode()
            chunk, length = [], 0
    if chunk:
        yield "".join(chunk).encode()
