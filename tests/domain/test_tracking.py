"""Findings over time: what a check opens, waives, closes and leaves as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog_service.domain.findings import NOTICES, Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.tracking import (
    GATE_NOTICES,
    Check,
    Place,
    State,
    Tracked,
    followed,
    stood,
)
from catalog_service.terms import PM, Iri

ORDERS = Iri("https://mesh.example/products/orders")
WAIVER = Iri("https://mesh.example/waivers/1")
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
DESCRIBED = Finding("described", Severity.VIOLATION, "Say more.", focus=ORDERS)
STALE = Finding("slo-met", Severity.VIOLATION, "It is late.", focus=ORDERS)


def check(*found: Finding, hours: int = 0, revision: int = 1, **more: object) -> Check:
    left = more.pop("left", ())
    fields = {"stage": "publish", "read": True} | more
    return Check(
        Verdict(ORDERS, found, left),  # type: ignore[arg-type]
        revision,
        time=NOON + timedelta(hours=hours),
        **fields,  # type: ignore[arg-type]
    )


def after(*checks: Check) -> tuple[Tracked, ...]:
    findings: tuple[Tracked, ...] = ()
    for each in checks:
        findings = followed(findings, each)
    return findings


def test_what_a_check_yields_first_is_open_from_then_on() -> None:
    (tracked,) = after(check(DESCRIBED, revision=7))
    assert (tracked.state, tracked.opened, tracked.opened_revision) == (State.OPEN, NOON, 7)
    assert tracked.blocks


def test_what_is_yielded_again_is_the_same_finding_seen_later() -> None:
    (tracked,) = after(check(DESCRIBED), check(DESCRIBED, hours=1, revision=2))
    assert (tracked.opened_revision, tracked.last_revision) == (1, 2)
    assert (tracked.changed, tracked.last_seen) == (NOON, NOON + timedelta(hours=1))
    assert tracked.reopened == 0


def test_what_is_no_longer_yielded_is_closed_by_that_revision() -> None:
    (tracked,) = after(check(DESCRIBED), check(hours=1, revision=2))
    assert (tracked.state, tracked.closed_revision) == (State.CLOSED, 2)
    assert tracked.closed == tracked.changed == NOON + timedelta(hours=1)
    assert not tracked.blocks


def test_what_was_closed_stays_as_it_was_closed() -> None:
    (tracked,) = after(check(DESCRIBED), check(hours=1), check(hours=2, revision=3))
    assert (tracked.closed, tracked.closed_revision) == (NOON + timedelta(hours=1), 1)


def test_what_comes_back_is_reopened_under_the_same_fingerprint() -> None:
    (tracked,) = after(check(DESCRIBED), check(hours=1), check(DESCRIBED, hours=2))
    assert (tracked.state, tracked.reopened, tracked.closed) == (State.OPEN, 1, None)
    assert tracked.opened == NOON
    assert tracked.changed == NOON + timedelta(hours=2)


def test_a_check_closes_nothing_that_it_could_not_decide() -> None:
    (tracked,) = after(check(STALE, stage="runtime"), check(hours=1, left=("slo-met",)))
    assert tracked.state is State.OPEN
    assert tracked.last_seen == NOON


@pytest.mark.parametrize(
    ("standard", "state"),
    [
        ("unknown-reference", State.OPEN),
        ("unread-key", State.OPEN),
        ("governed-subject", State.CLOSED),
        ("described", State.CLOSED),
        ("https://mesh.example/domains/users/standards#own", State.CLOSED),
    ],
)
def test_a_sweep_leaves_what_only_a_reader_notices(standard: str, state: State) -> None:
    found = Finding(standard, Severity.WARNING, "Look.", focus=ORDERS)
    (tracked,) = after(check(found), check(hours=1, stage="runtime", read=False))
    assert tracked.state is state


def test_what_any_check_notices_is_among_the_notices() -> None:
    assert NOTICES.keys() > GATE_NOTICES


def test_a_waiver_waives_and_its_end_opens_again() -> None:
    waived = replace(DESCRIBED, waiver=WAIVER)
    first, second = check(DESCRIBED), check(waived, hours=1)
    (tracked,) = after(first, second)
    assert (tracked.state, tracked.changed) == (State.WAIVED, NOON + timedelta(hours=1))
    assert not tracked.blocks
    (tracked,) = after(first, second, check(DESCRIBED, hours=2))
    assert (tracked.state, tracked.reopened) == (State.OPEN, 0)


def test_another_waiver_is_a_change() -> None:
    second = replace(DESCRIBED, waiver=Iri(f"{WAIVER}0"))
    (tracked,) = after(check(replace(DESCRIBED, waiver=WAIVER)), check(second, hours=1))
    assert tracked.changed == NOON + timedelta(hours=1)


def test_what_is_being_recovered_stays_so_until_it_is_closed() -> None:
    (tracked,) = after(check(DESCRIBED))
    taken_up = replace(tracked, state=State.RECOVERING)
    (again,) = followed([taken_up], check(DESCRIBED, hours=1))
    assert (again.state, again.blocks) == (State.RECOVERING, True)
    (closed,) = followed([again], check(hours=2))
    assert closed.state is State.CLOSED


def test_one_fingerprint_twice_is_one_finding_of_the_graver_weight() -> None:
    light = replace(DESCRIBED, severity=Severity.INFO)
    (tracked,) = after(check(light, DESCRIBED))
    assert tracked.finding.severity is Severity.VIOLATION


def test_all_findings_of_a_subject_go_where_it_goes() -> None:
    place = Place(Kind.PRODUCT, Iri("https://mesh.example/domains/users"))
    tracked = after(check(DESCRIBED, STALE), check(STALE, hours=1, place=place))
    assert {each.place for each in tracked} == {place}
    assert {each.place for each in followed(tracked, check(hours=2))} == {place}


def test_a_subject_stands_as_all_that_stands_says() -> None:
    waived = replace(DESCRIBED, waiver=WAIVER)
    first = check(STALE, waived, stage="runtime", read=False)
    second = check(waived, hours=1, left=("slo-met",))
    found = stood(second, after(first, second), Place())
    assert (found.violations, found.waived, found.conforms) == (1, 1, False)
    assert found.not_evaluated == ("slo-met",)


def test_every_state_is_a_concept_of_the_ontology() -> None:
    assert [state.iri for state in State] == [PM.Open, PM.Waived, PM.Recovering, PM.Closed]
