"""Words of documents: what they stand for, and what they cannot."""

import re

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal
from catalog_service.harvesting.words import address, day, moment, plainly, squeezed, term
from catalog_service.terms import DPV, PD, XSD


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://m.example/a b", "https://m.example/a%20b"),
        ("https://m.example/50%", "https://m.example/50%25"),
        ("https://m.example/caf\u00e9", "https://m.example/caf%C3%A9"),
        ("https://m.example/a[0]#b#c", "https://m.example/a%5B0%5D#b%23c"),
        ("urn:li:dataset:(urn:li:p,a.b,PROD)", "urn:li:dataset:(urn:li:p,a.b,PROD)"),
        ("jdbc:postgresql://h:5432/d/t", "jdbc:postgresql://h:5432/d/t"),
        ("file:./a/*.csv", "file:./a/*.csv"),
        ("mailto:a@m.example", "mailto:a@m.example"),
        ("s3://joe:pw@b/x", "s3://b/x"),
    ],
)
def test_an_address_is_made_one_that_every_store_takes(written: str, found: str) -> None:
    assert address(written) == found


@pytest.mark.parametrize(
    "written",
    ["", "relative/path", "//host/x", "x:", "h://a:port/", "a b:c", "h://x/" + "y" * 3000],
)
def test_what_is_no_address_is_none(written: str) -> None:
    assert address(written) is None


@given(st.text() | st.from_regex(r"[a-z]+://?[^ ]*", fullmatch=True))
def test_no_address_is_ever_refused_by_the_store(written: str) -> None:
    found = address(written)
    if found is not None:
        assert pyoxigraph.NamedNode(found).value == found
        assert not re.search(r"//[^/?#]*:[^/?#]*@", found)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("EmailAddress", PD.EmailAddress),
        ("pd:EmailAddress", PD.EmailAddress),
        ("dpv:Marketing", DPV.Marketing),
        ("https://w3id.org/dpv/pd#EmailAddress", PD.EmailAddress),
        ("two words", None),
        ("foo:Bar", None),
        ("", None),
    ],
)
def test_a_word_names_a_term(word: str, found: str | None) -> None:
    assert term(word, PD) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-02-03T08:00:00Z", Literal("2026-02-03T08:00:00Z", XSD.dateTime)),
        ("2023-09-28 20:24:49.331 UTC", Literal("2023-09-28T20:24:49.331000Z", XSD.dateTime)),
        ("2022-11-15 02:59:43", Literal("2022-11-15T02:59:43", XSD.dateTime)),
        (
            "2026-02-03T08:00:00.123456789+01:00",
            Literal("2026-02-03T08:00:00.123456+01:00", XSD.dateTime),
        ),
        ("2026-02-03", Literal("2026-02-03", XSD.date)),
        ("yesterday", None),
    ],
)
def test_a_moment_is_a_time_or_a_day(written: str, found: Literal | None) -> None:
    assert moment(written) == found


def test_a_day_is_the_date_of_a_time() -> None:
    assert day("2030-12-31T09:00:00-08:00") == Literal("2030-12-31", XSD.date)
    assert day("2030-02-31") is None


def test_spellings_are_compared_without_case_and_gaps() -> None:
    assert plainly(" Highly_Confidential ") == "highly confidential"
    assert squeezed("Data Product-Owner") == "dataproductowner"
