"""Findings over time on the write path: followed, shown, and the same after a restart."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_publisher import BASE, GOVERNANCE, iri, product, submission
from test_waivers_published import FEDERATION, KEYWORDS, SHAPE, few, waiving

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Fate, Outcome, Submission
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.domain.tracking import Check, Recovery, State
from catalog_service.publishing.following import follow, show
from catalog_service.search import Question
from catalog_service.services.findings import stated
from catalog_service.settings import Settings
from catalog_service.terms import PM, SH, XSD, Iri

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
AFTER = datetime(2026, 4, 1, tzinfo=UTC)
ORDERS = iri("orders")
STATES = """
PREFIX pm: <https://w3id.org/polyseme/ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?subject ?standard ?state ?opened ?closed ?first ?last ?waiver ?recovery WHERE {
  ?finding a pm:Finding ; dct:subject ?subject ; sh:sourceShape ?standard ; pm:findingState ?state ;
    prov:generatedAtTime ?opened ; pm:firstRevision ?first ; pm:lastRevision ?last .
  OPTIONAL { ?finding prov:invalidatedAtTime ?closed }
  OPTIONAL { ?waiver pm:covers ?finding }
  OPTIONAL { ?recovery a pm:Recovery ; prov:used ?finding }
}
ORDER BY ?standard
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def catalog(home: Path) -> Iterator[Catalog]:
    with opened(home) as made:
        publish(made, submission(GOVERNANCE + FEDERATION))
        yield made


def opened(home: Path) -> Catalog:
    return few(build(Settings(home=home, base_iri=BASE)))


def publish(catalog: Catalog, *submissions: Submission, now: datetime = NOON) -> list[Outcome]:
    return list(catalog.publisher.publish(submissions, publisher="ana", now=now))


def orders(*, owner: bool = True, version: str = "1.0.0", more: str = "") -> Submission:
    stated = product("orders", owner=owner, version=version, more=more)
    return submission(stated, "orders")


def found(catalog: Catalog) -> list[tuple[str, Iri]]:
    rows = catalog.view().select(STATES, subject=ORDERS)
    return [(row.text("standard").rpartition("#")[2], row.iri("state")) for row in rows]


def facet(catalog: Catalog, said: str) -> int:
    return catalog.index.find(Question(conformance=(said,), kinds=("product",))).total


def contents(catalog: Catalog) -> set[bytes]:
    return {line for part in catalog.projection.contents() for line in part.splitlines()}


def waived(catalog: Catalog) -> None:
    publish(catalog, waiving(), orders(owner=False))


def warned(revision: int = 2, *, hours: int = 1) -> Check:
    late = Finding("slo-met", Severity.WARNING, "It is late.", focus=ORDERS, product=ORDERS)
    time = NOON + timedelta(hours=hours)
    return Check(Verdict(ORDERS, (late,)), revision, "runtime", time)


def test_a_finding_shows_with_its_state_its_times_and_its_waiver(catalog: Catalog) -> None:
    waived(catalog)
    (row,) = catalog.view().select(STATES, subject=ORDERS)
    assert row["state"] == PM.Waived
    assert row["waiver"] == f"{BASE}waivers/w"
    assert row["opened"] == Literal("2026-02-01T12:00:00Z", XSD.dateTime)
    assert row["first"] == row["last"] == Literal("3", XSD.integer)
    assert "closed" not in row


def test_a_waiver_that_has_ended_is_noticed_where_nothing_else_has_changed(
    catalog: Catalog,
) -> None:
    waived(catalog)
    assert (facet(catalog, "waived"), facet(catalog, "violates")) == (1, 0)
    (outcome,) = publish(catalog, orders(owner=False), now=AFTER)
    assert (outcome.fate, outcome.revision) == (Fate.QUARANTINED, 3)
    assert found(catalog) == [("owner-named", PM.Open)]
    assert (facet(catalog, "waived"), facet(catalog, "violates")) == (0, 1)
    (first, second) = catalog.journal.ledger.conformance([ORDERS])
    assert (first.conforms, second.conforms, second.revision) == (True, False, 3)


def test_what_is_refused_for_new_content_leaves_what_is_published_as_it_stands(
    catalog: Catalog,
) -> None:
    publish(catalog, orders())
    (outcome,) = publish(catalog, orders(owner=False), now=AFTER)
    assert outcome.fate is Fate.QUARANTINED
    assert found(catalog) == []
    assert len(catalog.journal.ledger.conformance([ORDERS])) == 1


def test_what_is_mended_is_closed_and_the_report_no_longer_links_to_it(catalog: Catalog) -> None:
    waived(catalog)
    publish(catalog, orders(version="1.0.1"), now=AFTER)
    (row,) = catalog.view().select(STATES, subject=ORDERS)
    assert (row["state"], row["first"], row["last"]) == (
        PM.Closed, Literal("3", XSD.integer), Literal("3", XSD.integer),
    )  # fmt: skip
    assert row["closed"] == Literal("2026-04-01T00:00:00Z", XSD.dateTime)
    assert "waiver" not in row
    report = catalog.view().graph(Iri(f"{ORDERS}/conformance"))
    assert not any(triple.predicate == SH.result for triple in report)


def test_what_comes_back_is_reopened(catalog: Catalog) -> None:
    waived(catalog)
    publish(catalog, orders(version="1.0.1"))
    publish(catalog, orders(owner=False, version="1.0.2"))
    tracked = catalog.journal.ledger.of(ORDERS)[0]
    assert (tracked.state, tracked.reopened, tracked.last_revision) == (State.WAIVED, 1, 5)
    name = tracked.iri
    assert Triple(name, PM.reopened, Literal("1", XSD.integer)) in catalog.view().graph(
        Iri(f"{ORDERS}/conformance")
    )


