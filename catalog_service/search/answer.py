"""Answering a question from one snapshot of the index."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import tantivy

from catalog_service.errors import InvalidRequest
from catalog_service.search import paging, ranking
from catalog_service.search.document import Document
from catalog_service.search.query import asked
from catalog_service.search.question import FACETS, Cursor, Facet, Hit, Hits, Order, Question
from catalog_service.search.ranking import PLACES, Word
from catalog_service.search.schema import stems

_MOST_VALUES = 60_000
"""Values of a facet that the engine's aggregation counts at once; beyond, each term is counted."""

_Narrowed = Callable[[dict[str, tuple[str, ...]]], tantivy.Query]


def answer(searcher: tantivy.Searcher, revision: int, question: Question) -> Hits:
    """What the question finds: the figures over all of it, and one page.

    Args:
        searcher: the snapshot.
        revision: the revision it is at.
        question: what is asked.

    Raises:
        InvalidRequest: its cursor or one of its facets is none.
    """
    after = Cursor.read(question.after, question) if question.after else None
    looked = _weighed(searcher, question.text, after) if question.text.strip() else None
    named = ranking.whole_names(question.text) if looked is not None else {}

    def narrowed(filters: dict[str, tuple[str, ...]]) -> tantivy.Query:
        return asked(looked, named, filters)

    query = narrowed(question.filters())
    by_name = looked is None or question.order == Order.NAME
    page = (paging.by_name if by_name else paging.by_relevance)(
        searcher, query, after, question.first + 1
    )
    weights = tuple(word.weight for word in looked or ())
    hits = []
    for placed in page[: question.first]:
        document = _document(searcher, placed.address)
        score, why = ranking.judge(document, looked, named) if looked is not None else (0, ())
        cursor = Cursor(question.digest, placed.score, placed.order, placed.above, weights)
        hits.append(Hit(document, score, why, str(cursor), score >= ranking.NAMED))
    return Hits(
        total=_count(searcher, query),
        facets=_facets(searcher, question, narrowed),
        hits=tuple(hits),
        revision=revision,
        next=hits[-1].cursor if hits and len(page) > question.first else "",
        words=tuple(word.text for word in looked or ()),
    )


def _weighed(searcher: tantivy.Searcher, text: str, after: Cursor | None) -> tuple[Word, ...]:
    """The words of a text with their weights: on a later page, those of the first."""
    looked = ranking.looked_for(text)
    if after is None:
        weights = tuple(_weight(searcher, word) for word in looked)
    elif len(after.weights) == len(looked):
        weights = after.weights
    else:
        raise InvalidRequest("the cursor is none of ours", hint="begin without a cursor")
    return tuple(replace(word, weight=weight) for word, weight in zip(looked, weights, strict=True))


def _weight(searcher: tantivy.Searcher, word: Word) -> int:
    having = max(searcher.doc_freq(stems(field), word.stem) for field in PLACES)
    return ranking.weight(having, searcher.num_docs)


def _document(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Document:
    return Document.from_bytes(bytes(searcher.doc(address).get_first("source") or b""))


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined]


def _facets(
    searcher: tantivy.Searcher, question: Question, narrowed: _Narrowed
) -> tuple[Facet, ...]:
    """The facets, each counted as if it were not filtered by; one pass for those that are not."""
    unknown = [name for name in question.facets if name not in FACETS]
    if unknown:
        raise InvalidRequest(
            f"{unknown[0]!r} is no facet", hint=f"the facets are {', '.join(FACETS)}"
        )
    filters = question.filters()
    free = [name for name in question.facets if name not in filters]
    counts = _counts(searcher, narrowed(filters), free) if free else {}
    for name in question.facets:
        if name in filters:
            others = {facet: values for facet, values in filters.items() if facet != name}
            counts |= _counts(searcher, narrowed(others), [name])
    return tuple(Facet(name, counts[name]) for name in question.facets)


def _counts(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Iterable[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """How many of the hits have each value of each facet: all values, each exactly."""
    wanted = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in names}
    try:
        found = searcher.aggregate(query, wanted)
    except ValueError as fault:
        if "bucket limit" not in str(fault):
            raise
        found = {}
    counts = {}
    for name in wanted:
        told = found.get(name, {"sum_other_doc_count": 1, "buckets": ()})
        if told["sum_other_doc_count"]:
            counted = searcher.terms_with_prefix(name, "", filter_query=query)
        else:
            counted = [(bucket["key"], bucket["doc_count"]) for bucket in told["buckets"]]
        in_order = sorted(counted, key=lambda count: (-count[1], count[0]))
        counts[name] = tuple((value, number) for value, number in in_order if number)
    return counts
