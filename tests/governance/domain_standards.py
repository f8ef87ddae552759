"""A domain's folder of standards, as a team would write it."""

from pathlib import Path

from catalog_service import bundled
from catalog_service.governance.standards import Standards, load

PODCASTS = "https://mesh.example/domains/podcasts"
HEAD = """\
# Written by the team that owns the domain.
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix own: <https://mesh.example/domains/podcasts/standards/> .
@prefix domain: <https://mesh.example/domains/> .

own:keywords a sh:NodeShape ;
  dct:identifier "PODCASTS-01" ; pm:inDomain domain:podcasts ;
  rdfs:label "A product of ours has a keyword."@en ;
  rdfs:comment "Our listeners' portal sorts by keyword."@en ;
  rdfs:seeAlso <https://mesh.example/decisions/podcasts> ;
  prov:wasAttributedTo <https://mesh.example/teams/podcasts> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ;
"""
BODY = """\
  sh:severity sh:Violation ; sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path dcat:keyword ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a keyword with dcat:keyword."@en ] .
"""
TIGHTER = """\
own:ports-managed a sh:NodeShape ;
  dct:identifier "PODCASTS-02" ; pm:inDomain domain:podcasts ; pm:tightens std:management-ports ;
  rdfs:label "A product of ours has a control port."@en ;
  rdfs:comment "Our products hold what people listen to, so their policies are set by machine."@en ;
  rdfs:seeAlso <https://mesh.example/decisions/podcasts> ;
  prov:wasAttributedTo <https://mesh.example/teams/podcasts> ;
  pm:since "0.1.0" ; pm:enforcedAt pm:Ci ;
  sh:severity sh:Violation ; sh:targetClass dprod:DataProduct ;
  sh:property [ sh:path pm:controlPort ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Add a port through which policies are set, with pm:controlPort."@en ] .
"""


def prefixes() -> str:
    """The prefixes of the files, without the shape that the first of them begins."""
    return HEAD[: HEAD.index("own:keywords a")]


def written(folder: Path, shape: str, name: str = "keywords") -> Path:
    """The folder, with one more standard in it."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "shape.ttl").write_text(shape, encoding="utf-8")
    return folder


def chosen() -> Standards:
    """Some standards of the mesh: enough to show what waivers and layers do, and quick."""
    mesh = load(bundled.folder("shapes"))
    names = {
        *("one-domain", "owner-named", "described", "versioned", "management-ports"),
        *("schema-declared", "identity-path", "no-same-as", "template-unique", "waiver-complete"),
    }
    kept = [standard for standard in mesh if standard.name in names]
    return mesh.beside(kept, {standard.name: mesh.shape(standard.name) for standard in kept})
