"""Values come back from each engine as they were given, whatever they hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from dialects_ask import Ask
from sqlglot import exp

from catalog_service.errors import InvalidRequest
from catalog_service.semantic.literals import literal

HOSTILE = [
    "'", "''", "\\", "\\'", "\\\\'", "a'b", 'a"b', "`", "x'; DROP TABLE users; --", "' OR '1'='1", "\\' OR 1=1 --",
    "/* */", "-- x", "$1", "$$a$$", "${x}", "{x}", ":x", "?", "%s", "%", "_", "\n", "\r\n", "\t", "\b", "\x01", "\x1a",
    "\\n", "\\u0041", "\\x41", "\\101", "\\0", "E'\\x'", "U&'\\0041'", "r'x'", "É İẞΣ", "e\u0301", "\u202e", "\ufeff",
    "😀", "\u2028", "\x7f", "\x85", "", " ", "  trailing ", "NULL", "1", "true", "2026-02-01",
]  # fmt: skip


def selected(values: list[Any], dialect: str, datatype: str) -> str:
    cast = exp.DataType.build(datatype)
    return " UNION ALL ".join(
        f"SELECT {at} AS n, "
        + exp.Cast(this=literal(value, dialect), to=cast.copy()).sql(dialect=dialect)
        + " AS v"
        for at, value in enumerate(values)
    )


def test_hostile_text_comes_back_unchanged(engine: tuple[str, Ask]) -> None:
    dialect, ask = engine
    found = dict(ask(selected(list(HOSTILE), dialect, "TEXT")))
    assert [found[at] for at in range(len(HOSTILE))] == HOSTILE


def test_hostile_text_equals_itself_in_a_filter(engine: tuple[str, Ask]) -> None:
    dialect, ask = engine
    for value in ("\\' OR 1=1 --", "' OR '1'='1", "a\\", "\n"):
        rows = selected(["x", value], dialect, "TEXT")
        wanted = literal(value, dialect).sql(dialect=dialect)
        assert ask(f"SELECT n, v FROM ({rows}) AS t WHERE v = {wanted}") == [(1, value)]  # noqa: S608


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 2, 28), "2026-02-28"),
        (date(1, 1, 1), "0001-01-01"),
        (date(9999, 12, 31), "9999-12-31"),
        (Decimal("12.340"), "12.340"),
        (Decimal("-1.01"), "-1.01"),
        (Decimal("1E+3"), "1000"),
        (Decimal(0), "0"),
        (
            Decimal("99999999999999999999999999.000000000001"),
            "99999999999999999999999999.000000000001",
        ),
        (2**63 - 1, "9223372036854775807"),
        (-5, "-5"),
        (3_000_000_000, "3000000000"),
    ],
)
def test_numbers_and_days_keep_every_digit(value: Any, text: str, engine: tuple[str, Ask]) -> None:
    dialect, ask = engine
    assert ask(selected([value], dialect, "TEXT")) == [(0, text)]


def test_moments_have_no_zone_and_keep_microseconds(engine: tuple[str, Ask]) -> None:
    dialect, ask = engine
    paris = timezone(timedelta(hours=1))
    moments = [
        datetime(2026, 2, 1),  # noqa: DTZ001
        datetime(2026, 3, 29, 2, 30, 0, 1),  # noqa: DTZ001
        datetime(2026, 2, 1, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=paris),
    ]
    found = ask(selected(moments, dialect, "TEXT"))
    assert [text for _, text in sorted(found)] == [
        "2026-02-01 00:00:00",
        "2026-03-29 02:30:00.000001",
        "2026-02-01 00:00:00",
        "2026-01-31 23:00:00",
    ]


def test_truth_is_no_number(engine: tuple[str, Ask]) -> None:
    dialect, ask = engine
    for value in (True, False):
        made = literal(value, dialect).sql(dialect=dialect)
        assert ask(f"SELECT 0 AS n, {made} AS v") == [(0, value)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("o'c\\", "'o''c\\'"),
        (datetime(2026, 2, 1), "CAST('2026-02-01 00:00:00.000000' AS TIMESTAMP)"),  # noqa: DTZ001
        (Decimal("1.50"), "CAST('1.50' AS DECIMAL(3, 2))"),
        (date(2026, 2, 1), "CAST('2026-02-01' AS DATE)"),
    ],
)
def test_trino_is_written_like_this(value: Any, text: str) -> None:
    assert literal(value, "trino").sql(dialect="trino") == text


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "\ud800", 2**63, -(2**63), Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 40],
)
def test_what_no_engine_holds_is_said_to_be_wrong(value: Any) -> None:
    with pytest.raises(InvalidRequest):
        literal(value, "duckdb")
