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
from catalog_service.domain.rdf import Literal
from catalog_service.harvesting import Refers
from catalog_service.terms import (
    DPV,
    ODRL,
    PD,
    PM,
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
