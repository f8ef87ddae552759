"""The columns of an answer as terms: column by column, each different term said once.

No cell is ever an object of its own: values become texts by columns, and what has to be looked at
one by one, such as a value that IRIs cannot hold as it is, is looked at once for all its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_service.domain.rdf import Literal, Term
from catalog_service.semantic.sparql import kinds, templates
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed
from catalog_service.terms import RDF, Iri

Texts: TypeAlias = pa.LargeStringArray
TEXT = pa.large_string()
_NOT_PLAIN = r"[^A-Za-z0-9._~-]"


@dataclass(frozen=True, slots=True)
class Coded:
    """A column: its different terms, and for each row which of them it is.

    Args:
        texts: the IRI, or the text of the literal, of each term.
        sorts: what each term is: empty for an IRI, `@en`, or a datatype.
        codes: the place of each row's term; null where there is none.
    """

    texts: Texts
    sorts: Texts
    codes: pa.Int64Array

    @property
    def terms(self) -> list[Term]:
        """The different terms."""
        pairs = zip(self.texts.to_pylist(), self.sorts.to_pylist(), strict=True)
        return [_term(text, sort) for text, sort in pairs]

    def rows(self) -> list[Term | None]:
        """The term of each row."""
        terms = self.terms
        return [None if code is None else terms[code] for code in self.codes.to_pylist()]


def coded(meaning: Meaning, columns: Sequence[pa.ChunkedArray]) -> Coded:
    """The terms that some columns make."""
    values, codes = _different(columns)
    match meaning:
        case Typed(datatype):
            return Coded(_lexical(values[0], datatype), _all(datatype, values[0]), codes)
        case Address(template, _, of):
            pieces: list[pa.Array | str] = [template.texts[0]]
            for value, kind, after in zip(values, of, template.texts[1:], strict=True):
                plain = _lexical(value, kinds.datatype_of(kind))
                pieces += [changed(plain, _NOT_PLAIN, templates.encoded), after]
            return Coded(concatenated(*pieces), _all("", values[0]), codes)
        case Open():
            texts, sorts = (value.cast(TEXT) for value in values)
            return Coded(_canonical(texts, sorts), sorts, codes)


def concatenated(*pieces: pa.Array | str) -> Texts:
    """Texts put together, row by row; what is null adds nothing."""
    told = [pa.scalar(one, TEXT) if isinstance(one, str) else one for one in pieces]
    return pc.binary_join_element_wise(
        *told, pa.scalar("", TEXT), null_handling="replace", null_replacement=""
    )


def changed(texts: Texts, pattern: str, change: Callable[[str], str]) -> Texts:
    """The texts, those that a pattern is found in changed."""
    found = pc.match_substring_regex(texts, pattern)
    if not pc.any(found).as_py():
        return texts
    other = [change(text) for text in texts.filter(found).to_pylist()]
    return pc.replace_with_mask(texts, found, pa.array(other, TEXT))


def _different(columns: Sequence[pa.ChunkedArray]) -> tuple[list[pa.Array], pa.Int64Array]:
    """The different rows of some columns as columns, and for each row which it is."""
    first, codes = _one(columns[0])
    values = [first]
    for column in columns[1:]:
        other, places = _one(column)
        width = max(1, len(other))
        pairs = pc.add(pc.multiply(codes, width), places).dictionary_encode()
        left, right = np.divmod(pairs.dictionary.to_numpy(), width)
        values = [*(value.take(pa.array(left)) for value in values), other.take(pa.array(right))]
        codes = pairs.indices.cast(pa.int64())
    return values, codes


def _one(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Int64Array]:
    if not len(column):
        return pa.array([], column.type), pa.array([], pa.int64())
    encoded = column.dictionary_encode().combine_chunks()
    chunk = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    return chunk.dictionary, chunk.indices.cast(pa.int64())


def _all(sort: str, values: pa.Array) -> Texts:
    return pa.repeat(pa.scalar(sort, TEXT), len(values))


def _lexical(values: pa.Array, datatype: str) -> Texts:
    """How values are written in their datatype: what `kinds.lexical` says, by columns."""
    kind, type_ = kinds.kind(datatype), values.type
    if kind == kinds.TEXT and (pa.types.is_string(type_) or pa.types.is_large_string(type_)):
        return values.cast(TEXT)
    if (kind == kinds.INTEGER and pa.types.is_integer(type_)) or (
        kind == kinds.BOOLEAN and pa.types.is_boolean(type_)
    ):
        return values.cast(TEXT)
    if kind == kinds.DATE and pa.types.is_date32(type_):
        return values.cast(TEXT)
    if kind == kinds.DECIMAL and pa.types.is_decimal(type_) and type_.scale > 0:
        return _decimal(values)
    if kind == kinds.MOMENT and pa.types.is_timestamp(type_) and type_.tz is None:
        return _moment(values)
    return pa.array([kinds.lexical(value, datatype) for value in values.to_pylist()], TEXT)


def _decimal(values: pa.Array) -> Texts:
    told = values.cast(pa.string()).cast(TEXT)
    small = pc.match_substring(told, "E")
    if pc.any(small).as_py():  # such as 1E-7, which no decimal of RDF is written as
        long = [format(value, "f") for value in values.filter(small).to_pylist()]
        told = pc.replace_with_mask(told, small, pa.array(long, TEXT))
    return pc.ascii_rtrim(pc.ascii_rtrim(told, "0"), ".")


def _moment(values: pa.Array) -> Texts:
    told = pc.strftime(values.cast(pa.timestamp("us"), safe=False), "%Y-%m-%dT%H:%M:%S")
    return pc.replace_substring_regex(told.cast(TEXT), r"\.0+$", "")


def _canonical(texts: Texts, sorts: Texts) -> Texts:
    """Open terms with the values of numbers and moments written in one way."""
    for sort in pc.unique(sorts).to_pylist():
        if sort and kinds.kind(sort) != kinds.TEXT:
            of_it = pc.equal(sorts, sort)
            told = [_written(text, sort) for text in texts.filter(of_it).to_pylist()]
            texts = pc.replace_with_mask(texts, of_it, pa.array(told, TEXT))
    return texts


def _written(text: str, sort: str) -> str:
    value = kinds.value(Literal(text, Iri(sort)))
    return text if value is None else kinds.lexical(value, sort)


def _term(text: str, sort: str) -> Term:
    if not sort:
        return Iri(text)
    if sort.startswith("@"):
        return Literal(text, RDF.langString, sort[1:])
    return Literal(text, Iri(sort))
