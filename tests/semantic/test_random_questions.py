"""Random questions over random rows, against a reader of plans that knows no SQL."""

import math
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evaluating import evaluate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from semantic_mesh import INSIDER, Col, Mesh

from catalog_service.domain.rdf import Literal
from catalog_service.errors import Refused
from catalog_service.semantic.correlate import filled
from catalog_service.semantic.question import (
    Comparison,
    Condition,
    Grain,
    Question,
    Sharing,
    Window,
)
from catalog_service.terms import XSD

DAY = date(2026, 3, 27)
START = datetime(2026, 3, 27)  # noqa: DTZ001 - clocks are put forward in Europe on the 29th
KEYS = st.one_of(st.none(), st.sampled_from([f"k{n}" for n in range(6)]))
MAILS = st.sampled_from(["Ada@x.example", "BO@x.example", "cy@X.example", "dé@x.example"])
USERS = st.lists(
    st.tuples(st.sampled_from(["SE", "DE", None]), st.one_of(st.none(), MAILS)), min_size=3, max_size=6
)  # fmt: skip
TIMES = st.integers(0, 90).map(lambda hours: START + timedelta(hours=hours))
PAIRS = st.one_of(
    st.lists(
        st.tuples(KEYS, st.integers(0, 3)), min_size=4, max_size=6, unique_by=lambda at: at[0]
    ),
    st.lists(st.tuples(KEYS, st.integers(0, 6)), max_size=8),
)
PLAYS = st.lists(
    st.tuples(
        KEYS, st.one_of(st.none(), TIMES), st.integers(-5, 50), st.sampled_from(["tv", "web", None]),
        st.sampled_from(["a0", "a1", "nobody", None]),
    ),
    min_size=5,
    max_size=12,
)  # fmt: skip
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 12), st.decimals("-9.99", "99.99", places=2)), max_size=12
)
LISTENS = st.lists(
    st.tuples(
        st.one_of(st.none(), MAILS), st.sampled_from("abc"), TIMES, st.sampled_from(["tv", "car"])
    ),
    min_size=3,
    max_size=10,
)
STATES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.sampled_from("xy"), st.integers(0, 2)),
    st.decimals("0", "99.99", places=2),
    max_size=8,
)
MEASURES = (
    "Plays", "Seconds", "Average", "Longest", "Middle", "Paid", "Listens", "Podcasts", "Balance",
)  # fmt: skip
CONDITIONS = st.sampled_from(
    [
        (),
        (Condition("country", Comparison.EQ, ("SE",)),),
        (Condition("country", Comparison.NE, ("SE",)),),
        (Condition("country", Comparison.IS_NULL),),
        (Condition("seconds", Comparison.GTE, (10,)), Condition("country", Comparison.IS_NOT_NULL)),
        (Condition("user_id", Comparison.IN, ("u0", "u2")),),
        (Condition("device", Comparison.EQ, ("tv",)),),
        (Condition("genre", Comparison.NE, ("pop",)), Condition("device", Comparison.IS_NULL)),
    ]
)
DIMENSIONS = st.sampled_from(
    [
        (), ("country",), ("device",), ("genre", "country"), ("day",), ("device", "month"),
        ("hour",), ("week", "country"), ("genre", "day"), ("quarter", "device", "country"),
    ]
)  # fmt: skip
REFUSED = {
    "crosswalk-many", "not-unique", "unknown-attribute", "period-cuts-a-day", "unknown-dimension",
    "dimension-not-shared",
}  # fmt: skip
WINDOWS = st.sampled_from(
    [
        None,
        Window(zone="Europe/Stockholm"),
        Window(START, START + timedelta(days=2)),
        Window(START, START + timedelta(days=3), "America/New_York"),
        Window(START + timedelta(days=1), None, "Europe/Stockholm"),
        Window(None, START + timedelta(days=2), "Asia/Kolkata"),
    ]
)


@settings(
    max_examples=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(data=st.data())
def test_sql_and_python_come_to_the_same_rows(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        mesh, tables = _mesh(Path(folder), data)
        for _ in range(10):
            _compared(mesh, tables, _question(data))


def _question(data: st.DataObject) -> Question:
    wanted = data.draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True))
    return Question(
        polyseme="user",
        measures=tuple(wanted),
        dimensions=data.draw(DIMENSIONS),
        where=data.draw(CONDITIONS),
        time=data.draw(WINDOWS),
        grain=data.draw(st.sampled_from(Grain)),
        purpose="ServiceOptimisation",
        sharing=data.draw(st.sampled_from(Sharing)),
        coverage=False,
    )


def _compared(mesh: Mesh, tables: dict[str, list[dict[str, Any]]], question: Question) -> None:
    correlator = mesh._correlator = mesh._correlator or mesh.correlator()
    view = mesh._view = mesh._view or mesh.view()
    try:
        ours = correlator.answer(question, view, 7, INSIDER).arrow().to_pylist()
    except Refused as fault:
        if fault.code in REFUSED:
            return
        raise
    plan = correlator.compile(question, view, 7, INSIDER).planned.plan
    theirs = evaluate(plan, tables, filled(plan, question))
    assert _bag(ours) == _bag(theirs)


