"""The store: named graphs in memory, each replaced as a whole."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from catalog_service.domain.rdf import Triple, line
from catalog_service.graph import convert
from catalog_service.graph.formats import quad
from catalog_service.graph.view import View
from catalog_service.terms import Iri


class Store:
    """Named graphs in memory. The default graph stays empty; one writer at a time.

    It is a projection: what it holds can be filled again from the journal at any time.
    """

    def __init__(self) -> None:
        self._store = ox.Store()

    def view(self, graphs: Iterable[Iri] | None = None) -> View:
        """A view of the named graphs; of all of them where none are named."""
        return View(self._store, None if graphs is None else tuple(graphs))

    def fill(self, nquads: Iterable[bytes]) -> None:
        """Load many graphs at once, at start: fast, and not atomic."""
        for chunk in nquads:
            self._store.bulk_load(chunk, ox.RdfFormat.N_QUADS)

    def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make each named graph hold exactly these triples; an empty one is gone.

        All of them change in one step: a reader sees the state before or the state after.
        """
        changed = {name: tuple(triples) for name, triples in graphs.items()}
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
