"""Export: products, domains and the catalog in the words of other standards."""

from catalog_service.services.export.bitol import Documents, documents
from catalog_service.services.export.forms import FORMS, Form, Means, form
from catalog_service.services.export.scope import Kind, Scope, catalog_iri, scope
from catalog_service.services.export.writing import bitol, pieces

__all__ = [
    "FORMS",
    "Documents",
    "Form",
    "Kind",
    "Means",
    "Scope",
    "bitol",
    "catalog_iri",
    "documents",
    "form",
    "pieces",
    "scope",
]
