"""How products stand to standards: by product, by domain, and in counts."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service import bundled
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.rdf import Triple
from catalog_service.governance import layers
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import load
from catalog_service.graph import Store, View, parse
from catalog_service.publishing import conformance
from catalog_service.services import governance
from catalog_service.services.governance import Board, Counts, Standing
from catalog_service.terms import DPROD, RDF, STD, Iri

BASE = "https://mesh.media.example/"
CHECKED = datetime(2026, 5, 1, 12, tzinfo=UTC)
WAIVER = Iri(f"{BASE}waivers/w")
DECIDED = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{BASE}domains/audio> a pm:Domain .
<{BASE}domains/podcasts> a pm:Domain ; skos:broader <{BASE}domains/audio> .
<{BASE}domains/users> a pm:Domain .
"""
KEYWORDS = Iri(f"{BASE}domains/audio/standards/keywords")
SHAPE = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{KEYWORDS}> a sh:NodeShape ; dct:identifier "AUDIO-01" ; pm:inDomain <{BASE}domains/audio> ;
  rdfs:label "A product of audio has a keyword."@en ; rdfs:comment "Editors search by keyword."@en ;
  rdfs:seeAlso <{BASE}decisions/audio> ; prov:wasAttributedTo <{BASE}agents/audio-team> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ; sh:severity sh:Violation ;
  sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path dcat:keyword ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a keyword with dcat:keyword."@en ] .
