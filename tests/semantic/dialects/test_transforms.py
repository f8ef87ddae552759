"""Each transform gives on each engine what the vector file says, and what its Python says."""

import json
from pathlib import Path
from typing import Any

import pytest
from dialects_ask import Ask
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from catalog_service.errors import Refused
from catalog_service.semantic import transforms
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import Transform

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "transforms.json").read_text())
NAMES = [vector["transform"] for vector in VECTORS]
X = exp.Column(this=exp.Identifier(this="x", quoted=True))
FOLDED = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'"


def applied(text: str, dialect: str) -> str:
    made: exp.Expr = X.copy()
    for step in transforms.parse(text):
        made = transforms.apply(step, made, dialect)
    return made.sql(dialect=dialect)


def values(cases: list[Any], dialect: str) -> str:
    """The inputs as rows of `n` and `x`, their texts written as the emitter writes a question's."""
    text = exp.DataType.build("TEXT")
    rows = [
        f"SELECT {at} AS n, "
        + exp.Cast(this=exp.Null() if case is None else literal(case, dialect), to=text).sql(
            dialect=dialect
        )
        + " AS x"
        for at, case in enumerate(cases)
    ]
    return " UNION ALL ".join(rows)


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_an_engine_gives_what_the_vectors_say(
    vector: dict[str, Any], engine: tuple[str, Ask]
) -> None:
    dialect, ask = engine
    inputs = [case["input"] for case in vector["cases"]]
    made, rows = applied(vector["transform"], dialect), values(inputs, dialect)
    found = dict(ask(f"SELECT n, {made} AS v FROM ({rows}) AS t"))  # noqa: S608
    assert [(inputs[at], found[at]) for at in range(len(inputs))] == [
        (case["input"], case["expected"]) for case in vector["cases"]
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_python_gives_what_the_vectors_say(vector: dict[str, Any]) -> None:
    for case in vector["cases"]:
        found: Any = case["input"]
        for step in transforms.parse(vector["transform"]):
            found = transforms.python(step, found)
        assert found == case["expected"], case


def test_every_transform_has_vectors() -> None:
    assert {step.name for text in NAMES for step in transforms.parse(text)} == set(transforms.RULES)


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("ascii_lower", f"""TRANSLATE("x", {FOLDED})"""),
        ("sha256_ascii_lower", f"""LOWER(TO_HEX(SHA256(TO_UTF8(TRANSLATE("x", {FOLDED})))))"""),
        ("strip_prefix(o'c:)", """CASE WHEN STARTS_WITH("x", 'o''c:') THEN SUBSTR("x", 5) END"""),
        (
            "digits_to_int",
            """CASE WHEN REGEXP_LIKE("x", '^[0-9]{1,18}$') AND NOT REGEXP_LIKE("x", '[^0-9]') THEN CAST("x" AS BIGINT) END""",
        ),
        ("zero_pad(6)", """CASE WHEN LENGTH("x") <= 6 THEN LPAD("x", 6, '0') END"""),
    ],
)
def test_trino_is_written_like_this(text: str, sql: str) -> None:
    assert applied(text, "trino") == sql


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "|", "lower", "ascii_lower(x)", "ascii_lower |", " | ascii_lower", "ascii_lower; DROP TABLE t",
        "strip_prefix", "strip_prefix()", "strip_prefix(a\x00b)", "strip_prefix(a\nb)", "zero_pad", "zero_pad()",
        "zero_pad(0)", "zero_pad(65)", "zero_pad(-1)", "zero_pad(x)", "zero_pad(٣)", "zero_pad(²)", "sha256_ascii_lower()",
        "digits_to_int | zero_pad(6)", "ASCII_LOWER",
    ],
)  # fmt: skip
def test_what_is_no_transform_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        transforms.parse(text)
    assert refused.value.code == "unknown-transform"
    assert "strip_prefix" in refused.value.hint


def test_a_transform_that_was_not_parsed_is_refused_all_the_same() -> None:
    for wrong in (
        Transform("lower"),
        Transform("zero_pad", ("99999999999",)),
        Transform("strip_prefix"),
    ):
        with pytest.raises(Refused):
            transforms.apply(wrong, X.copy(), "duckdb")
        with pytest.raises(Refused):
            transforms.python(wrong, None)


def test_a_dialect_without_a_template_is_refused() -> None:
    with pytest.raises(Refused, match="no template for mysql"):
        transforms.apply(Transform("ascii_lower"), X.copy(), "mysql")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=24))
def test_a_key_is_made_twice_as_it_is_made_once(value: str) -> None:
    fold = Transform("ascii_lower")
    folded = transforms.python(fold, value)
    assert isinstance(folded, str)
    assert transforms.python(fold, folded) == folded
    assert len(folded) == len(value)
