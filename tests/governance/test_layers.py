"""Layers: a domain's standards add to those of the mesh, for its own products and no others."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from domain_standards import BODY, HEAD, PODCASTS, TIGHTER, chosen, prefixes, written
from test_gate import DECIDED, ONTOLOGY, PREFIXES, product, stating, without

from catalog_service import bundled
from catalog_service.domain.findings import Severity, Verdict
from catalog_service.domain.rdf import Triple, text
from catalog_service.errors import Misconfigured, NotFound
from catalog_service.governance import layers
from catalog_service.governance.engines import fast
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.governance.layers import Layer, Layers
from catalog_service.governance.standards import load
from catalog_service.graph.formats import parse
from catalog_service.terms import DCAT, DCT, DPROD, PM, SKOS, STD, XSD, Iri

BASE = "https://mesh.example/"
TODAY = date(2026, 11, 24)
EVERY = load(bundled.folder("shapes"))
MESH = chosen()
LISTENS = Iri(f"{BASE}products/listens")
KEYWORDS = f"{PODCASTS}/standards/keywords"
PORTS = f"{PODCASTS}/standards/ports-managed"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = written(tmp_path_factory.mktemp("podcasts") / "standards", HEAD + BODY)
    return written(made, prefixes() + TIGHTER, "ports-managed")


@pytest.fixture(scope="module")
def both(folder: Path) -> Layers:
    return layers.read(MESH, [folder])


@pytest.fixture(scope="module")
def alone() -> Gate:
    return Gate(MESH, ONTOLOGY)


@pytest.fixture(scope="module")
def layered(both: Layers) -> Gate:
    return Gate(MESH, ONTOLOGY, both.domains)


def check(gate: Gate, case: Case, *more: Triple, **options: object) -> Verdict:
    asked = {"today": TODAY, **options}
    (verdict,) = gate.check([case], shared=(*DECIDED, *more), **asked)  # type: ignore[arg-type] # of a test
    return verdict


def told(verdict: Verdict) -> set[str]:
    return {finding.standard for finding in verdict.findings}


USERS = parse(PREFIXES + "<domains/users> a pm:Domain .", "turtle", base=BASE)


def in_domain(case: Case, domain: str) -> Case:
    moved = without(case, DPROD.domain)
    return stating(moved, (case.subject, DPROD.domain, Iri(f"{BASE}domains/{domain}")))


def test_a_domain_is_asked_more_of_by_its_own_standard(alone: Gate, layered: Gate) -> None:
    case = product("listens")
    assert check(alone, case).conforms
    verdict = check(layered, case)
    (found,) = verdict.findings
    assert not verdict.conforms
    assert found.standard == found.shape == KEYWORDS
    assert found.severity is Severity.VIOLATION
    assert found.message == "A product of ours has a keyword: dcat:keyword is missing."
    assert found.fix == "Add a keyword with dcat:keyword."
    assert check(layered, stating(case, (LISTENS, DCAT.keyword, text("x")))).conforms


def test_the_finding_of_the_mesh_stays_beside_that_of_the_stricter_standard(
    layered: Gate,
) -> None:
    case = stating(product("listens"), (LISTENS, DCAT.keyword, text("x")))
    verdict = check(layered, without(case, PM.controlPort))
    assert {(f.standard, f.severity) for f in verdict.findings} == {
        ("management-ports", Severity.WARNING),
        (PORTS, Severity.VIOLATION),
    }


def test_products_of_other_domains_are_not_asked(layered: Gate) -> None:
    verdict = check(layered, in_domain(product("listens"), "users"), *USERS)
    assert not {*told(verdict), *verdict.not_evaluated} & {KEYWORDS, PORTS}


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_products_of_domains_below_are_asked_as_well(layered: Gate, depth: int) -> None:
    names = ["podcasts", "shows", "seasons", "episodes"][: depth + 1]
    below = tuple(
        Triple(Iri(f"{BASE}domains/{lower}"), SKOS.broader, Iri(f"{BASE}domains/{higher}"))
        for higher, lower in pairwise(names)
    )
    case = in_domain(product("listens"), names[-1])
    assert KEYWORDS in told(check(layered, case, *below))
    assert KEYWORDS not in told(check(layered, in_domain(product("x"), "users"), *below))


def test_a_circle_of_domains_ends(layered: Gate) -> None:
    shows, podcasts = Iri(f"{BASE}domains/shows"), Iri(PODCASTS)
    circle = (Triple(shows, SKOS.broader, podcasts), Triple(podcasts, SKOS.broader, shows))
    assert KEYWORDS in told(check(layered, in_domain(product("listens"), "shows"), *circle))


def test_decisions_are_checked_by_the_standards_of_the_mesh_alone(layered: Gate) -> None:
    case = replace(product("listens"), decision=True)
    assert not told(check(layered, case)) & {KEYWORDS, PORTS}


def test_every_finding_of_the_mesh_is_found_with_the_layer_as_well(both: Layers) -> None:
    alone, layered = Gate(EVERY, ONTOLOGY), Gate(EVERY, ONTOLOGY, both.domains)
    cases, products = [], 0
    for standard in EVERY:
        for file in (*standard.good, *standard.bad):
            triples = parse(file.read_text(encoding="utf-8"), "turtle")
            found = [t.subject for t in triples if t.object == DPROD.DataProduct]
            subject = (*found, Iri(BASE))[0]
            ours = Triple(subject, DPROD.domain, Iri(PODCASTS))
            cases.append(Case(subject, (*triples, ours) if found else triples))
            products += bool(found)
    before = alone.check(cases, shared=DECIDED, today=TODAY)
    after = layered.check(cases, shared=DECIDED, today=TODAY)
    added = 0
    for lower, upper in zip(before, after, strict=True):
        findings = {f.fingerprint: f for f in upper.findings}
        assert all(findings[f.fingerprint] == f for f in lower.findings)
        more = {f.standard for f in upper.findings if f not in lower.findings}
        assert more <= {KEYWORDS, PORTS}
        added += bool(more)
    assert added == products > 0


def test_a_layer_gives_the_same_verdict_without_the_fast_engine(
    both: Layers, layered: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = without(product("listens"), PM.controlPort)
    usual = check(layered, case)
    monkeypatch.setattr(fast, "shacl", None)
    assert check(Gate(MESH, ONTOLOGY, both.domains), case) == usual


def test_what_a_layer_leaves_to_a_later_gate_is_named(folder: Path, tmp_path: Path) -> None:
    later = (HEAD + BODY).replace("pm:Ci", "pm:Publish")
    made = layers.read(MESH, [written(tmp_path / "standards", later)])
    gate = Gate(MESH, ONTOLOGY, made.domains)
    early = check(gate, product("listens"), at=Stage.CI)
    assert early.findings == ()
    assert KEYWORDS in early.not_evaluated
    other = check(gate, in_domain(product("listens"), "users"), *USERS, at=Stage.CI)
    assert KEYWORDS not in other.not_evaluated
    assert told(check(gate, product("listens"))) == {KEYWORDS}
    del folder


def test_a_warning_of_a_domain_becomes_a_violation_on_its_day(tmp_path: Path) -> None:
    due = (HEAD + BODY).replace("sh:Violation", "sh:Warning")
    due = due.replace("pm:since", 'pm:becomesViolationOn "2027-01-01"^^xsd:date ; pm:since')
    made = layers.read(MESH, [written(tmp_path / "standards", due)])
    gate = Gate(MESH, ONTOLOGY, made.domains)
    before = check(gate, product("listens"), today=date(2026, 12, 31))
    after = check(gate, product("listens"), today=date(2027, 1, 1))
    assert (before.conforms, after.conforms) == (True, False)
    assert before.findings[0].fingerprint == after.findings[0].fingerprint


def test_whether_a_layer_holds_is_left_open_where_the_domain_is_not_known(layered: Gate) -> None:
    homeless = without(product("listens"), DPROD.domain)
    unknown = in_domain(product("listens"), "nobody-knows")
    for case in (homeless, unknown):
        verdict = check(layered, case)
        assert KEYWORDS not in told(verdict)
        assert {KEYWORDS, PORTS} <= set(verdict.not_evaluated)
    assert KEYWORDS not in check(layered, product("listens")).not_evaluated


def test_a_domain_that_no_decision_describes_is_held_to_what_it_keeps(layered: Gate) -> None:
    (verdict,) = layered.check([product("listens")], today=TODAY)
    assert KEYWORDS in told(verdict)


def granted(by: str, standard: str = KEYWORDS) -> tuple[Triple, ...]:
    return parse(
        PREFIXES
        + f"""
        <waivers/w> a pm:Waiver ; pm:waives <{standard}> ; pm:appliesTo <{LISTENS}> ;
          pm:rationale "The portal moves." ; pm:grantedBy <{by}> ;
          pm:expires "2026-12-31"^^<{XSD.date}> .
        """,
        "turtle",
        base=BASE,
    )


@pytest.mark.parametrize("by", [f"{BASE}teams/podcasts", "mailto:bo@mesh.example"])
def test_the_owners_of_a_domain_grant_waivers_from_its_own_standards(
    layered: Gate, by: str
) -> None:
    assert check(layered, product("listens"), *granted(by)).conforms


def test_a_federated_team_does_not_decide_what_a_domain_asks_of_itself(layered: Gate) -> None:
    federation = parse(PREFIXES + "<teams/federation> a pm:FederatedTeam .", "turtle", base=BASE)
    waived = granted(f"{BASE}teams/federation")
    verdict = check(layered, product("listens"), *federation, *waived)
    assert not verdict.conforms
    assert "waiver-without-effect" in told(verdict)


def test_a_waiver_from_a_layer_that_a_gate_is_not_given_is_no_violation(alone: Gate) -> None:
    waived = granted(f"{BASE}teams/podcasts")
    (found,) = check(alone, product("listens"), *waived).findings
    assert (found.standard, found.severity) == ("waiver-without-effect", Severity.INFO)


def test_a_standard_is_named_in_every_way_people_name_it(both: Layers) -> None:
    found = both.named("keywords")
    assert found.iri == KEYWORDS
    assert found.domain == PODCASTS
    assert both.named("podcasts-01") is both.named(KEYWORDS) is found
    assert both.named("DOM-03").iri == f"{STD.base}owner-named"
    assert [s.identifier for s in both][-2:] == ["PODCASTS-01", "PODCASTS-02"]
    with pytest.raises(NotFound, match="golden"):
        both.named("golden")


def test_a_name_that_two_domains_use_asks_for_the_iri(folder: Path, tmp_path: Path) -> None:
    users = (HEAD + BODY).replace("podcasts", "users").replace("PODCASTS", "USERS")
    made = layers.read(MESH, [folder, written(tmp_path / "standards", users)])
    assert {layer.domain for layer in made.domains} == {PODCASTS, f"{BASE}domains/users"}
    with pytest.raises(NotFound, match="2 domains have a standard 'keywords'") as raised:
        made.named("keywords")
    assert KEYWORDS in raised.value.hint


def test_a_short_id_belongs_to_one_standard_of_a_domain(tmp_path: Path) -> None:
    made = written(tmp_path / "standards", HEAD + BODY)
    twin = prefixes() + TIGHTER.replace("PODCASTS-02", "PODCASTS-01")
    with pytest.raises(Misconfigured, match="PODCASTS-01 is keywords already"):
        layers.load(written(made, twin, "ports-managed"), MESH)


def test_a_domain_keeps_its_standards_in_one_folder(folder: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "standards", HEAD + BODY)
    with pytest.raises(Misconfigured, match="keeps standards in"):
        layers.read(MESH, [folder, other])


def test_a_folder_that_is_none_or_holds_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nowhere is no folder of standards"):
        layers.read(MESH, [tmp_path / "nowhere"])
    with pytest.raises(Misconfigured, match="holds no standards"):
        layers.read(MESH, [tmp_path])


def test_a_layer_cannot_be_made_to_judge_what_is_not_the_case(layered: Gate) -> None:
    neighbour = without(product("users"), DCT.title)
    case = replace(product("listens"), neighbourhood=neighbour.graph)
    assert {f.focus for f in check(layered, case).findings} == {LISTENS}


def test_layers_know_where_they_lie(both: Layers, folder: Path) -> None:
    (layer,) = both.domains
    assert isinstance(layer, Layer)
    assert layer.folder == folder
