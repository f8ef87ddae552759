"""Writing the rows of an answer, some at a time.

Each different term of a column is written once, and Arrow puts the rows together: so writing costs
about what moving the bytes costs, and no more of the answer is held than a piece of it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_service.semantic.sparql.coded import TEXT, Coded, Texts, changed, concatenated
from catalog_service.semantic.sparql.formats import Format, format_of

_PIECE = 1 << 21
"""About how many bytes are put together at a time: less costs more calls, more only memory."""


def written(
    variables: Sequence[str], columns: Sequence[Coded], size: int, media_type: str
) -> Iterator[bytes]:
    """The rows of an answer, piece by piece.

    Args:
        variables: what was asked for.
        columns: the terms of each.
        size: how many rows there are.
        media_type: how they are written.

    Raises:
        UnknownFormat: they are not written that way.
        InvalidRequest: the format cannot hold one of the texts. Both are said before any piece is.
    """
    how = format_of(media_type)
    words = [_words(how, name, one) for name, one in zip(variables, columns, strict=True)]
    return _pieces(how, how.head(variables), words, [one.codes for one in columns], size)


def _words(how: Format, name: str, column: Coded) -> Texts:
    """The different terms of a column as they are written."""
    sorts = column.sorts.dictionary_encode()
    around = [how.term(name, sort) for sort in sorts.dictionary.to_pylist()]
    before = pa.array([one for one, _ in around], TEXT).take(sorts.indices)
    after = pa.array([one for _, one in around], TEXT).take(sorts.indices)
    return concatenated(before, changed(column.texts, how.special, how.change), after)


def _pieces(
    how: Format, head: str, words: Sequence[Texts], codes: Sequence[pa.Int64Array], size: int
) -> Iterator[bytes]:
    later = [concatenated(how.comma, one) if how.comma else one for one in words]
    step = max(1, _PIECE // _width(how, words))
    yield head.encode()
    for start in range(0, size, step):
        count = min(step, size - start)
        parts = [one.slice(start, count) for one in codes]
        terms = _placed(how, words, parts) if how.placed else _joined(words, later, parts)
        opening, closing = how.row
        blank = pa.repeat(pa.scalar("", TEXT), count)  # a row of no variable is a row, too
        rows = _bytes(concatenated(how.between + opening, *terms, blank, closing))
        yield rows[len(how.between) :] if how.between and start == 0 else rows
    yield how.tail.encode()


def _width(how: Format, words: Sequence[Texts]) -> int:
    """About how many bytes a row has."""
    each = [pc.mean(pc.binary_length(one)).as_py() or 0.0 for one in words]
    return 1 + int(sum(each)) + len(how.row[0] + how.row[1] + how.between)


def _placed(
    how: Format, words: Sequence[Texts], codes: Sequence[pa.Int64Array]
) -> Iterator[Texts | str]:
    """The terms of rows in which each variable has its place."""
    for at, (word, code) in enumerate(zip(words, codes, strict=True)):
        if at:
            yield how.comma
        yield word.take(code)


def _joined(
    words: Sequence[Texts], later: Sequence[Texts], codes: Sequence[pa.Int64Array]
) -> Iterator[Texts]:
    """The terms of rows that hold only what is bound, with a comma from the second one on.

    Args:
        words: the terms as they begin a row.
        later: the terms as they go on with one.
        codes: which of them there are.
    """
    begun: pa.BooleanArray | None = None
    for word, other, code in zip(words, later, codes, strict=True):
        bound = code.is_valid()
        if begun is None:
            yield word.take(code)
        elif begun.true_count == len(begun):
            yield other.take(code)
            continue
        else:
            yield pc.if_else(begun, other.take(code), word.take(code))
        begun = bound if begun is None else pc.or_(begun, bound)


def _bytes(texts: Texts) -> bytes:
    """All texts of an array: they lie one after another."""
    _, offsets, data = texts.buffers()
    if data is None:
        return b""
    places = np.frombuffer(offsets, np.int64)
    start, end = int(places[texts.offset]), int(places[texts.offset + len(texts)])
    return bytes(memoryview(data)[start:end])
