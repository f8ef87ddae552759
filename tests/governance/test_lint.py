"""What a file of shapes may not hold; each is refused with its file and its line."""

import re
from pathlib import Path

import pytest

from catalog_service import bundled
from catalog_service.errors import Misconfigured
from catalog_service.governance.standards import load

HEAD = """\
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

std:titled a sh:NodeShape ;
  dct:identifier "DP-90" ; rdfs:label "A product has a title."@en ;
  rdfs:comment "So that it can be named."@en ; rdfs:seeAlso pm:Decision ;
  prov:wasAttributedTo pm:FederatedTeam ; pm:since "0.1.0" ; pm:enforcedAt pm:Ci ;
  sh:severity sh:Violation ; sh:targetClass dprod:DataProduct ;
"""
SOUND = """\
  sh:property [ sh:path dct:title ; sh:severity sh:Violation ; sh:minCount 1 ;
    sh:message "Give it a title."@en ] ."""


def query(select: str, *, message: str = "Mend it.", extra: str = "") -> str:
    return f'''
  sh:sparql [ sh:prefixes <https://w3id.org/polyseme/shapes> ; {extra}
    sh:message "{message}"@en ;
    sh:select """
{select}
    """ ] .'''


ASKS = "SELECT $this ?value WHERE { $this dct:title ?value }"


def standard(tmp_path: Path, body: str) -> Path:
    """A folder of one standard with this body."""
    folder = tmp_path / "shapes"
    (folder / "titled").mkdir(parents=True)
    prefixes = bundled.folder("shapes") / "prefixes.ttl"
    (folder / "prefixes.ttl").write_bytes(prefixes.read_bytes())
    (folder / "titled" / "shape.ttl").write_text(HEAD + body, encoding="utf-8")
    return folder


def line_of(text: str, body: str) -> int:
    """The line on which `text` stands in the file with this body."""
    whole = HEAD + body
    return whole[: whole.index(text)].count("\n") + 1


def refusal(tmp_path: Path, body: str) -> Misconfigured:
    with pytest.raises(Misconfigured) as raised:
        load(standard(tmp_path, body))
    assert raised.value.hint
    return raised.value


@pytest.mark.parametrize(
    "body",
    [
        SOUND,
        query(ASKS),
        query("SELECT $this (?t AS ?value) WHERE { $this dct:title ?t FILTER(?t != 'x') }"),
        query("SELECT $this ?value WHERE { { SELECT $this ?value { $this dct:title ?value } } }"),
        query(ASKS, message="{?value} is no title."),
        query("SELECT $this ?value { $this dct:title ?value FILTER(!sameTerm($this, ?value)) }"),
        query("SELECT $this ?value { $this dct:title ?value FILTER(STRLEN(?value) != 3) }"),
        SOUND.replace("sh:minCount 1", "sh:uniqueLang true"),
    ],
)
def test_a_sound_shape_is_accepted(tmp_path: Path, body: str) -> None:
    assert [found.name for found in load(standard(tmp_path, body))] == ["titled"]


@pytest.mark.parametrize(
    "term",
    [
        "sh:deactivated true",
        "sh:js []",
        "sh:rule []",
        "sh:entailment <http://www.w3.org/ns/entailment/RDFS>",
        "sh:target []",
        "sh:singleLine true",
        "sh:memberShape []",
        "sh:someValue []",
        "sh:expression []",
        "sh:ask 'ASK {}'",
        "sh:shapesGraph <https://mesh.example/shapes>",
        "sh:declare []",
    ],
)
def test_a_term_that_an_engine_would_skip_is_refused(tmp_path: Path, term: str) -> None:
    body = f"  {term} ;\n{SOUND}"
    name = term.partition(" ")[0]
    assert refusal(tmp_path, body).message.startswith(
        f"shapes/titled/shape.ttl:{line_of(term, body)}: {name} is not supported"
    )


def test_a_term_that_an_engine_would_skip_is_refused_as_a_value_too(tmp_path: Path) -> None:
    body = SOUND.replace("sh:minCount 1", "sh:nodeKind sh:TripleTerm")
    assert "sh:TripleTerm is not supported" in refusal(tmp_path, body).message


def test_imports_are_refused(tmp_path: Path) -> None:
    body = f"  owl:imports <https://mesh.example/more> ;\n{SOUND}"
    said = refusal(tmp_path, body).message
    assert said.startswith(f"shapes/titled/shape.ttl:{line_of('owl:imports', body)}: owl:imports")


