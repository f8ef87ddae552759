"""Pages of an answer, exact to the last hit, however many hits share a score.

The engine orders by score, and hits of one score by where they lie. The index keeps each of its
segments sorted by `order`, so the hits of one score are one sorted run for each segment. Merging
the runs from behind the cursor gives the page without reading the documents in between.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

import tantivy

from catalog_service.search.query import later_places, same_place
from catalog_service.search.question import Cursor
from catalog_service.search.schema import place

_CHUNK = 64


class Placed(NamedTuple):
    """A hit and its place in the answer, as its cursor will tell it."""

    score: float
    order: str
    above: int
    address: tantivy.DocAddress


class Page(NamedTuple):
    """Some hits, and how many there are in all."""

    placed: list[Placed]
    total: int


def by_relevance(
    searcher: tantivy.Searcher, query: tantivy.Query, after: Cursor | None, wanted: int
) -> Page:
    """The next hits by score, then by order.

    Args:
        searcher: a snapshot of the index.
        query: what is asked.
        after: the place to go on from; None to begin.
        wanted: how many to give.
    """
    offset = _start(searcher, query, after)
    size = max(_CHUNK, 2 * wanted)
    first = _best(searcher, query, size, offset, count=True)
    rest = _by_relevance(searcher, query, after, (offset, size, first.hits))
    return Page(list(islice(rest, wanted)), int(first.count))  # type: ignore[attr-defined]


_Ranked = list[tuple[float, tantivy.DocAddress]]


def _by_relevance(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    after: Cursor | None,
    begun: tuple[int, int, _Ranked],
) -> Iterator[Placed]:
    offset, size, hits = begun
    while True:
        ties = [
            (score, [address for _, address in tied])
            for score, tied in groupby(hits, key=itemgetter(0))
        ]
        finished = len(hits) < size
        whole = ties if finished else ties[:-1]
        for score, addresses in whole:
            if after is None or score <= after.score:
                behind = after.order if after and score == after.score else ""
                for order, address in _in_order(searcher, addresses, behind):
                    yield Placed(score, order, offset, address)
            offset += len(addresses)
        if finished:
            return
        if not whole:
            size *= 8
        hits = _best(searcher, query, size, offset).hits


def _best(
    searcher: tantivy.Searcher, query: tantivy.Query, size: int, offset: int, *, count: bool = False
) -> tantivy.SearchResult:
    return searcher.search(query, size, count=count, offset=offset, weight_by_field="weight")


def _start(searcher: tantivy.Searcher, query: tantivy.Query, after: Cursor | None) -> int:
    """How many hits may be passed over: what the cursor says, if it still holds."""
    if after is None or after.above == 0 or after.above > searcher.num_docs:
        return 0
    scores = [score for score, _ in _best(searcher, query, 2, after.above - 1).hits]
    holds = scores and scores[0] > after.score and all(s <= after.score for s in scores[1:])
    return after.above if holds else 0


def by_name(
    searcher: tantivy.Searcher, query: tantivy.Query, after: Cursor | None, wanted: int
) -> Page:
    """The next hits by order alone; the arguments are those of `by_relevance`."""
    found: list[Placed] = []
    rest: tantivy.Query | None = query
    if after is not None:
        here = place(after.order)
        near = same_place(query, here)
        there = searcher.search(near, max(1, searcher.num_docs), count=False).hits
        addresses = [address for _, address in there]
        behind = _in_order(searcher, addresses, after.order)
        found = [Placed(0, order, 0, address) for order, address in islice(behind, wanted)]
        rest = later_places(query, here)
    if rest is not None and len(found) < wanted:
        hits = searcher.search(
            rest,
            wanted - len(found),
            count=False,
            order_by_field="order",
            order=tantivy.Order.Asc,
        ).hits
        found += [Placed(0, order, 0, address) for order, address in hits]
    return Page(found, int(searcher.search(query, 1, count=True).count))  # type: ignore[attr-defined]


def _in_order(
    searcher: tantivy.Searcher, addresses: Sequence[tantivy.DocAddress], after: str
) -> Iterator[tuple[str, tantivy.DocAddress]]:
    """The addresses behind `after`, by order; those of one segment come sorted."""

    def order(address: tantivy.DocAddress) -> str:
        return str(searcher.doc(address).get_first("order"))

    def run(addresses: list[tantivy.DocAddress]) -> Iterator[tuple[str, tantivy.DocAddress]]:
        start = bisect_right(addresses, after, key=order) if after else 0
        for address in islice(addresses, start, None):
            yield order(address), address

    segments: dict[int, list[tantivy.DocAddress]] = defaultdict(list)
    for address in addresses:
        segments[address.segment_ord].append(address)
    return merge(*map(run, segments.values()), key=itemgetter(0))