def test_a_domains_own_standards_are_followed_as_well(home: Path) -> None:
    folder = home.parent / "standards" / "keywords"
    folder.mkdir(parents=True)
    warning = SHAPE.replace("sh:Violation", "sh:Warning")
    (folder / "shape.ttl").write_text(warning, encoding="utf-8")
    with few(build(Settings(home=home, base_iri=BASE, standards=(folder.parent,)))) as catalog:
        publish(catalog, submission(GOVERNANCE + FEDERATION), orders())
        (row,) = catalog.view().select(STATES, subject=ORDERS)
        assert (row["standard"], row["state"]) == (KEYWORDS, PM.Open)
        publish(catalog, orders(more=f'<{ORDERS}> dcat:keyword "sale" .'), now=AFTER)
        assert found(catalog) == [(KEYWORDS, PM.Closed)]


def test_what_a_sweep_finds_is_shown_and_searched_for(catalog: Catalog) -> None:
    publish(catalog, orders())
    assert facet(catalog, "conforms") == 1
    assert follow(catalog.journal, catalog.projection, [warned()]) == (ORDERS,)
    assert found(catalog) == [("slo-met", PM.Open)]
    assert (facet(catalog, "conforms"), facet(catalog, "warnings")) == (0, 1)
    assert follow(catalog.journal, catalog.projection, [warned(hours=2)]) == ()


def test_a_publication_leaves_open_what_only_a_sweep_can_decide(catalog: Catalog) -> None:
    publish(catalog, orders())
    follow(catalog.journal, catalog.projection, [warned()])
    verdict = Verdict(ORDERS, (), ("slo-met",))
    later = Check(verdict, 3, "publish", AFTER, read=True)
    follow(catalog.journal, catalog.projection, [later])
    assert found(catalog) == [("slo-met", PM.Open)]
    assert facet(catalog, "warnings") == 1


def test_a_recovery_shows_while_it_is_under_way_and_after(catalog: Catalog) -> None:
    publish(catalog, orders())
    follow(catalog.journal, catalog.projection, [warned()])
    (tracked,) = catalog.journal.ledger.of(ORDERS)
    name = Iri(f"{ORDERS}/recoveries/1")
    catalog.journal.ledger.recover(
        Recovery(name, ORDERS, "harvest again", (tracked.fingerprint,), NOON)
    )
    show(catalog.journal, catalog.projection, [ORDERS])
    (row,) = catalog.view().select(STATES, subject=ORDERS)
    assert (row["state"], row["recovery"]) == (PM.Recovering, name)
    catalog.journal.ledger.recovered(name, ended=AFTER, outcome="in vain")
    show(catalog.journal, catalog.projection, [ORDERS])
    assert found(catalog) == [("slo-met", PM.Open)]


def eventful(catalog: Catalog) -> None:
    """Findings in every state."""
    waived(catalog)
    publish(catalog, orders(version="1.0.1"))
    publish(catalog, orders(owner=False, version="1.0.2"), submission(product("plays"), "plays"))
    follow(catalog.journal, catalog.projection, [warned(5)])


def test_the_graph_says_what_the_ledger_keeps(catalog: Catalog) -> None:
    eventful(catalog)
    kept = catalog.journal.ledger.of(ORDERS)
    told = stated(catalog.view(), [ORDERS, iri("nothing")])
    assert set(told) == {ORDERS}
    assert {each.iri: each.state for each in told[ORDERS]} == {
        each.iri: each.state for each in kept
    }
    for one in told[ORDERS]:
        (same,) = (each for each in kept if each.iri == one.iri)
        assert (one.opened, one.closed, one.changed) == (same.opened, same.closed, same.changed)
        assert (one.severity, one.message) == (same.finding.severity, same.finding.message)
        assert one.waiver == (same.finding.waiver if same.stands else None)


def test_a_restart_and_a_rebuild_come_to_the_same(catalog: Catalog, home: Path) -> None:
    eventful(catalog)
    before = contents(catalog)
    assert any(b"findingState" in line for line in before)
    catalog.rebuild()
    assert contents(catalog) ^ before == set()
    catalog.close()
    with opened(home) as again:
        assert contents(again) == before
        assert (facet(again, "waived"), facet(again, "conforms")) == (0, 1)


def test_a_journal_of_before_is_followed_when_it_is_opened(catalog: Catalog, home: Path) -> None:
    waived(catalog)
    publish(catalog, orders(version="1.0.1"), now=AFTER)
    before = contents(catalog)
    catalog.close()
    with sqlite3.connect(home / "journal.db") as raw:
        for table in ("findings", "turns", "checks", "recoveries"):
            raw.execute(f"DROP TABLE {table}")
        raw.execute("DELETE FROM settings WHERE name = 'followed'")
    with few(build(Settings(home=home), write=False)) as reader:
        assert contents(reader) == before
    with opened(home) as writer:
        assert contents(writer) == before


def test_what_was_recorded_but_not_yet_shown_is_shown_after_a_restart(
    catalog: Catalog, home: Path
) -> None:
    publish(catalog, orders())
    catalog.journal.ledger.record([warned()])  # and the process ends here
    catalog.close()
    with opened(home) as again:
        assert found(again) == [("slo-met", PM.Open)]
        assert (facet(again, "conforms"), facet(again, "warnings")) == (0, 1)
        assert again.journal.ledger.shown


def test_followers_are_told(catalog: Catalog) -> None:
    told: list[Iri] = []

    class Listening:
        def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
            told.extend(graphs)

    publish(catalog, orders())
    catalog.projection.followers.append(Listening())
    follow(catalog.journal, catalog.projection, [warned()])
    assert told == [Iri(f"{ORDERS}/conformance")]
