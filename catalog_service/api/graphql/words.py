"""The words of the ontology that are a short, closed list: as enums."""

from enum import Enum

from catalog_service.api.graphql.fields import listed
from catalog_service.terms import PM, Iri


@listed
class LifecycleStatus(Enum):
    """Where a data product is in its life."""

    PROPOSED = PM.Proposed
    DRAFT = PM.Draft
    ACTIVE = PM.Active
    DEPRECATED = PM.Deprecated
    RETIRED = PM.Retired

    @classmethod
    def of(cls, iri: Iri | None) -> "LifecycleStatus | None":
        """The status of this IRI; None where it is none of the mesh's."""
        return next((status for status in cls if status.value == iri), None)


@listed
class Sensitivity(Enum):
    """How well data must be protected, the least first."""

    PUBLIC = PM.Public
    INTERNAL = PM.Internal
    CONFIDENTIAL = PM.Confidential
    RESTRICTED = PM.Restricted

    @classmethod
    def of(cls, iri: Iri | None) -> "Sensitivity | None":
        """The level of this IRI; None where it is none of the ladder."""
        return next((level for level in cls if level.value == iri), None)
