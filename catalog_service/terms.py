"""The vocabulary as Python names.

Every IRI that the code speaks comes from here, and `ontology/` declares every one of them: ours in
its own files, those of other standards in `stubs.ttl`. A test holds the two together. Which
standard has which word, and why we mint the ones in `PM`, is told in `ontology/README.md`.
"""

from typing import NewType

Iri = NewType("Iri", str)
"""An absolute IRI. Made by `domain.rdf.iri` where the text comes from outside."""


class Namespace:
    """The terms of one namespace, by their local names: `PM.Domain` is an `Iri`.

    A name that is not listed is an AttributeError, so that a misspelt term cannot be stated.
    """

    def __init__(self, base: str, names: str) -> None:
        self.base = base
        self.terms = {name: Iri(base + name) for name in names.split()}

    def __getattr__(self, name: str) -> Iri:
        try:
            return self.terms[name]
        except KeyError:
            msg = f"{self.base} has no term {name!r} in catalog_service/terms.py"
            raise AttributeError(msg) from None

    def __getitem__(self, name: str) -> Iri:
        return self.terms[name]

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and iri.removeprefix(self.base) in self.terms

    def __repr__(self) -> str:
        return f"Namespace({self.base!r})"


PM = Namespace(
    "https://w3id.org/polyseme/ns#",
    """
    Domain ownedBy inDomain LifecycleScheme Proposed Draft Active Deprecated Retired endOfLife
    DataProductOwner DataProductDeveloper PlatformProductOwner
    DataPlane OperationalPlane AnalyticalPlane onDataPlane OperationalSystem operationalApi
    component CodeComponent codeComponent CodeKind codeKind Pipeline Api PolicyCode
    InfrastructureComponent infrastructureComponent
    managementPort discoveryPort observabilityPort controlPort
    PortKind InputPort OutputPort DiscoveryPort ObservabilityPort ControlPort
    readsFrom hadColumn about
    Polyseme authoritativeDomain globalIdentifier IdentifierScheme datatype pattern iriTemplate
    issuedBy identifies identifierScheme LocalConcept interprets Crosswalk fromScheme toScheme
    realisedBy fromColumn toColumn cardinality validFromColumn validToColumn
    Cardinality OneToOne ManyToOne OneToMany ManyToMany derivedKey DerivedKey transform
    grain Measure countedOn aggregate operand Additivity additivity Additive SemiAdditive
    NonAdditive notAdditiveOver clock zone EmptyRule whenEmpty Null Zero unitColumn dimension
    dimensionTerm
    Freshness Availability Completeness Validity Uniqueness ErrorRate TimeToDetect TimeToRecover
    LeadTime UserSatisfaction betterWhen
    ServiceLevelObjective slo indicator comparator target window
    SensitivityScheme Public Internal Confidential Restricted rank sensitivity personalDataCategory
    RowRule rowRule onColumn operandValue forPurpose permitsKey
    SensitiveCombination combines permittedFor resultSensitivity
    GlobalPolicy DomainPolicy implementedBy decisionScope DecisionScope Global DomainLocal
    FederatedTeam Decision Gate Ci Publish Runtime today enforcedAt since tightens
    becomesViolationOn waivable Finding FindingState findingState Open Waived Recovering Closed
    fingerprint firstRevision lastRevision reopened Recovery notEvaluated
    Waiver waives appliesTo rationale grantedBy expires covers
    maskedFrom RunState runState RunStarted RunCompleted RunFailed RunAborted
    Consumption consumer consumes
    ConsumptionEdges CrossDomainEdges ReachableProducts PolysemeCoverage CompositionDepth
    ActiveConsumers JoinablePairs
    PlatformPlane InfrastructureProvisioningPlane DeveloperExperiencePlane SupervisionPlane
    PlatformCapability onPlane forPersona exposes effectiveSensitivity inferredBy
    """,
)
STD = Namespace("https://w3id.org/polyseme/shapes#", "")
"""The standards: their names are the folders of `shapes/`, so none is listed here."""

