"""What kind of thing a resource is, told from its types and from what points at it."""

from collections.abc import Collection
from enum import StrEnum

from catalog_service.terms import (
    CSVW,
    DCAT,
    DPROD,
    FOAF,
    ODRL,
    ORG,
    OWL,
    PM,
    RDF,
    RDFS,
    SH,
    SKOS,
    Iri,
)


class Kind(StrEnum):
    """The kinds of thing that the catalog tells apart."""

    PRODUCT = "product"
    INPUT_PORT = "input port"
    OUTPUT_PORT = "output port"
    MANAGEMENT_PORT = "management port"
    DATASET = "dataset"
    DISTRIBUTION = "distribution"
    SCHEMA = "schema"
    COLUMN = "column"
    OBJECTIVE = "objective"
    POLICY = "policy"
    CODE = "code component"
    INFRASTRUCTURE = "infrastructure component"
    DOMAIN = "domain"
    TEAM = "team"
    PERSON = "person"
    SYSTEM = "operational system"
    INTERFACE = "operational interface"
    POLYSEME = "polyseme"
    SCHEME = "identifier scheme"
    LOCAL_CONCEPT = "local concept"
    CROSSWALK = "crosswalk"
    DECISION = "decision"
    WAIVER = "waiver"
    STANDARD = "standard"
    TERM = "term"
    OTHER = "other"


_BY_TYPE: dict[Iri, Kind] = {
    DPROD.DataProduct: Kind.PRODUCT,
    DCAT.Dataset: Kind.DATASET,
    DCAT.Distribution: Kind.DISTRIBUTION,
    CSVW.Schema: Kind.SCHEMA,
    CSVW.Column: Kind.COLUMN,
    PM.ServiceLevelObjective: Kind.OBJECTIVE,
    ODRL.Offer: Kind.POLICY,
    ODRL.Agreement: Kind.POLICY,
    ODRL.Policy: Kind.POLICY,
    PM.GlobalPolicy: Kind.POLICY,
    PM.DomainPolicy: Kind.POLICY,
    PM.CodeComponent: Kind.CODE,
    PM.InfrastructureComponent: Kind.INFRASTRUCTURE,
    PM.Domain: Kind.DOMAIN,
    PM.FederatedTeam: Kind.TEAM,
    ORG.OrganizationalUnit: Kind.TEAM,
    ORG.Organization: Kind.TEAM,
    FOAF.Agent: Kind.PERSON,
    PM.OperationalSystem: Kind.SYSTEM,
    PM.Polyseme: Kind.POLYSEME,
    PM.IdentifierScheme: Kind.SCHEME,
    PM.LocalConcept: Kind.LOCAL_CONCEPT,
    PM.Crosswalk: Kind.CROSSWALK,
    PM.Decision: Kind.DECISION,
    PM.Waiver: Kind.WAIVER,
    SH.NodeShape: Kind.STANDARD,
    OWL.Ontology: Kind.TERM,
    RDFS.Class: Kind.TERM,
    RDF.Property: Kind.TERM,
}
"""In the order in which they count where a thing has several types."""

_BY_ROLE: dict[Iri, Kind] = {
    DPROD.outputPort: Kind.OUTPUT_PORT,
    DPROD.inputPort: Kind.INPUT_PORT,
    PM.discoveryPort: Kind.MANAGEMENT_PORT,
    PM.observabilityPort: Kind.MANAGEMENT_PORT,
    PM.controlPort: Kind.MANAGEMENT_PORT,
    PM.operationalApi: Kind.INTERFACE,
    PM.codeComponent: Kind.CODE,
    PM.infrastructureComponent: Kind.INFRASTRUCTURE,
    PM.ownedBy: Kind.TEAM,
    ORG.memberOf: Kind.TEAM,
    DPROD.dataProductOwner: Kind.PERSON,
}


def kind(iri: Iri, types: Collection[Iri], roles: Collection[Iri]) -> Kind:
    """What kind of thing `iri` is.

    Args:
        iri: the thing.
        types: its types.
        roles: the properties by which it is a part of something.
    """
    for told, found in ((types, _BY_TYPE), (roles, _BY_ROLE)):
        for term, answer in found.items():
            if term in told:
                return answer
    if iri.startswith(PM.base) or any(t.startswith((OWL.base, SKOS.base)) for t in types):
        return Kind.TERM
    return Kind.PERSON if iri.startswith("mailto:") else Kind.OTHER
