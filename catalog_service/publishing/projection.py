"""Projecting: bringing graph, search index and followers to the state of the journal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from secrets import token_hex
from typing import Protocol

from catalog_service.domain.publication import Entry, Kind
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tracking import Standing
from catalog_service.governance import reasoning
from catalog_service.governance.closure import Ontology
from catalog_service.governance.layers import Layers
from catalog_service.graph import Store, View, parse, quad
from catalog_service.journal import Journal, Ledger
from catalog_service.publishing import conformance, indexing, standing
from catalog_service.publishing.visible import Visible
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
        self._coming = 0
        self._since, self._shown = token_hex(4), 0
        self.followers: list[Follower] = []
        self._standards = standards
        self._ontology = ontology
        self._visible = Visible(SHAPES, lambda: indexing.standard_documents(standards))

    def fill(self, journal: Journal) -> None:
        """Fill an empty store with what is current, and the index where it is behind.

        Args:
            journal: with its ledger, from which everything here is made.
        """
        revision = journal.revision()
        entries = journal.current(as_of=revision, places=False)
        subjects = self._load(entries, journal.ledger.standings())
        untold = journal.writes and not journal.ledger.shown
        if untold or self.index.revision != revision:
            self.reindex(subjects, revision)
        if untold:
            journal.ledger.told()
        self.revision = self._coming = revision

    def at(self, revision: int) -> bool:
        """True where all of it is at a revision, and none of it on its way to another."""
        return self.revision == self._coming == revision

    def recall(self, journal: Journal, ledger: Ledger, revision: int) -> tuple[Iri, ...]:
        """Fill an empty store with what was current at a revision, and leave the index empty.

        Args:
            journal: from which it is made.
            ledger: how what was current then stood.
            revision: the revision.

        Returns:
            The products and decisions there were; `reindex` tells the index of them.
        """
        entries = journal.current(as_of=revision, places=False)
        subjects = self._load(entries, ledger.standings())
        self.revision = self._coming = revision
        return tuple(subjects)

    def project(
        self,
        entries: Sequence[Entry],
        graphs: Mapping[Iri, tuple[Triple, ...]],
        standings: Mapping[Iri, Standing],
    ) -> None:
        """Bring in new entries; when it returns, every question sees them.

        Args:
            entries: what was appended, in order; they follow what is projected already.
            graphs: the triples of each subject.
            standings: how each subject stands.
        """
        if not entries:
            return
        self._coming = entries[-1].revision
        changed: dict[Iri, tuple[Triple, ...]] = {}
        for entry in entries:
            changed[entry.subject] = graphs[entry.subject]
            name = conformance.graph_of(entry.subject)
            changed[name] = conformance.facts(entry, standings.get(entry.subject))
        subjects = [entry.subject for entry in entries]
        before = reasoning.dependants(self.store.view(), subjects)
        sources = standing.sources(self.store.view(), subjects)
        self.store.replace(changed)
        after = reasoning.dependants(self.store.view(), subjects)
        affected = [*subjects, *before, *after]
        changed |= reasoning.settle(self.store, affected)
        view = self.store.view()
        used = standing.used_otherwise(view, sources, standing.sources(view, subjects))
        self.index.replace(indexing.documents(view, [*affected, *used]), entries[-1].revision)
        for follower in self.followers:
            follower.replace(changed)
        self.revision = entries[-1].revision

    def tell(self, standings: Mapping[Iri, Standing]) -> None:
        """Show how subjects stand, whose publications are as they were.

        Args:
            standings: how each of them stands now.
        """
        if not standings:
            return
        products = [s for s, t in standings.items() if t.conformance.place.kind is Kind.PRODUCT]
        before = indexing.conformances(self.store.view(), products)
        self.show({conformance.graph_of(s): conformance.of(t) for s, t in standings.items()})
        after = indexing.conformances(self.store.view(), products)
        # A first sweep mostly says that more was evaluated, of which search knows nothing.
        other = [product for product in products if before.get(product) != after.get(product)]
        self.index.replace(indexing.documents(self.store.view(), other), self.revision)

    @property
    def state(self) -> str:
        """What changes whenever something is shown that makes no revision.

        What a sweep found, or what was measured; with the process too, which may have missed some.
        """
        return f"{self._since}.{self._shown}"

    def show(self, graphs: Mapping[Iri, tuple[Triple, ...]]) -> None:
        """Bring in graphs that rest on no entry, such as what was observed of a product.

        Args:
            graphs: the triples of each, by name; an empty one is gone.
        """
        self.store.replace(graphs)
        self._shown += 1
        self._visible.forget()
        for follower in self.followers:
            follower.replace(graphs)

    def index_of(self, view: View) -> Index:
        """The search index of what a view shows: nothing else is found, counted or completed."""
        return self.index if view.whole else self._visible.index(view, self.revision)

    def contents(self) -> Iterator[bytes]:
        """Everything in the graph as N-Quads, in chunks, to start a follower with."""
        return self.store.nquads()

    def _words(self) -> Iterator[tuple[Iri, str]]:
        """What is in the graph before any product is: the ontology and the standards."""
        yield ONTOLOGY, self._ontology.asserted
        yield DERIVED, self._ontology.derived
        yield SHAPES, self._standards.mesh.ntriples()
        for layer in self._standards.domains:
            yield Iri(f"{layer.domain}/standards"), layer.standards.ntriples(alone=True)

    def _load(self, entries: Iterable[Entry], standings: Mapping[Iri, Standing]) -> list[Iri]:
        """Fill the store with the graphs of entries; their subjects."""
        self.store.fill(_named(self._words()))
        subjects: list[Iri] = []
        self.store.fill(_chunks(entries, standings, subjects))
        reasoning.fill(self.store, subjects)
        return subjects

    def reindex(self, subjects: Sequence[Iri], revision: int) -> None:
        """Tell the index all there is.

        Args:
            subjects: the products and decisions that are in the graph.
            revision: the revision that the index then is at.
        """
        standards = {SHAPES: indexing.standard_documents(self._standards)}
        parts = indexing.everything(self.store.view(), subjects)
        self.index.refill(chain([standards], parts), revision)


def _named(graphs: Iterable[tuple[Iri, str]]) -> Iterator[bytes]:
    """Graphs in N-Triples as N-Quads: line by line where no blank node has to be given a name."""
    for name, text in graphs:
        if "_:" in text:
            yield "".join(quad(triple, name) for triple in parse(text, "ntriples")).encode()
        else:
            end = f" <{name}> .\n"
            yield "".join(f"{each.removesuffix(' .')}{end}" for each in text.splitlines()).encode()


def _chunks(
    entries: Iterable[Entry],
    standings: Mapping[Iri, Standing],
    subjects: list[Iri],
    size: int = 1 << 22,
) -> Iterator[bytes]:
    """The graphs of the entries and their reports as N-Quads; notes the subjects on the way."""
    chunk: list[str] = []
    length = 0
    for entry in entries:
        subjects.append(entry.subject)
        name = conformance.graph_of(entry.subject)
        told = conformance.facts(entry, standings.get(entry.subject))
        text = entry.nquads + "".join(quad(triple, name) for triple in told)
        chunk.append(text)
        length += len(text)
        if length > size:
            yield "".join(chunk).encode()
            chunk, length = [], 0
    if chunk:
        yield "".join(chunk).encode()
