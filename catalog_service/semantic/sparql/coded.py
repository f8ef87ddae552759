"""The columns of an answer as terms: each different one is made once, however often it is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_service.domain.rdf import Literal, Term
from catalog_service.semantic.sparql import kinds
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed
from catalog_service.terms import RDF, Iri


@dataclass(frozen=True, slots=True)
class Coded:
    """A column: its different terms, and for each row which of them it is.

    Args:
        terms: the terms; the last is None, for rows where there is none.
        codes: the place of each row's term.
    """

    terms: tuple[Term | None, ...]
    codes: pa.Array


def coded(meaning: Meaning, columns: Sequence[pa.ChunkedArray]) -> Coded:
    """The terms that some columns make."""
    if not len(columns[0]):
        return Coded((None,), pa.array([], pa.int64()))
    values, codes = _one(columns[0])
    for column in columns[1:]:
        values, codes = _paired(values, codes, *_one(column))
    return Coded((*(_term(meaning, value) for value in values), None), codes)


Values = list[tuple[Any, ...]]


def _one(column: pa.ChunkedArray) -> tuple[Values, pa.Array]:
    """The different values of a column, and for each row which; one beyond the last is null."""
    encoded = column.dictionary_encode().combine_chunks()
    chunk = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    values = [(value,) for value in chunk.dictionary.to_pylist()]
    return values, chunk.indices.cast(pa.int64()).fill_null(len(values))


def _paired(left: Values, one: pa.Array, right: Values, other: pa.Array) -> tuple[Values, pa.Array]:
    """The different pairs of two columns; one with a null is a null."""
    width = len(right) + 1
    encoded = pc.add(pc.multiply(one, width), other).dictionary_encode()
    pairs = [divmod(pair, width) for pair in encoded.dictionary.to_pylist()]
    real = [pair for pair in pairs if pair[0] < len(left) and pair[1] < len(right)]
    places = {pair: at for at, pair in enumerate(real)}
    moved = pa.array([places.get(pair, len(real)) for pair in pairs], pa.int64())
    return [(*left[at], *right[to]) for at, to in real], moved.take(encoded.indices)


def _term(meaning: Meaning, values: tuple[Any, ...]) -> Term:
    match meaning:
        case Typed(datatype):
            return Literal(kinds.lexical(values[0], datatype), datatype)
        case Address(template, _, of):
            texts = [
                kinds.lexical(value, kinds.datatype_of(kind))
                for value, kind in zip(values, of, strict=True)
            ]
            return Iri(template.fill(tuple(texts)))
        case Open():
            return _open(*values)


def _open(text: str, sort: str) -> Term:
    if not sort:
        return Iri(text)
    if sort.startswith("@"):
        return Literal(text, RDF.langString, sort[1:])
    found = Literal(text, Iri(sort))
    value = kinds.value(found)
    return found if value is None else Literal(kinds.lexical(value, sort), found.datatype)
