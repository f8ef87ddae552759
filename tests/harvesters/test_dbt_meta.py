"""What `meta` says of a dbt model, and what is told where it says nothing known."""

from pathlib import Path
from typing import Any

import pytest
from dbt_reading import (
    ORDERS,
    PORT,
    SHOP,
    column_with,
    findings,
    harvest,
    manifest,
    messages,
    node,
    references,
    values,
)

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, text
from catalog_service.harvesting import Refers
from catalog_service.terms import (
    DPROD,
    DPV,
    GDPR,
    LOC,
    ODRL,
    PD,
    PM,
    RDFS,
    XSD,
    Iri,
)


def test_meta_binds_a_column_to_a_polyseme(tmp_path: Path) -> None:
    columns = column_with(polyseme="User", identifier_scheme="user-id", sensitivity="Secret")
    parts = harvest(tmp_path, manifest(node(columns=columns)))
    column = Iri(f"{ORDERS}/columns/id")
    assert (column, PM.identifies, Refers.POLYSEME, "User") in references(parts)
    assert (column, PM.identifierScheme, Refers.SCHEME, "user-id") in references(parts)
    assert values(parts, column, PM.sensitivity) == {PM.Restricted}


def test_meta_is_read_in_both_places_and_config_wins(tmp_path: Path) -> None:
    columns = {
        "id": {
            "name": "id",
            "meta": {"polyseme": "Old", "sensitivity": "public"},
            "config": {"meta": {"polyseme": "New"}},
        }
    }
    parts = harvest(tmp_path, manifest(node(columns=columns)))
    column = Iri(f"{ORDERS}/columns/id")
    assert (column, PM.identifies, Refers.POLYSEME, "New") in references(parts)
    assert values(parts, column, PM.sensitivity) == {PM.Public}


def test_personal_data_of_a_column_is_personal_data_of_its_dataset(tmp_path: Path) -> None:
    columns = column_with(personal_data="EmailAddress", technical_measure=["Pseudonymisation"])
    parts = harvest(tmp_path, manifest(node(columns=columns)))
    column = Iri(f"{ORDERS}/columns/id")
    assert values(parts, column, PM.personalDataCategory) == {PD.EmailAddress}
    assert values(parts, ORDERS, DPV.hasPersonalData) == {PD.EmailAddress}
    assert values(parts, column, DPV.hasTechnicalMeasure) == {DPV.Pseudonymisation}


