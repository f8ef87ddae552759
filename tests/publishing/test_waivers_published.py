"""Waivers and layers on the write path: what they let through, and what they stop."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_publisher import BASE, GOVERNANCE, iri, product, submission

from catalog_service import bundled
from catalog_service.bootstrap import Catalog, build, transient
from catalog_service.domain.findings import Finding
from catalog_service.domain.publication import Fate, Kind, Outcome, Submission
from catalog_service.domain.waivers import Waiver
from catalog_service.errors import Misconfigured
from catalog_service.governance.standards import load
from catalog_service.governance.waivers import stated
from catalog_service.settings import Settings
from catalog_service.terms import PM, STD, Iri

BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
LAST = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
AFTER = datetime(2026, 4, 1, tzinfo=UTC)
FEDERATION = """
<https://mesh.example/teams/federation> a pm:FederatedTeam .
<mailto:fay@mesh.example> org:memberOf <https://mesh.example/teams/federation> .
"""
KEYWORDS = f"{BASE}domains/sales/standards/keywords"
SHAPE = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{KEYWORDS}> a sh:NodeShape ; dct:identifier "SALES-01" ; pm:inDomain <{BASE}domains/sales> ;
  rdfs:label "A product of sales has a keyword."@en ; rdfs:comment "Sellers search by keyword."@en ;
  rdfs:seeAlso <{BASE}decisions/sales> ; prov:wasAttributedTo <{BASE}teams/sales> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ; sh:severity sh:Violation ;
  sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path dcat:keyword ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a keyword with dcat:keyword."@en ] .
"""


def waiving(
    by: str = "mailto:fay@mesh.example", standard: str = "owner-named", name: str = "w"
) -> Submission:
    """A decision that holds one waiver."""
    decided = submission(f"""
<{BASE}decisions/{name}> a pm:Decision ; dct:title "A waiver" ; prov:wasAttributedTo <{BASE}teams/federation> .
<{BASE}waivers/{name}> a pm:Waiver ; pm:waives <{STD.base}{standard}> ; pm:appliesTo <{iri("orders")}> ;
  pm:rationale "The owner has left, the next is chosen in March." ; pm:grantedBy <{by}> ;
  pm:expires "2026-03-31"^^xsd:date .
""")
    return Submission(Iri(f"{BASE}decisions/{name}"), decided.facts, Kind.DECISION, "test")


NAMES = {"one-domain", "owner-named", "described", "versioned", "waiver-complete", "no-same-as"}


def few(catalog: Catalog) -> Catalog:
    """The catalog with a few standards of the mesh: enough to show what waivers and layers do."""
    mesh = load(bundled.folder("shapes"))
    kept = [standard for standard in mesh if standard.name in NAMES]
    shapes = {standard.name: mesh.shape(standard.name) for standard in kept}
    catalog.__dict__["standards"] = mesh.beside(kept, shapes)
    return catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with few(build(Settings(home=tmp_path / "home", base_iri=BASE))) as made:
        publish(made, submission(GOVERNANCE + FEDERATION))
        yield made


def publish(catalog: Catalog, *submissions: Submission, now: datetime = BEFORE) -> list[Outcome]:
    return list(catalog.publisher.publish(submissions, publisher="ana", now=now))


def unowned() -> Submission:
    return submission(product("orders", owner=False), "orders")


def of(outcome: Outcome, standard: str) -> list[Finding]:
    return [found for found in outcome.verdict.findings if found.standard == standard]