DPROD = Namespace(
    "https://www.omg.org/spec/DPROD/dprod/",
    """
    DataProduct domain dataProductOwner purpose lifecycleStatus inputPort outputPort outputDataset
    protocol securitySchemaType informationSensitivityClassification
    InformationSensitivityClassification
    """,
)
DCAT = Namespace(
    "http://www.w3.org/ns/dcat#",
    """
    Catalog Dataset Distribution DataService Resource version distribution endpointURL
    endpointDescription servesDataset keyword accessURL mediaType contactPoint landingPage dataset
    service accessService DatasetSeries inSeries theme
    """,
)
DCT = Namespace(
    "http://purl.org/dc/terms/",
    """
    title description identifier conformsTo subject hasPart isReplacedBy created license publisher
    format type source references modified accessRights RightsStatement Standard MediaType
    """,
)
PROV = Namespace(
    "http://www.w3.org/ns/prov#",
    """
    Activity Entity Plan Influence wasDerivedFrom wasRevisionOf wasAttributedTo wasInfluencedBy
    wasGeneratedBy wasAssociatedWith used generatedAtTime startedAtTime endedAtTime hadPlan
    invalidatedAtTime
    """,
)
CSVW = Namespace(
    "http://www.w3.org/ns/csvw#",
    """
    Schema Column tableSchema column name title datatype required primaryKey foreignKey valueUrl
    aboutUrl propertyUrl virtual
    """,
)
SKOS = Namespace(
    "http://www.w3.org/2004/02/skos/core#",
    """
    Concept ConceptScheme prefLabel altLabel definition broader broadMatch exactMatch inScheme
    hasTopConcept broaderTransitive scopeNote
    """,
)
ORG = Namespace(
    "http://www.w3.org/ns/org#",
    """
    Organization OrganizationalUnit Role Membership memberOf member organization role hasMembership
    """,
)
ODRL = Namespace(
    "http://www.w3.org/ns/odrl/2/",
    """
    hasPolicy Policy Offer Agreement permission prohibition obligation duty action use read
    constraint leftOperand operator rightOperand purpose lteq gteq lt gt eq
    """,
)
DQV = Namespace(
    "http://www.w3.org/ns/dqv#",
    "Metric QualityMeasurement hasQualityMeasurement computedOn isMeasurementOf value inDimension",
)
SDMX = Namespace("http://purl.org/linked-data/sdmx/2009/attribute#", "unitMeasure")
UNIT = Namespace(
    "http://qudt.org/vocab/unit/",
    "SEC MIN HR DAY MO YR PERCENT UNITLESS NUM",
)
QUDT = Namespace("http://qudt.org/schema/qudt/", "conversionMultiplier hasQuantityKind")
DPV = Namespace(
    "https://w3id.org/dpv#",
    """
    hasPersonalData hasLegalBasis hasPurpose hasJurisdiction hasStorageCondition hasTechnicalMeasure
    SensitivityLevel SpecialCategoryPersonalData StorageCondition StorageDuration Purpose
    ServiceProvision ServiceOptimisation Marketing Deidentification Pseudonymisation
    """,
)
PD = Namespace(
    "https://w3id.org/dpv/pd#",
    """
    AccountIdentifier AgeRange BirthDate Country EmailAddress Health IPAddress Name Username
    BloodType Interest
    """,
)
GDPR = Namespace("https://w3id.org/dpv/legal/eu/gdpr#", "A6-1-a A6-1-b A6-1-f A9-2-a")
LOC = Namespace("https://w3id.org/dpv/loc#", "EU")
VOID = Namespace(
    "http://rdfs.org/ns/void#",
    """
    Linkset Dataset DatasetDescription triples entities classPartition class uriSpace sparqlEndpoint
    dataDump feature vocabulary
    """,
)
SD = Namespace(
    "http://www.w3.org/ns/sparql-service-description#",
    """
    Service endpoint supportedLanguage resultFormat defaultDataset Dataset defaultGraph Graph
    SPARQL11Query feature UnionDefaultGraph
    """,
)
SSSOM = Namespace("https://w3id.org/sssom/", "Mapping mapping_justification confidence")
SH = Namespace(
    "http://www.w3.org/ns/shacl#",
    """
    NodeShape PropertyShape ValidationReport ValidationResult conforms result focusNode resultPath
    value resultMessage resultSeverity sourceShape sourceConstraintComponent severity message
    Violation Warning Info
    """,
)
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#", "Kind fn hasEmail hasURL")
FOAF = Namespace("http://xmlns.com/foaf/0.1/", "page Agent name Document homepage primaryTopic")
OWL = Namespace("http://www.w3.org/2002/07/owl#", "Ontology sameAs equivalentClass versionInfo")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type Property langString")
RDFS = Namespace(
    "http://www.w3.org/2000/01/rdf-schema#",
    "label comment seeAlso isDefinedBy subClassOf subPropertyOf domain range Class",
)
XSD = Namespace(
    "http://www.w3.org/2001/XMLSchema#",
    """
    string boolean integer decimal double float date dateTime time duration anyURI
    base64Binary long int short byte
    """,
)

PREFIXES: dict[str, str] = {
    "pm": PM.base,
    "std": STD.base,
    "dprod": DPROD.base,
    "dcat": DCAT.base,
    "dct": DCT.base,
    "prov": PROV.base,
    "csvw": CSVW.base,
    "skos": SKOS.base,
    "org": ORG.base,
    "odrl": ODRL.base,
    "dqv": DQV.base,
    "sdmx-attribute": SDMX.base,
    "unit": UNIT.base,
    "qudt": QUDT.base,
    "dpv": DPV.base,
    "pd": PD.base,
    "eu-gdpr": GDPR.base,
    "loc": LOC.base,
    "void": VOID.base,
    "sd": SD.base,
    "sssom": SSSOM.base,
    "sh": SH.base,
    "vcard": VCARD.base,
    "foaf": FOAF.base,
    "owl": OWL.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "xsd": XSD.base,
}
"""The prefixes used in queries, shapes and answers, everywhere the same."""

NAMESPACES: tuple[Namespace, ...] = (
    PM, STD, DPROD, DCAT, DCT, PROV, CSVW, SKOS, ORG, ODRL, DQV, SDMX, UNIT, QUDT, DPV, PD, GDPR,
    LOC, VOID, SD, SSSOM, SH, VCARD, FOAF, OWL, RDF, RDFS, XSD,
)  # fmt: skip