def _bag(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(_rounded(value) for value in row.values()) for row in rows)


def _rounded(value: Any) -> Any:
    """A value to compare: whole numbers and decimals exactly, doubles to twelve digits."""
    if isinstance(value, float):
        return 0.0 if value == 0 else round(value, 11 - math.floor(math.log10(abs(value))))
    return Decimal(value).normalize() if isinstance(value, int | Decimal) else value


def _mesh(folder: Path, data: st.DataObject) -> tuple[Mesh, dict[str, list[dict[str, Any]]]]:
    mesh = Mesh(folder)
    mesh.polyseme("User", "user-id", "users")
    key = Col("VARCHAR", "User", "user-id")
    tables: dict[str, list[dict[str, Any]]] = {}

    def serve(
        product: str, columns: dict[str, Col], rows: list[tuple[Any, ...]], grain: list[str]
    ) -> Any:
        name = product.rpartition(".")[2]
        tables[name] = [dict(zip(columns, row, strict=True)) for row in rows]
        return mesh.dataset(product, columns, rows, grain)

    users = [(f"u{n}", *row) for n, row in enumerate(data.draw(USERS))]
    profiles = serve(
        "users.profiles",
        {"user_id": key, "country": Col("VARCHAR", dimension=True), "email": Col("VARCHAR")},
        users, ["user_id"],
    )  # fmt: skip
    mesh.derive(profiles, "email", "mail", "sha256_ascii_lower")
    cardinality = data.draw(st.sampled_from(["ManyToOne", "ManyToMany"]))
    account = Col("VARCHAR", "User", "account")
    pairs = serve(
        "users.accounts", {"account": account, "user_id": key},
        [(at, f"u{n}") for at, n in data.draw(PAIRS)], ["account", "user_id"],
    )  # fmt: skip
    mesh.crosswalk("accounts", pairs, ("account", "user-id"), ("account", "user_id"), cardinality)
    artists = [("a0", "jazz"), ("a1", data.draw(st.sampled_from(["pop", "jazz", None])))]
    serve(
        "art.artists", {"artist": Col("VARCHAR"), "genre": Col("VARCHAR", dimension=True)},
        artists, ["artist"],
    )  # fmt: skip
    device = Col("VARCHAR", dimension=True, term="device")
    zone = data.draw(st.sampled_from(["UTC", "America/New_York"]))
    plays = serve(
        "music.plays",
        {"play": Col("VARCHAR"), "account": account, "at": Col("TIMESTAMP"),
         "seconds": Col("INTEGER", dimension=True), "device": device,
         "artist": Col("VARCHAR", foreign="art.artists/datasets/artists/columns/artist")},
        [(f"p{n}", *row) for n, row in enumerate(data.draw(PLAYS))], ["play"],
    )  # fmt: skip
    mesh.measure("Plays", plays, "count", clock="at", zone=zone)
    mesh.measure("Seconds", plays, "sum", "seconds", clock="at", zone=zone)
    mesh.measure("Average", plays, "average", "seconds", clock="at", zone=zone, empty="Null")
    mesh.measure("Longest", plays, "maximum", "seconds", clock="at", zone=zone, empty="Null")
    mesh.measure("Middle", plays, "median", "seconds", clock="at", zone=zone, empty="Null")
    if data.draw(st.booleans()):
        mesh.row_rule(plays, "seconds", "gte", Literal("0", XSD.integer))
    paid = serve(
        "money.payments",
        {"payment": Col("VARCHAR"), "amount": Col("DECIMAL(9,2)"),
         "play": Col("VARCHAR", foreign="music.plays/datasets/plays/columns/play")},
        [(f"y{n}", amount, f"p{at}") for n, (at, amount) in enumerate(data.draw(PAYMENTS))],
        ["payment"],
    )  # fmt: skip
    mesh.measure("Paid", paid, "sum", "amount", zone=zone,
                 clock="music.plays/datasets/plays/columns/at")  # fmt: skip
    heard = serve(
        "talk.listens",
        {"listen": Col("VARCHAR"), "mail": Col("VARCHAR", "User", "mail"),
         "podcast": Col("VARCHAR"), "at": Col("TIMESTAMP"), "device": device},
        [(f"l{n}", mail and _hashed(mail), pod, at, on)
         for n, (mail, pod, at, on) in enumerate(data.draw(LISTENS))], ["listen"],
    )  # fmt: skip
    mesh.measure("Listens", heard, "count", clock="at")
    mesh.measure("Podcasts", heard, "count-distinct", "podcast", clock="at")
    held = serve(
        "bank.states",
        {"user_id": key, "account": Col("VARCHAR"), "day": Col("DATE"), "held": Col("DECIMAL(9,2)")},
        [(f"u{n}", at, DAY + timedelta(days=days), amount)
         for (n, at, days), amount in data.draw(STATES).items()], ["user_id", "account", "day"],
    )  # fmt: skip
    mesh.measure(
        "Balance", held, "sum", "held", clock="day", additivity="SemiAdditive", not_over="day",
        empty="Null",
    )  # fmt: skip
    return mesh, tables


def _hashed(mail: str) -> str:
    folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in mail)
    return sha256(folded.encode()).hexdigest()
