"""The gate: who may state what, what is judged, and that the answer is the same everywhere."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import rdflib

from catalog_service import bundled
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.governance.engines import fast
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.governance.lint import SHACL
from catalog_service.governance.standards import Standards, load
from catalog_service.graph.formats import parse
from catalog_service.terms import DCT, DPROD, DQV, ORG, OWL, PM, RDF, RDFS, SKOS, SSSOM, XSD, Iri

SHAPES = bundled.folder("shapes")
TODAY = date(2026, 11, 24)
BASE = "https://mesh.example/"
PREFIXES = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix m: <{BASE}> .
"""
ONTOLOGY = "".join(
    f"<{term}> <{RDF.type}> <{kind}> .\n"
    for term, kind in (
        (PM.Active, SKOS.Concept),
        (PM.Domain, RDFS.Class),
        (PM.Public, DPROD.InformationSensitivityClassification),
        (PM.Freshness, DQV.Metric),
        (PM.Availability, DQV.Metric),
    )
)
DECIDED = parse(
    PREFIXES
    + """
    m:decisions a pm:Decision .
    <domains/podcasts> a pm:Domain ; pm:ownedBy <teams/podcasts> .
    <teams/podcasts> a org:OrganizationalUnit .
    <mailto:bo@mesh.example> org:memberOf <teams/podcasts> .
    <systems/player> a pm:OperationalSystem ; pm:inDomain <domains/users> .
    <polysemes/User> a pm:Polyseme ; skos:prefLabel "user"@en ; skos:definition "A person."@en ;
      pm:authoritativeDomain <domains/podcasts> ; pm:globalIdentifier <schemes/user-id> .
    <schemes/user-id> a pm:IdentifierScheme ; pm:datatype xsd:string .
    <schemes/listener-no> a pm:IdentifierScheme ; pm:datatype xsd:integer .
    """,
    "turtle",
    base=BASE,
)


def product(name: str, extra: str = "") -> Case:
    """A product that meets every standard, and what is said of it beside."""
    iri = f"{BASE}products/{name}"
    body = f"""
    <{iri}> a dprod:DataProduct ; dct:title "Listens" ; dct:description "Each episode played." ;
      dprod:purpose "Show what is heard" ; dct:identifier "{name}" ; dcat:version "1.0.0" ;
      dprod:lifecycleStatus pm:Active ; dprod:domain <domains/podcasts> ;
      dprod:dataProductOwner <mailto:bo@mesh.example> ; dprod:outputPort <{iri}/ports/sql> ;
      pm:discoveryPort <{iri}/ports/about> ; pm:controlPort <{iri}/ports/control> ;
      pm:observabilityPort <{iri}/ports/metrics> ; dprod:outputDataset <{iri}/datasets/rows> ;
      pm:codeComponent <{iri}/code/job> ; pm:infrastructureComponent <{iri}/infrastructure/db> .
    <{iri}/ports/sql> a dcat:DataService ; dcat:endpointURL <https://data.example/{name}> ;
      dprod:protocol "sql" ; dcat:servesDataset <{iri}/datasets/rows> ;
      pm:slo <{iri}/ports/sql/slo/fresh> , <{iri}/ports/sql/slo/up> .
    <{iri}/ports/sql/slo/fresh> pm:indicator pm:Freshness ; pm:comparator odrl:lteq ;
      pm:target 24.0 ; sdmx-attribute:unitMeasure unit:HR ; pm:window "P1D"^^xsd:duration .
    <{iri}/ports/sql/slo/up> pm:indicator pm:Availability ; pm:comparator odrl:gteq ;
      pm:target 99.5 ; sdmx-attribute:unitMeasure unit:PERCENT ; pm:window "P30D"^^xsd:duration .
    <{iri}/datasets/rows> a dcat:Dataset ; dct:conformsTo <models/listening> ;
      csvw:tableSchema <{iri}/datasets/rows/schema> ;
      dprod:informationSensitivityClassification pm:Public .
    """
    return Case(Iri(iri), parse(PREFIXES + body + extra, "turtle", base=BASE))


def without(case: Case, *predicates: Iri) -> Case:
    return replace(case, graph=tuple(t for t in case.graph if t.predicate not in predicates))


def stating(case: Case, *triples: tuple[str, Iri, object]) -> Case:
    added = (Triple(Iri(s), p, o) for s, p, o in triples)  # type: ignore[arg-type] # of a table
    return replace(case, graph=(*case.graph, *added))


