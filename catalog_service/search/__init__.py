"""The search index: documents of the mesh, found by words, names and facets."""

from catalog_service.search.document import Document, Kind
from catalog_service.search.index import Index
from catalog_service.search.question import FACETS, Facet, Hit, Hits, Order, Question

__all__ = ["FACETS", "Document", "Facet", "Hit", "Hits", "Index", "Kind", "Order", "Question"]