"""


@pytest.fixture(scope="module")
def standards(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    place = tmp_path_factory.mktemp("standards")
    (place / "keywords").mkdir()
    (place / "keywords" / "shape.ttl").write_text(SHAPE, encoding="utf-8")
    mesh = load(bundled.folder("shapes"))
    kept = [one for one in mesh if one.name in {"described", "owner-named", "slo-met"}]
    few = mesh.beside(kept, {one.name: mesh.shape(one.name) for one in kept})
    return layers.read(few, [Path(place)])


def finding(
    name: str,
    standard: str = "owner-named",
    severity: Severity = Severity.VIOLATION,
    waiver: Iri | None = None,
    path: str = "",
) -> Finding:
    return Finding(
        standard, severity, "found", focus=product(name), path=path, product=product(name),
        waiver=waiver,
    )  # fmt: skip


def product(name: str) -> Iri:
    return Iri(f"{BASE}products/{name}")


def store(reports: dict[str, tuple[str, tuple[Finding, ...]]]) -> Store:
    """Products with their domains and the findings of their last reports."""
    made = Store()
    made.replace({Iri(f"{BASE}decisions/d"): parse(DECIDED, "turtle")})
    for name, (domain, findings) in reports.items():
        subject = product(name)
        stated = [Triple(subject, RDF.type, DPROD.DataProduct)]
        if domain:
            stated.append(Triple(subject, DPROD.domain, Iri(f"{BASE}domains/{domain}")))
        told = conformance.report(Verdict(subject, findings, ("slo-met",)), CHECKED)
        made.replace({subject: stated, conformance.graph_of(subject): told})
    return made


@pytest.fixture(scope="module")
def view() -> View:
    return store(
        {
            "good": ("podcasts", ()),
            "bad": ("podcasts", (finding("bad"), finding("bad", waiver=WAIVER, path="p"))),
            "excused": ("audio", (finding("excused", waiver=WAIVER),)),
            "told": ("users", (finding("told", "described", Severity.WARNING),)),
            "keyless": ("podcasts", (finding("keyless", KEYWORDS),)),
            "homeless": ("", (finding("homeless", "unread-key", Severity.INFO),)),
        }
    ).view()


@pytest.fixture(scope="module")
def found(view: View, standards: Layers) -> Board:
    return governance.board(view, standards)


@pytest.mark.parametrize(
    ("name", "standard", "standing"),
    [
        ("good", "owner-named", Standing.MET),
        ("bad", "owner-named", Standing.VIOLATED),
        ("excused", "owner-named", Standing.WAIVED),
        ("told", "described", Standing.WARNED),
        ("told", "owner-named", Standing.MET),
        ("good", "slo-met", Standing.NOT_EVALUATED),
        ("keyless", KEYWORDS, Standing.VIOLATED),
    ],
)
def test_a_product_stands_to_a_standard_as_its_last_report_says(
    found: Board, name: str, standard: str, standing: Standing
) -> None:
    shape = Iri(standard if ":" in standard else STD.base + standard)
    assert found.products[product(name)].to(shape) is standing


def test_a_domain_shows_its_sub_domains_too_and_the_mesh_shows_all(found: Board) -> None:
    heat = governance.heat(found)
    column = [standard.name for standard in heat.columns].index("owner-named")
    told = {row.domain: (row.products, row.conforming, row.cells[column]) for row in heat.rows}
    assert told == {
        None: (6, 4, Counts(met=4, waived=1, violated=1)),
        f"{BASE}domains/audio": (4, 2, Counts(met=2, waived=1, violated=1)),
        f"{BASE}domains/podcasts": (3, 1, Counts(met=2, violated=1)),
        f"{BASE}domains/users": (1, 1, Counts(met=1)),
    }


def test_only_products_of_a_domain_are_held_to_its_standards(found: Board) -> None:
    heat = governance.heat(found)
    column = [standard.name for standard in heat.columns].index("keywords")
    told = {row.domain: row.cells[column] for row in heat.rows}
    assert told[None] == told[Iri(f"{BASE}domains/audio")] == Counts(met=3, violated=1)
    assert told[Iri(f"{BASE}domains/users")].products == 0


def test_each_product_stands_somewhere_and_only_once(found: Board) -> None:
    heat = governance.heat(found)
    for row in heat.rows:
        for standard, cell in zip(heat.columns, row.cells, strict=True):
            assert cell.products == row.products or standard.domain


def test_the_table_of_a_domain_has_its_own_row_and_those_below(found: Board) -> None:
    heat = governance.heat(found, domain=Iri(f"{BASE}domains/audio"), columns=())
    assert [row.domain for row in heat.rows] == [f"{BASE}domains/audio", f"{BASE}domains/podcasts"]
    assert all(not row.cells for row in heat.rows)


def test_one_standard_in_counts_and_who_stands_how(found: Board, standards: Layers) -> None:
    owned = standards.named("owner-named")
    assert governance.counts(found, owned) == Counts(met=4, waived=1, violated=1)
    (bad,) = found.held_to(owned, standings=[Standing.VIOLATED])
    assert bad.product == product("bad")
    in_audio = found.held_to(owned, domain=Iri(f"{BASE}domains/audio"))
    assert {held.product for held in in_audio} == {
        product(name) for name in ("good", "bad", "excused", "keyless")
    }


def test_a_standard_that_came_after_the_last_check_is_not_evaluated(
    view: View, standards: Layers
) -> None:
    late = {"described": CHECKED + timedelta(seconds=1), "owner-named": CHECKED}
    found = governance.board(view, standards, introduced=late)
    assert found.products[product("good")].to(Iri(f"{STD.base}described")) is Standing.NOT_EVALUATED
    told = found.products[product("told")].to(Iri(f"{STD.base}described"))
    assert told is Standing.WARNED, "what was found stands until a check decides otherwise"
    assert found.products[product("good")].to(Iri(f"{STD.base}owner-named")) is Standing.MET


def test_a_product_that_was_never_checked_meets_nothing(standards: Layers) -> None:
    made = Store()
    made.replace({product("new"): [Triple(product("new"), RDF.type, DPROD.DataProduct)]})
    found = governance.board(made.view(), standards)
    held = found.products[product("new")]
    assert {held.to(one.iri) for one in standards} == {Standing.NOT_EVALUATED}
    assert not held.conforms


def test_a_waiver_that_names_a_finding_covers_it_only_where_the_report_says_so(
    standards: Layers,
) -> None:
    made = store({"bad": ("users", (finding("bad"),))})
    result = f"{conformance.graph_of(product('bad'))}/{finding('bad').fingerprint}"
    ended = f"<{WAIVER}> <https://w3id.org/polyseme/ns#covers> <{result}> ."
    made.replace({Iri(f"{BASE}decisions/w"): parse(ended, "turtle")})
    found = governance.board(made.view(), standards)
    assert found.products[product("bad")].to(Iri(f"{STD.base}owner-named")) is Standing.VIOLATED


def test_what_stands_of_a_standard_that_the_last_check_left_open_still_counts(
    standards: Layers,
) -> None:
    made = store({"late": ("users", (finding("late", "slo-met"),))})
    found = governance.board(made.view(), standards)
    assert found.products[product("late")].to(Iri(f"{STD.base}slo-met")) is Standing.VIOLATED


def test_below_a_domain_lie_itself_and_its_parts(view: View) -> None:
    audio, podcasts = Iri(f"{BASE}domains/audio"), Iri(f"{BASE}domains/podcasts")
    assert governance.below(view, audio) == {audio, podcasts}
    assert governance.below(view, podcasts) == {podcasts}
    assert governance.below(view, Iri(f"{BASE}domains/no")) == {f"{BASE}domains/no"}


def test_a_board_of_some_products_holds_no_others(view: View, standards: Layers) -> None:
    found = governance.board(view, standards, products=[product("bad"), product("nothing")])
    assert list(found.products) == [product("bad")]


def test_a_view_shows_only_what_it_may(standards: Layers) -> None:
    made = store({"good": ("users", ()), "hidden": ("users", (finding("hidden"),))})
    seen = [product("good"), conformance.graph_of(product("good"))]
    found = governance.board(made.view(seen), standards)
    assert list(found.products) == [product("good")]
    owned = standards.named("owner-named")
    assert governance.counts(found, owned) == Counts(met=1)


def seconds(standards: Layers, count: int) -> float:
    """How long the whole table takes, in a mesh where every other product has findings."""
    names = [f"p{number}" for number in range(count)]
    reports = {
        name: (
            ("podcasts", "audio", "users")[number % 3],
            (finding(name), finding(name, "described", waiver=WAIVER)) if number % 2 else (),
        )
        for number, name in enumerate(names)
    }
    view = store(reports).view()
    began = time.perf_counter()
    found = governance.heat(governance.board(view, standards))
    assert found.rows[0].products == count
    return time.perf_counter() - began


def test_the_cost_of_the_table_grows_no_faster_than_the_mesh(standards: Layers) -> None:
    few = min(seconds(standards, 200) for _ in range(3))
    many_more = min(seconds(standards, 800) for _ in range(3))
    assert many_more < 4 * 2.5 * few