@pytest.mark.parametrize(
    ("meta", "complaint"),
    [
        ({"sensitivity": "cosmic"}, "no step of the sensitivity ladder"),
        ({"semantic_model": "orders"}, "`meta.semantic_model`"),
        ({"status": "asleep"}, "none that the catalog knows"),
        ({"slo": [{"indicator": "Beauty"}]}, "which is unknown"),
        ({"slo": [{"indicator": "Freshness", "comparator": "around"}]}, "the comparator 'around'"),
        ({"slo": [{"indicator": "Freshness", "target": "soon"}]}, "the target 'soon'"),
        ({"slo": [{"indicator": "Freshness", "window": "a day"}]}, "the window 'a day'"),
        ({"crosswalk": {"name": "x", "from": "id", "to": "nowhere"}}, "names a column"),
        ({"local_concept": {"label": "order"}}, "has no `name`"),
        ({"slo": 5}, "where a list belongs"),
    ],
)
def test_a_word_of_meta_that_means_nothing_is_warned_of(
    meta: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    parts = harvest(tmp_path, manifest(node(columns={"id": {"name": "id"}}, meta=meta)))
    warnings = [f for f in findings(parts, "unknown-value") if f.severity is Severity.WARNING]
    assert any(complaint in found.message for found in warnings), messages(parts)
    assert all(found.fix for found in warnings)


def test_a_misspelt_key_of_meta_is_told(tmp_path: Path) -> None:
    columns = column_with(polysem="User")
    parts = harvest(tmp_path, manifest(node(columns=columns, meta={"ownr": "me"})))
    (found,) = findings(parts, "unread-key")
    assert "`ownr`" in found.message
    assert "`id.polysem`" in found.message


def test_a_model_promises_service_levels(tmp_path: Path) -> None:
    promise = {
        "indicator": "pm:Freshness",
        "comparator": "<=",
        "target": 1.5,
        "unit": "hours",
        "window": "P1D",
    }
    parts = harvest(tmp_path, manifest(node(meta={"slo": [promise]})))
    (slo,) = values(parts, PORT, PM.slo)
    assert isinstance(slo, str)
    assert values(parts, slo, PM.indicator) == {PM.Freshness}
    assert values(parts, slo, PM.comparator) == {ODRL.lteq}
    assert values(parts, slo, PM.target) == {Literal("1.5", XSD.decimal)}
    assert values(parts, slo, PM.window) == {Literal("P1D", XSD.duration)}


def test_a_model_serves_a_crosswalk(tmp_path: Path) -> None:
    columns = {
        "hash": {"name": "hash", "meta": {"identifier_scheme": "hashes"}},
        "uid": {"name": "uid", "meta": {"identifier_scheme": "user-id"}},
    }
    pairs = {"name": "h", "from": "HASH", "to": "uid", "cardinality": "many_to_one"}
    parts = harvest(tmp_path, manifest(node(columns=columns, meta={"crosswalk": pairs})))
    crosswalk = Iri(f"{SHOP}/crosswalks/h")
    assert values(parts, crosswalk, PM.realisedBy) == {PORT}
    assert values(parts, crosswalk, PM.fromColumn) == {Iri(f"{ORDERS}/columns/hash")}
    assert values(parts, crosswalk, PM.cardinality) == {PM.ManyToOne}
    assert (crosswalk, PM.toScheme, Refers.SCHEME, "user-id") in references(parts)


def test_a_model_names_the_grounds_of_its_personal_data(tmp_path: Path) -> None:
    meta = {
        "personal_data": "EmailAddress",
        "legal_basis": "A6-1-b",
        "processing_purpose": ["ServiceProvision", "dpv:Marketing"],
        "jurisdiction": "https://w3id.org/dpv/loc#EU",
        "retention": "2 years",
        "technical_measure": "Pseudonymisation",
    }
    parts = harvest(tmp_path, manifest(node(meta=meta)))
    assert values(parts, ORDERS, DPV.hasPersonalData) == {PD.EmailAddress}
    assert values(parts, ORDERS, DPV.hasLegalBasis) == {GDPR["A6-1-b"]}
    assert values(parts, ORDERS, DPV.hasPurpose) == {DPV.ServiceProvision, DPV.Marketing}
    assert values(parts, ORDERS, DPV.hasJurisdiction) == {LOC.EU}
    assert values(parts, ORDERS, DPV.hasTechnicalMeasure) == {DPV.Pseudonymisation}
    (rule,) = values(parts, ORDERS, DPV.hasStorageCondition)
    assert values(parts, Iri(str(rule)), RDFS.label) == {text("2 years")}
    assert not findings(parts, "unread-key")


def test_a_model_says_who_may_use_its_port_for_what_and_how(tmp_path: Path) -> None:
    meta = {
        "policy": {"action": "read", "purpose": ["Marketing", "ServiceProvision"]},
        "security_scheme": ["oauth2", "https://auth.example/keys"],
    }
    parts = harvest(tmp_path, manifest(node(meta=meta)))
    (policy,) = values(parts, PORT, ODRL.hasPolicy)
    permissions = values(parts, Iri(str(policy)), ODRL.permission)
    allowed = set()
    for permission in permissions:
        assert values(parts, Iri(str(permission)), ODRL.action) == {ODRL.read}
        (constraint,) = values(parts, Iri(str(permission)), ODRL.constraint)
        allowed |= values(parts, Iri(str(constraint)), ODRL.rightOperand)
    assert allowed == {DPV.Marketing, DPV.ServiceProvision}
    assert values(parts, PORT, DPROD.securitySchemaType) == {
        Iri("https://mesh.example/security-schemes/oauth2"),
        Iri("https://auth.example/keys"),
    }


@pytest.mark.parametrize(
    ("meta", "complaint"),
    [
        ({"policy": {"action": "sell"}}, "the action of `meta.policy`"),
        ({"policy": {"purpose": ["Marketing", "a good cause"]}}, "is left out"),
        ({"policy": "anyone"}, "where a list belongs"),
        ({"legal_basis": "we need it"}, "which names no term"),
        ({"jurisdiction": "the moon"}, "which names no term"),
    ],
)
def test_a_ground_or_policy_that_means_nothing_is_warned_of_and_left_out(
    meta: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    parts = harvest(tmp_path, manifest(node(meta=meta)))
    assert complaint in messages(parts)
    assert not values(parts, PORT, ODRL.hasPolicy)
    assert not values(parts, ORDERS, DPV.hasLegalBasis)
    assert not values(parts, ORDERS, DPV.hasJurisdiction)
