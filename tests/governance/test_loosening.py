"""A domain may tighten and never loosen: each way to try is refused, with file, line and reason."""

import re
from pathlib import Path

import pytest
from domain_standards import BODY, HEAD, TIGHTER, prefixes, written

from catalog_service import bundled
from catalog_service.errors import Misconfigured
from catalog_service.governance import layers
from catalog_service.governance.standards import load

MESH = load(bundled.folder("shapes"))
NEVER = "a domain may tighten a standard of the mesh, and never loosen one"


def refusal(tmp_path: Path, shape: str, name: str = "keywords") -> Misconfigured:
    folder = written(tmp_path / "standards", shape, name)
    with pytest.raises(Misconfigured) as raised:
        layers.load(folder, MESH)
    assert raised.value.hint
    return raised.value


def line_of(text: str, shape: str) -> int:
    return shape[: shape.index(text)].count("\n") + 1


def test_a_sound_file_is_accepted(tmp_path: Path) -> None:
    folder = written(tmp_path / "standards", HEAD + BODY)
    written(folder, prefixes() + TIGHTER, "ports-managed")
    (layer,) = layers.load(folder, MESH)
    assert [standard.name for standard in layer.standards] == ["keywords", "ports-managed"]
    assert [standard.tightens for standard in layer.standards] == [
        (), (MESH.named("management-ports").iri,)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("sh:deactivated true", "sh:deactivated switches a shape off"),
        (
            "sh:entailment <http://www.w3.org/ns/entailment/RDFS>",
            "sh:entailment lets an engine conclude what nobody stated",
        ),
        ("sh:rule [ a sh:TripleRule ]", "sh:rule states facts while they are being checked"),
        ("owl:imports <https://mesh.example/more>", "owl:imports brings in shapes"),
        ("sh:shapesGraph <https://mesh.example/shapes>", "sh:shapesGraph swaps the shapes"),
        ("rdfs:subClassOf dprod:DataProduct", "rdfs:subClassOf dprod:DataProduct would change"),
        ("owl:equivalentClass dcat:Dataset", "owl:equivalentClass dcat:Dataset would change"),
        ("owl:sameAs std:described", "owl:sameAs std:described would change"),
    ],
)
def test_what_reaches_beyond_the_domain_is_refused(
    tmp_path: Path, stated: str, reason: str
) -> None:
    shape = f"{HEAD}  {stated} ;\n{BODY}"
    said = refusal(tmp_path, shape).message
    line = line_of(f"  {stated}", shape)
    assert said.startswith(f"standards/keywords/shape.ttl:{line}: {reason}")
    assert said.endswith(NEVER)


@pytest.mark.parametrize(
    ("stated", "whose"),
    [
        ("std:described sh:severity sh:Info .", "a standard of the whole mesh"),
        ("std:described sh:deactivated false .", "switches a shape off"),
        ("pm:Public pm:rank 9 .", "a term of the ontology"),
        ("dprod:DataProduct a sh:NodeShape .", "does not lie in the namespace"),
        ("domain:users pm:ownedBy <https://mesh.example/teams/podcasts> .", "does not lie"),
        ("domain:podcasts a pm:Domain .", "does not lie in the namespace"),
        ("own:another a sh:NodeShape .", "another thing than its folder is named for"),
        ("<https://mesh.example/domains/podcasts2/x> a sh:NodeShape .", "does not lie in"),
    ],
)
def test_what_does_not_belong_to_the_domain_is_not_described(
    tmp_path: Path, stated: str, whose: str
) -> None:
    said = refusal(tmp_path, f"{HEAD}{BODY}{stated}\n").message
    assert whose in said
    assert re.match(r"standards/keywords/shape\.ttl:\d+: ", said)
    assert said.endswith(NEVER)


def test_a_subclass_hidden_in_a_node_without_a_name_is_refused(tmp_path: Path) -> None:
    shape = f"{HEAD}{BODY}[] rdfs:subClassOf dprod:DataProduct .\n"
    assert "rdfs:subClassOf dprod:DataProduct would change" in refusal(tmp_path, shape).message


