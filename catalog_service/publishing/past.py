"""The past: what the catalog was at a moment, made anew from the journal.

Nothing of today is in it but what the journal does not keep: the ontology, the standards as they
are told, and which tokens may speak for which product.
"""

import threading
import weakref
from collections import OrderedDict

from catalog_service.domain.moment import Moment
from catalog_service.errors import LimitExceeded, Unavailable
from catalog_service.governance.closure import Ontology
from catalog_service.governance.layers import Layers
from catalog_service.graph import Store, View
from catalog_service.journal import Journal, Ledger
from catalog_service.publishing import observing
from catalog_service.publishing.projection import Projection
from catalog_service.publishing.runs.shown import Shown
from catalog_service.search import Index, Kept
from catalog_service.terms import Iri

MOST = 4
"""So many past states are kept; the one that was not asked for the longest is let go."""
MOST_WAITING = 4
"""So many more may be asked for while one is made."""


class Past:
    """The catalog at one moment.

    Args:
        moment: the moment.
        projection: the graph as it was then; its index is filled when it is first asked for.
        ledger: findings over time as they were then.
        subjects: the products and decisions there were.
    """

    def __init__(
        self, moment: Moment, projection: Projection, ledger: Ledger, subjects: tuple[Iri, ...]
    ) -> None:
        self.moment = moment
        self.ledger = ledger
        self.subjects = subjects
        self.projection = projection
        self._indexing = threading.Lock()
        weakref.finalize(self, ledger.engine.dispose)

    def view(self, like: View | None = None) -> View:
        """What could be seen then, of what may be seen now.

        Args:
            like: the dataset as the caller may see it now; all of it by default.
        """
        if like is None or like.whole:
            return self.projection.store.view()
        return self.projection.store.view(like.graphs())

    def index(self, view: View) -> Index:
        """The search index of what a view of it shows."""
        if view.whole:
            with self._indexing:
                if self.projection.index.revision != self.moment.revision:
                    self.projection.reindex(self.subjects, self.moment.revision)
                    self.projection.index.close()  # it is written once, and its writer is large
        return self.projection.index_of(view)


class History:
    """The past states of a catalog, each made when it is first asked for; a few are kept.

    Args:
        journal: of what they are made.
        projection: what is current, whose search index keeps its last revisions.
        standards: the standards.
        ontology: what the words mean.
        most_subjects: how many products and decisions the states that are kept may hold together.
    """

    def __init__(
        self,
        journal: Journal,
        projection: Projection,
        standards: Layers,
        ontology: Ontology,
        *,
        most_subjects: int,
    ) -> None:
        self._journal = journal
        self._current = projection
        self._standards = standards
        self._ontology = ontology
        self._most_subjects = most_subjects
        self._made: OrderedDict[Moment, Past] = OrderedDict()
        self._looking = threading.Lock()
        self._making = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING + 1)

    def at(self, moment: Moment) -> Past:
        """The catalog at a past moment.

        Args:
            moment: one that the journal told of, and that is past.

        Raises:
            LimitExceeded: it held more products and decisions than may be kept.
            Unavailable: too many other past states are being asked for.
        """
        there = self._kept(moment)
        if there is not None:
            return there
        if not self._waiting.acquire(blocking=False):
            raise Unavailable(
                f"more than {MOST_WAITING} past states are waiting to be made",
                hint="ask again in a few seconds",
            )
        try:
            with self._making:
                made = self._kept(moment) or self._make(moment)
                self._keep(moment, made)
                return made
        finally:
            self._waiting.release()

    def index(self, past: Past, view: View) -> Index | Kept:
        """The search index of what a view of a past state shows.

        The index of what is current keeps its last revisions, each as it was at last.
        """
        if view.whole and past.moment.asked is None:
            kept = self._current.index.kept(past.moment.revision)
            if kept is not None:
                return kept
        return past.index(view)

    def _make(self, moment: Moment) -> Past:
        held = self._journal.number_of_subjects(as_of=moment.revision)
        if held > self._most_subjects:
            raise LimitExceeded(
                f"revision {moment.revision} can no longer be had: {held:,} products and decisions"
                f" were published then, and past states of {self._most_subjects:,} are kept",
                limit="past-subjects",
                hint="raise the setting past_subjects, or begin again with what is current",
            )
        self._make_room(held)
        ledger = self._journal.recalled(moment)
        projection = Projection(Store(), Index.open(None), self._standards, self._ontology)
        subjects = projection.recall(self._journal, ledger, moment.revision)
        measured = self._journal.observations.latest(until=moment.until)
        projection.show(observing.graphs(measured))
        shown = Shown(self._journal, projection)
        projection.show(shown.updated(self._journal.runs.last(until=moment.until)))
        return Past(moment, projection, ledger, subjects)

    def _kept(self, moment: Moment) -> Past | None:
        with self._looking:
            there = self._made.get(moment)
            if there is not None:
                self._made.move_to_end(moment)
            return there

    def _keep(self, moment: Moment, made: Past) -> None:
        with self._looking:
            self._made[moment] = made
            while len(self._made) > MOST:
                self._made.popitem(last=False)

    def _make_room(self, wanted: int) -> None:
        """Let go of states until another of so many subjects fits beside those that are left."""
        with self._looking:
            while self._made and self._held() + wanted > self._most_subjects:
                self._made.popitem(last=False)

    def _held(self) -> int:
        return sum(len(past.subjects) for past in self._made.values())
