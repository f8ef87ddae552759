"""The words of the ontology that are a short, closed list: as enums."""

from enum import Enum

from catalog_service.api.graphql.fields import listed
from catalog_service.services.standards import Stage
from catalog_service.terms import PM, Iri

Gate = Stage
listed(Gate, name="Gate")


def gate(name: str) -> Gate:
    """The gate of this name, such as `publish`."""
    return Stage[name.upper()]


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


@listed
class Cardinality(Enum):
    """How many values of one scheme stand for how many of another."""

    ONE_TO_ONE = PM.OneToOne
    MANY_TO_ONE = PM.ManyToOne
    ONE_TO_MANY = PM.OneToMany
    MANY_TO_MANY = PM.ManyToMany

    @classmethod
    def of(cls, iri: Iri | None) -> "Cardinality | None":
        """The cardinality of this IRI; None where it is none of the ontology's."""
        return next((several for several in cls if several.value == iri), None)