def crosswalk(name: str) -> str:
    """That a product serves a crosswalk from listener numbers to user ids."""
    iri = f"{BASE}products/{name}"
    return f"""
    <{iri}/crosswalks/users> a pm:Crosswalk ; pm:fromScheme <schemes/listener-no> ;
      pm:toScheme <schemes/user-id> ; pm:realisedBy <{iri}/ports/sql> .
    """


def bound(name: str) -> str:
    """That a product has a column of listener numbers."""
    return f"""
    <{BASE}products/{name}/datasets/rows/columns/no> csvw:datatype xsd:integer ;
      pm:identifies <polysemes/User> ; pm:identifierScheme <schemes/listener-no> .
    """


@pytest.fixture(scope="module")
def standards() -> Standards:
    return load(SHAPES)


@pytest.fixture(scope="module")
def gate(standards: Standards) -> Gate:
    return Gate(standards, ONTOLOGY)


Check = Callable[[Case], Verdict]


@pytest.fixture(scope="module")
def check(gate: Gate) -> Check:
    def verdict(case: Case) -> Verdict:
        (found,) = gate.check([case], shared=DECIDED, today=TODAY)
        return found

    return verdict


def told(verdict: Verdict) -> set[str]:
    return {finding.standard for finding in verdict.findings}


def test_a_product_that_meets_every_standard_conforms(check: Check) -> None:
    verdict = check(product("listens"))
    assert verdict.conforms
    assert verdict.findings == ()
    assert verdict.subject == f"{BASE}products/listens"


def test_a_finding_says_what_is_wrong_where_and_what_to_do(check: Check) -> None:
    (found,) = check(without(product("listens"), DPROD.dataProductOwner)).findings
    assert found == Finding(
        "owner-named",
        Severity.VIOLATION,
        "A product names exactly one accountable owner, by IRI: dprod:dataProductOwner is missing.",
        fix="Name the one accountable owner with dprod:dataProductOwner,"
        " by the IRI of a person or a team.",
        focus=Iri(f"{BASE}products/listens"),
        path=f"<{DPROD.dataProductOwner}>",
        product=Iri(f"{BASE}products/listens"),
    )


def test_a_finding_of_a_query_names_the_culprit(check: Check) -> None:
    (found,) = check(product("listens", bound("listens"))).findings
    assert found.standard == "identity-path"
    assert found.value == f"{BASE}schemes/listener-no"
    assert f"no served crosswalk leads to {BASE}schemes/user-id" in found.fix


def test_a_value_that_is_wrong_is_quoted(check: Check) -> None:
    case = without(product("listens"), DPROD.lifecycleStatus)
    (found,) = check(stating(case, (case.subject, DPROD.lifecycleStatus, text("golden")))).findings
    assert found.message.endswith(": “golden” is none of them.")
    assert found.value == text("golden")


def test_what_is_stated_twice_is_found_once(check: Check) -> None:
    case = without(product("listens"), DCT.title)
    assert len(check(replace(case, graph=case.graph + case.graph)).findings) == 1


def test_a_part_that_nobody_describes_is_judged(check: Check) -> None:
    case = product("listens")
    named = f"{case.subject}/datasets/undescribed"
    verdict = check(stating(case, (case.subject, DPROD.outputDataset, Iri(named))))
    asked = {f.standard for f in verdict.findings if f.focus == named}
    assert asked == {"schema-declared", "dataset-classified"}


def test_what_is_wrong_with_a_neighbour_is_the_neighbours(check: Check) -> None:
    neighbour = without(product("users"), DCT.title, DPROD.dataProductOwner)
    case = replace(product("listens"), neighbourhood=neighbour.graph)
    assert told(check(neighbour)) == {"described", "owner-named"}
    assert check(case).findings == ()


def test_what_a_neighbour_serves_is_seen(check: Check) -> None:
    case = product("listens", bound("listens"))
    serving = product("identities", crosswalk("identities"))
    assert told(check(case)) == {"identity-path"}
    assert check(replace(case, neighbourhood=serving.graph)).conforms


def test_a_product_is_not_helped_by_one_that_is_not_its_neighbour(gate: Gate) -> None:
    lacking = product("listens", bound("listens"))
    serving = product("identities", crosswalk("identities"))
    first, second = gate.check([lacking, serving], shared=DECIDED, today=TODAY)
    assert told(first) == {"identity-path"}
    assert second.conforms


