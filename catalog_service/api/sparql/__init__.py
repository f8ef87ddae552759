"""SPARQL over HTTP: the protocol, the service description, and graphs by their names."""

from catalog_service.api.sparql.door import router
from catalog_service.api.sparql.protocol import MAX_BODY, Update

__all__ = ["MAX_BODY", "Update", "router"]
