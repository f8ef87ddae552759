"""The ways in which a join across products goes wrong in silence: each wrong number, and ours."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from semantic_mesh import INSIDER, Col, Mesh, company, iri

from catalog_service.domain.rdf import text
from catalog_service.errors import Refused
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.question import Comparison, Condition, Grain, Sharing, Window
from catalog_service.terms import PM, XSD, Iri

FEBRUARY = Window(datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001 - on a zone's clock
OUTSIDER = Asker("otto", PM.Internal)


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return company(tmp_path)


def refused(mesh: Mesh, *measures: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as raised:
        mesh.answer(*measures, **more)
    return raised.value


def by_country(rows: list[dict[str, Any]], measure: str) -> dict[Any, Any]:
    return {row["country"]: row[measure] for row in rows}


def test_a_chasm_multiplies_nothing(mesh: Mesh) -> None:
    naive = mesh.sql(
        "SELECT country, count(l.listen_id), count(p.play_id) FROM profiles u"
        " LEFT JOIN listens l ON l.listener = sha256(lower(u.email))"
        " LEFT JOIN accounts a USING (user_id) LEFT JOIN plays p USING (account_uri)"
        " WHERE country = 'SE' GROUP BY country"
    )
    assert naive == [("SE", 11, 11)]
    rows = mesh.ask("PodcastListens", "StreamsPlayed", dimensions=("country",))
    assert by_country(rows, "PodcastListens") == {"SE": 4, "DE": 0, None: 0}
    assert by_country(rows, "StreamsPlayed") == {"SE": 5, "DE": 1, None: 0}


def test_a_fan_counts_a_parent_once(mesh: Mesh) -> None:
    naive = mesh.sql(
        "SELECT sum(seconds) FROM plays p LEFT JOIN payments y USING (play_id)"
        " JOIN accounts a USING (account_uri)"
    )
    assert naive == [(830,)]
    (row,) = mesh.ask("SecondsPlayed", "ArtistPayments")
    assert row == {"SecondsPlayed": 730, "ArtistPayments": Decimal("0.1070")}


def test_a_crosswalk_that_shares_keys_is_refused_unless_the_question_says_how(
    tmp_path: Path,
) -> None:
    mesh = _shared(tmp_path)
    naive = mesh.sql("SELECT sum(n) FROM uses JOIN holders USING (card)")
    assert naive == [(16,)]  # 10 uses were made
    fault = refused(mesh, "Uses")
    assert fault.code == "crosswalk-many"
    assert any("cardinality" in fact and "ManyToMany" in fact for fact in fault.because)
    assert mesh.ask("Uses", sharing=Sharing.PRIMARY) == [{"Uses": 10}]
    assert mesh.ask("Uses", sharing=Sharing.SPLIT) == [{"Uses": 10.0}]
    doubled = mesh.answer("Uses", sharing=Sharing.DUPLICATE)
    assert doubled.arrow().to_pylist() == [{"Uses": 16}]
    assert any("count it several times" in warning for warning in doubled.warnings)
    each = mesh.ask("Uses", sharing=Sharing.SPLIT, grain=Grain.IDENTITY)
    assert {row["user_id"]: row["Uses"] for row in each} == {"u1": 7.0, "u2": 3.0}


def test_a_crosswalk_that_breaks_its_promise_is_refused(tmp_path: Path) -> None:
    mesh = _shared(tmp_path, cardinality="ManyToOne")
    fault = refused(mesh, "Uses")
    assert fault.code == "not-unique"
    assert "1 rows" in fault.message


def _shared(folder: Path, cardinality: str = "ManyToMany") -> Mesh:
    mesh = Mesh(folder)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",), ("u2",)], ["user_id"])
    card = Col("VARCHAR", "User", "card")
    pairs = mesh.dataset(
        "users.holders", {"card": card, "user_id": key},
        [("c1", "u1"), ("c2", "u1"), ("c2", "u2")], ["card", "user_id"],
    )  # fmt: skip
    mesh.crosswalk("cards", pairs, ("card", "user-id"), ("card", "user_id"), cardinality)
    uses = mesh.dataset(
        "gym.uses", {"use_id": Col("VARCHAR"), "card": card, "n": Col("INTEGER")},
        [("x1", "c1", 4), ("x2", "c2", 6)], ["use_id"],
    )  # fmt: skip
    mesh.measure("Uses", uses, "sum", "n")
    return mesh


def test_keys_that_lead_to_nobody_are_counted_and_can_be_shown(mesh: Mesh) -> None:
    answer = mesh.answer("StreamsPlayed", dimensions=("country",), unattributed=True)
    (covered,) = answer.coverage
    assert (covered.matched, covered.unmatched) == (6, 2)
    rows = answer.arrow().to_pylist()
    assert {row["country"] for row in rows[:-1]} == {"SE", "DE", None}
    assert rows[-1] == {"country": None, "StreamsPlayed": 2, "attributed": False}


def test_distinct_counts_are_made_anew_for_each_group(mesh: Mesh) -> None:
    naive = mesh.sql(
        "SELECT sum(n) FROM (SELECT listener, count(DISTINCT podcast_id) n FROM listens"
        " JOIN profiles ON listener = sha256(lower(email)) GROUP BY listener)"
    )
    assert naive == [(3,)]
    rows = mesh.ask("PodcastsListened", "AverageSeconds", dimensions=("country",))
    assert by_country(rows, "PodcastsListened") == {"SE": 2, "DE": 0, None: 0}
    assert by_country(rows, "AverageSeconds") == {"SE": 132.0, "DE": 70.0, None: None}


def test_two_ways_to_the_identity_are_refused_until_one_is_named(tmp_path: Path) -> None:
    mesh = Mesh(tmp_path)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",), ("u2",)], ["user_id"])
    sent = mesh.dataset(
        "chat.messages", {"id": Col("VARCHAR"), "sender": key, "receiver": key},
        [("1", "u1", "u2"), ("2", "u1", "u2"), ("3", "u2", "u2")], ["id"],
    )  # fmt: skip
    mesh.measure("Messages", sent, "count")
    fault = refused(mesh, "Messages")
    assert fault.code == "ambiguous-path"
    assert "sender" in fault.message
    assert "receiver" in fault.message
    asked = mesh.ask("Messages", grain=Grain.IDENTITY, paths=(f"{sent}/columns/sender",))
    assert {row["user_id"]: row["Messages"] for row in asked} == {"u1": 2, "u2": 1}


def test_a_column_that_only_bears_the_name_of_a_key_is_no_path(tmp_path: Path) -> None:
    mesh = Mesh(tmp_path)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",)], ["user_id"])
    rows = [("1", "u1")]
    other = mesh.dataset(
        "shop.baskets", {"id": Col("VARCHAR"), "user_id": Col("VARCHAR")}, rows, ["id"]
    )
    mesh.measure("Baskets", other, "count")
    assert refused(mesh, "Baskets").code == "no-path"


def test_a_period_is_put_on_the_clock_that_the_measure_declares(mesh: Mesh) -> None:
    (utc,) = mesh.ask("StreamsPlayed", "ArtistPayments", "PaymentsBooked", time=FEBRUARY)
    assert utc == {
        "StreamsPlayed": 5,
        "ArtistPayments": Decimal("0.0170"),  # by the play; p4 was booked in March
        "PaymentsBooked": Decimal("0.0100"),
    }
    stockholm = Window(FEBRUARY.start, FEBRUARY.end, "Europe/Stockholm")
    (local,) = mesh.ask("StreamsPlayed", time=stockholm)
    assert local == {"StreamsPlayed": 4}  # s4 was played on 1 March there
    assert refused(mesh, "PaymentsBooked", time=stockholm).code == "period-cuts-a-day"


def test_keys_are_normalised_by_their_scheme_and_by_nothing_else(mesh: Mesh) -> None:
    naive = mesh.sql("SELECT count(*) FROM listens JOIN profiles ON listener = sha256(email)")
    assert naive == [(1,)]
    assert mesh.ask("PodcastListens") == [{"PodcastListens": 4}]


def test_one_scheme_in_two_types_is_refused(tmp_path: Path) -> None:
    mesh = Mesh(tmp_path)
    mesh.polyseme("User", "user-no", "users", XSD.integer)
    mesh.dataset("users.people", {"no": Col("INTEGER", "User", "user-no")}, [(123,)], ["no"])
    visits = mesh.dataset(
        "web.visits", {"id": Col("VARCHAR"), "no": Col("VARCHAR", "User", "user-no")},
        [("1", "000123")], ["id"],
    )  # fmt: skip
    mesh.measure("Visits", visits, "count")
    assert refused(mesh, "Visits").code == "key-types-differ"


def test_nothing_found_is_zero_or_unknown_as_the_measure_says(mesh: Mesh) -> None:
    rows = mesh.ask("StreamsPlayed", "AverageSeconds", grain=Grain.IDENTITY)
    idle = next(row for row in rows if row["user_id"] == "u5")
    assert (idle["StreamsPlayed"], idle["AverageSeconds"]) == (0, None)


def test_a_condition_on_a_fact_drops_no_identity(mesh: Mesh) -> None:
    naive = mesh.sql(
        "SELECT count(DISTINCT user_id) FROM profiles LEFT JOIN accounts USING (user_id)"
        " LEFT JOIN plays USING (account_uri) WHERE seconds >= 100"
    )
    assert naive == [(2,)]
    long = (Condition("seconds", Comparison.GTE, (100,)),)
    rows = mesh.ask("StreamsPlayed", grain=Grain.IDENTITY, where=long)
    assert {row["user_id"]: row["StreamsPlayed"] for row in rows} == {
        "u1": 2, "u2": 1, "u3": 0, "u4": 0, "u5": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"dimensions": ("email",)},
        {"where": (Condition("email", Comparison.EQ, ("bo@mail.example",)),)},
    ],
    ids=["grouped", "filtered"],
)
def test_a_masked_column_serves_as_a_key_where_its_policy_permits_and_as_nothing_else(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    mesh = company(tmp_path)
    data = "https://mesh.example/products/users.profiles/datasets/profiles"
    mesh.say(data, (PM.dimension, f"{data}/columns/email"))
    mesh.permit_key(data, "email")
    assert refused(mesh, "PodcastListens", asker=OUTSIDER, **more).code == "masked-column"
    assert mesh.ask("PodcastListens", asker=OUTSIDER) == [{"PodcastListens": 4}]


@pytest.mark.parametrize(
    ("dataset", "column", "measure"),
    [
        ("users.profiles/datasets/profiles", "email", "PodcastListens"),
        ("users.profiles/datasets/profiles", "user_id", "StreamsPlayed"),
        ("users.accounts/datasets/accounts", "account_uri", "StreamsPlayed"),
        ("users.accounts/datasets/accounts", "user_id", "StreamsPlayed"),
        ("streaming.plays/datasets/plays", "account_uri", "StreamsPlayed"),
        ("streaming.plays/datasets/plays", "play_id", "ArtistPayments"),
        ("artists.payments/datasets/payments", "play_id", "ArtistPayments"),
        ("podcasts.listens/datasets/listens", "listener", "PodcastListens"),
    ],
)
def test_a_masked_column_joins_nothing_unless_its_policy_permits_it(
    tmp_path: Path, dataset: str, column: str, measure: str
) -> None:
    mesh = company(tmp_path)
    data = iri("products", dataset)
    mesh.say(Iri(f"{data}/columns/{column}"), (PM.sensitivity, PM.Restricted))
    mesh.facts = [fact for fact in mesh.facts if fact.object != PM.Confidential]
    fault = refused(mesh, measure, asker=OUTSIDER)
    assert fault.code == "masked-column"
    assert f"{column} is above your clearance and cannot be joined by" in fault.message
    assert any("/ports/" in fact and "/policy" in fact for fact in fault.because)
    assert mesh.ask(measure)[0][measure] is not None
    mesh.permit_key(data, column)
    mesh._view = None
    assert mesh.ask(measure, asker=OUTSIDER)[0][measure] is not None


def test_groups_too_small_are_withheld_with_the_next_smallest(mesh: Mesh) -> None:
    mesh.minimum_group = 2
    answer = mesh.answer("StreamsPlayed", dimensions=("country",))
    assert answer.arrow().num_rows == 1  # nobody's country is one user; another group goes too
    assert any("2 groups are withheld" in warning for warning in answer.warnings)
    assert any(policy.effect == "withheld" for policy in answer.policies)


def test_identities_want_a_permission(mesh: Mesh) -> None:
    fault = refused(mesh, "StreamsPlayed", grain=Grain.IDENTITY, asker=OUTSIDER)
    assert fault.code == "identities-not-permitted"
    one = (Condition("user_id", Comparison.EQ, ("u1",)),)
    assert refused(mesh, "StreamsPlayed", where=one, asker=OUTSIDER).code == fault.code


def test_money_in_two_currencies_is_not_added_up(tmp_path: Path) -> None:
    mesh = Mesh(tmp_path)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",), ("u2",)], ["user_id"])
    sales = mesh.dataset(
        "shop.sales",
        {"id": Col("VARCHAR"), "user_id": key, "amount": Col("DECIMAL(9,2)"),
         "currency": Col("VARCHAR", dimension=True)},
        [("1", "u1", "10.00", "EUR"), ("2", "u2", "5.00", "USD")], ["id"],
    )  # fmt: skip
    mesh.measure("Sales", sales, "sum", "amount", unit="EUR", unit_column="currency")
    assert mesh.sql("SELECT sum(amount) FROM sales") == [(Decimal("15.00"),)]
    fault = refused(mesh, "Sales")
    assert fault.code == "mixed-units"
    assert "EUR, USD" in fault.message
    euros = (Condition("currency", Comparison.EQ, ("EUR",)),)
    assert mesh.ask("Sales", where=euros) == [{"Sales": Decimal("10.00")}]


def test_a_key_that_changed_hands_is_credited_to_its_holder_at_the_time(tmp_path: Path) -> None:
    mesh = _handed_on(tmp_path, ("2026-02-10", None))
    today = mesh.sql(
        "SELECT user_id, count(*) FROM calls JOIN numbers USING (number)"
        " WHERE until IS NULL GROUP BY user_id"
    )
    assert today == [("u2", 3)]
    rows = mesh.ask("Calls", grain=Grain.IDENTITY)
    assert {row["user_id"]: row["Calls"] for row in rows} == {"u1": 2, "u2": 1}


def test_periods_that_overlap_are_refused(tmp_path: Path) -> None:
    mesh = _handed_on(tmp_path, ("2026-02-05", None))
    assert refused(mesh, "Calls").code == "periods-overlap"


def _handed_on(folder: Path, second: tuple[str, str | None]) -> Mesh:
    mesh = Mesh(folder)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",), ("u2",)], ["user_id"])
    number = Col("VARCHAR", "User", "phone")
    pairs = mesh.dataset(
        "users.numbers",
        {"number": number, "user_id": key, "since": Col("DATE"), "until": Col("DATE")},
        [("5", "u1", "2026-01-01", "2026-02-10"), ("5", "u2", *second)],
        ["number", "since"],
    )
    mesh.crosswalk(
        "phones", pairs, ("phone", "user-id"), ("number", "user_id"), valid=("since", "until")
    )
    calls = mesh.dataset(
        "calls.calls", {"id": Col("VARCHAR"), "number": number, "at": Col("TIMESTAMP")},
        [("1", "5", "2026-01-05 10:00:00"), ("2", "5", "2026-02-09 23:00:00"),
         ("3", "5", "2026-02-10 00:00:00")], ["id"],
    )  # fmt: skip
    mesh.measure("Calls", calls, "count", clock="at")
    return mesh


def test_every_answer_says_which_state_of_each_source_was_read(mesh: Mesh) -> None:
    answer = mesh.answer("StreamsPlayed", "PodcastListens")
    assert {at.product.rpartition("/")[2] for at in answer.products} == {
        "users.profiles", "users.accounts", "streaming.plays", "podcasts.listens",
    }  # fmt: skip
    assert all(at.snapshot and at.snapshot.pin for at in answer.products)
    assert answer.as_of == min(at.snapshot.as_of for at in answer.products if at.snapshot)
    late = Window(FEBRUARY.start, datetime(2999, 1, 1))  # noqa: DTZ001
    warned = mesh.answer("StreamsPlayed", time=late)
    assert any("its last part may be missing" in warning for warning in warned.warnings)


def test_a_state_over_time_is_not_added_up_over_time(tmp_path: Path) -> None:
    mesh = Mesh(tmp_path)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    mesh.dataset("users.people", {"user_id": key}, [("u1",), ("u2",)], ["user_id"])
    held = mesh.dataset(
        "bank.balances",
        {"user_id": key, "account": Col("VARCHAR"), "day": Col("DATE"),
         "amount": Col("DECIMAL(9,2)")},
        [("u1", "x", "2026-02-01", "10"), ("u1", "x", "2026-02-02", "12"),
         ("u1", "y", "2026-02-01", "5"), ("u2", "z", "2026-02-02", "7")],
        ["user_id", "account", "day"],
    )  # fmt: skip
    mesh.measure(
        "Balance", held, "sum", "amount", clock="day", additivity="SemiAdditive", not_over="day"
    )
    assert mesh.sql("SELECT sum(amount) FROM balances") == [(Decimal("34.00"),)]
    assert mesh.ask("Balance") == [{"Balance": Decimal("24.00")}]


def test_rows_that_a_policy_hides_are_not_read(mesh: Mesh) -> None:
    data = "https://mesh.example/products/streaming.plays/datasets/plays"
    mesh.row_rule(data, "account_uri", "ne", text("a1"))
    answer = mesh.answer("StreamsPlayed")
    assert answer.arrow().to_pylist() == [{"StreamsPlayed": 4}]
    assert any(policy.effect == "rows" for policy in answer.policies)


def test_a_purpose_that_the_policy_does_not_permit_is_refused_or_left_out(tmp_path: Path) -> None:
    mesh = company(tmp_path)
    fault = refused(mesh, "StreamsPlayed", purpose="Marketing", asker=INSIDER)
    assert fault.code == "purpose-not-permitted"
    assert "ServiceOptimisation" in fault.message
    key = Col("VARCHAR", "User", "user-id")
    sealed = mesh.dataset(
        "legal.cases", {"id": Col("VARCHAR"), "user_id": key}, [("1", "u1")], ["id"],
        purposes=("FulfilmentOfObligation",),
    )  # fmt: skip
    mesh.measure("Cases", sealed, "count")
    mesh._view = None
    assert refused(mesh, "Cases", "StreamsPlayed").code == "purpose-not-permitted"
    part = mesh.answer("Cases", "StreamsPlayed", partial=True)
    assert part.arrow().to_pylist() == [{"StreamsPlayed": 6}]
    assert any("legal.cases is left out" in warning for warning in part.warnings)