def test_a_batch_has_the_verdicts_of_its_cases_in_their_order(
    gate: Gate, check: Check, standards: Standards
) -> None:
    sound = [product(f"p{number}") for number in range(12)]
    cases = [
        *sound,
        without(sound[3], DCT.title),
        replace(without(sound[4], DPROD.domain), neighbourhood=sound[5].graph),
        stating(sound[6], (sound[7].subject, DCT.title, text("Mine now"))),
        stating(sound[8], (PM.Public, PM.rank, Literal("9", XSD.integer))),
    ]
    together = gate.check(cases, shared=DECIDED, today=TODAY)
    assert together == tuple(check(case) for case in cases)
    later = tuple(found.name for found in standards if found.gate > Stage.PUBLISH)
    assert together[:12] == tuple(Verdict(case.subject, not_evaluated=later) for case in sound)
    assert [told(verdict) for verdict in together[12:]] == [
        {"described"}, {"one-domain"}, {"foreign-subject"}, {"governed-subject"},
    ]  # fmt: skip


def test_no_cases_have_no_verdicts(gate: Gate) -> None:
    assert gate.check([], today=TODAY) == ()


def test_a_gate_names_what_only_later_gates_can_decide(gate: Gate, standards: Standards) -> None:
    case = product("listens", bound("listens"))
    (early,) = gate.check([case], shared=DECIDED, at=Stage.CI, today=TODAY)
    (late,) = gate.check([case], shared=DECIDED, at=Stage.RUNTIME, today=TODAY)
    assert early.conforms
    assert "identity-path" in early.not_evaluated
    assert set(early.not_evaluated) == {s.name for s in standards if s.gate > Stage.CI}
    assert told(late) == {"identity-path", "slo-measured"}
    assert late.not_evaluated == ()


@pytest.mark.parametrize(
    ("day", "ended"), [(date(2026, 12, 31), set()), (date(2027, 1, 1), {"waiver-live"})]
)
def test_a_waiver_has_ended_by_the_day_that_the_caller_names(
    gate: Gate, day: date, ended: set[str]
) -> None:
    waiver = """
    m:decisions a pm:Decision .
    <waivers/ports> a pm:Waiver ; pm:waives std:management-ports ; pm:grantedBy <teams/federation> ;
      pm:appliesTo <products/listens> ; pm:rationale "They move." ;
      pm:expires "2026-12-31"^^xsd:date .
    """
    decided = Case(
        Iri(f"{BASE}decisions"), parse(PREFIXES + waiver, "turtle", base=BASE), decision=True
    )
    (verdict,) = gate.check([decided], shared=decided.graph, at=Stage.RUNTIME, today=day)
    assert told(verdict) & {"waiver-live"} == ended


def test_a_warning_becomes_a_violation_on_the_day_its_shape_names(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes"
    shutil.copytree(SHAPES, shapes)
    file = shapes / "management-ports" / "shape.ttl"
    due = '"2027-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    file.write_text(
        file.read_text().replace("pm:since", f"pm:becomesViolationOn {due} ;\n  pm:since")
    )
    gate = Gate(load(shapes), ONTOLOGY)
    case = without(product("listens"), PM.controlPort)
    (before,) = gate.check([case], shared=DECIDED, today=date(2026, 12, 31))
    (after,) = gate.check([case], shared=DECIDED, today=date(2027, 1, 1))
    assert before.conforms
    assert [finding.severity for finding in before.findings] == [Severity.WARNING]
    assert not after.conforms
    assert before.findings[0].fingerprint == after.findings[0].fingerprint


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        (PM.Public, PM.rank, Literal("9", XSD.integer)),
        (f"{PM.base}Secret", PM.rank, Literal("0", XSD.integer)),
        ("https://w3id.org/polyseme/shapes#owner-named", PM.waivable, Literal("true", XSD.boolean)),
        (f"{BASE}domains/podcasts", PM.ownedBy, Iri(f"{BASE}teams/pirates")),
        (f"{BASE}teams/podcasts", RDFS.label, text("Pirates")),
        (f"{BASE}polysemes/User", SKOS.definition, text("Anybody")),
        (f"{BASE}schemes/user-id", PM.datatype, XSD.integer),
        (f"{BASE}decisions", DCT.title, text("Anything goes")),
        ("mailto:eve@mesh.example", ORG.memberOf, Iri(f"{BASE}teams/podcasts")),
        (f"{BASE}products/listens/me", ORG.memberOf, Iri(f"{BASE}teams/podcasts")),
        (f"{BASE}products/listens/team", ORG.member, Iri("mailto:eve@mesh.example")),
        *(
            (f"{BASE}products/listens/made-up", predicate, kind)
            for predicate in (RDF.type, RDFS.subClassOf, OWL.equivalentClass)
            for kind in (PM.Domain, PM.Waiver, PM.Decision, PM.Polyseme, ORG.OrganizationalUnit)
        ),
    ],
)
def test_a_product_may_not_describe_what_is_governed(
    check: Check, subject: str, predicate: Iri, value: object
) -> None:
    verdict = check(stating(product("listens"), (subject, predicate, value)))
    (found,) = verdict.findings
    assert found.standard == "governed-subject"
    assert found.severity is Severity.VIOLATION
    assert (found.focus, found.path, found.value) == (subject, f"<{predicate}>", value)
    assert found.fix
    assert not verdict.conforms


