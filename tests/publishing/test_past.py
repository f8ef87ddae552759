"""The past: exactly what the catalog was at a revision or at a time, and no more than is kept."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sweeping import DECIDED, LATER, NOW, measure, opened
from test_publisher import iri, product, reads, submission

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.moment import Moment
from catalog_service.domain.publication import Submission
from catalog_service.domain.tracking import State
from catalog_service.errors import LimitExceeded, NotFound, Unavailable
from catalog_service.publishing import past as pasts
from catalog_service.publishing.past import Past
from catalog_service.search import Question
from catalog_service.settings import Settings

HOUR = timedelta(hours=1)
Graphs = dict[str, frozenset[object]]


@dataclass
class Seen:
    """What was seen at a time, when it was the present."""

    revision: int
    time: datetime
    graphs: Graphs
    found: list[tuple[str, str]]
    findings: dict[str, State]


def graphs(view: object) -> Graphs:
    return {name: frozenset(view.graph(name)) for name in view.graphs()}  # type: ignore[attr-defined]


def seen(catalog: Catalog, time: datetime) -> Seen:
    hits = catalog.index.find(Question(first=500))
    return Seen(
        catalog.journal.revision(),
        time,
        graphs(catalog.view()),
        [(hit.iri, hit.title) for hit in hits.hits],
        {one.iri: one.state for one in catalog.journal.ledger.page()},
    )


def publish(catalog: Catalog, time: datetime, *submissions: Submission) -> None:
    catalog.publisher.publish(submissions, publisher="ana", now=time)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalog, list[Seen]]]:
    """A catalog that has seen publications, measurements and sweeps, and what it was between."""
    with opened(tmp_path_factory.mktemp("past") / "home") as catalog:
        told = []
        publish(catalog, NOW, submission(DECIDED))
        publish(catalog, NOW, submission(product("a", more=reads("a", "b")), "a"),
                submission(product("b"), "b"))  # fmt: skip
        told.append(seen(catalog, NOW))
        for name in "ab":
            measure(catalog, name, 3, NOW + HOUR)
        catalog.sweep(recover=False, now=NOW + HOUR)
        told.append(seen(catalog, NOW + HOUR))
        measure(catalog, "b", 30, NOW + 2 * HOUR)
        catalog.sweep(recover=False, now=NOW + 2 * HOUR)
        told.append(seen(catalog, NOW + 2 * HOUR))
        publish(catalog, NOW + 3 * HOUR, submission(product("c"), "c"))
        told.append(seen(catalog, NOW + 3 * HOUR))
        b = product("b", version="2.0.0").replace("b product", "another b")
        publish(catalog, NOW + 4 * HOUR, submission(b, "b"))
        measure(catalog, "b", 3, NOW + 5 * HOUR)
        catalog.sweep(recover=False, now=NOW + 5 * HOUR)
        yield catalog, told


def at(catalog: Catalog, asked: int | datetime) -> Past:
    return catalog.history.at(catalog.journal.moments.at(asked, now=NOW + 9 * HOUR))


def test_a_time_is_what_it_was_graph_by_graph(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, told = lived
    for then in told:
        past = at(catalog, then.time)
        assert past.moment.revision == then.revision
        assert graphs(past.view()) == then.graphs


def test_a_revision_is_what_it_was_before_the_next(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, told = lived
    assert graphs(at(catalog, 3).view()) == told[2].graphs
    assert graphs(at(catalog, 4).view()) == told[3].graphs


def test_of_revisions_that_came_together_each_can_be_asked_about(
    lived: tuple[Catalog, list[Seen]],
) -> None:
    catalog, _ = lived
    names = set(graphs(at(catalog, 2).view()))
    assert iri("a") in names
    assert f"{iri('a')}/conformance" in names
    assert iri("b") not in names
    (stood,) = at(catalog, 2).ledger.standings([iri("a")]).values()
    assert stood.conformance.revision == 2


def test_search_finds_what_it_found(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, told = lived
    for then in told:
        past = at(catalog, then.time)
        hits = catalog.history.index(past, past.view()).find(Question(first=500)).hits
        assert [(hit.iri, hit.title) for hit in hits] == then.found


def test_the_last_revisions_are_searched_in_the_index_that_keeps_them(
    lived: tuple[Catalog, list[Seen]],
) -> None:
    catalog, told = lived
    past = at(catalog, 3)
    index = catalog.history.index(past, past.view())
    assert index is not past.projection.index
    assert [(hit.iri, hit.title) for hit in index.find(Question(first=500)).hits] == told[2].found


def test_findings_stand_as_they_stood(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, told = lived
    states = [{one.iri: one.state for one in at(catalog, t.time).ledger.page()} for t in told]
    assert states == [then.findings for then in told]
    assert State.OPEN in states[2].values()
    now = {one.iri: one.state for one in catalog.journal.ledger.page()}
    assert now != states[2]


def test_a_finding_that_was_closed_since_has_no_end_yet(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, _ = lived
    (then,) = [f for f in at(catalog, 3).ledger.of(iri("b")) if f.finding.standard == "slo-met"]
    (now,) = [f for f in catalog.journal.ledger.of(iri("b")) if f.finding.standard == "slo-met"]
    assert (then.state, then.closed, then.opened) == (State.OPEN, None, NOW + 2 * HOUR)
    assert now.state is State.CLOSED
    assert len(catalog.journal.ledger.turns(iri("b"), now.fingerprint)) == 2
    assert len(at(catalog, 3).ledger.turns(iri("b"), now.fingerprint)) == 1


def test_how_a_product_stood_ends_with_what_was_known(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, _ = lived
    spans = at(catalog, NOW + HOUR).ledger.conformance([iri("b")])
    assert spans[-1].ended is None
    assert all(span.until <= NOW + HOUR for span in spans)
    assert len(catalog.journal.ledger.conformance([iri("b")])) > len(spans)


def test_what_may_not_be_seen_now_could_not_be_seen_then(
    lived: tuple[Catalog, list[Seen]],
) -> None:
    catalog, _ = lived
    narrow = catalog.store.view([iri("a"), iri("c"), f"{iri('a')}/conformance"])  # type: ignore[list-item]
    past = at(catalog, 3)
    view = past.view(narrow)
    assert set(view.graphs()) == {iri("a"), f"{iri('a')}/conformance"}
    hits = catalog.history.index(past, view).find(Question(first=500)).hits
    assert {hit.iri for hit in hits if hit.kind == "product"} == {iri("a")}


def test_the_future_and_the_time_before_there_was_anything_are_told_apart(
    lived: tuple[Catalog, list[Seen]],
) -> None:
    catalog, _ = lived
    for asked, says in (
        (6, "the latest is 5"),
        (0, "the first is 1"),
        (-1, "the first is 1"),
        (NOW - HOUR, "the first revision came at 2026-02-01T12:00:00"),
        (NOW + 10 * HOUR, "still to come"),
    ):
        with pytest.raises(NotFound, match=says) as fault:
            at(catalog, asked)
        assert fault.value.hint


def test_what_nothing_has_changed_since_is_the_present(lived: tuple[Catalog, list[Seen]]) -> None:
    catalog, _ = lived
    moments = catalog.journal.moments
    assert moments.at(5, now=NOW + 9 * HOUR).until is None
    assert moments.at(NOW + 6 * HOUR, now=NOW + 9 * HOUR).until is None
    assert moments.at(NOW + 4 * HOUR, now=NOW + 9 * HOUR).until is not None


def test_a_catalog_without_anything_has_no_past(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path)) as catalog, pytest.raises(NotFound, match="none has"):
        catalog.journal.moments.at(NOW, now=LATER)


def test_a_few_states_are_kept_and_no_more(
    lived: tuple[Catalog, list[Seen]], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, told = lived
    monkeypatch.setattr(pasts, "MOST", 2)
    catalog.history._made.clear()
    first = at(catalog, told[0].time)
    assert at(catalog, told[0].time) is first
    at(catalog, 3)
    at(catalog, 4)
    assert at(catalog, told[0].time) is not first


def test_a_state_larger_than_is_kept_is_refused(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path, past_subjects=1)) as catalog:
        publish(catalog, NOW, submission(DECIDED))
        publish(catalog, NOW, submission(product("b"), "b"))
        publish(catalog, LATER, submission(product("c"), "c"))
        assert at(catalog, 1).moment.revision == 1
        with pytest.raises(LimitExceeded, match="can no longer be had: 2 products") as fault:
            at(catalog, 2)
        assert fault.value.limit == "past-subjects"


def test_too_many_at_once_are_told_to_come_again(
    lived: tuple[Catalog, list[Seen]], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, _ = lived
    history = catalog.history
    history._made.clear()
    made, hold, begun = history._make, threading.Event(), threading.Semaphore(0)

    def slowly(moment: Moment) -> Past:
        begun.release()
        hold.wait(10)
        return made(moment)

    monkeypatch.setattr(history, "_make", slowly)
    moments = [catalog.journal.moments.at(1 + n % 4, now=LATER) for n in range(6)]
    refused: list[Unavailable] = []
    done: list[Past] = []

    def ask(moment: Moment) -> None:
        try:
            done.append(history.at(moment))
        except Unavailable as fault:
            refused.append(fault)

    threads = [threading.Thread(target=ask, args=(moment,)) for moment in moments]
    for thread in threads:
        thread.start()
    begun.acquire()
    threads[0].join(0.2)
    hold.set()
    for thread in threads:
        thread.join(20)
    assert (len(done), len(refused)) == (5, 1)
