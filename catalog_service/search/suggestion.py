"""Completing what is being typed: the names that go on so."""

from collections.abc import Iterator
from dataclasses import dataclass

import tantivy

from catalog_service.search.document import Document, Kind
from catalog_service.search.query import completing
from catalog_service.search.schema import stored
from catalog_service.search.words import key, words
from catalog_service.terms import Iri

MOST = 50
_MANY = (Kind.COLUMN, Kind.CONCEPT)
"""Kinds of which many share a name: such a name is told once, with how many there are."""

_ONE = tuple(kind for kind in Kind if kind not in _MANY)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that goes on as what was typed begins.

    Args:
        text: the name.
        kind: what kind of thing is called so.
        iri: which thing; empty where several of its kind are called so.
        count: how many are.
    """

    text: str
    kind: Kind
    iri: Iri | None
    count: int = 1


def suggest(searcher: tantivy.Searcher, text: str, first: int) -> tuple[Suggestion, ...]:
    """The names that have the words of a text, the last of which may go on.

    Things come before columns and local concepts, what is used more before what is used less. What
    nothing goes on as may be mistyped: then what is close counts.
    """
    typed = words(text)
    if not typed or not first:
        return ()
    for slips in (0, 1):
        query = completing(typed, slips, _ONE)
        found = list(_things(searcher, query, first)) if query else []
        for kind in _MANY:
            left = first - len(found)
            if left and (query := completing(typed, slips, (kind,))):
                found += _names(searcher, query, kind, left)
        if found:
            return tuple(found)
    return ()


def _things(searcher: tantivy.Searcher, query: tantivy.Query, first: int) -> Iterator[Suggestion]:
    hits = searcher.search(query, first, count=False, weight_by_field="weight").hits
    for _, address in hits:
        document = stored(searcher, address)
        yield Suggestion(_called(document), document.kind, document.iri)


def _called(document: Document) -> str:
    """What a thing is called by people: its title, unless that is its name in other letters."""
    same = key(document.title) == key(document.name)
    return document.name if same or not document.title else document.title


def _names(
    searcher: tantivy.Searcher, query: tantivy.Query, kind: Kind, first: int
) -> Iterator[Suggestion]:
    """The different names of things of one kind, the most frequent first."""
    told = searcher.aggregate(query, {"label": {"terms": {"field": "label", "size": first}}})
    for bucket in told["label"]["buckets"]:
        yield Suggestion(bucket["key"], kind, None, bucket["doc_count"])
