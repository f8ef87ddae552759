"""Polysemes: what crosses domains, how it is identified, and which columns carry it."""

from catalog_service.services.polysemes.carriers import (
    Carrier,
    Crosswalk,
    carriers,
    crosswalks,
    crosswalks_at,
)
from catalog_service.services.polysemes.concepts import (
    LocalConcept,
    local_concepts,
    local_concepts_at,
)
from catalog_service.services.polysemes.joining import Joinable, JoinPath, Joins, joinable, joins
from catalog_service.services.polysemes.meanings import Meaning, side_by_side
from catalog_service.services.polysemes.polysemes import (
    Polyseme,
    Scheme,
    polyseme,
    polysemes,
    schemes,
)

__all__ = [
    "Carrier",
    "Crosswalk",
    "JoinPath",
    "Joinable",
    "Joins",
    "LocalConcept",
    "Meaning",
    "Polyseme",
    "Scheme",
    "carriers",
    "crosswalks",
    "crosswalks_at",
    "joinable",
    "joins",
    "local_concepts",
    "local_concepts_at",
    "polyseme",
    "polysemes",
    "schemes",
    "side_by_side",
]