def test_a_waived_product_is_published_with_its_violation(catalog: Catalog) -> None:
    assert publish(catalog, unowned())[0].fate is Fate.QUARANTINED
    assert publish(catalog, waiving())[0].fate is Fate.PUBLISHED
    (outcome,) = publish(catalog, unowned())
    assert outcome.fate is Fate.PUBLISHED
    (found,) = of(outcome, "owner-named")
    assert found.waiver == f"{BASE}waivers/w"
    assert found.file == "orders.ttl"
    entry = catalog.journal.latest(iri("orders"))
    assert entry is not None
    assert found in entry.verdict.findings
    assert catalog.view().ask(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> ASK { ?report sh:conforms true ;"
        f" sh:result ?found . ?found sh:sourceShape <{STD.base}owner-named> ;"
        f" sh:resultSeverity sh:Violation . <{BASE}waivers/w> <{PM.covers}> ?found }}"
    )


def test_a_waiver_of_the_same_run_counts_and_one_that_is_refused_does_not(
    catalog: Catalog,
) -> None:
    fates = [o.fate for o in publish(catalog, unowned(), waiving(by="mailto:eve@mesh.example"))]
    assert fates == [Fate.QUARANTINED, Fate.QUARANTINED]
    fates = [o.fate for o in publish(catalog, unowned(), waiving())]
    assert fates == [Fate.PUBLISHED, Fate.PUBLISHED]


def test_a_waiver_by_the_team_that_it_excuses_has_no_effect(catalog: Catalog) -> None:
    member = submission(
        GOVERNANCE + FEDERATION + "<mailto:ana@mesh.example> org:memberOf"
        " <https://mesh.example/teams/federation> ."
    )
    publish(catalog, member, waiving(by="mailto:ana@mesh.example"))
    (outcome,) = publish(catalog, unowned())
    assert outcome.fate is Fate.QUARANTINED
    assert of(outcome, "waiver-without-effect")


def test_on_the_day_after_its_last_the_violation_blocks_again(catalog: Catalog) -> None:
    publish(catalog, waiving())
    assert publish(catalog, unowned(), now=LAST)[0].fate is Fate.PUBLISHED
    (outcome,) = publish(catalog, unowned(), now=AFTER)
    assert outcome.fate is Fate.QUARANTINED
    assert outcome.revision is not None, "what was published stays served"


def copies() -> tuple[Waiver, ...]:
    return tuple(stated(waiving().triples).values())


def test_a_copy_is_read_by_a_check_and_never_on_the_write_path(catalog: Catalog) -> None:
    def conforms(*waivers: Waiver) -> bool:
        today = BEFORE.date()
        (outcome,) = catalog.publisher.check([unowned()], copies=waivers, today=today)
        return outcome.verdict.conforms

    assert not conforms(*copies()), "decisions are known and do not hold it"
    publish(catalog, waiving())
    assert conforms(*copies())


def test_a_copy_is_taken_at_its_word_without_decisions(tmp_path: Path) -> None:
    with few(transient(Settings(home=tmp_path, base_iri=BASE))) as alone:
        (outcome,) = alone.publisher.check([unowned()], copies=copies(), today=BEFORE.date())
        assert {f.waiver for f in of(outcome, "owner-named")} == {f"{BASE}waivers/w"}
        assert of(outcome, "waiver-on-trust")


@pytest.fixture
def layered(tmp_path: Path) -> Iterator[Catalog]:
    folder = tmp_path / "standards"
    (folder / "keywords").mkdir(parents=True)
    (folder / "keywords" / "shape.ttl").write_text(SHAPE, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", base_iri=BASE, standards=(folder,))
    with few(build(settings)) as made:
        publish(made, submission(GOVERNANCE + FEDERATION))
        yield made


def test_the_server_holds_a_product_to_the_standards_of_its_domain(layered: Catalog) -> None:
    orders = submission(product("orders"), "orders")
    (refused,) = publish(layered, orders)
    assert refused.fate is Fate.QUARANTINED
    assert {f.standard for f in refused.verdict.findings if f.blocks} == {KEYWORDS}
    keyword = f'<{iri("orders")}> dcat:keyword "orders" .'
    (outcome,) = publish(layered, submission(product("orders", more=keyword), "orders"))
    assert outcome.fate is Fate.PUBLISHED


def test_the_shapes_of_a_domain_can_be_asked_for_and_found(layered: Catalog) -> None:
    assert layered.view().sees(Iri(f"{BASE}domains/sales/standards"))
    assert layered.view().ask(
        f"ASK {{ <{KEYWORDS}> <https://w3id.org/polyseme/ns#inDomain> <{BASE}domains/sales> }}"
    )
    assert KEYWORDS in {standard.iri for standard in layered.layers}


def test_a_report_names_the_shape_of_a_domain(layered: Catalog) -> None:
    warned = Path(layered.settings.standards[0]) / "keywords" / "shape.ttl"
    warned.write_text(SHAPE.replace("sh:Violation", "sh:Warning"), encoding="utf-8")
    settings = layered.settings.model_copy(update={"home": layered.settings.home / "other"})
    with few(build(settings)) as other:
        publish(other, submission(GOVERNANCE), submission(product("orders"), "orders"))
        assert other.view().ask(
            "PREFIX sh: <http://www.w3.org/ns/shacl#>"
            f" ASK {{ ?result sh:sourceShape <{KEYWORDS}> ; sh:focusNode <{iri('orders')}> }}"
        )


def test_a_folder_of_standards_that_loosens_stops_the_catalog_before_it_judges(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "standards"
    (folder / "keywords").mkdir(parents=True)
    loosens = f"{SHAPE}\n<{STD.base}described> sh:deactivated true ."
    (folder / "keywords" / "shape.ttl").write_text(loosens, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", base_iri=BASE, standards=(folder,))
    with few(build(settings)) as made, pytest.raises(Misconfigured, match="switches a shape off"):
        publish(made, submission(GOVERNANCE))
