"""Resources: any thing of the mesh by its IRI, whatever it is."""

from catalog_service.services.resources.kinds import Kind
from catalog_service.services.resources.resources import (
    MOST_MENTIONS,
    Mention,
    Resource,
    described,
    mentions,
    resources,
    whole,
)

__all__ = [
    "MOST_MENTIONS",
    "Kind",
    "Mention",
    "Resource",
    "described",
    "mentions",
    "resources",
    "whole",
]
