"""The one JSON-LD context."""

import json

import pytest

from catalog_service import bundled
from catalog_service.domain.rdf import Triple, text
from catalog_service.governance.vocabulary import undeclared
from catalog_service.graph import parse
from catalog_service.terms import CSVW, DCT, DPROD, PM, PREFIXES, RDF, XSD, Iri

TEXT = (bundled.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
CONTEXT = json.loads(TEXT)["@context"]
KEYS = [key for key in CONTEXT if key not in PREFIXES and not key.startswith("@")]
PRODUCT = Iri("https://mesh.example/products/p")


def expanded(key: str) -> str:
    """What a key of the context stands for."""
    value = CONTEXT[key]
    name = str(value["@id"] if isinstance(value, dict) else value)
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def stated(**document: object) -> set[Triple]:
    return set(parse(json.dumps({"@context": CONTEXT, "id": PRODUCT, **document}), "jsonld"))


def test_no_key_is_given_twice() -> None:
    pairs: list[str] = []

    def collect(found: list[tuple[str, object]]) -> dict[str, object]:
        pairs.extend(key for key, _ in found if not key.startswith("@"))
        return dict(found)

    json.loads(TEXT, object_pairs_hook=collect)
    assert len(pairs) == len(set(pairs))


def test_an_unknown_key_has_no_meaning() -> None:
    assert "@vocab" not in CONTEXT
    assert "@base" not in CONTEXT


def test_the_prefixes_are_those_of_the_catalog() -> None:
    assert {prefix: CONTEXT[prefix] for prefix in PREFIXES} == PREFIXES


def test_each_word_of_ours_has_a_key() -> None:
    keyed = {expanded(key) for key in KEYS}
    assert set(PM.terms.values()) <= keyed


def test_each_key_stands_for_a_declared_word_or_for_a_keyword() -> None:
    words = [expanded(key) for key in KEYS]
    assert undeclared(words) == ()
    assert all(word.startswith(("@", "http")) for word in words)


def test_a_document_states_what_it_says() -> None:
    assert stated(
        type="DataProduct",
        title={"@value": "Plays", "@language": "en"},
        lifecycleStatus="Active",
        domain="https://mesh.example/domains/streaming",
        version="1.0.0",
    ) == {
        Triple(PRODUCT, RDF.type, DPROD.DataProduct),
        Triple(PRODUCT, DCT.title, text("Plays", "en")),
        Triple(PRODUCT, DPROD.lifecycleStatus, PM.Active),
        Triple(PRODUCT, DPROD.domain, Iri("https://mesh.example/domains/streaming")),
        Triple(PRODUCT, Iri("http://www.w3.org/ns/dcat#version"), text("1.0.0")),
    }


@pytest.mark.parametrize(
    ("key", "value", "predicate", "meant"),
    [
        ("sensitivity", "Internal", PM.sensitivity, PM.Internal),
        ("datatype", "xsd:date", CSVW.datatype, XSD.date),
        ("indicator", "Freshness", PM.indicator, PM.Freshness),
        ("personalDataCategory", "pd:Health", PM.personalDataCategory, PREFIXES["pd"] + "Health"),
        ("readsFrom", "https://mesh.example/p", PM.readsFrom, "https://mesh.example/p"),
    ],
)
def test_a_value_that_is_a_word_becomes_its_iri(
    key: str, value: str, predicate: Iri, meant: str
) -> None:
    assert stated(**{key: value}) == {Triple(PRODUCT, predicate, Iri(meant))}