def test_what_a_neighbour_places_under_the_federation_is_governed(check: Check) -> None:
    case = stating(product("listens"), (f"{BASE}w", RDFS.label, text("x")))
    waived = (Triple(Iri(f"{BASE}w"), RDF.type, PM.Waiver),)
    assert told(check(case)) == {"foreign-subject"}
    assert told(check(replace(case, neighbourhood=waived))) == {"governed-subject"}


@pytest.mark.parametrize(
    "subject",
    [
        f"{BASE}products/users",
        f"{BASE}products/listens2",
        f"{BASE}products",
        f"{BASE}domains/unheard-of",
        "https://elsewhere.example/thing",
        f"{BASE}people/bo",
    ],
)
def test_a_product_speaks_of_itself_and_its_parts_only(check: Check, subject: str) -> None:
    verdict = check(stating(product("listens"), (subject, DCT.title, text("Mine"))))
    (found,) = verdict.findings
    assert found.standard == "foreign-subject"
    assert found.focus == subject
    assert not verdict.conforms


@pytest.mark.parametrize("agent", ["mailto:kim@mesh.example", f"{BASE}agents/kim"])
def test_a_product_may_say_how_an_agent_is_called_and_no_more(check: Check, agent: str) -> None:
    named = stating(product("listens"), (agent, RDFS.label, text("Kim")))
    assert check(named).conforms
    typed = stating(product("listens"), (agent, RDF.type, DPROD.DataProduct))
    assert "foreign-subject" in told(check(typed))


def test_a_statement_out_of_place_is_not_seen_by_any_shape(check: Check) -> None:
    outsider = without(product("listens"), DPROD.dataProductOwner)
    eve = "mailto:eve@mesh.example"
    case = stating(outsider, (outsider.subject, DPROD.dataProductOwner, Iri(eve)))
    joined = stating(case, (eve, ORG.memberOf, Iri(f"{BASE}teams/podcasts")))
    assert told(check(case)) == {"owner-in-team"}
    assert told(check(joined)) == {"owner-in-team", "governed-subject"}


def test_a_decision_describes_what_is_governed_and_is_held_to_the_standards(check: Check) -> None:
    decision = Iri(f"{BASE}decisions")
    assert told(check(Case(decision, DECIDED, decision=True))) == {"scheme-defined"}
    unowned = tuple(t for t in DECIDED if t.predicate != PM.ownedBy)
    (gate_answer,) = Gate(load(SHAPES), ONTOLOGY).check(
        [Case(decision, unowned, decision=True)], today=TODAY
    )
    assert "domain-owned" in told(gate_answer)


def test_not_even_a_decision_changes_what_the_words_mean(check: Check) -> None:
    case = Case(
        Iri(f"{BASE}decisions"),
        (Triple(PM.Public, PM.rank, Literal("9", XSD.integer)),),
        decision=True,
    )
    assert told(check(case)) == {"governed-subject"}


def test_no_product_is_judged_by_a_decision_that_redefines_a_term(gate: Gate) -> None:
    redefined = Triple(PM.Active, RDF.type, PM.Domain)
    case = without(product("listens"), DPROD.domain)
    case = stating(case, (case.subject, DPROD.domain, PM.Active))
    (verdict,) = gate.check([case], shared=(*DECIDED, redefined), today=TODAY)
    assert told(verdict) == {"one-domain"}


