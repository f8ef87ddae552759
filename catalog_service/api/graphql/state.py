"""One state of the catalog, as the caller may see it: what every question of a request is asked of.

That of now is the projection itself. One of the past is made anew from the journal.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from catalog_service.api.figures import Figures
from catalog_service.api.graphql.moments import Pin
from catalog_service.bootstrap import Catalog
from catalog_service.graph import View
from catalog_service.journal import Journal, Ledger
from catalog_service.publishing.past import Past
from catalog_service.search import Index, Kept
from catalog_service.services.standards import Layers


class State:
    """A state of the catalog.

    Args:
        catalog: what is asked.
        view: the dataset as the caller may see it.
        figures: the mesh in figures.
        pin: what names the state.
        past: what the catalog was then; None of what is current.
    """

    def __init__(
        self, catalog: Catalog, view: View, figures: Figures, pin: Pin, past: Past | None = None
    ) -> None:
        self.catalog = catalog
        self.view = view
        self.figures = figures
        self.pin = pin
        self.past = past

    @property
    def journal(self) -> Journal:
        """What was published; what is asked of it counts entries up to `upto`."""
        return self.catalog.journal

    @property
    def upto(self) -> int | None:
        """The last revision that counts; None where all do."""
        return self.pin.revision if self.past else None

    @property
    def ledger(self) -> Ledger:
        """Findings over time."""
        return self.past.ledger if self.past else self.catalog.journal.ledger

    @property
    def layers(self) -> Layers:
        """The standards as this release has them: the journal keeps no earlier ones."""
        return self.catalog.layers

    @property
    def introduced(self) -> Mapping[str, datetime]:
        """Since when each standard is in use, by its key."""
        return self.catalog.introduced

    @property
    def today(self) -> date:
        """The day by which waivers end and warnings become violations, in UTC."""
        moment = self.past and self.past.moment.until
        return (moment or datetime.now(UTC)).date()

    def index(self) -> Index | Kept:
        """The search index of what the caller may see."""
        if self.past is not None:
            return self.catalog.history.index(self.past, self.view)
        return self.catalog.projection.index_of(self.view)
