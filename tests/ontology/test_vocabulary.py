"""Telling which words a text uses, and which of them there are."""

import pytest

from catalog_service.errors import Unreadable
from catalog_service.governance.vocabulary import (
    declared,
    undeclared,
    used_by_query,
    used_by_turtle,
)
from catalog_service.terms import CSVW, DCT, DPROD, PM, RDF, SH, SKOS, STD, XSD

PREFIXES = """\
PREFIX pm: <https://w3id.org/polyseme/ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX eu-gdpr: <https://w3id.org/dpv/legal/eu/gdpr#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def test_a_query_uses_what_it_names_with_and_without_a_prefix() -> None:
    text = PREFIXES + f"SELECT ?x WHERE {{ ?x a pm:Domain ; <{DCT.title}> ?t . }}"
    assert used_by_query(text) == {PM.Domain, DCT.title}


def test_paths_and_names_with_hyphens_are_seen() -> None:
    text = PREFIXES + "ASK { ?x pm:about/^skos:broader*|!pm:inDomain eu-gdpr:A6-1-a. }"
    assert used_by_query(text) == {
        PM.about,
        SKOS.broader,
        PM.inDomain,
        "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a",
    }


def test_comments_texts_variables_and_blank_nodes_are_no_words() -> None:
    text = PREFIXES + (
        "# pm:Nothing\n"
        'SELECT ?pm WHERE { _:b dct:title "pm:Nothing", \'pm:Nothing\', """pm:\n"Nothing""" .'
        " FILTER(?x < 3 && ?y > 2) }"
    )
    assert used_by_query(text) == {DCT.title}


def test_a_prefix_that_is_declared_and_not_used_is_no_use_of_a_word() -> None:
    assert used_by_query(PREFIXES + "SELECT * { ?s ?p ?o }") == frozenset()


def test_a_prefix_that_is_not_declared_is_told_with_its_line() -> None:
    with pytest.raises(Unreadable, match="prefix 'prov'") as caught:
        used_by_query(PREFIXES + "ASK {\n ?x prov:used ?y }")
    assert caught.value.line == 6
    assert "PREFIX prov:" in caught.value.hint


def test_a_turtle_document_uses_its_terms_and_datatypes() -> None:
    text = f'<urn:x> a <{PM.Domain}> ; <{DCT.created}> "2026-01-01"^^<{XSD.date}> .'
    assert used_by_turtle(text) == {"urn:x", RDF.type, PM.Domain, DCT.created, XSD.date}


def test_a_shape_uses_the_words_of_its_query() -> None:
    select = "SELECT $this WHERE { $this csvw:column ?c }"
    text = f'<urn:x> <{SH.base}sparql> [ <{SH.base}select> "{select}" ] .'
    assert CSVW.column in used_by_turtle(text)


def test_turtle_that_does_not_parse_is_told() -> None:
    with pytest.raises(Unreadable, match="does not parse"):
        used_by_turtle("<urn:x> a ")


@pytest.mark.parametrize(
    "iri",
    [
        f"{PM.base}Golden",
        f"{DPROD.base}dataproduct",
        f"{XSD.base}text",
        f"{STD.base}no-such-standard",
        "https://w3id.org/dpv/pd#UserName",
    ],
)
def test_an_unknown_term_of_a_known_namespace_is_undeclared(iri: str) -> None:
    assert undeclared([iri, PM.Domain]) == (iri,)


@pytest.mark.parametrize(
    "iri", [PM.base, DCT.base, "https://mesh.example/x", "urn:x", f"{STD.base}one-domain"]
)
def test_namespaces_foreign_things_and_standards_are_not_undeclared(iri: str) -> None:
    assert undeclared([iri]) == ()


def test_the_words_that_every_graph_needs_are_declared() -> None:
    assert {RDF.type, PM.Polyseme, DPROD.DataProduct, SH.NodeShape, XSD.decimal} <= declared()
