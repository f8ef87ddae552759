"""How a document is laid out in the index.

Each stem of a document stands in the best of four places in which it is found, and in no other:
what a word finds is then disjoint lists, and one more, `any`, to count by.
"""

from collections.abc import Iterable

import tantivy

from catalog_service.search.document import Document
from catalog_service.search.prior import weighed
from catalog_service.search.words import EXACT, STEMMED, clean, keys, with_parts
from catalog_service.terms import Iri

TEXTS: dict[str, str] = {
    "name": "name",
    "alias": "other name",
    "title": "title",
    "keyword": "keyword",
    "words": "content",
    "description": "description",
}
"""The texts of a document that are read for words, and what people call them."""

PLACES: dict[str, tuple[str, ...]] = {
    "called": ("name", "alias", "title"),
    "tagged": ("keyword",),
    "holds": ("words",),
    "says": ("description",),
}
"""The places in which a word may stand, the best first, and the texts that make them up."""

FACETS: dict[str, str] = {
    "kind": "kinds",
    "domain": "domains",
    "owner": "owners",
    "status": "statuses",
    "protocol": "protocols",
    "sensitivity": "sensitivities",
    "polyseme": "polysemes",
    "conformance": "conformance",
    "freshness": "freshness",
}
"""The facets, and the field of a question that filters by each."""

SEVERAL = ("domain", "protocol", "polyseme")
"""The facets of which one document may have several values."""

BETWEEN = "\x1f"
"""What stands between the values of one document where they are counted as a set."""


def column(facet: str) -> str:
    """The field by which a facet is counted: one value in each document, whatever it has of it."""
    return f"{facet}_set" if facet in SEVERAL else facet


def _built() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("iri", "publication", "exact", *SEVERAL):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*PLACES, "any", "names", "forms"):
        builder.add_text_field(name, tokenizer_name="apart", index_option="basic")
    for name in (*map(column, FACETS), "label"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field(
        "order", tokenizer_name="raw", index_option="basic", fast=True, stored=True
    )
    builder.add_unsigned_field("place", indexed=True, fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("source", stored=True)
    builder.add_text_field("meta", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("revision", stored=True)
    return builder.build()


SCHEMA = _built()
_APART = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def prepared(index: tantivy.Index) -> tantivy.Index:
    """The index, knowing how its words are made; it does not keep that itself."""
    index.register_tokenizer("apart", _APART)
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
        "words": document.words,
        "description": (document.description,),
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
        "label": document.name or document.title,
        "order": document.order,
        "place": place(document.order),
        "weight": weighed(document),
        "source": document.to_bytes(),
        **_words(document),
        **_facets(document),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Document:
    """The document at an address."""
    return Document.from_bytes(bytes(searcher.doc(address).get_first("source") or b""))


def revision(number: int) -> tantivy.Document:
    """The one document that tells which revision the index is at."""
    return tantivy.Document.from_dict({"meta": "revision", "revision": number, "order": ""}, SCHEMA)


def _words(document: Document) -> dict[str, str]:
    """The words of a document: each stem in its best place, and the names as they are written."""
    there = {
        field: [with_parts(value) for value in values if value]
        for field, values in texts(document).items()
    }
    fields: dict[str, str] = {}
    every: dict[str, None] = {}
    for name, made_of in PLACES.items():
        stems = {s for field in made_of for text in there[field] for s in STEMMED.analyze(text)}
        fields[name] = " ".join(stems.difference(every))
        every |= dict.fromkeys(stems)
    return fields | {
        "any": " ".join(every),
        "names": " ".join(_forms(document, "called")),
        "forms": " ".join(named_words(document)),
    }


def named_words(document: Document) -> set[str]:
    """The words of its names and keywords, as they are written."""
    return _forms(document, "called") | _forms(document, "tagged")


def _forms(document: Document, place: str) -> set[str]:
    there = texts(document)
    values = (value for field in PLACES[place] for value in there[field] if value)
    return {word for value in values for word in EXACT.analyze(with_parts(value))}


def _facets(document: Document) -> dict[str, list[str]]:
    found: dict[str, tuple[str, ...]] = {
        "kind": (document.kind.value,),
        "domain": (document.domain, *document.domains),
        "owner": (document.owner,),
        "status": (document.status,),
        "protocol": document.protocols,
        "sensitivity": (document.sensitivity,),
        "polyseme": document.polysemes,
        "conformance": (document.conformance,),
        "freshness": (document.freshness,),
    }
    values = {
        name: list(dict.fromkeys(clean(v).replace(BETWEEN, " ") for v in given if v))
        for name, given in found.items()
    }
    sets = {column(name): [BETWEEN.join(sorted(values[name]))] for name in SEVERAL if values[name]}
    return values | sets
