"""Counting facets: every value of every hit, in one pass over columns.

A document's values of a facet are counted as one set, and the sets are then taken apart: there are
few different ones, and a column with one value in each document is read several times as fast.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import tantivy

from catalog_service.errors import InvalidRequest
from catalog_service.search.schema import BETWEEN, FACETS, column

Counts = tuple[tuple[str, int], ...]

_MOST_VALUES = 60_000
"""Different sets of a facet that the engine's aggregation counts at once; beyond, each value is."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many hits have each value: counted as if the facet itself were not filtered by.

    Values are in order of their counts, most first, then of their text; none is left out.
    """

    name: str
    counts: Counts


Filters = dict[str, tuple[str, ...]]
Narrowed = Callable[[Filters], tantivy.Query]


def facets(
    searcher: tantivy.Searcher, names: Sequence[str], filters: Filters, narrowed: Narrowed
) -> tuple[Facet, ...]:
    """The facets of these names: one pass for those that are not filtered by, one for each other.

    Args:
        searcher: the snapshot.
        names: which facets.
        filters: what the hits are filtered by.
        narrowed: what is asked, under other filters.

    Raises:
        InvalidRequest: there is no facet of one of the names.
    """
    unknown = [name for name in names if name not in FACETS]
    if unknown:
        raise InvalidRequest(
            f"{unknown[0]!r} is no facet", hint=f"the facets are {', '.join(FACETS)}"
        )
    free = [name for name in names if name not in filters]
    counts = _counts(searcher, narrowed(filters), free) if free else {}
    for name in names:
        if name in filters:
            others = {facet: values for facet, values in filters.items() if facet != name}
            counts |= _counts(searcher, narrowed(others), [name])
    return tuple(Facet(name, counts[name]) for name in names)


def _counts(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Iterable[str]
) -> dict[str, Counts]:
    wanted = {name: {"terms": {"field": column(name), "size": _MOST_VALUES}} for name in names}
    try:
        found = searcher.aggregate(query, wanted)
    except ValueError as fault:
        if "bucket limit" not in str(fault):
            raise
        found = {}
    return {name: _in_order(_values(searcher, query, name, found.get(name))) for name in wanted}


def _values(
    searcher: tantivy.Searcher, query: tantivy.Query, name: str, told: dict[str, object] | None
) -> Iterable[tuple[str, int]]:
    """How often each value occurs; value by value where there were too many sets of them."""
    if told is None or told["sum_other_doc_count"]:
        return searcher.terms_with_prefix(name, "", filter_query=query)
    counts: Counter[str] = Counter()
    for bucket in told["buckets"]:  # type: ignore[attr-defined]
        for value in bucket["key"].split(BETWEEN):
            counts[value] += bucket["doc_count"]
    return counts.items()


def _in_order(counted: Iterable[tuple[str, int]]) -> Counts:
    in_order = sorted(counted, key=lambda count: (-count[1], count[0]))
    return tuple((value, number) for value, number in in_order if number)
