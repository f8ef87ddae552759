"""Answering a question from one snapshot of the index."""

from typing import NamedTuple

import tantivy

from catalog_service.errors import InvalidRequest
from catalog_service.search import paging
from catalog_service.search.facets import Facet, Filters, facets
from catalog_service.search.paging import Page
from catalog_service.search.query import counted, ranked
from catalog_service.search.question import Cursor, Hit, Hits, Order, Question
from catalog_service.search.ranking import NAMED
from catalog_service.search.reading import ENOUGH, Reading, read
from catalog_service.search.schema import stored


class Snapshot(NamedTuple):
    """The index as it was at one time.

    Args:
        searcher: what answers.
        revision: the revision it is at.
        whole: the facets of everything there is, as far as they were asked for; they are asked for
            often, and nothing takes longer.
    """

    searcher: tantivy.Searcher
    revision: int
    whole: dict[str, Facet]


def answer(snapshot: Snapshot, question: Question, after: Cursor | None) -> Hits:
    """What the question finds: the figures over all of it, and one page.

    Args:
        snapshot: of what it is asked.
        question: what is asked.
        after: its cursor, read.

    Raises:
        InvalidRequest: its cursor or one of its facets is none.
    """
    searcher, revision, _ = snapshot
    reading = _read(searcher, question, after)
    if after is None and reading is not None:
        reading = _loosened_where_needed(searcher, question, reading)
    page = _page(searcher, question, reading, after)

    digest = question.digest
    kept = reading.kept() if reading else []
    hits = tuple(
        Hit(
            stored(searcher, placed.address),
            placed.score,
            Cursor(digest, placed.score, placed.order, placed.above, revision, kept),
            reading,
            named=placed.score >= NAMED,
        )
        for placed in page.placed[: question.first]
    )
    return Hits(
        total=page.total,
        facets=_facets(snapshot, question, reading),
        hits=hits,
        revision=revision,
        next=hits[-1].cursor if hits and len(page.placed) > question.first else "",
        words=tuple(word.text for word in reading.words) if reading else (),
        lost=tuple(w.text for w in reading.words if w.text in reading.lost) if reading else (),
        every=reading is None or reading.every,
    )


def _facets(snapshot: Snapshot, question: Question, reading: Reading | None) -> tuple[Facet, ...]:
    def narrowed(filters: Filters) -> tantivy.Query:
        return counted(reading, filters)

    filters = question.filters()
    if reading is not None or filters:
        return facets(snapshot.searcher, question.facets, filters, narrowed)
    new = [name for name in question.facets if name not in snapshot.whole]
    counted_now = facets(snapshot.searcher, new, filters, narrowed)
    snapshot.whole.update({facet.name: facet for facet in counted_now})
    return tuple(snapshot.whole[name] for name in question.facets)


def _read(searcher: tantivy.Searcher, question: Question, after: Cursor | None) -> Reading | None:
    """How the text is understood: on a later page, as on the first."""
    if not question.text.strip():
        return None
    if after is None:
        return read(searcher, question.text)
    try:
        return Reading.recalled(question.text, after.reading)
    except (ValueError, TypeError) as fault:
        raise InvalidRequest("the cursor is none of ours", hint="begin without a cursor") from fault


def _page(
    searcher: tantivy.Searcher, question: Question, reading: Reading | None, after: Cursor | None
) -> Page:
    query = ranked(reading, question.filters())
    by_name = reading is None or question.order == Order.NAME
    paged = paging.by_name if by_name else paging.by_relevance
    return paged(searcher, query, after, question.first + 1)


def _loosened_where_needed(
    searcher: tantivy.Searcher, question: Question, reading: Reading
) -> Reading:
    """The reading, asking for some of the words only where too little has them all.

    What is too little does not depend on filters, so that a facet's count is what filtering by it
    then finds; but filters under which nothing has them all do not end the search.
    """
    filters = question.filters()
    if not reading.may_loosen:
        return reading
    having = _count(searcher, counted(reading, {}))
    few = having < ENOUGH or (filters and not _count(searcher, counted(reading, filters)))
    return reading.loosened() if few else reading


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined]
