"""Descriptors of data products: ports, people, ends, and the other standard of the same name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import DESCRIPTOR, Read, refused, stated

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal
from catalog_service.harvesting import Document, Faulty
from catalog_service.terms import (
    DCAT,
    DCT,
    DPROD,
    DPV,
    PM,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VCARD,
    XSD,
)
from harvesters.odps import OdpsHarvester

ODPS = OdpsHarvester()
OTHER = "schema: https://opendataproducts.org/v4.1/schema/odps.yaml\nversion: 4.1\nproduct: {}\n"
Reader = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body="", head=DESCRIPTOR: stated(ODPS, tmp_path, head, body)


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[..., Faulty]:
    return lambda body="", head=DESCRIPTOR: refused(ODPS, tmp_path, head, body)


@pytest.mark.parametrize(
    ("content", "ours"),
    [
        (DESCRIPTOR, True),
        ('{"kind": "DataProduct"}', True),
        ("managementPorts: []\n", True),
        (OTHER, True),
        ("kind: DataContract\nid: c\n", False),
        ("kind: DataProduct\napiVersion: company.example/v1\n", False),
        ("dataProductSpecification: 0.0.1\noutputPorts: []\n", False),
        ("pricingPlans: {en: []}\n", False),
        ("note: 'kind: DataProduct'\n", False),
    ],
)
def test_a_descriptor_is_known_by_what_it_says(tmp_path: Path, content: str, *, ours: bool) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(content, encoding="utf-8")
    assert ODPS.recognises(Document(file, file.name)) is ours


def test_the_other_standard_of_that_name_is_refused_by_name(refuse: Callable[..., Faulty]) -> None:
    fault = refuse(head=OTHER)
    assert fault.unread
    assert "Open Data Product Specification 4.1" in fault.message
    assert "kind: DataProduct" in fault.fix


def test_a_descriptor_states_its_product(read: Reader) -> None:
    found = read(
        """\
        name: Listens
        version: 1.2.0
        domain: podcasts
        tenant: media
        description: {purpose: P, usage: U, limitations: L}
        tags: [podcasts]
        productCreatedTs: 2026-02-03T08:00:00Z
        team: {name: T, members: [{username: ana@m.example, role: owner}]}
        support: [{channel: mail, url: "mailto:a@m.example", scope: issues}]
        authoritativeDefinitions: [{type: tutorial, url: "https://m.example/how"}]
        """
    )
    assert found.harvested.contract == ""
    assert found.objects(found.product, RDF.type) == {DPROD.DataProduct}
    assert found.text(DCT.identifier) == "p"
    assert found.text(DCT.title) == "Listens"
    assert found.text(DCAT.version) == "1.2.0"
    assert found.text(DPROD.purpose) == "P"
    assert found.text(DCT.description) == "U"
    assert found.text(SKOS.scopeNote) == "L"
    assert found.text(DCAT.keyword) == "podcasts"
    when = Literal("2026-02-03T08:00:00Z", XSD.dateTime)
    assert found.objects(found.product, DCT.created) == {when}
    assert found.objects(found.product, DPROD.lifecycleStatus) == {PM.Active}
    assert found.objects(found.product, DPROD.dataProductOwner) == {"mailto:ana@m.example"}
    mail = found.part("support", "mail")
    assert found.objects(mail, VCARD.hasEmail) == {"mailto:a@m.example"}
    assert found.objects(found.product, RDFS.seeAlso) == {"https://m.example/how"}
    assert found.referred(found.product, DPROD.domain) == {("DOMAIN", "podcasts")}
    assert found.quiet


def test_an_output_port_claims_its_contract(read: Reader) -> None:
    found = read(
        """\
        outputPorts:
        - name: listens
          description: D
          type: tables
          version: 1.0.0
          contractId: c
          sbom: [{type: external, url: "https://m.example/sbom.json"}]
          inputContracts: [{id: u, version: 2.0.0}]
        """
    )
    port = found.part("ports", "listens")
    assert found.objects(found.product, DPROD.outputPort) == {port}
    assert found.objects(port, RDF.type) == {DCAT.DataService}
    assert found.texts(port, DCT.title) == {"listens"}
    assert found.texts(port, DCT.description) == {"D"}
    assert found.texts(port, DCT.type) == {"tables"}
    assert found.texts(port, DCAT.version) == {"1.0.0"}
    assert found.referred(port, DCT.conformsTo) == {("CONTRACT", "c")}
    assert found.referred(port, PROV.wasDerivedFrom) == {("UPSTREAM", "u")}
    code = found.part("code", "m.example/sbom.json")
    assert found.objects(found.product, PM.codeComponent) == {code}
    assert found.quiet


def test_an_input_port_reads_and_its_purpose_registers_a_consumption(read: Reader) -> None:
    found = read(
        """\
        inputPorts:
        - {name: player, version: 1, contractId: "https://mesh.example/systems/player"}
        - name: users
          version: 1.0.0
          contractId: u
          customProperties: [{property: purpose, value: [Marketing, "dpv:ServiceProvision"]}]
        """
    )
    users, player = found.part("ports", "users"), found.part("ports", "player")
    assert found.objects(found.product, DPROD.inputPort) == {users, player}
    assert found.referred(users, PM.readsFrom) == {("UPSTREAM", "u")}
    consumption = found.part("consumptions", "users")
    assert found.objects(consumption, RDF.type) == {PM.Consumption}
    assert found.objects(consumption, PM.consumer) == {found.product}
    assert found.referred(consumption, PM.consumes) == {("UPSTREAM", "u")}
    assert found.objects(consumption, DPV.hasPurpose) == {DPV.Marketing, DPV.ServiceProvision}
    assert found.objects(found.part("consumptions", "player"), RDF.type) == set()


def test_a_purpose_that_is_none_registers_nothing(read: Reader) -> None:
    found = read(
        "inputPorts: [{name: u, contractId: u,"
        " customProperties: [{property: purpose, value: for fun}]}]\n"
    )
    assert found.objects(found.part("consumptions", "u"), RDF.type) == set()
    assert len(found.noticed("unknown-value")) == 1


@pytest.mark.parametrize(
    ("content", "predicate"),
    [
        ("discoverability", PM.discoveryPort),
        ("discovery", PM.discoveryPort),
        ("dictionary", PM.discoveryPort),
        ("Observability", PM.observabilityPort),
        ("control", PM.controlPort),
    ],
)
def test_the_content_of_a_management_port_says_which_it_is(
    read: Reader, content: str, predicate: str
) -> None:
    found = read(
        f"managementPorts: [{{name: m, content: {content}, type: rest, url: 'https://m.example'}}]\n"
    )
    port = found.part("management", "m")
    assert {t.predicate for t, _ in found.harvested.facts if t.object == port} == {predicate}
    assert found.objects(port, DCAT.endpointURL) == {"https://m.example"}
    assert found.objects(port, DPROD.protocol) == {"https://mesh.example/protocols/rest"}


def test_a_management_port_of_unknown_content_is_one_with_a_warning(read: Reader) -> None:
    found = read("managementPorts: [{name: m, content: billing, channel: topic-1}]\n")
    port = found.part("management", "m")
    assert found.objects(found.product, PM.managementPort) == {port}
    assert found.texts(port, DCT.identifier) == {"topic-1"}
    (finding,) = found.noticed("unknown-value")
    assert finding.severity is Severity.WARNING


def test_ports_of_one_name_are_told_apart_by_their_versions(read: Reader) -> None:
    found = read("outputPorts: [{name: a, version: 1.0.0}, {name: a, version: 2.0.0}, {name: b}]\n")
    ports = {found.part("ports", name) for name in ("a@1.0.0", "a@2.0.0", "b")}
    assert found.objects(found.product, DPROD.outputPort) == ports


def test_an_input_port_does_not_take_the_name_of_an_output_port(read: Reader) -> None:
    found = read("inputPorts: [{name: a}]\noutputPorts: [{name: a}]\n")
    assert found.objects(found.product, DPROD.outputPort) == {found.part("ports", "a")}
    assert found.objects(found.product, DPROD.inputPort) == {found.part("ports", "a@input")}


@pytest.mark.parametrize(
    "body",
    [
        "outputPorts:\n- {name: a, version: 1.0.0}\n- {name: a, version: 1.0.0}\n",
        "inputPorts:\n- {name: a}\n- {name: a}\n",
        "managementPorts:\n- {name: a, content: control}\n- {name: a, content: control}\n",
    ],
)
def test_two_ports_of_one_name_and_version_are_refused(
    refuse: Callable[..., Faulty], body: str
) -> None:
    fault = refuse(body)
    assert fault.origin.line == 7
    assert "first on line 6" in fault.message


def test_custom_properties_entitle_and_end_the_product(read: Reader) -> None:
    found = read(
        """\
        name: listens
        customProperties:
        - {property: title, value: Podcast listens}
        - {property: endOfLife, value: 2030-12-31}
        - {property: replacedBy, value: plays}
        - {property: code, value: "https://git.example/listens"}
        - {property: infrastructure, value: cluster}
        - {property: ours, value: 1}
        """
    )
    assert found.text(DCT.title) == "Podcast listens"
    assert found.objects(found.product, PM.endOfLife) == {Literal("2030-12-31", XSD.date)}
    assert found.objects(found.product, DCT.isReplacedBy) == {"https://mesh.example/products/plays"}
    code = found.part("code", "git.example/listens")
    assert found.objects(found.product, PM.codeComponent) == {code}
    cluster = found.part("infrastructure", "cluster")
    assert found.objects(found.product, PM.infrastructureComponent) == {cluster}
    assert found.quiet


def test_an_end_that_is_no_date_is_warned_of(read: Reader) -> None:
    found = read("customProperties: [{property: endOfLife, value: soon}]\n")
    assert found.objects(found.product, PM.endOfLife) == set()
    assert len(found.noticed("unknown-value")) == 1


def test_what_is_marked_deprecated_is(read: Reader) -> None:
    found = read("deprecated: true\noutputPorts: [{name: a, deprecated: true}]\n")
    assert found.objects(found.product, DPROD.lifecycleStatus) == {PM.Deprecated}
    assert found.objects(found.part("ports", "a"), DPROD.lifecycleStatus) == {PM.Deprecated}


def test_a_descriptor_without_id_was_read_and_is_incomplete(refuse: Callable[..., Faulty]) -> None:
    fault = refuse("managementPorts: [{name: a, content: control}]\n", head="")
    assert not fault.unread
    assert fault.origin.line == 1
    assert "UUID" in fault.fix


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("outputPorts: [{version: 1.0.0}]\n", "an output port has no `name`"),
        ("outputPorts: tables\n", "where a list belongs"),
        ("inputPorts: [users]\n", "where a list of mappings belongs"),
        ("outputPorts: [{name: a, contractId: [c]}]\n", "where a single value belongs"),
        ("team: {members: x}\n", "where a list belongs"),
    ],
)
def test_a_fault_refuses_the_descriptor_at_its_place(
    refuse: Callable[..., Faulty], body: str, message: str
) -> None:
    fault = refuse(body)
    assert fault.unread
    assert fault.origin.line == 5
    assert message in fault.message


def test_a_version_nobody_has_read_is_refused(refuse: Callable[..., Faulty]) -> None:
    assert "v2.0.0" in refuse(head=DESCRIPTOR.replace("v1.0.0", "v2.0.0")).message


def test_an_id_that_is_a_malformed_address_is_refused(refuse: Callable[..., Faulty]) -> None:
    fault = refuse(head=DESCRIPTOR.replace("id: p", "id: https://m.example:port/p"))
    assert "malformed" in fault.message


def test_a_descriptor_without_kind_is_read_with_a_warning(read: Reader) -> None:
    found = read("managementPorts: []\n", head="id: p\n")
    assert [f.severity for f in found.noticed("incomplete")] == [Severity.WARNING] * 2


def test_an_end_and_a_title_of_nothing_are_no_end_and_no_title(read: Reader) -> None:
    found = read(
        "name: N\ncustomProperties: [{property: endOfLife, value: null},"
        " {property: title, value: ''}]\n"
    )
    assert found.text(DCT.title) == "N"
    assert found.quiet


def test_keys_that_are_not_read_are_reported_with_their_lines(read: Reader) -> None:
    found = read("outputPorts:\n- name: a\n  portal: x\n")
    (finding,) = found.noticed("unread-key")
    assert (finding.message, finding.line) == ("`outputPorts[0].portal` is not read", 7)
