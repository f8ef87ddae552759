"""Terms: what is written is what is read, and only IRIs are IRIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal, Origin, iri, ntriples, number, term, text
from catalog_service.errors import InvalidIri
from catalog_service.terms import XSD, Iri

any_text = st.text(st.characters(exclude_categories=("Cs",)))


@given(any_text, st.sampled_from(["", "en", "de-at"]))
def test_a_literal_reads_back_as_it_was_written(value: str, language: str) -> None:
    literal = text(value, language)
    assert term(ntriples(literal)) == literal


@given(any_text)
def test_one_term_is_one_line(value: str) -> None:
    assert "\n" not in ntriples(Literal(value))
    assert "\r" not in ntriples(Literal(value))


def test_an_iri_reads_back() -> None:
    assert term("<https://mesh.example/a>") == Iri("https://mesh.example/a")


@pytest.mark.parametrize(
    "wrong", ["", "orders", "/orders", "https://a b", 'https://a"', "a:<>", "x:" + "y" * 3000]
)
def test_what_is_no_absolute_iri_is_refused_with_a_hint(wrong: str) -> None:
    with pytest.raises(InvalidIri) as caught:
        iri(wrong)
    assert "in full" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "lexical"),
    [(60, "60.0"), (0.1, "0.1"), ("1E3", "1000.0"), ("99.50", "99.5"), (1e-7, "0.0000001")],
)
def test_a_number_is_a_decimal_in_plain_digits(value: float | str, lexical: str) -> None:
    assert number(value) == Literal(lexical, XSD.decimal)


def test_a_place_reads_as_editors_know_it() -> None:
    assert str(Origin("a.yaml", 3, 7)) == "a.yaml:3:7"
    assert str(Origin("a.yaml")) == "a.yaml"
