"""Groups of what is counted: by dimensions of facts, by what facts share, and by the calendar."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from semantic_mesh import Col, Mesh, company

from catalog_service.errors import Refused
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.question import Comparison, Condition, Grain, Window
from catalog_service.terms import PM, Iri

STOCKHOLM = Window(zone="Europe/Stockholm")
TV = (Condition("device", Comparison.EQ, ("tv",)),)


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    """Plays with a device and an artist, payments for them, and listens with a device of theirs."""
    mesh = Mesh(tmp_path_factory.mktemp("grouping"))
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    device = Col("VARCHAR", dimension=True, term="device")
    mesh.dataset(
        "users.people", {"user_id": key, "country": Col("VARCHAR", dimension=True)},
        [("u1", "SE"), ("u2", "SE"), ("u3", "DE")], ["user_id"],
    )  # fmt: skip
    mesh.dataset(
        "art.artists", {"artist": Col("VARCHAR"), "genre": Col("VARCHAR", dimension=True)},
        [("a1", "jazz"), ("a2", "pop")], ["artist"],
    )  # fmt: skip
    plays = mesh.dataset(
        "music.plays",
        {"play": Col("VARCHAR"), "user_id": key, "device": device, "at": Col("TIMESTAMP"),
         "artist": Col("VARCHAR", foreign="art.artists/datasets/artists/columns/artist"),
         "track": Col("VARCHAR")},
        [("p1", "u1", "tv", "2026-03-28 22:30:00", "a1", "x"),
         ("p2", "u1", "tv", "2026-03-28 23:30:00", "a1", "x"),
         ("p3", "u2", "web", "2026-03-29 21:59:00", "a2", "y"),
         ("p4", "u2", "tv", "2026-03-29 22:00:00", "nobody", "x"),
         ("p5", "u3", None, "2026-03-31 22:00:00", None, "z")], ["play"],
    )  # fmt: skip
    mesh.measure("Plays", plays, "count", clock="at")
    mesh.measure("Tracks", plays, "count-distinct", "track", clock="at", additivity="NonAdditive")
    paid = mesh.dataset(
        "money.payments",
        {"payment": Col("VARCHAR"), "amount": Col("DECIMAL(9,2)"),
         "play": Col("VARCHAR", foreign="music.plays/datasets/plays/columns/play")},
        [("y1", "1.00", "p1"), ("y2", "2.00", "p1"), ("y3", "4.00", "p3")], ["payment"],
    )  # fmt: skip
    mesh.measure("Paid", paid, "sum", "amount", clock="music.plays/datasets/plays/columns/at")
    heard = mesh.dataset(
        "talk.listens",
        {"listen": Col("VARCHAR"), "user_id": key, "device": device, "at": Col("TIMESTAMP")},
        [("l1", "u1", "tv", "2026-03-29 08:00:00"), ("l2", "u3", "car", "2026-03-29 08:00:00"),
         ("l3", "u3", "car", "2026-04-01 08:00:00")], ["listen"],
    )  # fmt: skip
    mesh.measure("Listens", heard, "count", clock="at")
    seen = mesh.dataset(
        "film.views", {"view": Col("VARCHAR"), "user_id": key,
                       "device": Col("VARCHAR", dimension=True)},
        [("v1", "u1", "tv")], ["view"],
    )  # fmt: skip
    mesh.measure("Views", seen, "count")
    stock = mesh.dataset(
        "shop.stock",
        {"user_id": key, "shelf": Col("VARCHAR", dimension=True), "day": Col("DATE"),
         "held": Col("INTEGER")},
        [("u1", "a", "2026-03-28", 5), ("u1", "a", "2026-03-31", 7), ("u1", "b", "2026-03-28", 1),
         ("u1", "a", "2026-04-02", 9)], ["user_id", "shelf", "day"],
    )  # fmt: skip
    mesh.measure("Held", stock, "sum", "held", clock="day", zone="Europe/Stockholm",
                 additivity="SemiAdditive", not_over="day", empty="Null")  # fmt: skip
    mesh.measure("OnShelf", stock, "sum", "held", additivity="SemiAdditive", not_over="shelf")
    return mesh


def refused(mesh: Mesh, *measures: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as raised:
        mesh.answer(*measures, **more)
    return raised.value


def rows(mesh: Mesh, *measures: str, **more: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in mesh.ask(*measures, **more)]


def test_rows_are_grouped_by_a_dimension_of_their_own(mesh: Mesh) -> None:
    assert rows(mesh, "Plays", "Tracks", dimensions=("device",)) == [
        ("tv", 3, 1), ("web", 1, 1), (None, 1, 1),
    ]  # fmt: skip


def test_dimensions_of_facts_and_identities_go_together_in_the_order_asked(mesh: Mesh) -> None:
    answer = mesh.answer("Plays", dimensions=("device", "country"))
    assert [at.name for at in answer.columns] == ["device", "country", "Plays"]
    assert answer.columns[0].product == "https://mesh.example/products/music.plays"
    assert [tuple(row.values()) for row in answer.records()] == [
        ("tv", "SE", 3), ("web", "SE", 1), (None, "DE", 1),
    ]  # fmt: skip


def test_a_dimension_is_looked_up_where_a_foreign_key_leads(mesh: Mesh) -> None:
    assert rows(mesh, "Plays", dimensions=("genre",)) == [("jazz", 2), ("pop", 1), (None, 2)]
    assert "looked up n to 1: artist to artist" in mesh.answer("Plays", dimensions=("genre",)).plan
    pop = (Condition("genre", Comparison.EQ, ("pop",)),)
    assert rows(mesh, "Plays", "Paid", where=pop) == [(1, Decimal("4.00"))]


def test_a_child_is_grouped_by_its_parent_and_a_parent_is_not_fanned_out(mesh: Mesh) -> None:
    naive = mesh.sql("SELECT device, count(*) FROM plays JOIN payments USING (play) GROUP BY 1")
    assert ("tv", 2) in naive  # of one play
    assert rows(mesh, "Plays", "Paid", dimensions=("device", "genre")) == [
        ("tv", "jazz", 2, Decimal("3.00")), ("tv", None, 1, 0),
        ("web", "pop", 1, Decimal("4.00")), (None, None, 1, 0),
    ]  # fmt: skip


def test_facts_that_share_a_term_are_grouped_together_and_multiply_nothing(mesh: Mesh) -> None:
    assert rows(mesh, "Plays", "Listens", dimensions=("device",)) == [
        ("car", 0, 2), ("tv", 3, 1), ("web", 1, 0), (None, 1, 0),
    ]  # fmt: skip
    assert rows(mesh, "Plays", "Listens", where=TV) == [(3, 1)]


def test_two_dimensions_that_are_only_called_alike_are_not_one(mesh: Mesh) -> None:
    fault = refused(mesh, "Plays", "Views", dimensions=("device",))
    assert fault.code == "ambiguous-term"
    assert "views.device" in (fault.hint or "")
    assert refused(mesh, "Plays", "Views", where=TV).code == "ambiguous-term"


def test_a_fact_without_the_dimension_is_named(mesh: Mesh) -> None:
    fault = refused(mesh, "Plays", "Held", dimensions=("device",))
    assert fault.code == "dimension-not-shared"
    assert fault.message.startswith("stock has no dimension 'device'")
    unknown = refused(mesh, "Plays", dimensions=("devise",))
    assert (unknown.hint or "").startswith("did you mean device")


def test_small_groups_of_a_fact_are_withheld(mesh: Mesh) -> None:
    small = Mesh(mesh.folder, mesh.facts, minimum_group=2)
    answer = small.answer("Plays", dimensions=("device",))
    assert answer.records() == [{"device": "tv", "Plays": 3}]
    both = small.answer("Plays", "Listens", dimensions=("device",))
    assert both.records() == []  # one listener alone had listened by tv


def test_each_identity_is_told_by_its_groups(mesh: Mesh) -> None:
    by = rows(mesh, "Plays", dimensions=("day", "country"), grain=Grain.IDENTITY, time=STOCKHOLM)
    assert sorted(by) == [
        ("u1", date(2026, 3, 28), "SE", 1), ("u1", date(2026, 3, 29), "SE", 1),
        ("u2", date(2026, 3, 29), "SE", 1), ("u2", date(2026, 3, 30), "SE", 1),
        ("u3", date(2026, 4, 1), "DE", 1),
    ]  # fmt: skip


def test_a_day_is_one_of_the_zone_asked_for_though_it_has_23_hours(mesh: Mesh) -> None:
    assert rows(mesh, "Plays", dimensions=("day",), time=STOCKHOLM) == [
        (date(2026, 3, 28), 1), (date(2026, 3, 29), 2), (date(2026, 3, 30), 1),
        (date(2026, 4, 1), 1),
    ]  # fmt: skip
    assert rows(mesh, "Plays", dimensions=("day",)) == [
        (date(2026, 3, 28), 2), (date(2026, 3, 29), 2), (date(2026, 3, 31), 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("span", "begins"),
    [
        ("week", [date(2026, 3, 23), date(2026, 3, 30)]),
        ("month", [date(2026, 3, 1), date(2026, 4, 1)]),
        ("quarter", [date(2026, 1, 1), date(2026, 4, 1)]),
        ("year", [date(2026, 1, 1)]),
    ],
)
def test_spans_begin_where_the_calendar_says(mesh: Mesh, span: str, begins: list[date]) -> None:
    found = mesh.answer("Plays", "Listens", dimensions=(span,), time=STOCKHOLM)
    assert [row[span] for row in found.records()] == begins
    assert sum(row["Plays"] for row in found.records()) == 5
    assert sum(row["Listens"] for row in found.records()) == 3


def test_hours_are_told_and_the_one_that_passes_twice_is_warned_of(mesh: Mesh) -> None:
    answer = mesh.answer("Listens", dimensions=("hour",), time=STOCKHOLM)
    assert answer.records()[0] == {"hour": datetime(2026, 3, 29, 10), "Listens": 2}  # noqa: DTZ001
    assert any("passes twice" in warning for warning in answer.warnings)
    day = Window(datetime(2026, 3, 29), datetime(2026, 3, 30), "Europe/Stockholm")  # noqa: DTZ001
    spring = mesh.answer("Listens", dimensions=("hour",), time=day)
    assert not any("passes twice" in warning for warning in spring.warnings)


def test_a_period_may_be_open_at_one_end(mesh: Mesh) -> None:
    since = Window(start=datetime(2026, 3, 30), zone="Europe/Stockholm")  # noqa: DTZ001
    until = Window(end=datetime(2026, 3, 30), zone="Europe/Stockholm")  # noqa: DTZ001
    assert rows(mesh, "Plays", "Paid", time=since) == [(2, 0)]
    assert rows(mesh, "Plays", "Paid", time=until) == [(3, Decimal("7.00"))]


def test_of_a_state_the_last_of_each_span_is_told(mesh: Mesh) -> None:
    assert rows(mesh, "Held", dimensions=("month",), time=STOCKHOLM) == [
        (date(2026, 3, 1), 8), (date(2026, 4, 1), 9),
    ]  # fmt: skip
    assert rows(mesh, "Held", time=STOCKHOLM) == [(10,)]
    assert refused(mesh, "Held", dimensions=("month",)).code == "period-cuts-a-day"
    assert refused(mesh, "Held", dimensions=("hour",), time=STOCKHOLM).code == "period-cuts-a-day"


def test_what_may_not_be_added_over_a_dimension_is_told_by_it(mesh: Mesh) -> None:
    assert refused(mesh, "OnShelf").code == "semi-additive"
    assert rows(mesh, "OnShelf", dimensions=("shelf",)) == [("a", 21), ("b", 1)]


def test_a_measure_without_a_clock_has_no_months(mesh: Mesh) -> None:
    assert refused(mesh, "Views", dimensions=("month",)).code == "no-clock"
    nowhere = Window(zone="Mars/Olympus")
    assert refused(mesh, "Plays", dimensions=("month",), time=nowhere).code == "unknown-zone"


def test_a_word_of_time_that_is_a_dimension_too_has_to_be_made_clear(tmp_path: Path) -> None:
    mesh = company(tmp_path)
    key = Col("VARCHAR", "User", "user-id")
    born = mesh.dataset(
        "users.born", {"id": Col("VARCHAR"), "user_id": key, "year": Col("INTEGER", dimension=True),
                       "at": Col("TIMESTAMP")},
        [("1", "u1", 1990, "2026-02-01 00:00:00")], ["id"],
    )  # fmt: skip
    mesh.measure("Born", born, "count", clock="at")
    assert refused(mesh, "Born", dimensions=("year",)).code == "ambiguous-term"
    assert rows(mesh, "Born", dimensions=("born.year",)) == [(1990, 1)]
    assert rows(mesh, "Born", dimensions=("time.year",)) == [(date(2026, 1, 1), 1)]


def test_a_masked_column_of_a_fact_groups_nothing(tmp_path: Path) -> None:
    mesh = company(tmp_path)
    data = "https://mesh.example/products/streaming.plays/datasets/plays"
    mesh.say(Iri(f"{data}/columns/seconds"), (PM.sensitivity, PM.Restricted))
    low = Asker("otto")
    assert (
        refused(mesh, "StreamsPlayed", asker=low, dimensions=("seconds",)).code == "masked-column"
    )
