"""Waivers at the gate: what they cover, who may grant them, and what is said of those in vain."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from domain_standards import chosen
from test_gate import DECIDED, ONTOLOGY, PREFIXES, product, stating, without

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.gate import Case, Gate, Stage
from catalog_service.governance.waivers import stated
from catalog_service.graph.formats import parse
from catalog_service.terms import DCT, DPROD, OWL, PM, RDF, STD, XSD, Iri

BASE = "https://mesh.example/"
TODAY = date(2026, 11, 24)
LISTENS = Iri(f"{BASE}products/listens")
W = Iri(f"{BASE}waivers/w")
FEDERATION = parse(
    PREFIXES
    + """
    m:decisions a pm:Decision .
    <teams/federation> a pm:FederatedTeam .
    <mailto:fay@mesh.example> org:memberOf <teams/federation> .
    <mailto:bo@mesh.example> org:memberOf <teams/federation> .
    """,
    "turtle",
    base=BASE,
)
FAY = "mailto:fay@mesh.example"
BO = "mailto:bo@mesh.example"


def waiver(
    standard: str = "described",
    *,
    at: str = LISTENS,
    by: str = FAY,
    until: str = "2026-12-31",
    name: str = W,
    extra: str = "",
) -> tuple[Triple, ...]:
    return parse(
        PREFIXES
        + f"""
        <{name}> a pm:Waiver ; pm:waives <{STD.base}{standard}> ; pm:appliesTo <{at}> ;
          pm:rationale "The portal moves." ; pm:grantedBy <{by}> ; pm:expires "{until}"^^xsd:date .
        {extra}
        """,
        "turtle",
        base=BASE,
    )


Check = Callable[..., Verdict]


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(chosen(), ONTOLOGY)


@pytest.fixture(scope="module")
def check(gate: Gate) -> Check:
    def verdict(
        case: Case,
        *granted: Triple,
        today: date = TODAY,
        at: Stage = Stage.PUBLISH,
        copies: tuple[Waiver, ...] = (),
        decided: tuple[Triple, ...] = (*DECIDED, *FEDERATION),
    ) -> Verdict:
        shared = (*decided, *granted)
        (found,) = gate.check([case], shared=shared, today=today, at=at, copies=copies)
        return found

    return verdict


def untitled() -> Case:
    return without(product("listens"), DCT.title)


def of(verdict: Verdict, standard: str) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.standard == standard]


def test_a_waived_violation_keeps_its_place_and_no_longer_blocks(check: Check) -> None:
    refused = check(untitled())
    excused = check(untitled(), *waiver())
    (found,) = excused.findings
    assert excused.conforms
    assert not refused.conforms
    assert found.waiver == W
    assert found.severity is Severity.VIOLATION
    assert found.fingerprint == refused.findings[0].fingerprint


def test_a_waiver_covers_up_to_and_including_its_last_day(check: Check) -> None:
    last = date(2026, 12, 31)
    assert check(untitled(), *waiver(), today=last).conforms
    ended = check(untitled(), *waiver(), today=last + timedelta(days=1))
    assert not ended.conforms
    (found,) = of(ended, "described")
    assert found.waiver is None
    assert found.fix.endswith(f"The waiver <{W}> ended on 2026-12-31.")


def test_a_waiver_covers_its_standard_and_nothing_else(check: Check) -> None:
    case = without(untitled(), DPROD.dataProductOwner)
    verdict = check(case, *waiver())
    assert not verdict.conforms
    assert [f.standard for f in verdict.findings if f.blocks] == ["owner-named"]


def test_a_waiver_for_another_product_says_nothing_here(check: Check) -> None:
    verdict = check(untitled(), *waiver(at=f"{BASE}products/listens2"))
    assert [f.standard for f in verdict.findings] == ["described"]
    assert not verdict.conforms


def test_a_waiver_for_a_part_covers_what_is_found_there(check: Check) -> None:
    part = Iri(f"{LISTENS}/datasets/undescribed")
    case = stating(product("listens"), (LISTENS, DPROD.outputDataset, part))
    assert not check(case).conforms
    verdict = check(case, *waiver("schema-declared", at=part))
    assert {f.waiver for f in of(verdict, "schema-declared")} == {W}
    elsewhere = check(case, *waiver("schema-declared", at=f"{LISTENS}/ports/sql"))
    assert all(f.waiver is None for f in of(elsewhere, "schema-declared"))


def test_of_two_waivers_the_longer_one_is_named_and_neither_is_in_vain(check: Check) -> None:
    longer = waiver(name=f"{BASE}waivers/longer", until="2027-01-31")
    (found,) = check(untitled(), *waiver(), *longer).findings
    assert found.waiver == f"{BASE}waivers/longer"


@pytest.mark.parametrize("by", [FAY, f"{BASE}teams/federation"])
def test_the_federated_team_and_its_members_grant_waivers(check: Check, by: str) -> None:
    assert check(untitled(), *waiver(by=by)).conforms


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("mailto:eve@mesh.example", "is neither the federated team nor a member of it"),
        (f"{BASE}teams/podcasts", "is neither the federated team nor a member of it"),
        (BO, "answers for the product that it would excuse"),
    ],
)
def test_nobody_else_grants_one_least_of_all_who_is_excused(
    check: Check, by: str, why: str
) -> None:
    verdict = check(untitled(), *waiver(by=by))
    assert not verdict.conforms
    (told,) = of(verdict, "waiver-without-effect")
    assert why in told.message
    assert (told.severity, told.focus, told.value) == (Severity.WARNING, LISTENS, W)
    assert of(verdict, "described")[0].waiver is None


def test_a_member_of_the_owning_team_excuses_the_products_of_others(check: Check) -> None:
    elsewhere = parse(
        PREFIXES + "<domains/users> a pm:Domain ; pm:ownedBy <teams/users> .", "turtle", base=BASE
    )
    case = without(untitled(), DPROD.domain, DPROD.dataProductOwner)
    case = stating(
        case,
        (LISTENS, DPROD.domain, Iri(f"{BASE}domains/users")),
        (LISTENS, DPROD.dataProductOwner, Iri(f"{BASE}teams/users")),
    )
    assert check(case, *waiver(by=BO), *elsewhere).conforms


def test_the_owner_of_a_product_does_not_excuse_it_even_from_outside_the_team(check: Check) -> None:
    case = without(untitled(), DPROD.dataProductOwner)
    case = stating(case, (LISTENS, DPROD.dataProductOwner, Iri(FAY)))
    assert not check(case, *waiver(by=FAY)).conforms


def test_a_waiver_in_a_products_graph_is_refused_and_grants_nothing(check: Check) -> None:
    own = waiver(name=f"{LISTENS}/waiver")
    case = untitled()
    verdict = check(stating(case, *own))
    assert not verdict.conforms
    assert of(verdict, "governed-subject")
    assert of(verdict, "described")[0].waiver is None


@pytest.mark.parametrize("standard", ["no-same-as", "template-unique"])
def test_from_some_standards_nobody_is_excused(check: Check, standard: str) -> None:
    same = stating(product("listens"), (LISTENS, OWL.sameAs, Iri(f"{BASE}x")))
    verdict = check(same, *waiver(standard))
    assert not verdict.conforms
    assert (
        f"nobody can be excused from {standard}" in of(verdict, "waiver-without-effect")[0].message
    )


def test_what_the_gate_refuses_before_any_shape_runs_cannot_be_waived(check: Check) -> None:
    case = stating(product("listens"), (LISTENS, RDF.type, PM.Domain))
    verdict = check(case, *waiver("governed-subject"))
    assert not verdict.conforms
    assert "there is no standard" in of(verdict, "waiver-without-effect")[0].message


def test_a_waiver_that_covers_nothing_is_told_and_blocks_nothing(check: Check) -> None:
    verdict = check(product("listens"), *waiver())
    (told,) = verdict.findings
    assert (told.standard, told.severity) == ("waiver-without-finding", Severity.INFO)
    assert told.value == W
    assert verdict.conforms


def test_a_waiver_whose_standard_is_left_to_a_later_gate_is_not_called_in_vain(
    check: Check,
) -> None:
    early = check(product("listens"), *waiver("identity-path"), at=Stage.CI)
    late = check(product("listens"), *waiver("identity-path"))
    assert early.findings == ()
    assert [f.standard for f in late.findings] == ["waiver-without-finding"]


@pytest.mark.parametrize("part", [PM.waives, PM.appliesTo, PM.rationale, PM.grantedBy, PM.expires])
def test_an_incomplete_waiver_grants_nothing(check: Check, part: Iri) -> None:
    incomplete = tuple(triple for triple in waiver() if triple.predicate != part)
    assert stated(incomplete) == {}
    assert not check(untitled(), *incomplete).conforms


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (PM.waives, Literal("described")),
        (PM.appliesTo, Literal(LISTENS)),
        (PM.rationale, Literal("  ")),
        (PM.grantedBy, Literal("fay")),
        (PM.expires, Literal("2026-12-31")),
        (PM.expires, Literal("31 December", XSD.date)),
        (PM.expires, Literal("2026-02-30", XSD.date)),
        (PM.expires, W),
    ],
)
def test_a_waiver_whose_part_makes_no_sense_grants_nothing(part: Iri, value: object) -> None:
    odd = [t if t.predicate != part else Triple(W, part, value) for t in waiver()]  # type: ignore[arg-type] # of a table
    assert stated(odd) == {}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (PM.rationale, W),
        (PM.rationale, Literal("Das Portal zieht um.", RDF.langString, "de")),
        (PM.grantedBy, Iri(f"{BASE}teams/podcasts")),
        (PM.grantedBy, Iri(BO)),
    ],
)
def test_several_reasons_and_granters_count_where_one_of_them_does(
    check: Check, part: Iri, value: object
) -> None:
    also = Triple(W, part, value)  # type: ignore[arg-type] # of a table
    assert check(untitled(), *waiver(), also).conforms


@pytest.mark.parametrize("zone", ["Z", "+02:00", "-11:00"])
def test_a_day_may_have_a_time_zone_and_is_read_as_written(check: Check, zone: str) -> None:
    dated = waiver(until=f"2026-11-24{zone}")
    assert check(untitled(), *dated).conforms
    assert not check(untitled(), *dated, today=date(2026, 11, 25)).conforms


def test_a_waiver_that_two_decisions_word_differently_grants_nothing(check: Check) -> None:
    assert not check(untitled(), *waiver(), *waiver(until="2027-12-31")).conforms
    assert check(untitled(), *waiver(), *waiver()).conforms


def test_a_decision_may_hold_only_waivers_that_have_an_effect(gate: Gate) -> None:
    def told(*granted: Triple, at: Stage = Stage.PUBLISH) -> list[tuple[str, Severity]]:
        case = Case(Iri(f"{BASE}decisions"), granted, decision=True)
        (verdict,) = gate.check([case], shared=(*FEDERATION, *granted), at=at, today=TODAY)
        return [(f.focus or "", f.severity) for f in of(verdict, "waiver-without-effect")]

    refused = [(W, Severity.VIOLATION)]
    assert told(*waiver()) == []
    assert told(*waiver(by="mailto:eve@mesh.example")) == refused
    assert told(*waiver("no-same-as")) == refused
    assert told(*waiver("golden-dataset")) == refused
    assert told(*waiver(by="mailto:eve@mesh.example", until="2026-11-23")) == []
    assert told(*waiver(until="2027-02-22")) == []  # the ninetieth day
    assert told(*waiver(until="2027-02-23")) == refused


def test_who_may_grant_is_left_open_in_ci_where_no_federated_team_is_known(gate: Gate) -> None:
    def weight(at: Stage) -> Severity:
        case = Case(Iri(f"{BASE}decisions"), waiver(), decision=True)
        (verdict,) = gate.check([case], shared=waiver(), at=at, today=TODAY)
        return of(verdict, "waiver-without-effect")[0].severity

    assert weight(Stage.CI) is Severity.INFO
    assert weight(Stage.PUBLISH) is Severity.VIOLATION


def test_a_copy_counts_only_where_the_decisions_hold_the_same(check: Check) -> None:
    copies = tuple(stated(waiver()).values())
    alone = check(untitled(), copies=copies)
    assert not alone.conforms
    assert "do not hold it" in of(alone, "waiver-without-effect")[0].message
    assert check(untitled(), *waiver(), copies=copies).conforms
    held = check(untitled(), *waiver(until="2026-11-23"), copies=copies)
    assert not held.conforms
    assert of(held, "waiver-without-effect")


def test_a_copy_is_taken_at_its_word_where_no_decisions_are_known(check: Check) -> None:
    copies = tuple(stated(waiver()).values())
    undecided = tuple(t for t in DECIDED if t.object != PM.Decision)
    verdict = check(untitled(), copies=copies, decided=undecided)
    assert verdict.conforms
    (told,) = of(verdict, "waiver-on-trust")
    assert (told.severity, told.value) == (Severity.INFO, W)
    late = check(untitled(), copies=copies, decided=undecided, today=date(2027, 1, 1))
    assert not late.conforms


@pytest.mark.parametrize(("standard", "by"), [("no-same-as", FAY), ("described", BO)])
def test_a_copy_taken_at_its_word_is_held_to_the_same_rules(
    check: Check, standard: str, by: str
) -> None:
    copies = tuple(stated(waiver(standard, by=by)).values())
    case = stating(untitled(), (LISTENS, OWL.sameAs, Iri(f"{BASE}x")))
    undecided = tuple(t for t in DECIDED if t.object != PM.Decision)
    verdict = check(case, copies=copies, decided=undecided)
    assert all(f.waiver is None for f in verdict.findings)
    assert of(verdict, "waiver-without-effect")