@pytest.mark.parametrize("term", ["sh:js []", "sh:target []", "sh:singleLine true"])
def test_the_same_terms_are_refused_as_in_a_standard_of_the_mesh(tmp_path: Path, term: str) -> None:
    said = refusal(tmp_path, f"{HEAD}  {term} ;\n{BODY}").message
    assert f"{term.partition(' ')[0]} is not supported" in said


def test_a_query_may_not_reach_out_either(tmp_path: Path) -> None:
    query = '''
  sh:severity sh:Violation ; sh:targetClass dprod:DataProduct ;
  sh:sparql [ sh:prefixes <https://w3id.org/polyseme/shapes> ; sh:message "Mend {?value}."@en ;
    sh:select """
      SELECT $this ?value WHERE { SERVICE <https://evil.example/> { $this dct:title ?value } }
      """ ] .
'''
    assert "SERVICE may not stand in a constraint" in refusal(tmp_path, HEAD + query).message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pm:inDomain domain:podcasts ;", "", "does not name the one domain"),
        (
            "pm:inDomain domain:podcasts ;",
            "pm:inDomain domain:podcasts , domain:users ;",
            "does not name the one domain",
        ),
        ("pm:inDomain domain:podcasts ;", 'pm:inDomain "podcasts" ;', "does not name the one"),
        ("domain:podcasts", "domain:users", "does not lie in the namespace"),
        ('"PODCASTS-01"', '"DOM-03"', "is no value of"),
        ('"PODCASTS-01"', '"01"', "is no value of"),
        ('pm:since "0.1.0" ;', "", "states no value of"),
    ],
)
def test_a_standard_of_a_domain_says_whose_it_is_and_all_that_a_standard_says(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    shape = (HEAD + BODY).replace(old, new, 1)
    assert said in refusal(tmp_path, shape).message


@pytest.mark.parametrize("name", ["Key_Words", "keywords2"])
def test_a_standard_of_a_domain_is_named_for_its_folder(tmp_path: Path, name: str) -> None:
    refusal(tmp_path, HEAD + BODY, name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("std:management-ports", "std:golden-dataset", "is no standard of the mesh"),
        ("std:management-ports", '"management-ports"', "is no standard of the mesh"),
        (
            "sh:Violation",
            "sh:Info",
            "its findings weigh info, those of management-ports, which it tightens, warning",
        ),
        (
            "sh:minCount 1",
            "sh:minCount 0",
            "sh:minCount 0 would accept what management-ports, which it tightens, refuses by 1",
        ),
    ],
)
def test_what_claims_to_tighten_and_does_not_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    shape = prefixes() + TIGHTER.replace(old, new)
    assert said in refusal(tmp_path, shape, "ports-managed").message


def test_an_upper_bound_may_not_rise_while_it_tightens(tmp_path: Path) -> None:
    shape = prefixes() + (
        TIGHTER.replace("std:management-ports", "std:one-domain")
        .replace("pm:controlPort ;", "dprod:domain ;")
        .replace("sh:minCount 1", "sh:maxCount 2")
    )
    assert "sh:maxCount 2 would accept what one-domain" in (
        refusal(tmp_path, shape, "ports-managed").message
    )


def test_a_warning_does_not_tighten_what_will_be_a_violation(tmp_path: Path) -> None:
    due = ' ; pm:becomesViolationOn "2027-01-01"^^xsd:date ;'
    shapes = tmp_path / "shapes"
    for file in bundled.folder("shapes").rglob("*.ttl"):
        copied = shapes / file.relative_to(bundled.folder("shapes"))
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(file.read_bytes())
    ports = shapes / "management-ports" / "shape.ttl"
    ports.write_text(
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        + ports.read_text().replace('pm:since "0.1.0" ;', f'pm:since "0.1.0"{due}')
    )
    mesh = load(shapes)
    warning = prefixes() + TIGHTER.replace("sh:Violation", "sh:Warning")
    folder = written(tmp_path / "standards", warning, "ports-managed")
    with pytest.raises(Misconfigured, match=r"weigh warning, those of management-ports.*violation"):
        layers.load(folder, mesh)
    dated = warning.replace('pm:since "0.1.0" ;', f'pm:since "0.1.0"{due}')
    written(folder, dated, "ports-managed")
    assert layers.load(folder, mesh)
