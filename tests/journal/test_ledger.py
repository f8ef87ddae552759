"""The ledger: findings and standings are kept, filled from older journals, and come in pages."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.domain.tracking import Check, Place, Recovery, State, Tracked
from catalog_service.errors import InvalidRequest
from catalog_service.graph import canonical
from catalog_service.graph.formats import content_hash
from catalog_service.journal import Draft, Journal
from catalog_service.journal.wanted import Filter, Key, key
from catalog_service.terms import DCT, DPROD, PROV, Iri

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
USERS = Iri("https://mesh.example/domains/users")
ANA = Iri("https://mesh.example/people/ana")
ORDERS = Iri("https://mesh.example/products/orders")
PLAYS = Iri("https://mesh.example/products/plays")
WAIVER = Iri("https://mesh.example/waivers/1")


def found(subject: Iri, standard: str = "described", weight: str = "violation") -> Finding:
    return Finding(standard, Severity(weight), "Say more.", focus=subject, product=subject)


def draft(subject: Iri, *findings: Finding, title: str = "It") -> Draft:
    nquads = canonical(
        [
            Triple(subject, DCT.title, Literal(title)),
            Triple(subject, DPROD.domain, USERS),
            Triple(subject, DPROD.dataProductOwner, ANA),
        ],
        subject,
    )
    verdict = Verdict(subject, findings, ("slo-met",))
    return Draft(
        subject, Kind.PRODUCT, "1.0.0", nquads, content_hash(nquads), "ana", verdict, ()
    )  # fmt: skip


def check(subject: Iri, *findings: Finding, hours: int = 0, revision: int = 1) -> Check:
    time = NOON + timedelta(hours=hours)
    return Check(Verdict(subject, findings), revision, "runtime", time)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def states(journal: Journal, subject: Iri = ORDERS) -> list[State]:
    return [tracked.state for tracked in journal.ledger.of(subject)]


def test_what_is_appended_is_followed_at_once(journal: Journal) -> None:
    journal.append([draft(ORDERS, found(ORDERS))], now=NOON)
    (tracked,) = journal.ledger.of(ORDERS)
    assert (tracked.state, tracked.opened, tracked.opened_revision) == (State.OPEN, NOON, 1)
    assert tracked.finding == found(ORDERS)
    assert tracked.place == Place(Kind.PRODUCT, USERS, ANA)


def test_an_append_that_fails_leaves_no_finding(journal: Journal) -> None:
    broken = draft(PLAYS)
    object.__setattr__(broken, "publisher", object())
    with pytest.raises(Exception, match="JSON serializable"):
        journal.append([draft(ORDERS, found(ORDERS)), broken])
    assert journal.ledger.page() == ()


def test_a_subject_twice_in_one_batch_is_followed_in_order(journal: Journal) -> None:
    journal.append([draft(ORDERS, found(ORDERS)), draft(ORDERS, title="That")], now=NOON)
    (tracked,) = journal.ledger.of(ORDERS)
    assert (tracked.opened_revision, tracked.closed_revision) == (1, 2)


def test_a_decision_belongs_to_those_who_took_it(journal: Journal) -> None:
    decision = draft(ORDERS, found(ORDERS))
    nquads = canonical([Triple(ORDERS, PROV.wasAttributedTo, ANA)], ORDERS)
    journal.append([replace(decision, kind=Kind.DECISION, nquads=nquads)])
    (tracked,) = journal.ledger.of(ORDERS)
    assert tracked.place == Place(Kind.DECISION, None, ANA)


def test_recording_tells_which_subjects_have_changed(journal: Journal) -> None:
    ledger = journal.ledger
    assert ledger.record([check(ORDERS, found(ORDERS)), check(PLAYS)]) == (ORDERS, PLAYS)
    assert ledger.record([check(ORDERS, found(ORDERS), hours=1), check(PLAYS, hours=1)]) == ()
    worded = replace(found(ORDERS), message="Say much more.")
    assert ledger.record([check(ORDERS, worded, hours=2), check(PLAYS, hours=2)]) == (ORDERS,)


def test_a_check_that_finds_the_same_only_moves_the_end(journal: Journal) -> None:
    journal.ledger.record([check(ORDERS, found(ORDERS))])
    journal.ledger.record([check(ORDERS, found(ORDERS), hours=5)])
    (stood,) = journal.ledger.conformance([ORDERS])
    assert (stood.since, stood.until, stood.ended) == (NOON, NOON + timedelta(hours=5), None)
    assert not stood.conforms


def test_a_check_of_what_is_no_longer_current_changes_nothing(journal: Journal) -> None:
    journal.ledger.record([check(ORDERS, revision=3)])
    assert journal.ledger.record([check(ORDERS, found(ORDERS), hours=1, revision=2)]) == ()
    assert journal.ledger.of(ORDERS) == ()


def test_how_a_subject_stood_is_kept_over_time(journal: Journal) -> None:
    journal.ledger.record([check(ORDERS, found(ORDERS))])
    journal.ledger.record([check(ORDERS, hours=24)])
    told = journal.ledger.conformance([ORDERS])
    assert [(s.conforms, s.since) for s in told] == [
        (False, NOON),
        (True, NOON + timedelta(hours=24)),
    ]
    assert told[0].ended == told[1].since
    assert journal.ledger.conformance(since=NOON + timedelta(hours=30)) == told[1:]
    assert journal.ledger.conformance(until=NOON + timedelta(hours=3)) == told[:1]


def test_every_change_of_state_is_kept(journal: Journal) -> None:
    waived = replace(found(ORDERS), waiver=WAIVER)
    journal.ledger.record([check(ORDERS, found(ORDERS))])
    journal.ledger.record([check(ORDERS, waived, hours=1)])
    journal.ledger.record([check(ORDERS, waived, hours=2)])
    journal.ledger.record([check(ORDERS, hours=3, revision=2)])
    turns = journal.ledger.turns(ORDERS, found(ORDERS).fingerprint)
    assert [(turn.state, turn.revision, turn.by) for turn in turns] == [
        (State.OPEN, 1, None),
        (State.WAIVED, 1, WAIVER),
        (State.CLOSED, 2, None),
    ]


def recovery(*findings: Finding) -> Recovery:
    name = Iri(f"{ORDERS}/recoveries/1")
    prints = tuple(finding.fingerprint for finding in findings)
    return Recovery(name, ORDERS, "harvest again", prints, NOON + timedelta(hours=1))


def test_a_recovery_takes_up_what_is_open_and_ends_with_it(journal: Journal) -> None:
    taken, left = found(ORDERS), found(ORDERS, "owner-named")
    journal.ledger.record([check(ORDERS, taken, left)])
    journal.ledger.recover(recovery(taken))
    assert states(journal) == [State.RECOVERING, State.OPEN]
    journal.ledger.record([check(ORDERS, left, hours=2)])
    journal.ledger.recovered(recovery().iri, ended=NOON + timedelta(hours=3), outcome="done")
    closed, still = journal.ledger.of(ORDERS)
    assert (closed.state, closed.recovery) == (State.CLOSED, recovery().iri)
    assert (still.state, still.recovery) == (State.OPEN, None)
    (told,) = journal.ledger.recoveries([ORDERS])[ORDERS]
    assert (told.ended, told.outcome) == (NOON + timedelta(hours=3), "done")


def test_a_recovery_in_vain_leaves_its_findings_open(journal: Journal) -> None:
    journal.ledger.record([check(ORDERS, found(ORDERS))])
    journal.ledger.recover(recovery(found(ORDERS)))
    journal.ledger.recovered(recovery().iri, ended=NOON + timedelta(hours=3), outcome="in vain")
    (tracked,) = journal.ledger.of(ORDERS)
    assert (tracked.state, tracked.recovery) == (State.OPEN, recovery().iri)
    turns = journal.ledger.turns(ORDERS, tracked.fingerprint)
    assert [turn.state for turn in turns] == [State.OPEN, State.RECOVERING, State.OPEN]


@pytest.fixture
def filled(journal: Journal) -> Journal:
    journal.append(
        [
            draft(ORDERS, found(ORDERS), found(ORDERS, "dark-keys", "info")),
            draft(PLAYS, found(PLAYS), found(PLAYS, "owner-in-team", "warning")),
        ],
        now=NOON,
    )
    late = check(PLAYS, found(PLAYS, "owner-in-team", "warning"), hours=9, revision=2)
    journal.ledger.record([late])
    return journal


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), 4),
        (Filter(subjects=(PLAYS,)), 2),
        (Filter(states=(State.CLOSED,)), 1),
        (Filter(states=(State.OPEN, State.WAIVED)), 3),
        (Filter(severities=(Severity.WARNING, Severity.INFO)), 2),
        (Filter(standards=("described",)), 2),
        (Filter(domains=(USERS,)), 4),
        (Filter(domains=(ANA,)), 0),
        (Filter(owners=(ANA,), standards=("dark-keys",)), 1),
        (Filter(since=NOON + timedelta(hours=1)), 1),
    ],
)
def test_findings_are_chosen_by_what_they_are(filled: Journal, wanted: Filter, count: int) -> None:
    assert len(filled.ledger.page(wanted)) == count
    assert sum(filled.ledger.counts(wanted, "state").values()) == count


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_pages_come_to_everything_once_the_gravest_first(filled: Journal, size: int) -> None:
    everything = filled.ledger.page()
    weights = [tracked.finding.severity.weight for tracked in everything]
    assert weights == sorted(weights, reverse=True)
    paged: tuple[Tracked, ...] = ()
    while page := filled.ledger.page(after=key(paged[-1]) if paged else None, limit=size):
        assert len(page) <= size
        paged = (*paged, *page)
    assert paged == everything


def test_a_key_comes_back_as_the_cursor_it_went_out_as(filled: Journal) -> None:
    for tracked in filled.ledger.page():
        assert Key.read(key(tracked).cursor) == key(tracked)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ÿ",
        "W10",
        "eyJhIjoxfQ",
        "WzEsMiwzLDRd",
        "WzEsIlx1ZDgwMCIsIiIsIiJd",
        "[" * 9999,
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="no cursor"):
        Key.read(cursor)


def test_counts_go_by_several_columns_at_once(filled: Journal) -> None:
    assert filled.ledger.counts(Filter(), "state", "standard") == {
        ("open", "described"): 1,
        ("closed", "described"): 1,
        ("open", "dark-keys"): 1,
        ("open", "owner-in-team"): 1,
    }


def test_standings_hold_all_that_was_found(filled: Journal) -> None:
    told = filled.ledger.standings()
    assert set(told) == {ORDERS, PLAYS}
    assert told == filled.ledger.standings([PLAYS, ORDERS, ORDERS, USERS])
    assert [t.state for t in told[PLAYS].findings] == [State.CLOSED, State.OPEN]
    assert [f.standard for f in told[PLAYS].verdict.findings] == ["owner-in-team"]
    assert told[PLAYS].conformance.stage == "runtime"


def test_a_thousand_subjects_are_recorded_at_once(journal: Journal) -> None:
    subjects = [Iri(f"{PLAYS}{number}") for number in range(1200)]
    journal.ledger.record(check(each, found(each)) for each in subjects)
    assert len(journal.ledger.standings(subjects)) == 1200
    assert journal.ledger.record(check(each, hours=1) for each in subjects) == tuple(subjects)
    assert journal.ledger.counts(Filter(), "state") == {("closed",): 1200}


def older(home: Path, *, tables: bool) -> Path:
    """A journal as a release before this one would have left it, with three entries."""
    file = home / "journal.db"
    journal = Journal(file)
    journal.append([draft(ORDERS, found(ORDERS))], now=NOON)
    journal.append([draft(PLAYS, found(PLAYS))], now=NOON + timedelta(hours=1))
    journal.append([draft(ORDERS, title="That")], now=NOON + timedelta(hours=2))
    journal.close()
    raw = sqlite3.connect(file)
    for table in ("findings", "turns", "checks", "recoveries"):
        raw.execute(f"DELETE FROM {table}" if tables else f"DROP TABLE {table}")  # noqa: S608
    raw.execute("DELETE FROM settings WHERE name = 'followed'")
    raw.commit()
    raw.close()
    return file


@pytest.mark.parametrize("tables", [True, False])
@pytest.mark.parametrize("write", [True, False])
def test_an_older_journal_opens_and_its_verdicts_are_followed(
    tmp_path: Path, *, write: bool, tables: bool
) -> None:
    journal = Journal(older(tmp_path, tables=tables), write=write)
    (tracked,) = journal.ledger.of(ORDERS)
    assert (tracked.state, tracked.opened_revision, tracked.closed_revision) == (
        State.CLOSED, 1, 3,
    )  # fmt: skip
    assert tracked.closed == NOON + timedelta(hours=2)
    assert states(journal, PLAYS) == [State.OPEN]
    assert tracked.place.domain == USERS


def test_what_an_older_release_appended_since_is_followed_too(tmp_path: Path) -> None:
    file = older(tmp_path, tables=True)
    with sqlite3.connect(file) as raw:
        raw.execute("DELETE FROM entries WHERE revision = 3")
    Journal(file).close()
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE settings SET value = '1' WHERE name = 'followed'")
        raw.execute("DELETE FROM findings WHERE subject = ?", (PLAYS,))
        raw.execute("DELETE FROM checks WHERE subject = ?", (PLAYS,))
    journal = Journal(file)
    assert states(journal) == [State.OPEN]
    assert states(journal, PLAYS) == [State.OPEN]
    assert len(journal.ledger.turns(ORDERS, found(ORDERS).fingerprint)) == 1


def test_a_reader_sees_what_its_writer_records(journal: Journal, tmp_path: Path) -> None:
    journal.append([draft(ORDERS)])
    reader = Journal(tmp_path / "journal.db", write=False)
    assert reader.ledger.of(ORDERS) == ()
    journal.ledger.record([check(ORDERS, found(ORDERS))])
    assert len(reader.ledger.of(ORDERS)) == 1
