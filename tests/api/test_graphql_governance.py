"""Governance in GraphQL: standards, how the mesh stands to them, and who is excused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from asking import BASE, DEMOGRAPHICS, LISTENERS, PROFILES, Client, catalog_of, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog

AUDIO = f"{BASE}domains/audio"
PODCASTS = f"{BASE}domains/podcasts"
KEYWORDS = f"{AUDIO}/standards/keywords"
SHAPE = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{KEYWORDS}> a sh:NodeShape ; dct:identifier "AUDIO-01" ; pm:inDomain <{AUDIO}> ;
  pm:tightens std:management-ports ;
  rdfs:label "A product of audio has a control port."@en ; rdfs:comment "Editors need it."@en ;
  rdfs:seeAlso <{BASE}decisions/identity> ; prov:wasAttributedTo <{BASE}agents/podcasts-team> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ; sh:severity sh:Violation ;
  sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path pm:controlPort ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a port with pm:controlPort."@en ] .
"""
TODAY = datetime.now(UTC).date()


def waiver(name: str, standard: str, by: str, until: date, at: str = LISTENERS) -> str:
    return (
        f"<{BASE}waivers/{name}> a pm:Waiver ; pm:waives std:{standard} ; pm:appliesTo <{at}> ;"
        f' pm:rationale "the new port comes in spring" ; pm:grantedBy <{by}> ;'
        f' pm:expires "{until}"^^xsd:date .\n'
    )


def waivers() -> str:
    federation = f"{BASE}agents/federation"
    return f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}decisions/waivers> a pm:Decision ; dct:title "Waivers" .
