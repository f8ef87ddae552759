"""A mesh of two products, published by a few standards, and the folders of standards around it."""

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from catalog_service import bundled
from catalog_service.bootstrap import build
from catalog_service.domain.publication import Kind, Outcome, Submission
from catalog_service.domain.rdf import Fact, Origin
from catalog_service.governance.standards import Standards, load
from catalog_service.graph import parse
from catalog_service.settings import Settings
from catalog_service.terms import Iri

BASE = "https://small.example/"
SALES = f"{BASE}domains/sales"
NOW = datetime(2026, 2, 1, tzinfo=UTC)
NAMES = {"one-domain", "owner-named", "described", "versioned", "management-ports"}
HEAD = """
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""
DECISION = """
<decisions/mesh> a pm:Decision ; dct:title "The mesh" ; prov:wasAttributedTo <teams/federation> .
<teams/federation> a pm:FederatedTeam .
<mailto:fay@small.example> org:memberOf <teams/federation> .
<mailto:ana@small.example> org:memberOf <teams/federation> , <teams/sales> .
<domains/sales> a pm:Domain ; skos:prefLabel "sales" ; pm:ownedBy <teams/sales> .
<teams/sales> a org:OrganizationalUnit .
"""
OWNER = "dprod:dataProductOwner <mailto:ana@small.example> ;"
CONTROL = "pm:controlPort <products/{name}/control> ;"
SHAPE = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{SALES}/standards/keywords> a sh:NodeShape ; dct:identifier "SALES-01" ; pm:inDomain <{SALES}> ;
  rdfs:label "A product of sales has a keyword."@en ; rdfs:comment "Sellers search by keyword."@en ;
  rdfs:seeAlso <{BASE}decisions/sales> ; prov:wasAttributedTo <{BASE}teams/sales> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ; sh:severity sh:Violation ;
  sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path dcat:keyword ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a keyword with dcat:keyword."@en ] .
"""


def product(name: str, more: str = OWNER) -> Submission:
    """A product, with an owner or without."""
    stated = f"""
    <products/{name}> a dprod:DataProduct ; dct:title "{name}" ; dct:description "All {name}" ;
      dprod:purpose "Know {name}" ; dct:identifier "{name}" ; dcat:version "1.0.0" ; {more}
      pm:observabilityPort <products/{name}/metrics> ; dprod:domain <domains/sales> .
    """
    return submission(f"{BASE}products/{name}", stated)


def submission(subject: str, stated: str) -> Submission:
    """What is stated, as if it had been read from a file."""
    triples = parse(HEAD + stated, "turtle", base=BASE)
    kind = Kind.PRODUCT if "/products/" in subject else Kind.DECISION
    return Submission(Iri(subject), tuple(Fact(t, Origin("small.ttl")) for t in triples), kind)


@cache
def few() -> Standards:
    """A few standards, so that a small product meets them all."""
    mesh = load(bundled.folder("shapes"))
    kept = [standard for standard in mesh if standard.name in NAMES]
    return mesh.beside(kept, {standard.name: mesh.shape(standard.name) for standard in kept})


def publish(home: Path, *submissions: Submission, now: datetime = NOW) -> tuple[Outcome, ...]:
    """Publish to a home."""
    with build(Settings(home=home, base_iri=BASE)) as catalog:
        catalog.__dict__["standards"] = few()
        return catalog.publisher.publish(submissions, publisher="ana", now=now)


def made(folder: Path) -> Path:
    """A home with the mesh: orders, and returns without a control port; stray is refused."""
    home = folder / "home"
    managed = OWNER + CONTROL.format(name="orders")
    decided = submission(f"{BASE}decisions/mesh", DECISION)
    publish(home, decided, product("orders", managed), product("returns"), product("stray", ""))
    return home


def chosen(folder: Path) -> Path:
    """A folder of the few standards, to change."""
    shapes = folder / "shapes"
    for name in NAMES:
        shutil.copytree(bundled.folder("shapes") / name, shapes / name)
    shutil.copy(bundled.folder("shapes") / "prefixes.ttl", shapes)
    return shapes


def layer(folder: Path, shape: str = SHAPE) -> Path:
    """A folder of the standards of sales."""
    standards = folder / "standards"
    (standards / "keywords").mkdir(parents=True, exist_ok=True)
    (standards / "keywords" / "shape.ttl").write_text(shape, encoding="utf-8")
    return standards
