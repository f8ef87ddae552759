"""The landing page: what the mesh holds, and the search over it."""

from catalog_service.api.figures import Figures
from catalog_service.api.rendering import Page, rendered
from catalog_service.bootstrap import Catalog
from catalog_service.search import Index
from catalog_service.services import discovery
from catalog_service.services.discovery import Hits, Kind, Question

_ON_A_PAGE = 50
_IN_A_LIST = 100


class Home:
    """Makes the landing page.

    Args:
        catalog: what it shows.
        page: where things are shown.
        figures: the mesh in figures.
    """

    def __init__(self, catalog: Catalog, page: Page, figures: Figures) -> None:
        self._catalog = catalog
        self._page = page
        self._figures = figures

    def page(self, words: str, after: str) -> bytes:
        """The mesh at a glance; with words, what they find.

        Args:
            words: what to search for; empty for all products, by name.
            after: the cursor of the page to go on from.
        """
        revision = self._catalog.projection.revision
        kinds = () if words.strip() else (Kind.PRODUCT,)
        asked = Question(text=words, kinds=kinds, first=_ON_A_PAGE, after=after, facets=())
        lists = [] if words.strip() else self._lists()
        return rendered(
            "home",
            self._page,
            revision=revision,
            words=words.strip(),
            hits=discovery.search(self._shown, asked),
            lists=lists,
            counts=self._figures.counts(),
        )

    @property
    def _shown(self) -> Index:
        """The search index of what the caller may see."""
        return self._catalog.projection.index_of(self._catalog.view())

    def _lists(self) -> list[tuple[str, Hits]]:
        return [
            (heading, discovery.search(self._shown, _all_of(kind)))
            for heading, kind in (("Domains", Kind.DOMAIN), ("Polysemes", Kind.POLYSEME))
        ]


def _all_of(kind: Kind) -> Question:
    return Question(kinds=(kind,), first=_IN_A_LIST, facets=())
