"""Answering a query over data: rewrite it, run it where the rows lie, and say the terms again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from catalog_service.domain.rdf import Literal, Term
from catalog_service.graph import View
from catalog_service.semantic.answer import PolicyApplied, ProductRead, Snapshot
from catalog_service.semantic.execution import Engine, Limits, Wanted
from catalog_service.semantic.plan import AllOf, Guarded
from catalog_service.semantic.sparql import emission, kinds, metadata, syntax
from catalog_service.semantic.sparql.chasms import chasms
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed, parts
from catalog_service.semantic.sparql.rewriting import Rewritten, rewritten
from catalog_service.terms import RDF, Iri

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """What came of a query over data.

    Args:
        variables: what was asked for, in order; none of an ASK.
        rows: the solutions, a term or None for each variable.
        truth: the answer of an ASK; None of a SELECT.
        sql: the statement that was run.
        engine: what ran it.
        products: what was read, in which state.
        policies: which policies were in force.
        warnings: what a reader has to know.
        digest: the SHA-256 of the SQL.
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    truth: bool | None
    sql: str
    engine: str
    products: tuple[ProductRead, ...]
    policies: tuple[PolicyApplied, ...]
    warnings: tuple[str, ...]
    digest: str

    def json(self) -> bytes:
        """The answer as SPARQL 1.1 Query Results JSON."""
        if self.truth is not None:
            told: dict[str, Any] = {"head": {}, "boolean": self.truth}
        else:
            told = {
                "head": {"vars": list(self.variables)},
                "results": {"bindings": [self._binding(row) for row in self.rows]},
            }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def _binding(self, row: Row) -> dict[str, dict[str, str]]:
        return {
            name: _told(term)
            for name, term in zip(self.variables, row, strict=True)
            if term is not None
        }


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query over data, ready to be run.

    Args:
        query: what was asked.
        found: what it became.
        reads: the relations that it reads, by name, with the columns.
        warnings: what a reader has to know.
    """

    query: syntax.Query
    found: Rewritten
    reads: Mapping[str, tuple[Guarded, tuple[str, ...]]]
    warnings: tuple[str, ...]


def compiled(query: syntax.Query, mapped: Mapped, view: View | None = None) -> Compiled:
    """Rewrite a query; what it asks of the catalog is asked now.

    Args:
        query: what is asked.
        mapped: what the data state, of what the asker may read.
        view: the catalog as the asker may see it; None answers from data alone.

    Raises:
        Refused: it cannot be answered over data; says what stands in the way.
        LimitExceeded: its part about the catalog has too many solutions.
    """
    if view is None:
        found = rewritten(query, mapped)
    else:
        asked = metadata.Asked(view, mapped, query.pattern)
        found = rewritten(query, mapped, asked.about, asked.solutions)
    warnings = chasms(query.pattern, mapped)
    return Compiled(query, found, emission.read(found.relation), warnings)


def answered(asked: Compiled, engine: Engine, limits: Limits | None = None) -> DataAnswer:
    """Run a query that was compiled.

    Raises:
        SourceUnavailable: a source cannot be read.
        LimitExceeded: time, memory or rows ran out.
    """
    limits = limits or Limits()
    relations = [guarded for guarded, _ in asked.reads.values()]
    with engine.session(limits, relations) as session:
        bound = {
            name: session.bind(Wanted(guarded, columns, guarded.rows))
            for name, (guarded, columns) in asked.reads.items()
        }
        made = emission.statement(
            asked.found.relation, lambda guarded: bound[guarded.relation.name].table, engine.dialect
        )
        sql = made.sql(dialect=engine.dialect)
        table = session.run(sql)
    snapshots = {name: one.snapshot for name, one in bound.items()}
    return _answer(asked, engine, sql, table, snapshots)


def _answer(
    asked: Compiled,
    engine: Engine,
    sql: str,
    table: "pa.Table",
    snapshots: Mapping[str, Snapshot],
) -> DataAnswer:
    ask = asked.query.ask
    relations = [guarded for guarded, _ in asked.reads.values()]
    return DataAnswer(
        variables=() if ask else asked.query.variables,
        rows=() if ask else tuple(_rows(table, asked.found.shown)),
        truth=table.num_rows > 0 if ask else None,
        sql=sql,
        engine=engine.name,
        products=tuple(
            ProductRead(one.relation.product, one.relation.port, snapshots[one.relation.name])
            for one in relations
        ),
        policies=tuple(
            PolicyApplied(one.relation.product, rule, "rows")
            for one in relations
            if one.rows != AllOf()
            for rule in one.because
        ),
        warnings=asked.warnings,
        digest=sha256(sql.encode()).hexdigest(),
    )


def _rows(table: "pa.Table", shown: Sequence[tuple[str, Meaning]]) -> Iterator[Row]:
    """The rows as terms: column by column, since each column has one form."""
    if not shown:
        yield from (() for _ in range(table.num_rows))
        return
    terms: list[list[Term | None]] = []
    at = 0
    for _, meaning in shown:
        width = len(parts(meaning))
        columns = [table.column(at + n).to_pylist() for n in range(width)]
        at += width
        terms.append(_terms(meaning, columns))
    yield from zip(*terms, strict=True)


def _terms(meaning: Meaning, columns: list[list[Any]]) -> list[Term | None]:
    match meaning:
        case Typed(datatype):
            return [
                None if value is None else Literal(kinds.lexical(value, datatype), datatype)
                for value in columns[0]
            ]
        case Address():
            return _addresses(meaning, columns)
        case Open():
            return [_open(text, sort) for text, sort in zip(*columns, strict=True)]


def _addresses(meaning: Address, columns: list[list[Any]]) -> list[Term | None]:
    datatypes = [kinds.datatype_of(kind) for kind in meaning.kinds]
    return [
        None
        if None in row
        else Iri(meaning.template.fill(tuple(map(kinds.lexical, row, datatypes))))
        for row in zip(*columns, strict=True)
    ]


def _open(text: str | None, sort: str | None) -> Term | None:
    if text is None or sort is None:
        return None
    if not sort:
        return Iri(text)
    if sort.startswith("@"):
        return Literal(text, RDF.langString, sort[1:])
    found = Literal(text, Iri(sort))
    value = kinds.value(found)
    return found if value is None else Literal(kinds.lexical(value, sort), found.datatype)


def _told(term: Term) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"type": "uri", "value": term}
    told = {"type": "literal", "value": term.lexical}
    if term.language:
        return told | {"xml:lang": term.language}
    return (
        told if term.datatype == kinds.datatype_of("text") else told | {"datatype": term.datatype}
    )
