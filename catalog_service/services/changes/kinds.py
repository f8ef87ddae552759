"""Every kind of change to a data product, and what each means for those who read it."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from catalog_service.terms import CSVW, DCAT, DCT, DPROD, RDFS, SKOS

WORDS = frozenset(
    {
        *(DCT.title, DCT.description, DCT.created, DPROD.purpose, DCAT.keyword, CSVW.title),
        *(RDFS.label, RDFS.comment, RDFS.seeAlso, DCAT.contactPoint, DCAT.landingPage),
        *(SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote),
    }
)
"""What is said for people alone."""


class Impact(StrEnum):
    """What a change does to the readers of a product."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    INFORMATIONAL = "informational"


class Bump(IntEnum):
    """How far a version must rise, or did, in the order of their reach."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """What semantic versioning calls it: `major`, `minor`, `patch`; `none` for no rise."""
        return self.name.lower()


class Kind(StrEnum):
    """What a change is, in words that stay: scripts may rest on them."""

    PRODUCT_ADDED = "product-added"
    PRODUCT_REMOVED = "product-removed"
    PRODUCT_RETIRED = "product-retired"
    PRODUCT_WITHDRAWN = "product-withdrawn"
    PRODUCT_DEPRECATED = "product-deprecated"
    STATUS_CHANGED = "status-changed"
    END_CHANGED = "end-of-life-changed"
    VERSION_CHANGED = "version-changed"
    OWNER_CHANGED = "owner-changed"
    DOMAIN_CHANGED = "domain-changed"
    INPUT_ADDED = "input-added"
    INPUT_REMOVED = "input-removed"
    INPUT_CHANGED = "input-changed"
    PORT_ADDED = "port-added"
    PORT_REMOVED = "port-removed"
    PROTOCOL_CHANGED = "protocol-changed"
    ENDPOINT_CHANGED = "endpoint-changed"
    GUARD_CHANGED = "guard-changed"
    DATASET_SERVED = "dataset-served"
    DATASET_UNSERVED = "dataset-unserved"
    POLICY_ADDED = "policy-added"
    POLICY_REMOVED = "policy-removed"
    POLICY_WIDENED = "policy-widened"
    POLICY_CHANGED = "policy-changed"
    OBJECTIVE_ADDED = "objective-added"
    OBJECTIVE_REMOVED = "objective-removed"
    OBJECTIVE_TIGHTENED = "objective-tightened"
    OBJECTIVE_LOOSENED = "objective-loosened"
    OBJECTIVE_CHANGED = "objective-changed"
    DATASET_ADDED = "dataset-added"
    DATASET_REMOVED = "dataset-removed"
    MODEL_ADDED = "semantic-model-added"
    MODEL_CHANGED = "semantic-model-changed"
    CONCEPT_ADDED = "concept-added"
    CONCEPT_CHANGED = "concept-changed"
    KEY_CHANGED = "primary-key-changed"
    GRAIN_CHANGED = "grain-changed"
    FORM_ADDED = "distribution-added"
    FORM_REMOVED = "distribution-removed"
    FORM_CHANGED = "distribution-changed"
    TERMS_ADDED = "terms-added"
    TERMS_CHANGED = "terms-changed"
    COLUMN_ADDED = "column-added"
    COLUMN_REMOVED = "column-removed"
    COLUMN_RENAMED = "column-renamed"
    TYPE_STATED = "datatype-stated"
    TYPE_WIDENED = "datatype-widened"
    TYPE_NARROWED = "datatype-narrowed"
    TYPE_CHANGED = "datatype-changed"
    REQUIRED_TIGHTENED = "required-tightened"
    REQUIRED_LOOSENED = "required-loosened"
    SENSITIVITY_STATED = "sensitivity-stated"
    SENSITIVITY_RAISED = "sensitivity-raised"
    SENSITIVITY_LOWERED = "sensitivity-lowered"
    SENSITIVITY_CHANGED = "sensitivity-changed"
    PERSONAL_ADDED = "personal-data-added"
    PERSONAL_REMOVED = "personal-data-removed"
    BINDING_ADDED = "polyseme-added"
    BINDING_REMOVED = "polyseme-removed"
    BINDING_CHANGED = "polyseme-changed"
    SCHEME_ADDED = "scheme-added"
    SCHEME_REMOVED = "scheme-removed"
    SCHEME_CHANGED = "scheme-changed"
    LINEAGE_CHANGED = "lineage-changed"
    CROSSWALK_ADDED = "crosswalk-added"
    CROSSWALK_REMOVED = "crosswalk-removed"
    CROSSWALK_CHANGED = "crosswalk-changed"
    MEASURE_ADDED = "measure-added"
    MEASURE_REMOVED = "measure-removed"
    MEASURE_CHANGED = "measure-changed"
    DIMENSION_ADDED = "dimension-added"
    DIMENSION_REMOVED = "dimension-removed"
    DESCRIBED = "description-changed"
    OTHER = "other-changed"


class Rule(NamedTuple):
    """What a kind of change means: for readers, in one sentence, and for the version."""

    impact: Impact
    why: str
    bump: Bump


def _breaking(why: str) -> Rule:
    return Rule(Impact.BREAKING, why, Bump.MAJOR)


def _compatible(why: str) -> Rule:
    return Rule(Impact.COMPATIBLE, why, Bump.MINOR)


def _informational(why: str, bump: Bump = Bump.PATCH) -> Rule:
    return Rule(Impact.INFORMATIONAL, why, bump)


RULES: dict[Kind, Rule] = {
    Kind.PRODUCT_ADDED: Rule(Impact.COMPATIBLE, "Nobody rests on it yet.", Bump.NONE),
    Kind.PRODUCT_REMOVED: _breaking("Whoever reads it finds nothing."),
    Kind.PRODUCT_RETIRED: _breaking("A retired product is no longer served."),
    Kind.PRODUCT_WITHDRAWN: _breaking("What was in service is a draft again and promises nothing."),
    Kind.PRODUCT_DEPRECATED: _compatible("It is still served, and readers learn that it will end."),
    Kind.STATUS_CHANGED: _informational("It is in another stage of its life, and serves no less."),
    Kind.END_CHANGED: _compatible("Readers have another day by which to move on."),
    Kind.VERSION_CHANGED: _informational("It is what announces the other changes.", Bump.NONE),
    Kind.OWNER_CHANGED: _informational("Somebody else answers for it; the data is the same."),
    Kind.DOMAIN_CHANGED: _informational("Another domain answers for it, by its own standards."),
    Kind.INPUT_ADDED: _informational("What a product reads is its own affair."),
    Kind.INPUT_REMOVED: _informational("What a product reads is its own affair."),
    Kind.INPUT_CHANGED: _informational("What a product reads is its own affair."),
    Kind.PORT_ADDED: _compatible("Nobody reads it yet."),
    Kind.PORT_REMOVED: _breaking("Whoever reads it is turned away."),
    Kind.PROTOCOL_CHANGED: _breaking("Clients that speak the old protocol are not understood."),
    Kind.ENDPOINT_CHANGED: _breaking("Clients that know the old address find nothing there."),
    Kind.GUARD_CHANGED: _breaking("Clients that prove who they are the old way are turned away."),
    Kind.DATASET_SERVED: _compatible("The port serves more than before."),
    Kind.DATASET_UNSERVED: _breaking("Who takes the dataset from this port finds it gone."),
    Kind.POLICY_ADDED: _breaking("Use that nothing restricted has conditions from now on."),
    Kind.POLICY_REMOVED: _breaking("What readers were permitted is stated nowhere any more."),
    Kind.POLICY_WIDENED: _compatible("All that was permitted still is, and more."),
    Kind.POLICY_CHANGED: _breaking("A use that was permitted may not be any more."),
    Kind.OBJECTIVE_ADDED: _compatible("More is promised than before."),
    Kind.OBJECTIVE_REMOVED: _breaking("Readers rely on a promise that is no longer made."),
    Kind.OBJECTIVE_TIGHTENED: _compatible("Whoever relied on the old promise has a better one."),
    Kind.OBJECTIVE_LOOSENED: _breaking("Less is promised than readers rely on."),
    Kind.OBJECTIVE_CHANGED: _breaking("The two promises cannot be compared; neither implies one."),
    Kind.DATASET_ADDED: _compatible("Nobody reads it yet."),
    Kind.DATASET_REMOVED: _breaking("Whoever reads it finds it gone."),
    Kind.MODEL_ADDED: _compatible("What the data means is said where nothing was said."),
    Kind.MODEL_CHANGED: _breaking("The same data claims to mean something else."),
    Kind.CONCEPT_ADDED: _compatible("What the data is about is said where nothing was said."),
    Kind.CONCEPT_CHANGED: _breaking("The same data claims to be about something else."),
    Kind.KEY_CHANGED: _breaking("Joins and merges on the old key may meet a row twice, or not."),
    Kind.GRAIN_CHANGED: _breaking("A row stands for something else, so counts and sums differ."),
    Kind.FORM_ADDED: _compatible("The data is to be had in one more form."),
    Kind.FORM_REMOVED: _breaking("Whoever takes the data in this form finds it gone."),
    Kind.FORM_CHANGED: _breaking("Whoever takes the data in this form finds another, or nothing."),
    Kind.TERMS_ADDED: _compatible("More is said of why and where the data may be processed."),
    Kind.TERMS_CHANGED: _breaking("A ground or a place on which readers relied may not hold."),
    Kind.COLUMN_ADDED: _compatible("Queries that name their columns do not see it."),
    Kind.COLUMN_REMOVED: _breaking("Queries that name it fail."),
    Kind.COLUMN_RENAMED: _breaking("Queries that use the old name fail."),
    Kind.TYPE_STATED: _compatible("The type is said where nothing was said."),
    Kind.TYPE_WIDENED: _compatible("Every value of the old type is one of the new."),
    Kind.TYPE_NARROWED: _breaking("Values that were served do not fit the new type."),
    Kind.TYPE_CHANGED: _breaking("Readers parse and compare values by a type that is not theirs."),
    Kind.REQUIRED_TIGHTENED: _compatible("Readers meet a value in every row."),
    Kind.REQUIRED_LOOSENED: _breaking("Readers meet rows without a value they could count on."),
    Kind.SENSITIVITY_STATED: _informational("Public is said where nothing was said."),
    Kind.SENSITIVITY_RAISED: _breaking("Readers must protect it better, and so must those below."),
    Kind.SENSITIVITY_LOWERED: _compatible("Readers protect it well enough already."),
    Kind.SENSITIVITY_CHANGED: _breaking("The levels have no order that says which is higher."),
    Kind.PERSONAL_ADDED: _breaking(
        "Readers need a ground to process what was not called personal."
    ),
    Kind.PERSONAL_REMOVED: _compatible("Readers need no ground that they do not have."),
    Kind.BINDING_ADDED: _compatible("It can be joined across domains where it could not."),
    Kind.BINDING_REMOVED: _breaking("Joins across domains through it are no longer known."),
    Kind.BINDING_CHANGED: _breaking("Joins through it match things of another kind."),
    Kind.SCHEME_ADDED: _compatible("How its values are issued is said where nothing was said."),
    Kind.SCHEME_REMOVED: _breaking("Nobody can tell which values it can be joined with."),
    Kind.SCHEME_CHANGED: _breaking("Joins compare values of two schemes, and match nothing."),
    Kind.LINEAGE_CHANGED: _informational("It comes from elsewhere; what it is stays the same."),
    Kind.CROSSWALK_ADDED: _compatible("One more identifier leads to the global one."),
    Kind.CROSSWALK_REMOVED: _breaking("Identifiers that led to the global one lead nowhere."),
    Kind.CROSSWALK_CHANGED: _breaking("Identifiers may lead to others than before."),
    Kind.MEASURE_ADDED: _compatible("One more figure can be asked for."),
    Kind.MEASURE_REMOVED: _breaking("Questions that name it are refused."),
    Kind.MEASURE_CHANGED: _breaking("The same question has another answer, or none."),
    Kind.DIMENSION_ADDED: _compatible("Questions may group by one more column."),
    Kind.DIMENSION_REMOVED: _breaking("Questions that group or choose by it are refused."),
    Kind.DESCRIBED: _informational("Only words for people differ."),
    Kind.OTHER: _informational(
        "What differs has no row of its own: read it before you rely on it."
    ),
}
"""The one table: every kind, in the order of `Kind`."""
