"""A question as the engine takes it. Built from terms: no text is ever parsed as a query."""

from collections.abc import Iterable, Mapping

import tantivy

from catalog_service.search.ranking import PRIOR, How, Word
from catalog_service.search.schema import SCHEMA, stems
from catalog_service.search.words import clean

Query = tantivy.Query
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def asked(
    looked: Iterable[Word] | None, named: Mapping[str, int], filters: Mapping[str, tuple[str, ...]]
) -> Query:
    """What a question asks for: what fits its words, within its filters.

    Args:
        looked: the words; None where the question has no text and asks for everything.
        named: the keys of whole names and their points.
        filters: alternatives, by facet.
    """
    within = [_const(_among(facet, values), 0) for facet, values in filters.items()]
    if looked is None:
        parts = [(_MUST, _const(Query.exists_query("kind"), 0))]
    else:
        parts = [(_MUST, _fitting(looked, named))]
        parts += [(_SHOULD, _const(_term("kind", k), p)) for k, p in PRIOR.items() if p]
    return Query.boolean_query([*parts, *((_MUST, query) for query in within)])


def same_place(query: Query, place: int) -> Query:
    """Those of `query` whose order starts with `place`, all with the same score."""
    return _const(Query.boolean_query([(_MUST, query), (_MUST, _places(place, place))]), 1)


def later_places(query: Query, place: int) -> Query | None:
    """Those of `query` whose order starts with more than `place`; None where nothing can."""
    if place >= _LAST:
        return None
    return Query.boolean_query([(_MUST, query), (_MUST, _places(place + 1, _LAST))])


_LAST = (1 << 64) - 1


def _places(lower: int, upper: int) -> Query:
    return Query.range_query(
        SCHEMA, "place", tantivy.FieldType.Unsigned, lower_bound=lower, upper_bound=upper
    )


def _fitting(looked: Iterable[Word], named: Mapping[str, int]) -> Query:
    ways = [_best(_way(word, field, how) for field, how in word.ways()) for word in looked]
    if named:
        ways.append(_best(_const(_term("exact", k), points) for k, points in named.items()))
    if not ways:
        return Query.empty_query()
    return Query.boolean_query([(_SHOULD, way) for way in ways])


def _way(word: Word, field: str, how: How) -> Query:
    match how:
        case How.SAME:
            found = _term(field, word.text)
        case How.STEM:
            found = _term(stems(field), word.stem)
        case How.BEGINS:
            found = Query.fuzzy_term_query(SCHEMA, field, word.text, distance=0, prefix=True)
        case How.NEAR:
            found = Query.fuzzy_term_query(SCHEMA, field, word.text, distance=1)
    return _const(found, word.points(field, how))


def _term(field: str, value: str) -> Query:
    return Query.term_query(SCHEMA, field, value, index_option="basic")


def _among(facet: str, values: tuple[str, ...]) -> Query:
    return Query.term_set_query(SCHEMA, facet, [clean(value) for value in values])


def _const(query: Query, score: int) -> Query:
    return Query.const_score_query(query, float(score))


def _best(ways: Iterable[Query]) -> Query:
    return Query.disjunction_max_query(list(ways))
