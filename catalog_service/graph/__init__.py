"""The graph: named graphs in Oxigraph, and the views through which questions are asked of them."""

from catalog_service.graph.convert import is_iri
from catalog_service.graph.formats import (
    FORMATS,
    Format,
    canonical,
    content_hash,
    parse,
    quad,
    serialize,
)
from catalog_service.graph.queries import many, query
from catalog_service.graph.rows import distinct, grouped, optional, texts
from catalog_service.graph.store import Store
from catalog_service.graph.view import Row, View

__all__ = [
    "FORMATS",
    "Format",
    "Row",
    "Store",
    "View",
    "canonical",
    "content_hash",
    "distinct",
    "grouped",
    "is_iri",
    "many",
    "optional",
    "parse",
    "quad",
    "query",
    "serialize",
    "texts",
]
