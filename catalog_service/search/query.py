"""A question as the engine takes it. Built from terms: no text is ever parsed as a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tantivy

from catalog_service.search.schema import PLACES, SCHEMA
from catalog_service.search.words import clean, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from catalog_service.search.ranking import Word
    from catalog_service.search.reading import Reading

    Filters = Mapping[str, tuple[str, ...]]

Query = tantivy.Query
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_COMMON = 2
"""Where some words will do, those do that weigh at most so much less than the rarest."""

_MANY = 50
_LETTERS_TO_SLIP = 4


def ranked(reading: Reading | None, filters: Filters) -> Query:
    """What fits a text, within filters; each hit's score is its points.

    Args:
        reading: how the text was read; None where there is none, and everything is asked for.
        filters: alternatives, by facet.
    """
    return _asked(reading, filters, scored=True)


def counted(reading: Reading | None, filters: Filters) -> Query:
    """The same documents, for counting: without their scores, which take most of the time."""
    return _asked(reading, filters, scored=False)


def mistyped(word: Word, away: int) -> Query:
    """What has a word in its names or keywords that is so many slips of the finger away."""
    return Query.fuzzy_term_query(SCHEMA, "forms", word.text, distance=away)


def called_alike(kinds: Iterable[str], stems: Iterable[str]) -> Query:
    """What is of one of these kinds, and has one of the stems in its names."""
    either = _either([_term("called", stem) for stem in stems])
    return Query.boolean_query([(_MUST, _among("kind", kinds)), (_MUST, either)])


def completing(typed: Sequence[str], slips: int, kinds: Iterable[str]) -> Query | None:
    """What is of one of these kinds and has these words in its names, the last of which may go on.

    Args:
        typed: the words.
        slips: how many slips of the finger to forgive in the last.
        kinds: the kinds.
    """
    *before, last = typed
    if slips and len(last) < _LETTERS_TO_SLIP:
        return None
    begun = Query.fuzzy_term_query(SCHEMA, "names", last, distance=slips, prefix=True)
    whole = [_term("called", stem(word)) for word in before]
    return _all([_const(begun, 1), *(_const(q, 0) for q in (_among("kind", kinds), *whole))])


def same_place(query: Query, place: int) -> Query:
    """Those of `query` whose order starts with `place`, all with the same score."""
    return _const(Query.boolean_query([(_MUST, query), (_MUST, _places(place, place))]), 1)


def later_places(query: Query, place: int) -> Query | None:
    """Those of `query` whose order starts with more than `place`; None where nothing can."""
    if place >= _LAST:
        return None
    return Query.boolean_query([(_MUST, query), (_MUST, _places(place + 1, _LAST))])


def _asked(reading: Reading | None, filters: Filters, *, scored: bool) -> Query:
    sought = _everything() if reading is None else _fitting(reading, scored=scored)
    within = [_const(_among(facet, values), 0) for facet, values in filters.items()]
    return _all([sought, *within])


def _fitting(reading: Reading, *, scored: bool) -> Query:
    """What has the words, and before all what is named as a whole, which has them too."""
    names = _named(reading.named) if reading.named else Query.empty_query()
    if not reading.sought:
        return names
    words = _worded(reading, scored=scored)
    return Query.boolean_query([(_MUST, words), (_SHOULD, names)]) if scored else words


def _worded(reading: Reading, *, scored: bool) -> Query:
    """What has every word, or one of the rarest, the others then adding to the score."""
    form = _found if scored else _there
    sought = reading.sought
    if reading.every:
        return _all([form(word) for word in sought])
    rarest = max(word.weight for word in sought)
    telling = [word for word in sought if word.weight >= rarest - _COMMON]
    must = _either([form(word) for word in telling])
    rest = [word for word in sought if word not in telling] if scored else []
    return Query.boolean_query([(_MUST, must), *((_SHOULD, form(word)) for word in rest)])


def _named(keys: Mapping[str, int]) -> Query:
    """What is named by one of the keys, as the best of them counts."""
    return Query.disjunction_max_query(
        [_const(_term("exact", key), points) for key, points in keys.items()]
    )


def _everything() -> Query:
    return _const(Query.exists_query("kind"), 0)


def _found(word: Word) -> Query:
    """What has a word, in the best way: by where it stands, by what it means, by its likeness."""
    places = [_const(_term(place, word.stem), word.found(place)) for place in PLACES]
    itself = _either([*places, _const(_term("names", word.text), word.as_written)])
    others = [_const(_term("polyseme", s.polyseme), word.tied(s)) for s in word.synonyms]
    others += [_const(_term("iri", s.polyseme), word.meant(s)) for s in word.synonyms]
    for alike in word.alike:
        others += (
            _const(_term(field, alike.text), word.like(alike, keyword=keyword))
            for field, keyword in (("names", False), ("forms", True))
        )
    return Query.disjunction_max_query([itself, *others]) if others else itself


def _there(word: Word) -> Query:
    """What has a word in any way."""
    tied = [_term(field, s.polyseme) for s in word.synonyms for field in ("polyseme", "iri")]
    alike = [_term("forms", alike.text) for alike in word.alike]
    return _either([_term("any", word.stem), *tied, *alike])


def _term(field: str, value: str) -> Query:
    return Query.term_query(SCHEMA, field, clean(value), index_option="basic")


def _among(field: str, values: Iterable[str]) -> Query:
    """What has one of the values; a set takes as long to make as some dozens of terms to ask."""
    listed = [clean(value) for value in values]
    if len(listed) > _MANY:
        return Query.term_set_query(SCHEMA, field, listed)
    return _either([_term(field, value) for value in listed])


def _const(query: Query, score: int) -> Query:
    return Query.const_score_query(query, float(score))


def _either(ways: Sequence[Query]) -> Query:
    if len(ways) == 1:
        return ways[0]
    return Query.boolean_query([(_SHOULD, way) for way in ways])


def _all(ways: Sequence[Query]) -> Query:
    if len(ways) == 1:
        return ways[0]
    return Query.boolean_query([(_MUST, way) for way in ways])


_LAST = (1 << 64) - 1


def _places(lower: int, upper: int) -> Query:
    return Query.range_query(
        SCHEMA, "place", tantivy.FieldType.Unsigned, lower_bound=lower, upper_bound=upper
    )
