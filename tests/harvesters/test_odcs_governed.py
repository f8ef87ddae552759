"""The custom properties of a contract that the catalog reads, and those it leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, stated

from catalog_service.terms import DCT, DPROD, DPV, GDPR, LOC, PD, PM, RDF, SKOS
from harvesters.odcs import OdcsHarvester

Reader = Callable[[str], Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(OdcsHarvester(), tmp_path, HEAD, body)


def test_personal_data_is_said_of_the_column_and_its_dataset(read: Reader) -> None:
    found = read(
        """\
        schema:
        - name: t
          properties:
          - name: mail
            customProperties:
            - {property: personalData, value: [EmailAddress, "https://w3id.org/dpv/pd#Name"]}
            - {property: technicalMeasure, value: Pseudonymisation}
        """
    )
    column, dataset = found.part("datasets", "t", "columns", "mail"), found.part("datasets", "t")
    categories = {PD.EmailAddress, PD.Name}
    assert found.objects(column, PM.personalDataCategory) == categories
    assert found.objects(dataset, DPV.hasPersonalData) == categories
    assert found.objects(column, DPV.hasTechnicalMeasure) == {DPV.Pseudonymisation}
    assert found.quiet


@pytest.mark.parametrize("level", ["contract", "schema"])
def test_the_grounds_of_processing_are_said_of_datasets(read: Reader, level: str) -> None:
    words = (
        "customProperties: [{property: legalBasis, value: A6-1-b},"
        " {property: purpose, value: [Marketing]}, {property: jurisdiction, value: EU}]"
    )
    schema = "schema: [{name: t}]\n"
    found = read(
        f"{words}\n{schema}" if level == "contract" else schema.replace("t}", f"t, {words}}}")
    )
    dataset = found.part("datasets", "t")
    assert found.objects(dataset, DPV.hasLegalBasis) == {GDPR["A6-1-b"]}
    assert found.objects(dataset, DPV.hasPurpose) == {DPV.Marketing}
    assert found.objects(dataset, DPV.hasJurisdiction) == {LOC.EU}


def test_a_word_that_can_be_no_term_is_warned_of(read: Reader) -> None:
    found = read("schema: [{name: t, customProperties: [{property: purpose, value: to sell}]}]\n")
    (finding,) = found.noticed("unknown-value")
    assert finding.focus == found.part("datasets", "t")


def test_the_sensitivity_of_a_dataset_is_a_custom_property(read: Reader) -> None:
    found = read(
        "schema: [{name: t, customProperties: [{property: sensitivity, value: secret}]}]\n"
    )
    levels = found.objects(found.part("datasets", "t"), DPROD.informationSensitivityClassification)
    assert levels == {PM.Restricted}


CONCEPT = "{name: Listener, label: listener, definition: Who listens., interprets: User}"


@pytest.mark.parametrize("value", [CONCEPT, f"[{CONCEPT}]"])
def test_a_local_concept_is_what_a_dataset_is_about(read: Reader, value: str) -> None:
    found = read(
        "domain: podcasts\n"
        f"schema: [{{name: t, customProperties: [{{property: localConcept, value: {value}}}]}}]\n"
    )
    concept = found.part("concepts", "Listener")
    assert found.objects(found.part("datasets", "t"), PM.about) == {concept}
    assert found.objects(concept, RDF.type) == {PM.LocalConcept}
    assert found.texts(concept, SKOS.prefLabel) == {"listener"}
    assert found.texts(concept, SKOS.definition) == {"Who listens."}
    assert found.referred(concept, PM.inDomain) == {("DOMAIN", "podcasts")}
    assert found.referred(concept, PM.interprets) == {("POLYSEME", "User")}
    assert found.quiet


CROSSWALK = """\
servers: [{{server: p, type: s3}}]
schema:
- name: t
  properties:
  - {{name: a, authoritativeDefinitions: [{{type: identifierScheme, url: no}}]}}
  - {{name: b, authoritativeDefinitions: [{{type: identifierScheme, url: id}}]}}
  - {{name: since}}
customProperties:
- property: crosswalk
  value: {value}
"""


def test_a_crosswalk_maps_the_schemes_of_its_columns(read: Reader) -> None:
    value = "{name: x, from: a, to: t.b, cardinality: many to one, validFrom: since}"
    found = read(CROSSWALK.format(value=value))
    crosswalk = found.part("crosswalks", "x")
    columns = {name: found.part("datasets", "t", "columns", name) for name in ("a", "b", "since")}
    assert found.objects(crosswalk, RDF.type) == {PM.Crosswalk}
    assert found.objects(crosswalk, PM.realisedBy) == {found.part("ports", "p")}
    assert found.objects(crosswalk, PM.fromColumn) == {columns["a"]}
    assert found.objects(crosswalk, PM.toColumn) == {columns["b"]}
    assert found.objects(crosswalk, PM.validFromColumn) == {columns["since"]}
    assert found.referred(crosswalk, PM.fromScheme) == {("SCHEME", "no")}
    assert found.referred(crosswalk, PM.toScheme) == {("SCHEME", "id")}
    assert found.objects(crosswalk, PM.cardinality) == {PM.ManyToOne}
    assert found.quiet


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{name: x, from: a, to: z}", "names no column"),
        ("{from: a, to: b}", "has no `name`"),
        ("{name: x, from: a, to: b, cardinality: few}", "cardinality 'few' is unknown"),
        ("[{name: x, from: a, to: b}, {name: x, from: b, to: a}]", "stated twice"),
        ("a to b", "where a mapping belongs"),
    ],
)
def test_a_crosswalk_that_cannot_be_is_warned_of(read: Reader, value: str, message: str) -> None:
    (finding,) = read(CROSSWALK.format(value=value)).noticed("unknown-value")
    assert message in finding.message


def test_code_infrastructure_and_successor_are_said_of_the_product(read: Reader) -> None:
    found = read(
        """\
        customProperties:
        - {property: code, value: "https://git.example/listens"}
        - {property: infrastructure, value: [cluster, "https://console.example/lake/"]}
        - {property: replacedBy, value: c2}
        """
    )
    code = found.part("code", "git.example/listens")
    assert found.objects(found.product, PM.codeComponent) == {code}
    infrastructure = {
        found.part("infrastructure", name) for name in ("cluster", "console.example/lake")
    }
    assert found.objects(found.product, PM.infrastructureComponent) == infrastructure
    assert found.objects(found.product, DCT.isReplacedBy) == {"https://mesh.example/products/c2"}


def test_other_custom_properties_are_the_teams_own(read: Reader) -> None:
    own = "customProperties: [{property: costCentre, value: {a: [1]}, description: D, vendor: v}]\n"
    found = read(f"{own}schema: [{{name: t, properties: [{{name: a, {own.strip()}}}]}}]\n")
    assert found.quiet
