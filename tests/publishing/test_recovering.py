"""Recovering: reading again, rolling back, what is recorded of it, and what is never done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sweeping import LATER, NOW, measure, mesh, publish, told
from test_publisher import BASE, PREFIXES, iri, product, submission

from catalog_service.bootstrap import Catalog
from catalog_service.domain.publication import Submission
from catalog_service.domain.rdf import Fact, Origin
from catalog_service.domain.tracking import State
from catalog_service.graph import parse
from catalog_service.harvesting.runner import Harvest
from catalog_service.publishing.recovering import AGAIN, AGENT, BACK
from catalog_service.publishing.sweep import Swept
from catalog_service.terms import PM, PROV, RDF, Iri

HOUR = timedelta(hours=1)
LOOSER = ("pm:target 24.0", "pm:target 48.0")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with mesh(tmp_path / "home") as made:
        for name in "abc":
            measure(made, name, 3)
        made.sweep(now=NOW)
        yield made


def stated(version: str, *changes: tuple[str, str], file: str = "c.ttl") -> Submission:
    """The product c in a version, as if it had been read from a file."""
    turtle = product("c", version=version)
    for old, new in changes:
        assert old in turtle
        turtle = turtle.replace(old, new)
    triples = parse(PREFIXES + turtle, "turtle", base=BASE)
    return Submission(iri("c"), tuple(Fact(t, Origin(file, 1)) for t in triples), source="test")


def fall(catalog: Catalog, hours: float = 30, time: datetime = LATER) -> Swept:
    measure(catalog, "c", hours, time)
    return catalog.sweep(now=time)


def reading(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, *found: Submission) -> list[object]:
    """Have files say something else than when they were harvested; the files that are read."""
    asked: list[object] = []

    def read(paths: list[Path], *, kinds: list[str]) -> Harvest:
        asked.append((paths, kinds))
        return Harvest((), found, {})

    monkeypatch.setattr(catalog, "read", read)
    return asked


def test_what_cannot_be_recovered_says_what_was_tried(catalog: Catalog) -> None:
    (fallen,) = fall(catalog).fallen
    assert fallen.recovered is None
    assert [(r.action, r.outcome) for r in fallen.recoveries] == [
        (AGAIN, "it was read from c.ttl, which cannot be reached from here"),
        (BACK, "there is no earlier revision"),
    ]
    (finding,) = catalog.journal.ledger.of(iri("c"))
    assert finding.state is State.OPEN


def test_a_revision_that_promises_too_much_is_rolled_back(catalog: Catalog) -> None:
    publish(catalog, stated("1.1.0", LOOSER))
    publish(catalog, stated("1.2.0"))
    swept = fall(catalog)
    (fallen,) = swept.fallen
    assert told(swept)["c"] == []
    entry = catalog.journal.latest(iri("c"))
    assert entry is not None
    assert (entry.revision, entry.version, entry.publisher) == (fallen.recovered, "1.1.0", AGENT)
    assert "over revision 6 (version 1.2.0), which ana published on 2026-02-01" in (
        fallen.recoveries[-1].outcome
    )


def test_a_recovery_is_an_activity_with_beginning_and_end(catalog: Catalog) -> None:
    publish(catalog, stated("1.1.0", LOOSER))
    publish(catalog, stated("1.2.0"))
    fall(catalog)
    again, back = catalog.journal.ledger.recoveries([iri("c")])[iri("c")]
    assert (again.action, back.action) == (AGAIN, BACK)
    assert again.started == again.ended == LATER
    (finding,) = catalog.journal.ledger.of(iri("c"))
    assert (finding.state, finding.recovery) == (State.CLOSED, back.iri)
    assert back.findings == (finding.fingerprint,)
    states = [t.state for t in catalog.journal.ledger.turns(iri("c"), finding.fingerprint)]
    assert states == [State.OPEN, State.RECOVERING, State.OPEN, State.RECOVERING, State.CLOSED]


def test_a_recovery_that_failed_shows_in_the_graph(catalog: Catalog) -> None:
    fall(catalog)
    graph = catalog.view().graph(Iri(f"{iri('c')}/conformance"))
    recoveries = {s for s, p, o in graph if p == RDF.type and o == PM.Recovery}
    assert recoveries
    assert any(s in recoveries and p == PROV.used for s, p, _ in graph)


def test_nothing_is_tried_twice_for_one_finding_in_one_revision(catalog: Catalog) -> None:
    fall(catalog)
    (again,) = catalog.sweep(now=LATER + HOUR, full=True).fallen
    assert again.recoveries == ()
    assert len(catalog.journal.ledger.recoveries([iri("c")])[iri("c")]) == 2


def test_a_new_revision_is_a_new_chance(catalog: Catalog) -> None:
    fall(catalog)
    publish(catalog, stated("1.0.1"))
    (again,) = catalog.sweep(now=LATER + HOUR).fallen
    assert len(again.recoveries) == 2


def test_what_was_rolled_back_and_published_again_is_left_to_its_team(catalog: Catalog) -> None:
    publish(catalog, stated("1.1.0", LOOSER))
    publish(catalog, stated("1.2.0"))
    fall(catalog)
    publish(catalog, stated("1.2.0"))
    revision = catalog.journal.revision()
    (fallen,) = catalog.sweep(now=LATER + HOUR).fallen
    assert catalog.journal.revision() == revision
    assert "ana published it again" in fallen.recoveries[-1].outcome


def test_a_rollback_never_takes_columns_from_consumers(catalog: Catalog) -> None:
    publish(catalog, stated("1.1.0", LOOSER))
    wider = submission(product("c", version="1.2.0", columns="id age"), "c")
    publish(catalog, wider)
    (fallen,) = fall(catalog).fallen
    assert fallen.recovered is None
    assert fallen.recoveries[-1].outcome == "no earlier revision would conform today"


def test_what_its_file_says_by_now_is_published(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.ttl"
    file.write_text("…", encoding="utf-8")
    publish(catalog, stated("1.1.0", file=str(file)))
    asked = reading(catalog, monkeypatch, stated("1.2.0", LOOSER, file=str(file)))
    (fallen,) = fall(catalog).fallen
    assert asked == [([file], ["test"])]
    (recovery,) = fallen.recoveries
    assert (recovery.action, fallen.recovered) == (AGAIN, 6)
    assert recovery.outcome == f"read again from {file}; as revision 6 it conforms"


@pytest.mark.parametrize(
    ("version", "outcome"),
    [("1.1.0", "say what is published"), ("1.2.0", "does not conform: slo-met")],
)
def test_a_file_that_says_nothing_better_changes_nothing(
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    outcome: str,
) -> None:
    file = tmp_path / "c.ttl"
    file.write_text("…", encoding="utf-8")
    publish(catalog, stated("1.1.0", file=str(file)))
    reading(catalog, monkeypatch, stated(version, file=str(file)))
    (fallen,) = fall(catalog).fallen
    assert fallen.recoveries[0].outcome.endswith(outcome)
    assert catalog.journal.revision() == 5


def test_a_file_that_no_longer_states_the_product_changes_nothing(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.ttl"
    file.write_text("…", encoding="utf-8")
    publish(catalog, stated("1.1.0", file=str(file)))
    other = replace(stated("1.2.0", LOOSER, file=str(file)), subject=iri("d"))
    reading(catalog, monkeypatch, other)
    (fallen,) = fall(catalog).fallen
    assert fallen.recoveries[0].outcome == f"{file} no longer state it"


def test_no_recover_only_detects(catalog: Catalog) -> None:
    publish(catalog, stated("1.1.0", LOOSER))
    publish(catalog, stated("1.2.0"))
    measure(catalog, "c", 30, LATER)
    (fallen,) = catalog.sweep(now=LATER, recover=False).fallen
    assert fallen.recoveries == ()
    assert catalog.journal.revision() == 6


def test_recoveries_survive_a_rebuild(catalog: Catalog) -> None:
    fall(catalog)
    before = set(catalog.view().graph(Iri(f"{iri('c')}/conformance")))
    catalog.rebuild()
    assert set(catalog.view().graph(Iri(f"{iri('c')}/conformance"))) == before
