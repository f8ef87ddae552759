"""Answering a query over data: rewrite it, run it where the rows lie, and say the terms again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from catalog_service.domain.rdf import Literal, Term
from catalog_service.graph import View
from catalog_service.semantic.answer import PolicyApplied, ProductRead, Snapshot
from catalog_service.semantic.execution import Engine, Limits, Wanted
from catalog_service.semantic.plan import AllOf, Guarded
from catalog_service.semantic.sparql import emission, kinds, metadata, syntax
from catalog_service.semantic.sparql.chasms import chasms
from catalog_service.semantic.sparql.coded import Coded, coded
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.meanings import Meaning, parts
from catalog_service.semantic.sparql.rewriting import Rewritten, rewritten

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """What came of a query over data.

    Args:
        variables: what was asked for, in order; none of an ASK.
        columns: the terms of each variable, row by row.
        size: how many solutions there are.
        truth: the answer of an ASK; None of a SELECT.
        sql: the statement that was run.
        engine: what ran it.
        products: what was read, in which state.
        policies: which policies were in force.
        warnings: what a reader has to know.
        digest: the SHA-256 of the SQL.
    """

    variables: tuple[str, ...]
    columns: tuple[Coded, ...]
    size: int
    truth: bool | None
    sql: str
    engine: str
    products: tuple[ProductRead, ...]
    policies: tuple[PolicyApplied, ...]
    warnings: tuple[str, ...]
    digest: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """The solutions, a term or None for each variable."""
        if not self.columns:
            return ((),) * self.size
        told = ([column.terms[code] for code in column.codes] for column in self.columns)
        return tuple(zip(*told, strict=True))

    def json(self) -> bytes:
        """The answer as SPARQL 1.1 Query Results JSON."""
        if self.truth is not None:
            return _written({"head": {}, "boolean": self.truth}).encode()
        head = _written({"vars": list(self.variables)})
        told = [_bindings(*one) for one in zip(self.variables, self.columns, strict=True)]
        rows = (
            [f"{{{','.join(filter(None, row))}}}" for row in zip(*told, strict=True)]
            if told
            else ["{}"] * self.size
        )
        return f'{{"head":{head},"results":{{"bindings":[{",".join(rows)}]}}}}'.encode()


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
        columns=() if ask else tuple(_columns(table, asked.found.shown)),
        size=0 if ask else table.num_rows,
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


def _columns(table: "pa.Table", shown: Sequence[tuple[str, Meaning]]) -> Iterator[Coded]:
    """What each variable is, row by row."""
    at = 0
    for _, meaning in shown:
        width = len(parts(meaning))
        yield coded(meaning, table.columns[at : at + width])
        at += width


def _told(term: Term) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"type": "uri", "value": term}
    told = {"type": "literal", "value": term.lexical}
    if term.language:
        return told | {"xml:lang": term.language}
    return (
        told if term.datatype == kinds.datatype_of("text") else told | {"datatype": term.datatype}
    )


def _bindings(name: str, column: Coded) -> list[str]:
    """A column as members of JSON objects, empty where there is no term; each term written once."""
    key = _written(name)
    each = ["" if term is None else f"{key}:{_written(_told(term))}" for term in column.terms]
    return [each[code] for code in column.codes]


def _written(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
