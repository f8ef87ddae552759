"""Waivers as people ask for them: live, ended or without effect, and what they cover."""

from datetime import UTC, date, datetime

import pytest

from catalog_service import bundled
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import load
from catalog_service.graph import Store, View, parse
from catalog_service.publishing import conformance
from catalog_service.services import governance
from catalog_service.services.governance import Effect, Waiver
from catalog_service.terms import Iri

BASE = "https://mesh.media.example/"
TODAY = date(2026, 5, 10)
PRODUCT = Iri(f"{BASE}products/users.profiles")
COLUMN = f"{PRODUCT}/datasets/d/columns/mail"
HEAD = """
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOVERNED = f"""{HEAD}
<{BASE}decisions/d> a pm:Decision .
<{BASE}agents/federation> a pm:FederatedTeam .
<mailto:fay@media.example> org:memberOf <{BASE}agents/federation> .
<mailto:ana@media.example> org:memberOf <{BASE}agents/federation> , <{BASE}agents/users-team> .
<{BASE}domains/users> a pm:Domain ; pm:ownedBy <{BASE}agents/users-team> .
"""


def stated(
    name: str,
    standard: str = "owner-named",
    at: str = PRODUCT,
    by: str = "mailto:fay@media.example",
    until: str = "2026-06-30",
) -> str:
    return (
        f"<{BASE}waivers/{name}> a pm:Waiver ; pm:waives std:{standard} ; pm:appliesTo <{at}> ;"
        f' pm:rationale "for now" ; pm:grantedBy <{by}> ; pm:expires "{until}"^^xsd:date .\n'
    )


LIVE = Iri(f"{BASE}waivers/live")
COVERED = Finding(
    "owner-named", Severity.VIOLATION, "nobody", focus=PRODUCT, product=PRODUCT, waiver=LIVE
)


@pytest.fixture(scope="module")
def view() -> View:
    made = Store()
    decision = GOVERNED + "".join(
        (
            stated("live"),
            stated("part", "column-classified", COLUMN, until="2026-05-10"),
            stated("over", until="2026-05-09"),
            stated("nobody", by="mailto:eve@media.example"),
            stated("never", "no-same-as"),
            stated("self", by="mailto:ana@media.example"),
            stated("unknown", "no-such-standard"),
            stated("elsewhere", at=f"{BASE}products/gone"),
            f"<{BASE}waivers/half> a pm:Waiver ; pm:waives std:owner-named .",
        )
    )
    told = f"""{HEAD} <{PRODUCT}> a dprod:DataProduct ; dprod:domain <{BASE}domains/users> ;
        dprod:dataProductOwner <mailto:ana@media.example> ."""
    report = conformance.report(Verdict(PRODUCT, (COVERED,)), datetime(2026, 5, 1, tzinfo=UTC))
    made.replace(
        {
            Iri(f"{BASE}decisions/d"): parse(decision, "turtle"),
            PRODUCT: parse(told, "turtle"),
            conformance.graph_of(PRODUCT): report,
        }
    )
    return made.view()


@pytest.fixture(scope="module")
def standards() -> Layers:
    return Layers(load(bundled.folder("shapes")))


@pytest.fixture(scope="module")
def found(view: View, standards: Layers) -> dict[str, Waiver]:
    told = governance.waivers(view, standards, today=TODAY)
    return {iri.rpartition("/")[2]: waiver for iri, waiver in told.items()}


@pytest.mark.parametrize(
    ("name", "effect", "why"),
    [
        ("live", Effect.LIVE, ""),
        ("part", Effect.LIVE, ""),
        ("over", Effect.EXPIRED, ""),
        ("nobody", Effect.WITHOUT_EFFECT, "neither the federated team nor a member of it"),
        ("never", Effect.WITHOUT_EFFECT, "nobody can be excused from no-same-as"),
        ("self", Effect.WITHOUT_EFFECT, "answers for the product that it would excuse"),
        ("unknown", Effect.WITHOUT_EFFECT, "there is no standard"),
        ("elsewhere", Effect.LIVE, ""),
    ],
)
def test_a_waiver_is_live_until_its_day_and_only_where_it_may_be(
    found: dict[str, Waiver], name: str, effect: Effect, why: str
) -> None:
    waiver = found[name]
    assert waiver.effect is effect
    assert why in waiver.why
    assert bool(why) is bool(waiver.why)


def test_a_waiver_that_lacks_a_part_is_none(found: dict[str, Waiver]) -> None:
    assert "half" not in found


def test_those_that_end_first_come_first(found: dict[str, Waiver]) -> None:
    days = [waiver.stated.expires for waiver in found.values()]
    assert days == sorted(days)


def test_a_waiver_names_its_product_though_it_applies_to_a_part(found: dict[str, Waiver]) -> None:
    assert found["part"].product == PRODUCT
    assert found["elsewhere"].product is None


def test_a_waiver_covers_what_the_last_report_says(found: dict[str, Waiver]) -> None:
    assert found["live"].covers == (COVERED.fingerprint,)
    assert found["part"].covers == ()


def test_it_ends_within_a_number_of_days(found: dict[str, Waiver]) -> None:
    assert found["part"].ends_within(0, TODAY)
    assert not found["live"].ends_within(50, TODAY)
    assert found["live"].ends_within(51, TODAY)
    assert not found["over"].ends_within(50, TODAY), "it has ended"


def test_it_tells_the_decision_and_the_standard(found: dict[str, Waiver]) -> None:
    assert found["live"].decision == f"{BASE}decisions/d"
    assert found["live"].standard is not None
    assert found["live"].standard.name == "owner-named"
    assert found["unknown"].standard is None


def test_only_those_asked_for_are_answered(view: View, standards: Layers) -> None:
    told = governance.waivers(view, standards, today=TODAY, iris=[LIVE, Iri(f"{BASE}waivers/no")])
    assert list(told) == [LIVE]


def test_a_waiver_in_a_product_is_none(standards: Layers) -> None:
    made = Store()
    told = f"{HEAD} <{PRODUCT}> a dprod:DataProduct . {stated('own')}"
    made.replace({PRODUCT: parse(told, "turtle")})
    assert governance.waivers(made.view(), standards, today=TODAY) == {}