@pytest.mark.parametrize("parameter", ["sh:class", "sh:datatype"])
def test_a_list_where_one_class_belongs_is_refused(tmp_path: Path, parameter: str) -> None:
    body = SOUND.replace("sh:minCount 1", f"{parameter} ( xsd:string xsd:date )")
    assert "a list is misread" in refusal(tmp_path, body).message


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("SERVICE <https://evil.example/> { $this dct:title ?value }", "SERVICE"),
        ("sErViCe SILENT ?where { $this dct:title ?value }", "SERVICE"),
        ("OPTIONAL { SERVICE <https://evil.example/> { $this dct:title ?value } }", "SERVICE"),
        ("FILTER EXISTS { SERVICE ?x { $this dct:title ?value } }", "SERVICE"),
        ("VALUES ?value { 1 }", "VALUES"),
        ("MINUS { $this dct:title ?value }", "MINUS"),
        ("GRAPH ?g { $this dct:title ?value }", "GRAPH"),
        ("$this !dct:title ?value", "a negated property set"),
        ("BIND(RAND() AS ?value)", "RAND()"),
        ("BIND(UUID() AS ?value)", "UUID()"),
    ],
)
def test_what_a_constraint_may_not_do_is_refused(tmp_path: Path, pattern: str, word: str) -> None:
    body = query(f"SELECT $this ?value WHERE {{ $this dct:title ?title . {pattern} }}")
    said = refusal(tmp_path, body).message
    assert said == (
        f"shapes/titled/shape.ttl:{line_of('SELECT', body)}: {word} may not stand in a constraint"
    )


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("SELECT $this ?value WHERE { $this dct:title ?value } VALUES ?value { 1 }", "VALUES"),
        ("SELECT $this ?value FROM <https://evil.example/> WHERE { $this ?p ?value }", "FROM"),
        ("SELECT $this ?value ?failure WHERE { $this dct:title ?value }", "?failure"),
        ("ASK { $this dct:title ?value }", "a constraint is a SELECT query"),
        ("SELECT ?value WHERE { $this dct:title ?value }", "does not project"),
        ("SELECT $this WHERE { $this dct:title ?value }", "does not project"),
        ("SELECT $this ?value WHERE { $this ?any ?value }", "in the place of a property"),
        ("SELECT (?that AS $this) ?value WHERE { ?that dct:title ?value }", "$this is bound again"),
        (
            "SELECT $this ?value WHERE { $this dct:title ?value . BIND(?value AS $this) }",
            "$this is bound again",
        ),
        (
            "SELECT $this ?value WHERE { $this dct:title ?value . FILTER($this != ?value) }",
            "engines differ on unlike values",
        ),
        (
            "SELECT $this ?value WHERE { $this dct:title ?value . FILTER(pm:Active != ?value) }",
            "engines differ on unlike values",
        ),
        ("SELECT $this ?value WHERE { $this nope:title ?value }", "prefix nope: is not declared"),
        (
            "SELECT $this ?value WHERE { { SELECT ?value { ?that dct:title ?value } } }",
            "a query inside the query",
        ),
        ("SELECT $this ?value WHERE { GRAPH $shapesGraph { $this dct:title ?value } }", "GRAPH"),
        ("SELECT $this ?value WHERE { $this $PATH ?value }", "in the place of a property"),
        ("SELECT $this ?value { $this dct:title ?value . FILTER(?value > NOW()) }", "NOW()"),
        ("SELECT $this ?value WHERE { $this dct:titel ?value }", "dc/terms/titel"),
        (
            "SELECT $this ?value { $this dct:title ?value . FILTER REGEX(?value, '^(a+)+$') }",
            "can be slow",
        ),
        (
            "SELECT $this ?value { $this dct:title ?value . FILTER REGEX(?value, ?value) }",
            "it is computed",
        ),
    ],
)
def test_a_query_that_is_unsound_is_refused(tmp_path: Path, select: str, said: str) -> None:
    assert said in refusal(tmp_path, query(select)).message


def test_a_fault_in_a_query_is_found_on_its_line(tmp_path: Path) -> None:
    body = query("      SELECT $this ?value WHERE {\n        $this dct:title\n      }")
    said = refusal(tmp_path, body).message
    found = re.match(r"shapes/titled/shape\.ttl:(\d+): this is not SPARQL", said)
    assert found is not None
    first = line_of("SELECT", body)
    assert first < int(found[1]) <= first + 2


def test_the_clock_may_be_read_at_the_runtime_gate(tmp_path: Path) -> None:
    folder = standard(
        tmp_path, query("SELECT $this ?value { $this dct:title ?value . FILTER(?value > NOW()) }")
    )
    file = folder / "titled" / "shape.ttl"
    file.write_text(file.read_text().replace("pm:enforcedAt pm:Ci", "pm:enforcedAt pm:Runtime"))
    assert len(load(folder)) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (SOUND.replace(" ; sh:severity sh:Violation", ""), "lacks the severity"),
        (SOUND.replace("sh:severity sh:Violation", "sh:severity sh:Info"), "lacks the severity"),
        (SOUND.replace('sh:message "Give it a title."@en', "sh:maxCount 1"), "has 0 messages"),
        (SOUND.replace('"Give it a title."@en', '"Give it a title."@en , "Title!"'), "2 messages"),
        (query(ASKS, extra="sh:severity sh:Info ;"), "sh:severity inside sh:sparql"),
        (query(ASKS, message="{?title} is no title."), "names ?title"),
        (query(ASKS).replace("sh:prefixes <https://w3id.org/polyseme/shapes> ;", ""), "needs"),
        ("  sh:minCount 1 ;\n" + SOUND, "does not belong on a standard itself"),
        ("  rdfs:subClassOf dprod:DataProduct ;\n" + SOUND, "does not belong on a standard"),
        (SOUND + "\npm:Public pm:rank 9 .", "describes <https://w3id.org/polyseme/ns#Public>"),
        (SOUND.replace("dct:title ;", "dct:titel ;"), "declares no term"),
        (SOUND.replace("sh:minCount 1", 'sh:pattern "^(a+)+$"'), "can be slow"),
        (SOUND.replace("sh:minCount 1", 'sh:uniqueLang "1"^^xsd:boolean'), "not read as a boolean"),
    ],
)
def test_a_shape_that_would_mislead_is_refused(tmp_path: Path, body: str, said: str) -> None:
    refused = refusal(tmp_path, body).message
    assert said in refused
    assert re.match(r"shapes/titled/shape\.ttl:\d+: ", refused)


def test_a_slow_pattern_is_found_on_its_line(tmp_path: Path) -> None:
    body = SOUND.replace("sh:minCount 1", '\n    sh:pattern "^(\\\\S+ ?)+$"')
    said = refusal(tmp_path, body).message
    assert said.startswith(f"shapes/titled/shape.ttl:{line_of('sh:pattern', body)}: the pattern")