def test_shapes_in_a_product_change_nothing(check: Check) -> None:
    iri = f"{BASE}products/listens"
    sh = "http://www.w3.org/ns/shacl#"
    case = stating(
        without(product("listens"), DCT.title),
        (f"{iri}/shape", RDF.type, Iri(f"{sh}NodeShape")),
        (f"{iri}/shape", Iri(f"{sh}targetClass"), DPROD.DataProduct),
        (f"{iri}/shape", Iri(f"{sh}severity"), Iri(f"{sh}Info")),
        (f"{iri}/shape", Iri(f"{sh}deactivated"), Literal("true", XSD.boolean)),
        ("https://w3id.org/polyseme/shapes#described", Iri(f"{sh}deactivated"), Literal("true")),
    )
    assert told(check(case)) == {"described", "governed-subject"}
    assert told(check(without(product("users"), DCT.title))) == {"described"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Iri(f"{BASE}x> <{DCT.title}> <{BASE}y> .\n<{BASE}z"), "is not an absolute IRI"),
        (Iri("relative"), "is not an absolute IRI"),
        (text("half \ud800"), "half a character"),
        (Literal("x", RDF.langString, "not a language"), "is no language tag"),
        (Literal("x", Iri("no datatype")), "is not an absolute IRI"),
    ],
)
def test_a_term_that_rdf_cannot_write_is_refused_and_not_seen(
    check: Check, value: object, reason: str
) -> None:
    case = without(product("listens"), DCT.title)
    verdict = check(stating(case, (case.subject, DCT.title, value)))
    assert told(verdict) == {"invalid-iri", "described"}
    assert any(reason in finding.message for finding in verdict.findings)
    assert all(finding.fingerprint for finding in verdict.findings)


@pytest.mark.skipif(not fast.fast_available(), reason="there is no wheel of the fast engine here")
def test_what_only_one_engine_finds_does_not_pass_in_silence(standards: Standards) -> None:
    """To pySHACL `true` is no more than 1; to SPARQL there is no order between the two."""
    standard = standards.named("mapping-justified")
    loose = rdflib.Graph() + standards.shape(standard.name)
    loose.remove((None, SHACL.minInclusive, None))
    gate = Gate(standards.beside([standard], {standard.name: loose}), ONTOLOGY)
    mapping = f"{BASE}products/listens/mappings/user"
    case = stating(
        product("listens"),
        (mapping, RDF.type, SSSOM.Mapping),
        (mapping, SSSOM.mapping_justification, Iri(f"{BASE}by-hand")),
        (mapping, SSSOM.confidence, Literal("true", XSD.boolean)),
    )
    (verdict,) = gate.check([case], today=TODAY)
    (found,) = verdict.findings
    assert (found.standard, found.severity) == ("engines-disagree", Severity.WARNING)
    assert (found.focus, found.path) == (mapping, f"<{SSSOM.confidence}>")
    assert "mapping-justified" in found.message


def test_what_was_decided_is_heard_by_the_next_check_and_forgotten_with_it(gate: Gate) -> None:
    """What is the same for a run is kept between runs, and only as long as it is the same."""
    cases, later = [product("listens")], date(2027, 1, 1)
    undecided = tuple(t for t in DECIDED if t.predicate != ORG.memberOf)
    first, second, third, fourth = (
        gate.check(cases, shared=shared, today=today)
        for shared, today in (
            (DECIDED, TODAY),
            (undecided, TODAY),
            (DECIDED, later),
            (DECIDED, TODAY),
        )
    )
    assert first == fourth == third
    assert "owner-in-team" in told(second[0]) - told(first[0])


def test_without_the_fast_engine_the_verdicts_are_the_same(
    standards: Standards, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [
        Case(Iri(f"{BASE}{s.name}"), parse(file.read_text(), "turtle"), decision=True)
        for s in standards
        for file in (*s.bad, *s.good)
    ]
    cases += [product("listens"), product("listens", bound("listens"))]
    usual = Gate(standards, ONTOLOGY).check(cases, shared=DECIDED, today=TODAY)
    monkeypatch.setattr(fast, "shacl", None)
    assert not fast.fast_available()
    assert Gate(standards, ONTOLOGY).check(cases, shared=DECIDED, today=TODAY) == usual
