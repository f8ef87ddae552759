"""Search as a view sees it: an index made of nothing but what the view shows.

What a view hides can then neither be found nor counted, nor told from how rare a word is, how much
a product is used, or what it may be completed to.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

from catalog_service.graph import View
from catalog_service.publishing import indexing
from catalog_service.search import Document, Index
from catalog_service.terms import Iri

MOST = 8
"""So many views are kept at a time; the one that was not asked for the longest is let go."""

Standards = Callable[[], Iterable[Document]]


class Visible:
    """The indexes of views that do not show everything, each made when it is first asked for.

    Args:
        shapes: the graph of the standards.
        standards: the documents of the standards, told where that graph may be seen.
    """

    def __init__(self, shapes: Iri, standards: Standards) -> None:
        self._shapes = shapes
        self._standards = standards
        self._made: OrderedDict[tuple[frozenset[Iri], int], Index] = OrderedDict()
        self._lock = threading.Lock()

    def index(self, view: View, revision: int) -> Index:
        """The index of what a view shows.

        Args:
            view: the view.
            revision: what it is a view of; an index is made anew for another one.
        """
        shown = frozenset(view.graphs())
        with self._lock:
            made = self._made.get((shown, revision))
            if made is None:
                made = self._made[shown, revision] = self._make(view, shown, revision)
            self._made.move_to_end((shown, revision))
            while len(self._made) > MOST:
                self._made.popitem(last=False)
            return made

    def forget(self) -> None:
        """Make every index anew when it is next asked for: something changed at one revision."""
        with self._lock:
            self._made.clear()

    def _make(self, view: View, shown: frozenset[Iri], revision: int) -> Index:
        documents = dict(indexing.documents(view, sorted(shown)))
        if self._shapes in shown:
            documents[self._shapes] = tuple(self._standards())
        index = Index.open(None)
        index.replace(documents, revision)
        return index
