"""The store: named graphs in memory, each replaced as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

import pyoxigraph as ox

from catalog_service.domain.rdf import Triple, line
from catalog_service.graph import convert
from catalog_service.graph.formats import quad
from catalog_service.graph.lookups import Lookups, touched
from catalog_service.graph.view import View
from catalog_service.terms import Iri

_PART = 5_000
"""Quads of one chunk: as many as are written at once."""


class Store:
    """Named graphs in memory. The default graph stays empty; one writer at a time.

    It is a projection: what it holds can be filled again from the journal at any time.
    """

    def __init__(self) -> None:
        self._store = ox.Store()
        self._lookups = Lookups()

    def view(self, graphs: Iterable[Iri] | None = None) -> View:
        """A view of the named graphs; of all of them where none are named."""
        if graphs is None:
            return View(self._store, lookups=self._lookups)
        return View(self._store, tuple(graphs))

    def fill(self, nquads: Iterable[bytes]) -> None:
        """Load many graphs, chunk by chunk, as at start. What they hold was checked before."""
        for chunk in nquads:
            load(self._store, chunk)
        self._lookups.forget_all()

    def nquads(self) -> Iterator[bytes]:
        """Everything as N-Quads, in chunks of whole lines, as it is when the first is asked for."""
        quads = self._store.quads_for_pattern(None, None, None)
        while part := ox.serialize(islice(quads, _PART), format=ox.RdfFormat.N_QUADS):
            yield part

    def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make each named graph hold exactly these triples; an empty one is gone.

        All of them change in one step: a reader sees the state before or the state after.
        """
        changed = {name: tuple(triples) for name, triples in graphs.items()}
        named = [convert.node(name) for name in changed]
        before = [key for name in named for key in touched(self._store, name)]
        self._replace(changed)
        after = (key for name in named for key in touched(self._store, name))
        self._lookups.forget(chain(before, after))

    def _replace(self, changed: Mapping[Iri, tuple[Triple, ...]]) -> None:
        there = [n for n in changed if self._store.contains_named_graph(convert.node(n))]
        if not there:
            self._store.load(
                "".join(
                    quad(triple, name) for name, triples in changed.items() for triple in triples
                ).encode(),
                ox.RdfFormat.N_QUADS,
            )
            return
        # The engine's one atomic step that both removes and adds is an update. Its text is made of
        # checked IRIs and of N-Triples lines, which escape whatever a literal may hold.
        steps = [f"DROP SILENT GRAPH {convert.node(name)}" for name in there]
        for name, triples in changed.items():
            if triples:
                lines = "\n".join(line(triple) for triple in triples)
                steps.append(f"INSERT DATA {{ GRAPH {convert.node(name)} {{\n{lines}\n}} }}")
        self._store.update(";\n".join(steps))

    def __len__(self) -> int:
        """How many quads there are."""
        return len(self._store)


def load(store: ox.Store, nquads: bytes) -> None:
    """Add quads that were checked when they were first written.

    In memory the engine's bulk loader takes twice the time of a load; looking at each IRI again
    makes up a third of either.
    """
    store.load(nquads, ox.RdfFormat.N_QUADS, lenient=True)
