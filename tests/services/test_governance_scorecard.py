"""Scorecards: each check with a product that meets it and one that does not."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from catalog_service import bundled
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import load
from catalog_service.graph import Store, parse
from catalog_service.publishing import conformance
from catalog_service.services import governance
from catalog_service.services.governance import (
    CHECKS,
    Judged,
    Quality,
    Scorecard,
    Tally,
    usability_page,
)
from catalog_service.terms import Iri

BASE = "https://mesh.media.example/"
PRODUCT = Iri(f"{BASE}products/p")
WHEN = datetime(2026, 5, 1, tzinfo=UTC)
HEAD = f"""
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <{PRODUCT}/> .
<{PRODUCT}> a dprod:DataProduct .
"""
PORT = f"<{PRODUCT}> dprod:outputPort :port . "
DATASET = f"<{PRODUCT}> dprod:outputDataset :d . "
COLUMN = f"{DATASET} :d csvw:tableSchema :s . :s csvw:column :c . "
FORM = f"{DATASET} :d dcat:distribution :f . "

STATED: dict[str, tuple[str, str]] = {
    "keyword-given": (f'<{PRODUCT}> dcat:keyword "plays" .', ""),
    "endpoint-absolute": (
        f"{PORT} :port dcat:endpointURL <https://plays.example/v1> .",
        f'{PORT} :port dcat:endpointURL "plays, on the warehouse" .',
    ),
    "columns-described": (
        f'{COLUMN} :c dct:description "who plays" .',
        f'{COLUMN} :s csvw:column :b . :b dct:description "who plays" .',
    ),
    "meaning-modelled": (f"{DATASET} :d pm:about :concept .", DATASET),
    "origin-stated": (
        f"<{PRODUCT}> dprod:inputPort :in . :in pm:readsFrom <{BASE}systems/player> .",
        f"<{PRODUCT}> dprod:inputPort :in .",
    ),
    "observability-port": (f"<{PRODUCT}> pm:observabilityPort :watch .", ""),
    "several-ways": (
        f'{PORT} :port dprod:protocol "https" . {FORM} :f dcat:mediaType "text/csv" .',
        f'{PORT} <{PRODUCT}> dprod:outputPort :q . :port dprod:protocol "a" . :q dprod:protocol "a" .',
    ),
    "form-told": (f'{FORM} :f dct:format "csv" .', FORM),
    "dataset-served": (f"{DATASET} {PORT} :port dcat:servesDataset :d .", f"{DATASET} {PORT}"),
    "standard-datatypes": (
        f"{COLUMN} :c csvw:datatype xsd:string .",
        f"{COLUMN} :c csvw:datatype <{BASE}types/own> .",
    ),
    "identity-bound": (f"{COLUMN} :c pm:identifies <{BASE}polysemes/User> .", COLUMN),
    "purpose-stated": (f'<{PRODUCT}> dprod:purpose "to know what is played" .', ""),
    "content-of-its-own": (COLUMN, f"{COLUMN} :c pm:identifies <{BASE}polysemes/User> ."),
    "consumed": (
        f"{PORT} <{BASE}products/q> dprod:inputPort <{BASE}in> . <{BASE}in> pm:readsFrom :port .",
        f"{PORT} <{PRODUCT}> dprod:inputPort :in . :in pm:readsFrom :port .",
    ),
    "in-service": (
        f"<{PRODUCT}> dprod:lifecycleStatus pm:Active .",
        f"<{PRODUCT}> dprod:lifecycleStatus pm:Deprecated .",
    ),
    "policy-stated": (
        f"{PORT} :port odrl:hasPolicy :policy .",
        f"{PORT} <{PRODUCT}> dprod:outputPort :q . :q odrl:hasPolicy :policy .",
    ),
    "control-port": (f"<{PRODUCT}> pm:controlPort :steer .", ""),
}
"""What a product states that meets a check, and what one states that does not."""

BY_STANDARD = [check for check in CHECKS if check.standard]
BY_STATEMENT = [check for check in CHECKS if not check.standard]


@pytest.fixture(scope="module")
def standards() -> Layers:
    return Layers(load(bundled.folder("shapes")))


def card(
    standards: Layers, stated: str, findings: Iterable[Finding] = (), left: tuple[str, ...] = ()
) -> Scorecard:
    """The card of a product that states this, with the last report on it."""
    made = Store()
    report = conformance.report(Verdict(PRODUCT, tuple(findings), left), WHEN)
    made.replace({PRODUCT: parse(HEAD + stated, "turtle"), conformance.graph_of(PRODUCT): report})
    board = governance.board(made.view(), standards, products=[PRODUCT])
    return governance.scorecards(made.view(), board, [PRODUCT])[PRODUCT]


def answer(found: Scorecard, name: str) -> Judged:
    place = [check.name for check in CHECKS].index(name)
    return found.answers[place]


def test_each_check_that_statements_decide_is_proved_here() -> None:
    assert [check.name for check in BY_STATEMENT] == list(STATED)


@pytest.mark.parametrize("name", STATED)
def test_a_product_meets_a_check_by_what_it_states_and_another_does_not(
    standards: Layers, name: str
) -> None:
    good, bad = STATED[name]
    met, unmet = answer(card(standards, good), name), answer(card(standards, bad), name)
    assert (met.met, unmet.met) == (True, False)
    assert met.why.endswith(".")
    assert unmet.why.endswith(".")


@pytest.mark.parametrize("name", [check.name for check in BY_STANDARD])
def test_a_check_by_a_standard_follows_the_last_report(standards: Layers, name: str) -> None:
    violated = Finding(name, Severity.VIOLATION, "found", focus=PRODUCT, product=PRODUCT)
    waived = Finding(
        name, Severity.VIOLATION, "found", focus=PRODUCT, waiver=Iri(f"{BASE}waivers/w")
    )
    warned = Finding(name, Severity.WARNING, "found", focus=PRODUCT)
    assert answer(card(standards, ""), name).met is True
    for finding in (violated, waived, warned):
        assert answer(card(standards, "", [finding]), name).met is False, finding
    assert answer(card(standards, "", left=(name,)), name).met is None


def test_each_standard_that_decides_a_check_is_one_of_the_mesh(standards: Layers) -> None:
    known = {standard.name for standard in standards}
    assert {check.standard for check in BY_STANDARD} <= known


def test_a_registered_consumption_of_the_product_or_of_its_port_counts(standards: Layers) -> None:
    for used in (f"<{PRODUCT}>", ":port"):
        stated = f"{PORT} <{BASE}c> pm:consumes {used} ; pm:consumer <{BASE}products/q> ."
        assert answer(card(standards, stated), "consumed").met is True
    assert answer(card(standards, f"{PORT} <{BASE}c> pm:consumes :port ."), "consumed").met is False


@pytest.mark.parametrize(
    "name",
    [
        *("endpoint-absolute", "columns-described", "meaning-modelled", "form-told"),
        *("dataset-served", "standard-datatypes", "identity-bound", "content-of-its-own"),
        "policy-stated",
    ],
)
def test_where_there_is_nothing_to_look_at_nothing_is_known(standards: Layers, name: str) -> None:
    judged = answer(card(standards, ""), name)
    assert judged.met is None
    assert judged.why.startswith("It has no ")


def test_every_quality_has_checks_and_no_name_twice() -> None:
    assert {check.quality for check in CHECKS} == set(Quality)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_what_is_not_known_counts_as_not_met(standards: Layers) -> None:
    found = card(standards, "", left=("slo-met", "slo-measured"))
    told = found.tally(Quality.TRUSTWORTHY)
    assert told == Tally(met=2, unmet=2, unknown=2)
    assert told.total == len(found.of(Quality.TRUSTWORTHY))
    assert told.share == 2 / 6


def test_several_products_are_added_up_check_by_check(standards: Layers) -> None:
    tagged, bare = card(standards, STATED["keyword-given"][0]), card(standards, "")
    check = next(check for check in CHECKS if check.name == "keyword-given")
    assert governance.over([tagged, bare, bare], check) == Tally(met=1, unmet=2, unknown=0)
    assert Tally.of([]).share == 0


def test_a_product_that_is_not_published_has_no_card(standards: Layers) -> None:
    view = Store().view()
    board = governance.board(view, standards)
    assert governance.scorecards(view, board, [PRODUCT]) == {}


def test_the_page_tells_every_check_of_every_quality() -> None:
    page = usability_page.page()
    for check in CHECKS:
        assert f"| `{check.name}` | {check.asks} | " in page
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == [
        quality.value.capitalize() for quality in Quality
    ]


def many(count: int) -> Store:
    """A mesh of products that each read from the one before, and have all that is asked for."""
    made = Store()
    good = "".join(stated for stated, _ in STATED.values())
    for number in range(count):
        subject = f"{BASE}products/p{number}"
        before = f"{BASE}products/p{number - 1}/port"
        text = HEAD + good + f"<{PRODUCT}> dprod:inputPort :r . :r pm:readsFrom <{before}> ."
        told = text.replace(f"{PRODUCT}>", f"{subject}>").replace(f"{PRODUCT}/", f"{subject}/")
        made.replace({Iri(subject): parse(told, "turtle")})
    return made


def seconds(standards: Layers, count: int) -> float:
    view = many(count).view()
    board = governance.board(view, standards)
    began = time.perf_counter()
    found = governance.scorecards(view, board, board.products)
    assert len(found) >= count
    return time.perf_counter() - began


def test_the_cost_of_scorecards_grows_no_faster_than_the_mesh(standards: Layers) -> None:
    few = min(seconds(standards, 200) for _ in range(3))
    many_more = min(seconds(standards, 800) for _ in range(3))
    assert many_more < 4 * 2.5 * few
