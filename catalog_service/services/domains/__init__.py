"""Domains: the business areas of the mesh, what they own and what lies in them."""

from catalog_service.services.domains.domains import (
    Domain,
    domain,
    domains,
    products,
    sub_domains,
)
from catalog_service.services.domains.systems import (
    Interface,
    System,
    interfaces_at,
    systems,
    systems_at,
)

__all__ = [
    "Domain",
    "Interface",
    "System",
    "domain",
    "domains",
    "interfaces_at",
    "products",
    "sub_domains",
    "systems",
    "systems_at",
]
