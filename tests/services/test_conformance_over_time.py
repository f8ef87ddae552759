"""Conformance over time: how a product stood, and how many did at the end of each day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tracking import Check, Place, report_iri
from catalog_service.graph import Store, View
from catalog_service.journal import Journal, Ledger
from catalog_service.services import conformance
from catalog_service.services.conformance import Day
from catalog_service.terms import DCT, PM, RDF, SKOS, Iri

BASE = "https://mesh.example/"
MEDIA, USERS = Iri(f"{BASE}domains/media"), Iri(f"{BASE}domains/users")
DECISION = Iri(f"{BASE}decisions/mesh")
PLAYS, PROFILES = Iri(f"{BASE}products/plays"), Iri(f"{BASE}products/profiles")
FIRST, LAST = date(2026, 2, 1), date(2026, 2, 5)


def check(
    subject: Iri, day: int, *severities: Severity, hour: int = 12, waiver: Iri | None = None
) -> Check:
    found = tuple(
        Finding(f"rule-{number}", severity, "Mend it.", focus=subject, waiver=waiver)
        for number, severity in enumerate(severities)
    )
    kind = Kind.DECISION if subject == DECISION else Kind.PRODUCT
    place = Place(kind, {PLAYS: MEDIA, PROFILES: USERS}.get(subject))
    time = datetime(2026, 2, day, hour, tzinfo=UTC)
    return Check(Verdict(subject, found), 1, "runtime", time, place=place)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Plays fails on the second day and is mended on the fourth; profiles comes on the third."""
    journal = Journal(None)
    journal.ledger.record(
        [
            check(DECISION, 1, Severity.VIOLATION),
            check(PLAYS, 1, Severity.WARNING),
            check(PLAYS, 2, Severity.VIOLATION, hour=0),
            check(PLAYS, 2, Severity.VIOLATION, hour=9),
            check(PROFILES, 3, Severity.VIOLATION, waiver=Iri(f"{BASE}waivers/1"), hour=23),
            check(PLAYS, 4, Severity.INFO, hour=5),
            check(PLAYS, 4, hour=23),
        ]
    )
    yield journal.ledger
    journal.close()


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    graphs = {name: (Triple(name, DCT.title, name),) for name in (PLAYS, PROFILES)}
    graphs |= {report_iri(name): triples for name, triples in graphs.items()}
    graphs[DECISION] = (
        Triple(MEDIA, RDF.type, PM.Domain),
        Triple(USERS, RDF.type, PM.Domain),
        Triple(USERS, SKOS.broader, MEDIA),
    )
    made.replace(graphs)
    return made


@pytest.fixture
def view(store: Store) -> View:
    return store.view()


def test_each_day_tells_how_products_stood_at_its_end(view: View, ledger: Ledger) -> None:
    assert conformance.days(view, ledger, FIRST, LAST) == (
        Day(date(2026, 2, 1), 1, 1, warnings=1),
        Day(date(2026, 2, 2), 1, 0, violations=1),
        Day(date(2026, 2, 3), 2, 1, violations=1, waived=1),
        Day(date(2026, 2, 4), 2, 2, waived=1),
        Day(date(2026, 2, 5), 2, 2, waived=1),
    )


@pytest.mark.parametrize("first", range(1, 6))
def test_a_part_of_the_time_tells_the_same(view: View, ledger: Ledger, first: int) -> None:
    everything = conformance.days(view, ledger, FIRST, LAST)
    for last in range(first, 6):
        begin, end = date(2026, 2, first), date(2026, 2, last)
        assert conformance.days(view, ledger, begin, end) == everything[first - 1 : last]


def test_before_anything_was_checked_there_is_nothing(view: View, ledger: Ledger) -> None:
    day = date(2026, 1, 31)
    assert conformance.days(view, ledger, day, day) == (Day(day),)
    assert conformance.days(view, ledger, LAST, FIRST) == ()


def test_a_domain_counts_what_lies_below_it(view: View, ledger: Ledger) -> None:
    told = conformance.days_by_domain(view, ledger, FIRST, LAST, [MEDIA, USERS])
    assert [day.products for day in told[MEDIA]] == [1, 1, 2, 2, 2]
    assert [day.products for day in told[USERS]] == [0, 0, 1, 1, 1]
    for domain in (MEDIA, USERS):
        assert conformance.days(view, ledger, FIRST, LAST, domain=domain) == told[domain]


def test_who_does_not_see_a_product_does_not_count_it(store: Store, ledger: Ledger) -> None:
    view = store.view([PLAYS, report_iri(PLAYS), PROFILES, DECISION])
    assert [day.products for day in conformance.days(view, ledger, FIRST, LAST)] == [1] * 5
    assert conformance.history(view, ledger, PROFILES) == ()
    assert len(conformance.history(view, ledger, PLAYS)) == 4


def test_the_history_of_a_product_is_told_in_spans(view: View, ledger: Ledger) -> None:
    spans = conformance.history(view, ledger, PLAYS)
    assert [span.conforms for span in spans] == [True, False, True, True]
    assert [span.ended for span in spans] == [*(span.since for span in spans[1:]), None]
    assert spans[1].until == datetime(2026, 2, 2, 9, tzinfo=UTC)
    since = datetime(2026, 2, 3, tzinfo=UTC)
    assert conformance.history(view, ledger, PLAYS, since=since) == spans[1:]
    assert conformance.history(view, ledger, PLAYS, until=since) == spans[:2]


def test_the_histories_of_several_are_those_of_each(
    view: View, store: Store, ledger: Ledger
) -> None:
    told = conformance.histories(view, ledger, [PLAYS, PROFILES, PLAYS, MEDIA])
    assert told == {each: conformance.history(view, ledger, each) for each in (PLAYS, PROFILES)}
    narrow = store.view([PLAYS, report_iri(PLAYS)])
    assert set(conformance.histories(narrow, ledger, [PLAYS, PROFILES])) == {PLAYS}


def test_times_of_other_zones_are_told_in_utc(view: View) -> None:
    journal = Journal(None)
    east = timezone(timedelta(hours=9))
    early = check(PLAYS, 2)
    at = datetime(2026, 2, 2, 3, tzinfo=east)  # still the first of February in UTC
    journal.ledger.record([Check(early.verdict, 1, "runtime", at, place=early.place)])
    told = conformance.days(view, journal.ledger, FIRST, date(2026, 2, 2))
    assert [day.products for day in told] == [1, 1]
    journal.close()
