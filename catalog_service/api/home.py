"""The landing page: what the mesh holds, and the search over it."""

from collections.abc import Mapping, Sequence

from catalog_service.api.figures import Figures
from catalog_service.api.narrowing import address, choices
from catalog_service.api.rendering import Page, rendered
from catalog_service.bootstrap import Catalog
from catalog_service.domain.names import short
from catalog_service.graph import View, is_iri
from catalog_service.search import Index
from catalog_service.services import discovery, resources
from catalog_service.services.discovery import Hits, Kind, Question
from catalog_service.terms import Iri

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

    def page(
        self, words: str, after: str, wanted: Mapping[str, Sequence[str]] | None = None
    ) -> bytes:
        """The mesh at a glance; with words or values of facets, what has them.

        Args:
            words: what to search for; empty for all.
            after: the cursor of the page to go on from.
            wanted: the values that the search is narrowed to, by facet.
        """
        revision = self._catalog.projection.revision
        view = self._catalog.view()
        index = self._catalog.projection.index_of(view)
        said, narrowed = words.strip(), wanted or {}
        searched = bool(said or narrowed)
        asked = Question(text=words, first=_ON_A_PAGE, after=after)
        within = narrowed if searched else {"kind": (Kind.PRODUCT.value,)}
        hits = discovery.search(index, discovery.narrowed(asked, within))
        names = _names(view, hits)
        return rendered(
            "home",
            self._page,
            revision=revision,
            words=said,
            searched=searched,
            hits=hits,
            choices=choices(hits, said, within, lambda iri: names.get(iri) or short(iri)),
            more=address(said, within, after=hits.next),
            lists=[] if searched else _lists(index),
            counts=self._figures.counts(),
        )


def _names(view: View, hits: Hits) -> dict[Iri, str]:
    """What the things that a search can be narrowed to are called."""
    values = {value for facet in hits.facets for value, _ in facet.counts if is_iri(value)}
    found = resources.resources(view, map(Iri, sorted(values)))
    return {iri: told.name for iri, told in found.items()}


def _lists(index: Index) -> list[tuple[str, Hits]]:
    return [
        (heading, discovery.search(index, _all_of(kind)))
        for heading, kind in (("Domains", Kind.DOMAIN), ("Polysemes", Kind.POLYSEME))
    ]


def _all_of(kind: Kind) -> Question:
    return Question(kinds=(kind,), first=_IN_A_LIST, facets=())
