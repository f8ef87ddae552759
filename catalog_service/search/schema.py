"""How a document is laid out in the index."""

from collections.abc import Iterable

import tantivy

from catalog_service.search.document import Document
from catalog_service.search.words import EXACT, STEMMED, clean, keys, with_parts
from catalog_service.terms import Iri

TEXTS: dict[str, str] = {
    "name": "name",
    "alias": "other name",
    "title": "title",
    "keyword": "keyword",
    "description": "description",
    "words": "content",
}
"""The fields that are read for words, and what people call them."""

FACETS: dict[str, str] = {
    "kind": "kinds",
    "domain": "domains",
    "owner": "owners",
    "status": "statuses",
    "protocol": "protocols",
    "sensitivity": "sensitivities",
    "polyseme": "polysemes",
    "conformance": "conformance",
}
"""The facets, and the field of a question that filters by each."""


def _built() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("iri", "publication", "exact"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="exact", index_option="basic")
        builder.add_text_field(stems(name), tokenizer_name="stemmed", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field(
        "order", tokenizer_name="raw", index_option="basic", fast=True, stored=True
    )
    builder.add_unsigned_field("place", indexed=True, fast=True)
    builder.add_bytes_field("source", stored=True)
    builder.add_text_field("meta", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("revision", stored=True)
    return builder.build()


def stems(field: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{field}_stems"


SCHEMA = _built()


def prepared(index: tantivy.Index) -> tantivy.Index:
    """The index, knowing how its words are made; it does not keep that itself."""
    index.register_tokenizer("exact", EXACT)
    index.register_tokenizer("stemmed", STEMMED)
    index.config_reader("manual")
    return index


def place(order: str) -> int:
    """The start of an order as a number: what sorts later never has a lower one."""
    return int.from_bytes(order.encode()[:8].ljust(8, b"\0"), "big")


def texts(document: Document) -> dict[str, tuple[str, ...]]:
    """The texts of a document, by the field in which they are found."""
    return {
        "name": (document.name, document.segment),
        "alias": document.aliases,
        "title": (document.title,),
        "keyword": document.keywords,
        "description": (document.description,),
        "words": document.words,
    }


def exact_keys(document: Document) -> dict[str, set[str]]:
    """What finds a document by its whole name: the keys, by how good a find each is."""
    names = [document.name, document.segment]
    return {
        "iri": {document.iri},
        "name": _keys(names, loose=False),
        "title": _keys([document.title], loose=False),
        "alias": _keys(document.aliases, loose=False),
        "words": _keys([*names, document.title, *document.aliases], loose=True),
    }


def _keys(names: Iterable[str], *, loose: bool) -> set[str]:
    return {found for name in names if (found := keys(name)[1 if loose else 0])}


def written(document: Document, publication: Iri) -> tantivy.Document:
    """A document as the engine takes it."""
    fields: dict[str, object] = {
        "iri": document.iri,
        "publication": publication,
        "exact": [f"{how}:{k}" for how, found in exact_keys(document).items() for k in found],
        "order": document.order,
        "place": place(document.order),
        "source": document.to_bytes(),
        **_facets(document),
    }
    for field, values in texts(document).items():
        text = [with_parts(value) for value in values if value]
        fields[field] = text
        fields[stems(field)] = text
    return tantivy.Document.from_dict(fields, SCHEMA)


def revision(number: int) -> tantivy.Document:
    """The one document that tells which revision the index is at."""
    return tantivy.Document.from_dict({"meta": "revision", "revision": number, "order": ""}, SCHEMA)


def _facets(document: Document) -> dict[str, list[str]]:
    found: dict[str, tuple[str, ...]] = {
        "kind": (document.kind.value,),
        "domain": tuple(dict.fromkeys((document.domain, *document.domains))),
        "owner": (document.owner,),
        "status": (document.status,),
        "protocol": document.protocols,
        "sensitivity": (document.sensitivity,),
        "polyseme": document.polysemes,
        "conformance": (document.conformance,),
    }
    return {
        name: list(dict.fromkeys(clean(value) for value in values if value))
        for name, values in found.items()
    }
