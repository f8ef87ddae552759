"""Sweeping: what falls out, what is carried over, and that carrying over changes no verdict."""

import multiprocessing
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeping import DECIDED, LATER, NOW, measure, mesh, opened, publish, told
from test_publisher import BASE, iri, product, reads, submission

from catalog_service.bootstrap import Catalog
from catalog_service.domain.tracking import State
from catalog_service.publishing import judges
from catalog_service.publishing.sweep import Sweeper, Swept
from catalog_service.terms import PM, SH, Iri

WAIVER = f"""
<{BASE}waivers/c> a pm:Waiver ; pm:waives <https://w3id.org/polyseme/shapes#slo-met> ;
  pm:appliesTo <{BASE}products/c> ; pm:rationale "The warehouse moves" ;
  pm:grantedBy <mailto:fay@mesh.example> ; pm:expires "2026-02-10"^^xsd:date .
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with mesh(tmp_path / "home") as made:
        yield made


@pytest.fixture
def measured(catalog: Catalog) -> Catalog:
    for name in "abc":
        measure(catalog, name, 3)
    return catalog


def sweep(catalog: Catalog, *, full: bool = False, now: object = NOW) -> Swept:
    return catalog.sweep(full=full, recover=False, now=now)  # type: ignore[arg-type]


def test_a_promise_that_nobody_measures_is_a_warning(catalog: Catalog) -> None:
    swept = sweep(catalog)
    assert told(swept)["c"] == ["slo-measured", "slo-measured"]
    assert not swept.fallen


def test_a_measured_promise_that_is_kept_is_no_finding(measured: Catalog) -> None:
    assert told(sweep(measured)) == {"mesh": [], "a": [], "b": [], "c": []}


def test_a_promise_that_is_broken_is_a_violation(measured: Catalog) -> None:
    measure(measured, "b", 30, LATER)
    swept = sweep(measured, now=LATER)
    assert told(swept)["b"] == ["slo-met"]
    (fallen,) = swept.fallen
    assert (fallen.product, fallen.owner) == (iri("b"), "mailto:ana@mesh.example")


def test_what_falls_out_names_those_who_use_it(measured: Catalog) -> None:
    measure(measured, "b", 30, LATER)
    (fallen,) = sweep(measured, now=LATER).fallen
    assert [(user.iri, user.owner, user.registered) for user in fallen.consumers] == [
        (iri("a"), "mailto:ana@mesh.example", True)
    ]


def test_what_falls_out_stays_published_and_is_marked(measured: Catalog) -> None:
    before, revision = measured.view().graph(iri("b")), measured.journal.revision()
    measure(measured, "b", 30, LATER)
    sweep(measured, now=LATER)
    assert set(measured.view().graph(iri("b"))) == set(before)
    assert measured.journal.revision() == revision
    report = {(s, p): o for s, p, o in measured.view().graph(Iri(f"{iri('b')}/conformance"))}
    assert report[(Iri(f"{iri('b')}/conformance"), SH.conforms)].lexical == "false"  # type: ignore[union-attr]
    assert PM.Open in report.values()


def test_what_is_kept_again_closes_its_finding(measured: Catalog) -> None:
    measure(measured, "b", 30, LATER)
    sweep(measured, now=LATER)
    measure(measured, "b", 3, LATER + timedelta(hours=1))
    assert told(sweep(measured, now=LATER + timedelta(hours=1)))["b"] == []
    (finding,) = measured.journal.ledger.of(iri("b"))
    assert finding.state is State.CLOSED


def test_a_violation_left_lying_is_asked_about_by_the_next_sweep(measured: Catalog) -> None:
    measure(measured, "b", 30, LATER)
    assert told(sweep(measured, now=LATER))["b"] == ["slo-met"]
    again = sweep(measured, now=LATER)
    assert told(again)["b"] == ["finding-handled", "slo-met"]
    assert told(sweep(measured, now=LATER)) == told(again)


def test_nothing_is_judged_again_where_nothing_changed(measured: Catalog) -> None:
    first = sweep(measured)
    again = sweep(measured)
    assert (first.judged, again.judged, again.carried) == (4, 0, 4)
    assert again.outcomes == first.outcomes


def test_full_judges_everything(measured: Catalog) -> None:
    sweep(measured)
    assert sweep(measured, full=True).judged == 4


def test_a_new_day_is_a_new_judgement(measured: Catalog) -> None:
    sweep(measured)
    assert sweep(measured, now=NOW + timedelta(days=1)).judged == 4


def test_a_measurement_has_its_own_product_judged_again(measured: Catalog) -> None:
    sweep(measured)
    measure(measured, "c", 4, LATER)
    assert sweep(measured, now=LATER).judged == 1


def test_a_publication_has_those_beside_it_judged_again(measured: Catalog) -> None:
    sweep(measured)
    publish(measured, submission(product("b", version="1.0.1"), "b"))
    assert sweep(measured).judged == 2  # b, and a, which reads it


def test_a_decision_has_everything_judged_again(measured: Catalog) -> None:
    sweep(measured)
    publish(measured, submission(DECIDED + WAIVER))
    assert sweep(measured).judged == 4


def test_other_standards_have_everything_judged_again(measured: Catalog) -> None:
    sweep(measured)
    kept = [standard for standard in measured.standards if standard.name != "described"]
    shapes = {standard.name: measured.standards.shape(standard.name) for standard in kept}
    measured.__dict__["standards"] = measured.standards.beside(kept, shapes)
    measured.__dict__.pop("gate", None)
    measured.__dict__.pop("layers", None)
    assert sweep(measured).judged == 4


def test_a_waiver_covers_a_broken_promise_until_its_last_day(measured: Catalog) -> None:
    publish(measured, submission(DECIDED + WAIVER))
    measure(measured, "c", 30, LATER)
    last = NOW.replace(day=10)
    assert not sweep(measured, now=last).fallen
    after = sweep(measured, now=NOW.replace(day=11))
    assert [fallen.product for fallen in after.fallen] == [iri("c")]
    assert "waiver-live" in told(after)["mesh"]  # the decision still holds the waiver


def test_the_same_verdict_as_at_publishing_where_a_column_was_lost(measured: Catalog) -> None:
    """The revision before is seen as well, so a waived loss does not vanish from the ledger."""
    waiver = WAIVER.replace("slo-met", "breaking-is-major")
    publish(measured, submission(product("c", columns="id age", version="1.1.0"), "c"))
    publish(measured, submission(DECIDED + waiver))
    publish(measured, submission(product("c", version="1.2.0"), "c"))
    found = next(o for o in sweep(measured).outcomes if o.subject == iri("c")).verdict.findings
    assert [(f.standard, f.waiver is not None) for f in found] == [("breaking-is-major", True)]


def test_findings_point_at_what_was_read(catalog: Catalog) -> None:
    found = next(o for o in sweep(catalog).outcomes if o.subject == iri("c")).verdict.findings
    assert {finding.file for finding in found} == {"c.ttl"}


def test_a_sweep_goes_on_after_a_restart(measured: Catalog, tmp_path: Path) -> None:
    first = sweep(measured)
    measured.close()
    with opened(tmp_path / "home") as again:
        swept = sweep(again)
        assert (swept.judged, swept.outcomes) == (0, first.outcomes)


def test_a_sweep_that_is_stopped_keeps_what_it_did(
    measured: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.publishing.bases.BATCH", 1)
    kept = Sweeper._kept
    done: list[object] = []

    def interrupted(self: Sweeper, *given: object) -> object:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(given)
        return kept(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Sweeper, "_kept", interrupted)
    stopped = measured.sweep(now=NOW)
    assert (stopped.judged, stopped.left) == (2, 2)
    monkeypatch.setattr(Sweeper, "_kept", kept)
    rest = measured.sweep(now=NOW)
    assert (rest.judged, rest.carried, rest.left) == (2, 2, 0)


def test_processes_give_the_same_verdicts(
    measured: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(measured, "b", 30, LATER)
    alone = measured.sweep(full=True, recover=False, now=LATER)
    monkeypatch.setattr("catalog_service.publishing.bases.BATCH", 1)
    monkeypatch.setattr("catalog_service.publishing.sweep.BATCH", 1)
    forked = measured.sweep(full=True, recover=False, processes=2, now=LATER)
    assert forked.judged == 4
    assert {o.subject for o in forked.outcomes if not o.verdict.conforms} == {
        o.subject for o in alone.outcomes if not o.verdict.conforms
    }


def test_a_process_that_is_lost_loses_what_it_was_judging() -> None:
    def judge(_: object) -> tuple[()]:
        import os  # noqa: PLC0415 - in the child only

        os._exit(1)

    batches = [[Iri("urn:1")], [Iri("urn:2")], [Iri("urn:3")]]
    with judges.Judges(judge, processes=2) as two:
        answers = list(two.over(iter(batches)))
    assert sorted(batch[0] for batch, _ in answers) == ["urn:1", "urn:2", "urn:3"]
    assert all(verdicts is None for _, verdicts in answers)


def test_a_fault_in_a_process_is_raised_here() -> None:
    def judge(_: object) -> tuple[()]:
        msg = "no"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="no"), judges.Judges(judge, processes=2) as two:
        list(two.over(iter([[Iri("urn:1")]])))


@pytest.mark.timeout(60)
def test_processes_end_with_the_sweep_whatever_this_one_does_about_signals() -> None:
    def judge(_: object) -> tuple[()]:
        return ()

    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with judges.Judges(judge, processes=2) as two:
            assert list(two.over(iter([[Iri("urn:1")]]))) == [([Iri("urn:1")], ())]
    finally:
        signal.signal(signal.SIGTERM, before)
    assert multiprocessing.active_children() == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("measure"), st.sampled_from("abc"), st.sampled_from([3, 30])),
        st.tuples(st.just("publish"), st.sampled_from("abc"), st.sampled_from(["id", "id age"])),
        st.tuples(st.just("read"), st.sampled_from("ab"), st.sampled_from("bc")),
        st.tuples(st.just("decide"), st.just(""), st.sampled_from(["", WAIVER])),
        st.tuples(st.just("sweep"), st.just(""), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_carrying_over_never_changes_a_verdict(steps: list[tuple[str, str, object]]) -> None:
    """Whatever happened before: what a sweep tells is what a full one tells."""
    with TemporaryDirectory() as folder, mesh(Path(folder, "home")) as catalog:
        sweep(catalog)
        time = NOW
        for number, (step, name, what) in enumerate(steps):
            time += timedelta(minutes=1)
            match step:
                case "measure":
                    measure(catalog, name, float(str(what)), time)
                case "publish":
                    stated = product(name, columns=str(what), version=f"{number + 2}.0.0")
                    publish(catalog, submission(stated, name))
                case "read":
                    more = reads(name, str(what)) if name != what else ""
                    stated = product(name, version=f"{number + 2}.0.0", more=more)
                    publish(catalog, submission(stated, name))
                case "decide":
                    publish(catalog, submission(DECIDED + str(what)))
                case _:
                    sweep(catalog, now=time)
        catalog_told = sweep(catalog, now=time)
        # What was opened just now is asked about by the next sweep, so the next two are compared.
        catalog_told = sweep(catalog, now=time)
        assert sweep(catalog, full=True, now=time).outcomes == catalog_told.outcomes
