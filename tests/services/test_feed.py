"""The feed of changes: what is told of what was published, to whom, and from where on."""

from datetime import UTC, datetime

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Triple
from catalog_service.errors import InvalidRequest
from catalog_service.graph import Store
from catalog_service.journal import Draft, Journal
from catalog_service.services import feed
from catalog_service.services.feed import Wanted
from catalog_service.terms import DPROD, RDF, SKOS, Iri

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
ABOVE, BELOW, OTHER = (Iri(f"https://mesh.example/domains/{name}") for name in "abc")


def iri(name: str) -> Iri:
    return Iri(f"https://mesh.example/products/{name}")


def draft(name: str, kind: Kind = Kind.PRODUCT, *, conforms: bool = True) -> Draft:
    subject = iri(name)
    wrong = Finding("owner-named", Severity.VIOLATION, "there is no owner", product=subject)
    verdict = Verdict(subject, () if conforms else (wrong,))
    return Draft(subject, kind, "1.0.0", "", f"sha256:{name}", "a team", verdict, (), "odcs")


@pytest.fixture
def journal() -> Journal:
    journal = Journal(None)
    for name in ("one", "two", "one", "three"):
        journal.append([draft(name)], now=NOW)
    journal.append([draft("rules", Kind.DECISION, conforms=False)], now=NOW)
    return journal


@pytest.fixture
def store() -> Store:
    store = Store()
    homes = {"one": BELOW, "two": OTHER, "three": ABOVE, "rules": None}
    graphs = {
        iri(name): [
            Triple(iri(name), RDF.type, DPROD.DataProduct),
            *([Triple(iri(name), DPROD.domain, home)] if home else []),
        ]
        for name, home in homes.items()
    }
    graphs[iri("rules")].append(Triple(BELOW, SKOS.broader, ABOVE))
    store.replace(graphs)
    return store


def told(journal: Journal, store: Store, wanted: Wanted | None = None, **where: int) -> feed.Page:
    asked = {"after": 0, "until": journal.revision(), "first": 100} | where
    return feed.page(store.view(), journal.feed, wanted or Wanted(), **asked)


def test_a_change_is_told_with_what_was_there_before(journal: Journal, store: Store) -> None:
    page = told(journal, store)
    assert [(head.revision, head.subject, head.previous) for head in page.heads] == [
        (1, iri("one"), None),
        (2, iri("two"), None),
        (3, iri("one"), 1),
        (4, iri("three"), None),
        (5, iri("rules"), None),
    ]
    last = page.heads[-1]
    assert (last.kind, last.conforms, last.time, last.source) == (Kind.DECISION, False, NOW, "odcs")
    assert page.heads[0].conforms
    assert (page.reached, page.more) == (5, False)


def test_pages_join_without_gap_or_overlap(journal: Journal, store: Store) -> None:
    place, seen, more = 0, [], True
    while more:
        page = told(journal, store, after=place, first=2)
        seen += [head.revision for head in page.heads]
        place, more = page.reached, page.more
    assert seen == [1, 2, 3, 4, 5]
    assert place == 5


def test_nothing_is_told_that_not_every_question_sees_yet(journal: Journal, store: Store) -> None:
    page = told(journal, store, until=3)
    assert [head.revision for head in page.heads] == [1, 2, 3]
    assert (page.reached, page.more) == (3, False)


def test_a_page_of_nothing_stays_where_it_is(journal: Journal, store: Store) -> None:
    page = told(journal, store, after=2, first=0)
    assert (page.heads, page.reached, page.more) == ((), 2, True)
    page = told(journal, store, after=5)
    assert (page.heads, page.reached, page.more) == ((), 5, False)


@pytest.mark.parametrize(
    ("wanted", "revisions"),
    [
        (Wanted(subjects=(iri("one"), iri("three"))), [1, 3, 4]),
        (Wanted(kinds=(Kind.DECISION,)), [5]),
        (Wanted(domains=(ABOVE,)), [1, 3, 4]),
        (Wanted(domains=(BELOW, OTHER)), [1, 2, 3]),
        (Wanted(domains=(ABOVE,), subjects=(iri("two"),)), []),
        (Wanted(domains=(iri("nowhere"),)), []),
    ],
)
def test_changes_are_narrowed(
    journal: Journal, store: Store, wanted: Wanted, revisions: list[int]
) -> None:
    page = told(journal, store, wanted)
    assert [head.revision for head in page.heads] == revisions
    assert page.reached == 5  # what is not wanted has been looked at too


def test_what_is_hidden_is_neither_told_nor_counted(journal: Journal, store: Store) -> None:
    view = store.view((iri("two"), iri("three")))
    page = feed.page(view, journal.feed, Wanted(), after=0, until=5, first=100)
    assert [head.subject for head in page.heads] == [iri("two"), iri("three")]
    assert (page.reached, page.more) == (5, False)


@pytest.mark.parametrize(("cursor", "place"), [("0", 0), ("3", 3), (" 5 ", 5), ("007", 7)])
def test_a_cursor_is_the_number_of_a_revision(cursor: str, place: int) -> None:
    assert feed.place(cursor, latest=7) == place


@pytest.mark.parametrize("cursor", ["", "soon", "-1", "1.0", "٣", "1e3", "9" * 30])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="no cursor"):
        feed.place(cursor, latest=7)


def test_a_cursor_of_another_catalog_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="ahead of this catalog, which is at 7"):
        feed.place("8", latest=7)
