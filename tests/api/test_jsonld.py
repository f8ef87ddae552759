"""Writing JSON-LD."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal, Triple, boolean, number, text
from catalog_service.graph import parse
from catalog_service.services.export import jsonld
from catalog_service.terms import DCT, PM, RDF, UNIT, XSD, Iri

THING = Iri("https://mesh.example/thing")

iris = st.sampled_from(
    [
        THING,
        PM.Domain,
        UNIT.MIN,
        Iri("mailto:ana@mesh.example"),
        Iri("urn:isbn:1"),
        Iri("pm:not-a-prefix"),
        Iri("dct://host/path"),
        Iri("http://purl.org/dc/terms/a/b"),
    ]
)
literals = st.one_of(
    st.builds(text, st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    st.builds(text, st.just("two\nlines"), st.sampled_from(["en", "de-ch"])),
    st.sampled_from([boolean(value=True), number(1), Literal("x", PM.Domain)]),
)
triples = st.builds(Triple, iris, st.sampled_from([RDF.type, DCT.title, PM.about]), iris | literals)


@given(st.frozensets(triples, min_size=1, max_size=12))
def test_what_is_written_reads_as_what_was_meant(stated: frozenset[Triple]) -> None:
    assert frozenset(parse(jsonld.document(stated).decode(), "jsonld")) == stated


def test_the_same_triples_are_the_same_text() -> None:
    two = (Triple(THING, DCT.title, text("a")), Triple(THING, RDF.type, PM.Domain))
    assert jsonld.document(two) == jsonld.document(reversed(two)) == jsonld.document(two * 2)


def test_only_prefixes_in_use_are_declared() -> None:
    found = json.loads(jsonld.document([Triple(THING, DCT.title, Literal("1", XSD.integer))]))
    assert set(found["@context"]) == {"dct", "xsd"}


@pytest.mark.parametrize("named", ["pm:x", "dct://x/y"])
def test_an_iri_that_looks_like_a_short_name_stays_what_it_is(named: str) -> None:
    stated = Triple(Iri(named), RDF.type, PM.Domain)
    assert parse(jsonld.document([stated]).decode(), "jsonld") == (stated,)
