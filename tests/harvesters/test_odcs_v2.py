"""Contracts of version 2 state the same as those of version 3."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import Read, refused, stated

from catalog_service.domain.rdf import Literal
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, DQV, PM, PROV, RDFS, VCARD, XSD
from harvesters.odcs import OdcsHarvester

ODCS = OdcsHarvester()
OLD = """\
kind: DataContract
uuid: c
version: 1.0.0
status: production
"""
NEW = """\
kind: DataContract
apiVersion: v3.0.2
id: c
version: 1.0.0
status: production
"""
Reader = Callable[[str], Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(ODCS, tmp_path, OLD, body)


def test_both_versions_state_the_same(tmp_path: Path) -> None:
    old = stated(
        ODCS,
        tmp_path,
        OLD,
        """\
        quantumName: Q
        datasetDomain: seller
        description: {purpose: P}
        stakeholders: [{username: ana, role: Owner, comment: C}]
        dataset:
        - table: t
          dataGranularity: G
          columns:
          - {column: a, isPrimaryKey: true, logicalType: string, isNullable: false}
        slaDefaultColumn: t.a
        slaProperties: [{property: latency, value: 4, unit: d, column: t.a, driver: regulatory}]
        """,
    )
    new = stated(
        ODCS,
        tmp_path,
        NEW,
        """\
        name: Q
        domain: seller
        description: {purpose: P}
        team: [{username: ana, role: Owner, description: C}]
        schema:
        - name: t
          dataGranularityDescription: G
          properties:
          - {name: a, primaryKey: true, logicalType: string, required: true}
        slaDefaultElement: t.a
        slaProperties: [{property: latency, value: 4, unit: d, element: t.a, driver: regulatory}]
        """,
    )
    assert {f.triple for f in old.harvested.facts} == {f.triple for f in new.harvested.facts}
    assert [(r.subject, r.predicate, r.name) for r in old.harvested.references] == [
        (r.subject, r.predicate, r.name) for r in new.harvested.references
    ]
    assert old.quiet
    assert new.quiet


def test_the_dataset_names_the_product_where_no_quantum_does(read: Reader) -> None:
    assert read("datasetName: d\ndataset: []\n").text(DCT.title) == "d"


def test_tables_may_be_listed_one_level_deeper(read: Reader) -> None:
    found = read("dataset: {tables: [{table: t}]}\n")
    assert found.objects(found.product, DPROD.outputDataset) == {found.part("datasets", "t")}


@pytest.mark.parametrize(
    ("keys", "required"), [("isNullable: true", "false"), ("nullable: false", "true")]
)
def test_nullable_is_the_opposite_of_required(read: Reader, keys: str, required: str) -> None:
    found = read(f"dataset: [{{table: t, columns: [{{column: a, {keys}}}]}}]\n")
    column = found.part("datasets", "t", "columns", "a")
    assert found.objects(column, CSVW.required) == {Literal(required, XSD.boolean)}


def test_the_server_stands_in_the_keys_of_the_contract(read: Reader) -> None:
    found = read("server: localhost\ndriver: org.postgresql.Driver\ndatabase: d\ndataset: []\n")
    port = found.part("ports", "localhost")
    assert found.objects(port, DCAT.endpointURL) == {"postgresql://localhost/d"}


def test_a_dataset_of_bigquery_is_found_by_project_and_name(read: Reader) -> None:
    found = read("sourceSystem: BigQuery\ndatasetProject: p\ndatasetName: d\ndataset: []\n")
    port = found.part("ports", "BigQuery")
    assert found.objects(port, DCAT.endpointURL) == {"bigquery://p/d"}


def test_credentials_are_never_stated(read: Reader) -> None:
    found = read("server: h\nusername: joe\npassword: hunter2\ndataset: []\n")
    assert found.quiet
    said = " ".join(str(fact.triple) for fact in found.harvested.facts)
    assert "joe" not in said
    assert "hunter2" not in said


def test_channels_of_the_product_are_contacts(read: Reader) -> None:
    found = read(
        "productDl: a@m.example\nproductSlackChannel: '#x'\n"
        "productFeedbackUrl: https://m.example/say\ndataset: []\n"
    )
    names = ("a@m.example", "#x", "feedback")
    contacts = {found.part("support", name) for name in names}
    assert found.objects(found.product, DCAT.contactPoint) == contacts
    mail = found.part("support", "a@m.example")
    assert found.objects(mail, VCARD.hasEmail) == {"mailto:a@m.example"}


def test_columns_of_columns_rules_and_sources_are_read(read: Reader) -> None:
    found = read(
        """\
        dataset:
        - table: t
          description: [One., Two.]
          columns:
          - column: a
            authoritativeDefinitions: https://m.example/a
            columns: [{column: b, transformSourceTables: [t.a], samples: [1]}]
            quality: [{code: nullCheck, templateName: NullCheck, toolName: Elevate}]
        """
    )
    dataset = found.part("datasets", "t")
    inner = found.part("datasets", "t", "columns", "a.b")
    outer = found.part("datasets", "t", "columns", "a")
    assert found.texts(dataset, DCT.description) == {"One.\nTwo."}
    assert found.objects(inner, PROV.wasDerivedFrom) == {outer}
    assert found.referred(outer, RDFS.seeAlso) == {("DEFINITION", "https://m.example/a")}
    metric = found.part("datasets", "t", "metrics", "a.nullCheck")
    assert any(
        f.triple.subject == metric and f.triple.object == DQV.Metric for f in found.harvested.facts
    )
    assert found.objects(found.product, PM.slo) == set()
    assert found.quiet


def test_keys_of_neither_version_are_reported_under_their_own_names(read: Reader) -> None:
    found = read("dataset: [{table: t, columns: [{column: a, colour: red}]}]\nfoo: 1\n")
    messages = {(f.message, f.line) for f in found.noticed("unread-key")}
    assert messages == {
        ("`dataset[0].columns[0].colour` is not read", 5),
        ("`foo` is not read", 6),
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("dataset: [{table: t, columns: x}]\n", "`columns` is a single value"),
        ("dataset: [{columns: []}]\n", "has no `name`"),
        ("dataset: [{table: t, columns: [{column: a, isNullable: maybe}]}]\n", "true or false"),
    ],
)
def test_a_fault_of_version_2_has_its_place(tmp_path: Path, body: str, message: str) -> None:
    fault = refused(ODCS, tmp_path, OLD, body)
    assert fault.origin.line == 5
    assert message in fault.message


def test_without_uuid_there_is_no_product(tmp_path: Path) -> None:
    fault = refused(ODCS, tmp_path, "kind: DataContract\n", "dataset: []\n")
    assert not fault.unread
    assert "`uuid`" in fault.message
