"""The columns of an answer as terms: each different one is made once, however often it is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog_service.domain.rdf import Literal, Term
from catalog_service.semantic.sparql import kinds
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed
from catalog_service.terms import RDF, Iri

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Coded:
    """A column: its different terms, and for each row which of them it is.

    Args:
        terms: the terms; the last is None, for rows where there is none.
        codes: the place of each row's term.
    """

    terms: tuple[Term | None, ...]
    codes: Sequence[int]


def coded(meaning: Meaning, columns: Sequence["pa.ChunkedArray"]) -> Coded:
    """The terms that some columns make."""
    match columns:
        case [column]:
            values, codes = _one(column)
        case [first, *_]:
            values, codes = _several([column.to_pylist() for column in columns], len(first))
        case _:
            values, codes = [], ()
    return Coded((*(_term(meaning, value) for value in values), None), codes)


def _one(column: "pa.ChunkedArray") -> tuple[list[tuple[Any, ...]], Sequence[int]]:
    encoded = column.dictionary_encode().combine_chunks()
    chunks = getattr(encoded, "chunks", [encoded])
    if not chunks:
        return [], ()
    values = [(value,) for value in chunks[0].dictionary.to_pylist()]
    return values, chunks[0].indices.fill_null(len(values)).to_pylist()


def _several(columns: list[list[Any]], size: int) -> tuple[list[tuple[Any, ...]], Sequence[int]]:
    known: dict[tuple[Any, ...], int] = {}
    codes = [known.setdefault(row, len(known)) for row in zip(*columns, strict=True)]
    assert len(codes) == size  # noqa: S101 - columns of one table
    return list(known), codes


def _term(meaning: Meaning, values: tuple[Any, ...]) -> Term | None:
    if None in values:
        return None
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
