"""What an answer looks like when it is written, held against what the graph engine reads and says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal, Term
from catalog_service.errors import InvalidRequest, UnknownFormat
from catalog_service.semantic.sparql import kinds, writing
from catalog_service.semantic.sparql.algebra import Field
from catalog_service.semantic.sparql.coded import Coded, coded
from catalog_service.semantic.sparql.formats import format_of
from catalog_service.semantic.sparql.meanings import Address, Open, Typed
from catalog_service.semantic.sparql.templates import Template
from catalog_service.semantic.sparql.writing import written
from catalog_service.terms import RDF, XSD, Iri

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TSV = "text/tab-separated-values"
KINDS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    TSV: ox.QueryResultsFormat.TSV,
}
MOMENT = datetime(2026, 2, 1, 12, tzinfo=UTC).replace(tzinfo=None)
A = Field("a")
Given = list[Any]


def column(values: Given, type_: pa.DataType) -> pa.ChunkedArray:
    """A column in two pieces, as an engine hands it over."""
    half = len(values) // 2
    return pa.chunked_array([pa.array(values[:half], type_), pa.array(values[half:], type_)])


def typed(datatype: Iri, values: Given, type_: pa.DataType) -> Coded:
    return coded(Typed(datatype, A), [column(values, type_)])


def read(told: bytes, media_type: str) -> list[tuple[Any, ...]]:
    found = ox.parse_query_results(told, KINDS[media_type])
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row) for row in found]


def term(of: Term | None) -> ox.NamedNode | ox.Literal | None:
    if of is None:
        return None
    if not isinstance(of, Literal):
        return ox.NamedNode(of)
    if of.language:
        return ox.Literal(of.lexical, language=of.language)
    return ox.Literal(of.lexical, datatype=ox.NamedNode(of.datatype))


@pytest.mark.parametrize(
    ("datatype", "type_", "values"),
    [
        (XSD.integer, pa.int64(), [1, -7, None, 0, 1]),
        (XSD.integer, pa.decimal128(38, 0), [Decimal(10**30), None, Decimal(-3), Decimal(100)]),
        (XSD.decimal, pa.decimal128(12, 6), [Decimal("1.500000"), Decimal(0), Decimal(-100), None]),
        (XSD.decimal, pa.decimal128(38, 9), [Decimal("0.000000001"), Decimal("-0.50")]),
        (XSD.decimal, pa.decimal128(9, 0), [Decimal(100), Decimal(0)]),
        (XSD.decimal, pa.float64(), [0.25, 3.0]),
        (XSD.boolean, pa.bool_(), [True, None, False]),
        (XSD.date, pa.date32(), [date(2026, 2, 1), date(1, 1, 1), None]),
        (XSD.dateTime, pa.timestamp("us"), [MOMENT, MOMENT.replace(year=5, microsecond=7)]),
        (XSD.dateTime, pa.timestamp("us", "UTC"), [datetime(2026, 2, 1, 12, tzinfo=UTC)]),
        (XSD.string, pa.string(), ["", 'a "b" \\ \t\n', None, "é\u0001"]),
        (XSD.time, pa.time64("us"), [None]),
        (XSD.double, pa.float64(), [1.0, -0.0, 1e-7, 123456789.25, float("inf"), None, 0.1 + 0.2]),
    ],
)  # fmt: skip
def test_columns_are_said_as_single_values_are(
    datatype: Iri, type_: pa.DataType, values: Given
) -> None:
    expected = [
        None if one is None else Literal(kinds.lexical(one, datatype), datatype) for one in values
    ]
    assert typed(datatype, values, type_).rows() == expected


@given(st.floats(allow_nan=False))
def test_a_double_is_written_with_as_few_digits_as_tell_it(value: float) -> None:
    told = kinds.lexical(value, XSD.double)
    assert float(told) == value or told in ("INF", "-INF")
    mantissa = told.partition("E")[0].lstrip("-")
    assert told in ("INF", "-INF") or len(mantissa.partition(".")[0]) == 1
    assert len(mantissa) <= max(3, len(repr(value)) + 1)


def test_an_address_is_made_of_all_its_columns_or_is_none() -> None:
    made = coded(
        Address(Template(("https://m.example/", "/of/", "")), (A, A), ("text", "integer")),
        [column(["a b", "é", None, "x", "a b"], pa.string()),
         column([1, 2, 3, None, 1], pa.int64())],
    )  # fmt: skip
    assert made.rows() == [
        "https://m.example/a%20b/of/1", "https://m.example/%C3%A9/of/2", None, None,
        "https://m.example/a%20b/of/1",
    ]  # fmt: skip
    assert len(made.texts) == 2


def test_open_terms_are_what_each_row_says_in_canonical_form() -> None:
    sorts = ["", "@en", XSD.integer, XSD.decimal, XSD.string, None, XSD.integer]
    texts = ["https://m.example/", "hi", "007", "1.50", "007", None, "none"]
    made = coded(Open(A, A), [column(texts, pa.string()), column(sorts, pa.string())])
    assert made.rows() == [
        Iri("https://m.example/"), Literal("hi", RDF.langString, "en"), Literal("7", XSD.integer),
        Literal("1.5", XSD.decimal), Literal("007"), None, Literal("none", XSD.integer),
    ]  # fmt: skip


# The reader that XML is held against leaves out the spaces around a text.
_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\t\n\r\"\\<>&,;'"),
    max_size=6,
).map("|{}|".format)
_LITERALS = st.one_of(
    _TEXT.map(Literal),
    st.builds(Literal, _TEXT, st.just(RDF.langString), st.sampled_from(("en", "de"))),
    st.builds(Literal, _TEXT, st.just(Iri("https://m.example/type"))),
)
_TERMS = (
    st.none()
    | st.from_regex(r"https://m\.example/[a-z&'0-9]{0,4}", fullmatch=True).map(Iri)
    | _LITERALS
)


@given(st.lists(st.tuples(_TERMS, _TERMS, _TERMS), max_size=12), st.sampled_from(sorted(KINDS)))
def test_what_is_written_is_read_again(
    rows: list[tuple[Term | None, ...]], media_type: str
) -> None:
    columns = [_open([row[at] for row in rows]) for at in range(3)]
    told = b"".join(written(("x", "yz", "é"), columns, len(rows), media_type))
    assert read(told, media_type) == [tuple(map(term, row)) for row in rows]


def _open(terms: list[Term | None]) -> Coded:
    texts = [one.lexical if isinstance(one, Literal) else one for one in terms]
    sorts = [None if one is None else _sort(one) for one in terms]
    return coded(Open(A, A), [column(texts, pa.string()), column(sorts, pa.string())])


def _sort(one: Term) -> str:
    if not isinstance(one, Literal):
        return ""
    return f"@{one.language}" if one.language else one.datatype


@pytest.mark.parametrize("media_type", sorted(KINDS))
def test_pieces_end_between_rows_and_make_one_answer(
    media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = typed(XSD.integer, [None if n % 3 == 0 else n for n in range(100)], pa.int64())
    texts = typed(XSD.string, [None if n % 2 else f"t{n}" for n in range(100)], pa.string())
    whole = b"".join(written(("n", "t"), (numbers, texts), 100, media_type))
    monkeypatch.setattr(writing, "_PIECE", 256)
    pieces = list(written(("n", "t"), (numbers, texts), 100, media_type))
    assert len(pieces) > 10
    assert b"".join(pieces) == whole
    assert len(read(whole, media_type)) == 100


@pytest.mark.parametrize("media_type", sorted(KINDS))
def test_rows_that_bind_nothing_are_rows(media_type: str) -> None:
    nothing = typed(XSD.integer, [None] * 3, pa.int64())
    told = b"".join(written(("n",), (nothing,), 3, media_type))
    assert read(told, media_type) == [(None,)] * 3
    none = b"".join(written(("n",), (typed(XSD.integer, [], pa.int64()),), 0, media_type))
    assert read(none, media_type) == []


def test_csv_quotes_what_would_be_taken_for_its_own_signs() -> None:
    texts = typed(XSD.string, ['a,"b"', "c", None, "d\ne"], pa.string())
    told = b"".join(written(("x", "y"), (texts, texts), 4, "text/csv"))
    assert told == b'x,y\r\n"a,""b""","a,""b"""\r\nc,c\r\n,\r\n"d\ne","d\ne"\r\n'


def test_a_format_that_cannot_hold_a_text_says_so_before_the_first_piece() -> None:
    texts = typed(XSD.string, ["fine", "\x00"], pa.string())
    with pytest.raises(InvalidRequest, match="control character"):
        written(("x",), (texts,), 2, XML)


def test_a_format_that_is_none_of_rows_is_named() -> None:
    with pytest.raises(UnknownFormat, match="text/turtle"):
        written((), (), 1, "text/turtle")


@pytest.mark.parametrize(
    ("media_type", "parse"),
    [(JSON, ox.QueryResultsFormat.JSON), (XML, ox.QueryResultsFormat.XML),
     (TSV, ox.QueryResultsFormat.TSV), ("text/csv", ox.QueryResultsFormat.CSV)],
)  # fmt: skip
def test_a_truth_is_written_in_each_format(media_type: str, parse: ox.QueryResultsFormat) -> None:
    truth = format_of(media_type).truth
    if parse in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML):
        found = ox.parse_query_results(truth(True), parse)  # noqa: FBT003
        assert isinstance(found, ox.QueryBoolean)
        assert bool(found)
    assert "false" in truth(False)  # noqa: FBT003
