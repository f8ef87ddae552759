"""Data contracts: what is one, what it says of its product, and how a bad one is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, answers, refused, stated

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested
from catalog_service.terms import DCAT, DCT, DPROD, PM, RDF, RDFS, SKOS, VCARD, XSD
from harvesters.odcs import OdcsHarvester

ODCS = OdcsHarvester()
Reader = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body="", head=HEAD: stated(ODCS, tmp_path, head, body)


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[..., Faulty]:
    return lambda body="", head=HEAD: refused(ODCS, tmp_path, head, body)


def recognised(folder: Path, content: str) -> bool:
    file = folder / "file.yaml"
    file.write_text(content, encoding="utf-8")
    return ODCS.recognises(Document(file, file.name))


@pytest.mark.parametrize(
    "content",
    [
        "kind: DataContract\n",
        '{"kind": "DataContract", "id": "c"}',
        "uuid: c\ndataset: []\n",
        "uuid: c\nquantumName: q\n",
        "id: c\nschema:\n- name: t\n  properties: []\n",
    ],
)
def test_a_contract_is_known_by_what_it_says(tmp_path: Path, content: str) -> None:
    assert recognised(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        "kind: DataProduct\nid: c\n",
        "kind: DataContract\napiVersion: company.example/v1\n",
        "models:\n- name: kind\n",
        "schema: https://opendataproducts.org/v4.1/schema/odps.yaml\nproduct: {}\n",
        "note: 'kind: DataContract'\n",
        "dataset: d\n",
    ],
)
def test_what_is_no_contract_is_left_to_others(tmp_path: Path, content: str) -> None:
    assert not recognised(tmp_path, content)


def test_a_contract_that_does_not_parse_is_still_meant_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        recognised(tmp_path, "kind: DataContract\n  id: [\n")


def test_a_contract_states_its_product(read: Reader) -> None:
    found = read("name: Listens\ndataProduct: Podcasts\ncontractCreatedTs: 2026-02-03T08:00:00Z\n")
    assert found.objects(found.product, RDF.type) == {DPROD.DataProduct}
    assert found.product == "https://mesh.example/products/c"
    assert found.harvested.contract == "c"
    assert found.harvested.origin.line == 3
    assert found.text(DCT.identifier) == "c"
    assert found.text(DCT.title) == "Listens"
    assert found.text(DCAT.version) == "1.0.0"
    when = Literal("2026-02-03T08:00:00Z", XSD.dateTime)
    assert found.objects(found.product, DCT.created) == {when}
    assert found.quiet


def test_the_name_of_the_product_is_its_title_where_the_contract_has_none(read: Reader) -> None:
    assert read("dataProduct: Podcasts\n").text(DCT.title) == "Podcasts"


def test_a_description_in_parts_is_stated_in_parts(read: Reader) -> None:
    found = read("description: {purpose: P, usage: U, limitations: L}\n")
    assert found.text(DPROD.purpose) == "P"
    assert found.text(DCT.description) == "U"
    assert found.text(SKOS.scopeNote) == "L"


def test_a_description_in_one_text_is_kept_as_written(read: Reader) -> None:
    assert read("description: <b>All</b> listens\n").text(DCT.description) == "<b>All</b> listens"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("proposed", PM.Proposed),
        ("Draft", PM.Draft),
        ("development", PM.Draft),
        ("current", PM.Active),
        ("production", PM.Active),
        ("retiring", PM.Deprecated),
        ("retired", PM.Retired),
    ],
)
def test_a_status_is_a_step_of_the_life_cycle(read: Reader, word: str, status: str) -> None:
    found = read(head=HEAD.replace("active", word))
    assert found.objects(found.product, DPROD.lifecycleStatus) == {status}


def test_an_unknown_status_states_nothing_and_is_warned_of(read: Reader) -> None:
    found = read(head=HEAD.replace("active", "in development"))
    assert found.objects(found.product, DPROD.lifecycleStatus) == set()
    (finding,) = found.noticed("unknown-value")
    assert (finding.line, finding.severity) == (5, Severity.WARNING)
    assert "proposed, draft, active, deprecated or retired" in finding.fix


def test_the_domain_is_left_for_the_mesh_to_resolve(read: Reader) -> None:
    found = read("domain: podcasts\n")
    assert found.referred(found.product, DPROD.domain) == {("DOMAIN", "podcasts")}


@pytest.mark.parametrize("role", ["owner", "Owner", "Data Product Owner", "product_owner"])
@pytest.mark.parametrize("shape", ["list", "object"])
def test_the_owner_is_the_member_with_that_role(read: Reader, role: str, shape: str) -> None:
    members = f"[{{username: ana@m.example, role: {role}}}, {{username: bo, role: steward}}]"
    found = read(f"team: {members}\n" if shape == "list" else f"team: {{members: {members}}}\n")
    assert found.objects(found.product, DPROD.dataProductOwner) == {"mailto:ana@m.example"}
    assert found.quiet


def test_who_has_left_owns_nothing(read: Reader) -> None:
    found = read("team: [{username: ana, role: owner, dateOut: 2099-01-01}]\n")
    assert found.objects(found.product, DPROD.dataProductOwner) == set()


def test_an_owner_without_a_user_name_is_warned_of(read: Reader) -> None:
    (finding,) = read("team: [{name: Ana, role: owner}]\n").noticed("unknown-value")
    assert "username" in finding.fix


def test_support_channels_are_contacts(read: Reader) -> None:
    found = read("support: [{channel: mail, url: 'mailto:a@m.example'}, {channel: '#x'}]\n")
    mail = found.part("support", "mail")
    assert found.objects(found.product, DCAT.contactPoint) == {mail, found.part("support", "#x")}
    assert found.objects(mail, VCARD.hasEmail) == {"mailto:a@m.example"}
    assert found.texts(mail, VCARD.fn) == {"mail"}


def test_links_of_the_contract_are_links_or_code(read: Reader) -> None:
    found = read(
        """\
        authoritativeDefinitions:
        - {type: tutorial, url: "https://m.example/a b"}
        - {type: Transformation Implementation, url: "https://git.example/listens"}
        """
    )
    assert found.objects(found.product, RDFS.seeAlso) == {"https://m.example/a%20b"}
    code = found.part("code", "git.example/listens")
    assert found.objects(found.product, PM.codeComponent) == {code}
    assert found.objects(code, PM.codeKind) == {PM.Pipeline}


def test_a_version_is_taken_as_it_is_written(read: Reader) -> None:
    assert read(head=HEAD.replace("1.0.0", "1.10")).text(DCAT.version) == "1.10"


def test_nothing_is_no_tag(read: Reader) -> None:
    found = read("tags: [null, ~, '', a]\n")
    assert found.texts(found.product, DCAT.keyword) == {"a"}


def test_the_password_of_a_repository_is_not_stated(read: Reader) -> None:
    found = read("customProperties: [{property: code, value: 'https://joe:pw@git.example/x'}]\n")
    assert found.objects(found.product, PM.codeComponent) == {found.part("code", "git.example/x")}
    assert not [fact for fact in found.harvested.facts if "joe" in str(fact.triple)]


def test_every_key_that_is_not_read_is_reported_with_its_line(read: Reader) -> None:
    found = read("heading: Listens\nteam: {name: T, people: []}\n")
    keys = {(f.message, f.line, f.severity) for f in found.noticed("unread-key")}
    assert keys == {
        ("`heading` is not read", 6, Severity.INFO),
        ("`team.people` is not read", 7, Severity.INFO),
    }


@pytest.mark.parametrize(
    ("identifier", "segment"),
    [
        ("4711", "4711"),
        ("53581432-6c55-4ba2-a65f-72344a91553a", "53581432-6c55-4ba2-a65f-72344a91553a"),
        ("'urn:li:dataset:(urn:li:p,a.b,PROD)'", "urn:li:dataset:(urn:li:p,a.b,PROD)"),
        ("'a b/c'", "a%20b%2Fc"),
    ],
)
def test_ids_of_every_form_name_a_product(read: Reader, identifier: str, segment: str) -> None:
    found = read(head=HEAD.replace("id: c", f"id: {identifier}"))
    assert found.product == f"https://mesh.example/products/{segment}"
    assert found.harvested.contract == identifier.strip("'")


def test_an_id_that_is_an_address_is_the_product(read: Reader) -> None:
    found = read(head=HEAD.replace("id: c", "id: https://m.example/products/listens"))
    assert found.product == "https://m.example/products/listens"


@pytest.mark.parametrize("written", ["", "id:\n", "id: ''\n"])
def test_a_contract_without_id_was_read_and_is_incomplete(
    refuse: Callable[..., Faulty], written: str
) -> None:
    fault = refuse(head=HEAD.replace("id: c\n", written))
    assert not fault.unread
    assert fault.origin.line == 1
    assert "UUID" in fault.fix


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("tags: {a: b}\n", 6, "`tags` is a mapping"),
        ("schema: [{name: t, properties: [{name: a, required: maybe}]}]\n", 6, "true or false"),
        ("schema:\n- name: t\n  properties:\n  - logicalType: string\n", 9, "has no `name`"),
        ("schema: [{name: t}, {name: t}]\n", 6, "first on line 6"),
        ("servers: [{type: s3, location: 's3://b'}]\n", 6, "has no `server`"),
        ("schema: tables\n", 6, "where a list belongs"),
        ("team: x\n", 6, "where a list belongs"),
        ("schema: [{name: [t]}]\n", 6, "`name` is a list"),
        (f"schema: [{{name: {'n' * 600}}}]\n", 6, "at most 512"),
        ("schema: [{name: t, relationships: [{to: t.a}]}]\n", 6, "has no `from`"),
    ],
)
def test_a_fault_in_one_part_refuses_the_contract_at_its_place(
    refuse: Callable[..., Faulty], body: str, line: int, message: str
) -> None:
    fault = refuse(body)
    assert fault.unread
    assert fault.origin.line == line
    assert message in fault.message


def test_an_id_that_is_no_single_value_is_refused(refuse: Callable[..., Faulty]) -> None:
    assert "single value" in refuse(head=HEAD.replace("id: c", "id: {uuid: c}")).message


def test_an_id_that_is_a_malformed_address_is_refused(refuse: Callable[..., Faulty]) -> None:
    fault = refuse(head=HEAD.replace("id: c", "id: https://m.example:port/c"))
    assert "malformed" in fault.message
    assert fault.origin.line == 3


def test_a_malformed_successor_is_warned_of(read: Reader) -> None:
    found = read(
        "customProperties: [{property: replacedBy, value: 'https://m.example:port/orders'}]\n"
    )
    assert found.objects(found.product, DCT.isReplacedBy) == set()
    assert len(found.noticed("unknown-value")) == 1


def test_a_channel_without_a_name_is_known_by_its_tool(read: Reader) -> None:
    found = read("support: [{tool: email}, {scope: issues}]\n")
    assert found.objects(found.product, DCAT.contactPoint) == {found.part("support", "email")}


def test_a_version_nobody_has_read_is_refused(refuse: Callable[..., Faulty]) -> None:
    fault = refuse(head=HEAD.replace("v3.1.0", "v4.0.0"))
    assert "v4.0.0" in fault.message
    assert fault.origin.line == 1


def test_a_contract_without_kind_and_version_is_read_with_a_warning(read: Reader) -> None:
    found = read("schema: [{name: t, properties: []}]\n", head="id: c\n")
    assert [f.severity for f in found.noticed("incomplete")] == [Severity.WARNING] * 2


@pytest.mark.parametrize(
    "content",
    [
        HEAD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + HEAD.encode(),
        b'{"kind": "DataContract", "apiVersion": "v3.1.0", "id": "c"}',
    ],
)
def test_line_ends_marks_and_json_make_no_difference(tmp_path: Path, content: bytes) -> None:
    found = answers(ODCS, tmp_path, content)
    assert isinstance(found, Harvested)
    assert found.subject == "https://mesh.example/products/c"
