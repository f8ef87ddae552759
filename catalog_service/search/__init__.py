"""The search index: documents of the mesh, found by words, names and facets."""

from catalog_service.search.document import Document, Kind
from catalog_service.search.facets import Facet
from catalog_service.search.index import Index, Kept
from catalog_service.search.question import FACETS, Hit, Hits, Order, Question
from catalog_service.search.suggestion import Suggestion

__all__ = [
    "FACETS",
    "Document",
    "Facet",
    "Hit",
    "Hits",
    "Index",
    "Kept",
    "Kind",
    "Order",
    "Question",
    "Suggestion",
]
