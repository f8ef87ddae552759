"""Findings over time as callers are told of them: only of what they may see."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tracking import Check, Place, State, Tracked, report_iri
from catalog_service.graph import Store, View
from catalog_service.journal import Journal, Ledger
from catalog_service.services import findings
from catalog_service.services.findings import Filter, key
from catalog_service.terms import DCT, PM, RDF, SKOS, Iri

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
BASE = "https://mesh.example/"
MEDIA, USERS = Iri(f"{BASE}domains/media"), Iri(f"{BASE}domains/users")
DECISION = Iri(f"{BASE}decisions/mesh")
PRODUCTS = [Iri(f"{BASE}products/{name}") for name in ("albums", "plays", "profiles", "tracks")]
ALBUMS, PLAYS, PROFILES, TRACKS = PRODUCTS
WHERE = {ALBUMS: MEDIA, PLAYS: MEDIA, PROFILES: USERS, TRACKS: MEDIA}


def found(subject: Iri, standard: str, severity: Severity) -> Finding:
    return Finding(standard, severity, "Mend it.", focus=subject, product=subject)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    journal = Journal(None)
    for subject in PRODUCTS:
        verdict = Verdict(
            subject,
            (
                found(subject, "described", Severity.VIOLATION),
                found(subject, "owner-in-team", Severity.WARNING),
            ),
        )
        place = Place(Kind.PRODUCT, WHERE[subject])
        journal.ledger.record([Check(verdict, 1, "publish", NOON, place=place, read=True)])
    journal.ledger.record([Check(Verdict(TRACKS), 1, "publish", NOON, read=True)])
    yield journal.ledger
    journal.close()


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    graphs = {name: (Triple(name, DCT.title, name),) for name in PRODUCTS}
    graphs |= {report_iri(name): (Triple(name, DCT.title, name),) for name in PRODUCTS}
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


@pytest.fixture
def narrow(store: Store) -> View:
    """The view of somebody who sees two products, and the report on one of them only."""
    return store.view([PLAYS, report_iri(PLAYS), ALBUMS, DECISION])


def subjects(page: findings.Page) -> set[Iri]:
    return {tracked.subject for tracked in page.findings}


def test_everything_is_told_to_who_sees_everything(view: View, ledger: Ledger) -> None:
    page = findings.page(view, ledger, Filter())
    assert (len(page.findings), page.more) == (8, False)


def test_nobody_is_told_of_what_they_do_not_see(narrow: View, ledger: Ledger) -> None:
    assert subjects(findings.page(narrow, ledger, Filter())) == {PLAYS}
    counted = findings.counts(narrow, ledger, Filter(), "standard", "state")
    assert counted == {("described", "open"): 1, ("owner-in-team", "open"): 1}
    fingerprint = found(PROFILES, "described", Severity.VIOLATION).fingerprint
    assert findings.find(narrow, ledger, PROFILES, fingerprint) is None
    assert findings.standings(narrow, ledger, PRODUCTS).keys() == {PLAYS}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_pages_come_to_everything_that_is_seen(
    view: View, narrow: View, ledger: Ledger, size: int
) -> None:
    for seen in (view, narrow):
        paged: tuple[Tracked, ...] = ()
        more = True
        while more:
            after = key(paged[-1]) if paged else None
            page = findings.page(seen, ledger, Filter(), after=after, first=size)
            paged, more = (*paged, *page.findings), page.more
        assert paged == findings.page(seen, ledger, Filter()).findings


def test_an_empty_page_still_says_whether_there_is_more(view: View, ledger: Ledger) -> None:
    assert findings.page(view, ledger, Filter(), first=0) == findings.Page((), more=True)
    nothing = Filter(subjects=(DECISION,))
    assert findings.page(view, ledger, nothing, first=0) == findings.Page((), more=False)


def test_a_domain_stands_for_those_below_it(view: View, ledger: Ledger) -> None:
    assert subjects(findings.page(view, ledger, Filter(domains=(MEDIA,)))) == set(PRODUCTS)
    assert subjects(findings.page(view, ledger, Filter(domains=(USERS,)))) == {PROFILES}
    nowhere = Filter(domains=(Iri(f"{BASE}domains/none"),))
    assert findings.page(view, ledger, nowhere).findings == ()


def test_counts_are_those_of_the_page(view: View, ledger: Ledger) -> None:
    wanted = Filter(domains=(MEDIA,), severities=(Severity.VIOLATION,))
    by_domain = findings.counts(view, ledger, wanted, "domain", "state")
    assert by_domain == {(MEDIA, "open"): 2, (MEDIA, "closed"): 1, (USERS, "open"): 1}
    assert by_domain.total() == len(findings.page(view, ledger, wanted).findings)
    assert findings.counts(view, ledger, wanted) == {(): 4}


def test_one_finding_is_told_with_every_change_of_its_state(view: View, ledger: Ledger) -> None:
    fingerprint = found(TRACKS, "described", Severity.VIOLATION).fingerprint
    tracked = findings.find(view, ledger, TRACKS, fingerprint)
    assert tracked is not None
    assert [turn.state for turn in findings.turns(view, ledger, tracked)] == [
        State.OPEN,
        State.CLOSED,
    ]


def test_the_turns_of_what_may_not_be_seen_are_not_told(narrow: View, ledger: Ledger) -> None:
    (tracked, *_) = ledger.of(TRACKS)
    assert findings.turns(narrow, ledger, tracked) == ()
