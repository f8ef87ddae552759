"""What was looked up in a store and still holds.

A walk along lineage looks up the same few properties of thousands of things, and of the same things
again in the next answer. Here each is kept until a graph that says something of it changes.
"""

import threading
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, RDF, Iri

FOLLOWED = frozenset(
    {
        CSVW.column,
        CSVW.tableSchema,
        DCAT.servesDataset,
        DPROD.inputPort,
        DPROD.outputDataset,
        DPROD.outputPort,
        PM.operationalApi,
        PM.readsFrom,
        PROV.wasDerivedFrom,
        RDF.type,
    }
)
"""The properties that are kept: those that lineage goes along, and what things are."""

MOST = 400_000
"""Lookups that are kept; where there are more, all are let go."""

Key = tuple[str, Iri, Iri]
Found = tuple[Iri, ...]


def out(subject: Iri, predicate: Iri) -> Key:
    """What a thing points at by a property."""
    return "out", predicate, subject


def into(predicate: Iri, value: Iri) -> Key:
    """What points at a thing by a property."""
    return "into", predicate, value


class Lookups:
    """Answers that are kept while they hold. May be asked from any thread."""

    def __init__(self) -> None:
        self._kept: dict[Key, Found] = {}
        self._lock = threading.Lock()
        self._changes = 0

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def find(self, key: Key, look: Callable[[], Found]) -> Found:
        """What was found for a key, or what looking it up gives.

        Args:
            key: what is asked.
            look: looks it up.
        """
        found = self._kept.get(key)
        if found is None:
            before = self._changes
            found = look()
            with self._lock:
                if before == self._changes:  # else it may be what was there before the change
                    if len(self._kept) >= MOST:
                        self._kept.clear()
                    self._kept[key] = found
        return found

    def forget(self, keys: Iterable[Key]) -> None:
        """Let go of what no longer holds. Call it when the store has changed, never before."""
        with self._lock:
            self._changes += 1
            for key in keys:
                self._kept.pop(key, None)

    def forget_all(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._changes += 1
            self._kept.clear()


def touched(store: ox.Store, graph: ox.NamedNode) -> Iterator[Key]:
    """The keys of which a graph says something."""
    for predicate in FOLLOWED:
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
            if isinstance(quad.subject, ox.NamedNode):
                yield out(Iri(quad.subject.value), predicate)
            if isinstance(quad.object, ox.NamedNode):
                yield into(predicate, Iri(quad.object.value))
