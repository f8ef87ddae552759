"""Data contracts in the Open Data Contract Standard, version 3.1."""

from catalog_service.services.export.odcs.contract import contract

__all__ = ["contract"]