""" + "".join(
        (
            waiver("soon", "discovery-port", federation, TODAY + timedelta(days=5)),
            waiver("late", "owner-named", federation, TODAY + timedelta(days=60), PROFILES),
            waiver("over", "described", federation, TODAY - timedelta(days=1), PROFILES),
            waiver("void", "described", "mailto:bo@media.example", TODAY + timedelta(days=9)),
        )
    )


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("standards")
    (folder / "keywords").mkdir()
    (folder / "keywords" / "shape.ttl").write_text(SHAPE, encoding="utf-8")
    texts = [*mesh(), ("waivers.ttl", waivers())]
    with catalog_of(tmp_path_factory.mktemp("home"), texts, standards=(folder,)) as catalog:
        yield catalog


@pytest.fixture(scope="module")
def asked(governed: Catalog) -> Client:
    return Client(create_app(governed))


def test_a_standard_of_a_domain_is_answered_by_name_and_by_iri(asked: Client) -> None:
    query = """query ($name: StandardName!) { standard(name: $name) {
        iri identifier title description layer domain { title } gate severity severityToday since
        waivable becomesViolationOn decision messages owner { title }
        tightens { name layer tightenedBy { name } } } }"""
    found = asked.data(query, name="keywords")["standard"]
    assert found == asked.data(query, name=KEYWORDS)["standard"]
    assert found == {
        "iri": KEYWORDS,
        "identifier": "AUDIO-01",
        "title": "A product of audio has a control port.",
        "description": "Editors need it.",
        "layer": "DOMAIN",
        "domain": {"title": "Audio"},
        "gate": "CI",
        "severity": "VIOLATION",
        "severityToday": "VIOLATION",
        "since": "0.1.0",
        "waivable": True,
        "becomesViolationOn": None,
        "decision": f"{BASE}decisions/identity",
        "messages": ["Add a port with pm:controlPort."],
        "owner": {"title": "Podcasts team"},
        "tightens": [
            {"name": "management-ports", "layer": "MESH", "tightenedBy": [{"name": "keywords"}]}
        ],
    }


def test_standards_come_with_those_of_a_domain_or_without(asked: Client) -> None:
    query = "query ($domain: IRI) { standards(domain: $domain) { name } }"

    def names(domain: str | None) -> list[str]:
        return [found["name"] for found in asked.data(query, domain=domain)["standards"]]

    assert names(None) == names(PODCASTS) == names(AUDIO)
    assert set(names(None)) - set(names(f"{BASE}domains/users")) == {"keywords"}
    assert "keywords" not in names(f"{BASE}domains/nothing")


def test_a_standard_of_a_domain_is_a_node(asked: Client) -> None:
    found = asked.data(
        "query ($iri: IRI!) { resource(iri: $iri) { kind ... on Standard { identifier } } }",
        iri=KEYWORDS,
    )
    assert found["resource"] == {"kind": "STANDARD", "identifier": "AUDIO-01"}


def test_a_standard_of_a_domain_is_served_at_its_address(asked: Client) -> None:
    path = KEYWORDS.removeprefix(BASE.rstrip("/"))
    turtle = asked.get(path, "text/turtle").text
    assert "AUDIO-01" in turtle
    assert "Add a port with pm:controlPort." in turtle, "with what its nodes demand"
    page = asked.get(path, "text/html").text
    assert "Standard AUDIO-01" in page
    assert "Makes stricter" in page
    assert f'href="{path}"' in asked.get("/standards", "text/html").text
    assert "Made stricter by" in asked.get("/standards/management-ports", "text/html").text


def test_the_counts_of_a_standard_come_from_the_last_checks(asked: Client) -> None:
    found = asked.data(
        """{ standard(name: "discovery-port") {
          standings { products met warned waived violated notEvaluated }
          products(standing: [WARNED]) { totalCount edges { node {
            standing product { iri } findings { standard file line } } } } } }"""
    )["standard"]
    assert found["standings"] == {
        "products": 3,
        "met": 2,
        "warned": 1,
        "waived": 0,
        "violated": 0,
        "notEvaluated": 0,
    }
    (edge,) = found["products"]["edges"]
    assert edge["node"] == {
        "standing": "WARNED",
        "product": {"iri": LISTENERS},
        "findings": [{"standard": "discovery-port", "file": "listeners.ttl", "line": 7}],
    }


def test_the_products_of_a_standard_come_page_by_page(asked: Client) -> None:
    query = """query ($after: String) { standard(name: "owner-named") {
        products(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor }
          edges { node { product { iri } } } } } }"""
    first = asked.data(query)["standard"]["products"]
    after = first["pageInfo"]["endCursor"]
    second = asked.data(query, after=after)["standard"]["products"]
    found = [e["node"]["product"]["iri"] for page in (first, second) for e in page["edges"]]
    assert found == sorted((LISTENERS, DEMOGRAPHICS, PROFILES))
    assert (first["totalCount"], second["pageInfo"]["hasNextPage"]) == (3, False)


def test_the_heat_table_has_a_row_for_the_mesh_and_for_each_domain(asked: Client) -> None:
    found = asked.data(
        """{ heat(standards: ["DP-06", "slo-met", "keywords"]) { totalCount columns { name }
          edges { node { domainIri domain { title } products conforming
            cells { standard met warned notEvaluated products } } } } }"""
    )["heat"]
    assert [column["name"] for column in found["columns"]] == [
        "discovery-port",
        "slo-met",
        "keywords",
    ]
    rows = {edge["node"]["domainIri"]: edge["node"] for edge in found["edges"]}
    assert list(rows) == [None, AUDIO, PODCASTS, f"{BASE}domains/users"]
    assert rows[AUDIO]["products"] == rows[PODCASTS]["products"] == 2
    assert rows[AUDIO]["domain"] == {"title": "Audio"}
    assert rows[PODCASTS]["cells"] == [
        {"standard": "discovery-port", "met": 1, "warned": 1, "notEvaluated": 0, "products": 2},
        {"standard": "slo-met", "met": 0, "warned": 0, "notEvaluated": 2, "products": 2},
        {"standard": KEYWORDS, "met": 2, "warned": 0, "notEvaluated": 0, "products": 2},
    ]
    assert rows[f"{BASE}domains/users"]["cells"][2]["products"] == 0


def test_the_heat_table_is_narrowed_and_paged(asked: Client) -> None:
    query = """query ($after: String) { heat(domain: "%s", standards: [], first: 1, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } edges { node { domainIri cells { met } } } } }"""
    first = asked.data(query % AUDIO)["heat"]
    second = asked.data(query % AUDIO, after=first["pageInfo"]["endCursor"])["heat"]
    assert [edge["node"]["domainIri"] for edge in first["edges"] + second["edges"]] == [
        AUDIO,
        PODCASTS,
    ]
    assert not second["pageInfo"]["hasNextPage"]


def test_an_unknown_standard_of_the_heat_table_is_a_mistake_that_is_told(asked: Client) -> None:
    fault = asked.fault('{ heat(standards: ["no-such"]) { totalCount } }')
    assert fault["extensions"]["code"] == "not-found"


def test_a_domain_has_its_row(asked: Client) -> None:
    found = asked.data(
        "query ($iri: IRI!) { domain(iri: $iri) { heat { products cells { standard met } } } }",
        iri=PODCASTS,
    )["domain"]["heat"]
    assert found["products"] == 2
    assert {cell["standard"] for cell in found["cells"]} > {"owner-named", KEYWORDS}


def test_a_product_tells_how_it_stands_to_each_standard(asked: Client) -> None:
    query = """query ($iri: IRI!) { product(iri: $iri) {
        standings { standing standard { name } } } }"""

    def standings(iri: str) -> dict[str, str]:
        told = asked.data(query, iri=iri)["product"]["standings"]
        return {each["standard"]["name"]: each["standing"] for each in told}

    listeners = standings(LISTENERS)
    assert (listeners["discovery-port"], listeners["slo-met"]) == ("WARNED", "NOT_EVALUATED")
    assert (listeners["described"], listeners["keywords"]) == ("MET", "MET")
    assert "keywords" not in standings(PROFILES)


def names(told: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in told["waivers"]["edges"]]


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ("", ["over", "soon", "void", "late"]),
        ("filter: { effect: [LIVE] }", ["soon", "late"]),
        ("filter: { effect: [EXPIRED, WITHOUT_EFFECT] }", ["over", "void"]),
        ("filter: { endingWithin: 14 }", ["soon"]),
        ('filter: { standard: "DP-01" }', ["over", "void"]),
        (f'filter: {{ product: "{LISTENERS}" }}', ["soon", "void"]),
        (f'filter: {{ domain: "{AUDIO}" }}', ["soon", "void"]),
        (f'filter: {{ domain: "{AUDIO}", effect: [LIVE] }}', ["soon"]),
        ("first: 1", ["over"]),
    ],
)
def test_waivers_are_narrowed(asked: Client, narrowing: str, found: list[str]) -> None:
    asking = f"({narrowing})" if narrowing else ""
    assert names(asked.data(f"{{ waivers{asking} {{ edges {{ node {{ name }} }} }} }}")) == found


def test_a_waiver_tells_who_why_until_when_and_what_it_does(asked: Client) -> None:
    told = asked.data(
        """{ waivers(filter: { standard: "described" }) { edges { node {
          title description effect noEffectBecause expires appliesTo decision
          standard { name } product { iri } grantedBy { iri } covers { standard } } } } }"""
    )
    _, void = (edge["node"] for edge in told["waivers"]["edges"])
    assert "neither the federated team" in void.pop("noEffectBecause")
    assert void == {
        "title": "Waiver from described",
        "description": "the new port comes in spring",
        "effect": "WITHOUT_EFFECT",
        "expires": (TODAY + timedelta(days=9)).isoformat(),
        "appliesTo": LISTENERS,
        "decision": f"{BASE}decisions/waivers",
        "standard": {"name": "described"},
        "product": {"iri": LISTENERS},
        "grantedBy": [{"iri": "mailto:bo@media.example"}],
        "covers": [],
    }


def test_a_waiver_is_a_node_and_hangs_on_its_standard(asked: Client) -> None:
    found = asked.data(
        """query ($iri: IRI!) { resource(iri: $iri) { kind ... on Waiver { effect } }
        standard(name: "discovery-port") { waivers { edges { node { name } } } } }""",
        iri=f"{BASE}waivers/soon",
    )
    assert found["resource"] == {"kind": "WAIVER", "effect": "LIVE"}
    assert names(found["standard"]) == ["soon"]


def test_a_number_of_days_below_nought_is_a_mistake_that_is_told(asked: Client) -> None:
    fault = asked.fault("{ waivers(filter: { endingWithin: -1 }) { totalCount } }")
    assert fault["extensions"]["code"] == "invalid-request"


def test_a_product_has_a_scorecard_of_eight_qualities(asked: Client) -> None:
    found = asked.data(
        """query ($iri: IRI!) { product(iri: $iri) { scorecard {
          tally { met unmet unknown total share }
          qualities { quality tally { met unmet unknown total share }
            checks { name asks met why fix standard } } } } }""",
        iri=PROFILES,
    )["product"]["scorecard"]
    qualities = {told["quality"]: told for told in found["qualities"]}
    assert len(qualities) == 8
    checks = {each["name"]: each for told in qualities.values() for each in told["checks"]}
    assert checks["control-port"] == {
        "name": "control-port",
        "asks": "Its policies can be set by machine.",
        "met": True,
        "why": "It states a control port.",
        "fix": "Name a port with pm:controlPort.",
        "standard": None,
    }
    assert checks["slo-met"]["met"] is None
    assert checks["slo-met"]["standard"] == "slo-met"
    for told in (found, *found["qualities"]):
        tally = told["tally"]
        assert tally["met"] + tally["unmet"] + tally["unknown"] == tally["total"]
        assert tally["share"] == tally["met"] / tally["total"]
    assert found["tally"]["total"] == len(checks)


def test_a_domain_adds_up_the_scorecards_of_its_products(asked: Client) -> None:
    query = """query ($iri: IRI!) { domain(iri: $iri) { scorecard { products qualities {
        quality tally { total } checks { name tally { met total } } } } } }"""
    found = asked.data(query, iri=AUDIO)["domain"]["scorecard"]
    assert found["products"] == 2
    checks = {c["name"]: c["tally"] for told in found["qualities"] for c in told["checks"]}
    assert checks["discovery-port"] == {"met": 1, "total": 2}
    assert all(tally["total"] == 2 for tally in checks.values())
    assert found["qualities"][0]["tally"]["total"] == 2 * len(found["qualities"][0]["checks"])


NOTHING = f"{BASE}domains/nothing"


def test_a_domain_without_products_has_a_table_and_a_card_of_nothing(asked: Client) -> None:
    found = asked.data(
        f'{{ heat(domain: "{NOTHING}") {{ edges {{ node {{ products conforming }} }} }} }}'
    )
    assert found["heat"]["edges"] == [{"node": {"products": 0, "conforming": 0}}]
