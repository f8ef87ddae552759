"""Answering a query over data: rewrite it, run it where the rows lie, and say the terms again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import pyarrow as pa

from catalog_service.domain.rdf import Term
from catalog_service.graph import View
from catalog_service.graph.results import retold
from catalog_service.semantic.answer import PolicyApplied, ProductRead, Snapshot
from catalog_service.semantic.execution import Engine, Limits, Wanted
from catalog_service.semantic.plan import AllOf, Guarded
from catalog_service.semantic.sparql import algebra, emission, metadata, syntax
from catalog_service.semantic.sparql.chasms import chasms
from catalog_service.semantic.sparql.coded import Coded, coded
from catalog_service.semantic.sparql.dialects import spoken
from catalog_service.semantic.sparql.formats import format_of
from catalog_service.semantic.sparql.identities import Discretion
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.meanings import Meaning, parts
from catalog_service.semantic.sparql.rewriting import Rewritten, rewritten
from catalog_service.semantic.sparql.writing import written

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
        triples: the answer of a CONSTRUCT or DESCRIBE, as lines of N-Triples; None of others.
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
    triples: tuple[str, ...] | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The solutions, a term or None for each variable."""
        if not self.columns:
            return ((),) * self.size
        return tuple(zip(*(column.rows() for column in self.columns), strict=True))

    def pieces(self, media_type: str) -> Iterator[bytes]:
        """The answer in one of the formats of its form, piece by piece.

        Raises:
            UnknownFormat: it is not written that way.
            InvalidRequest: the format cannot hold it. Both are said before any piece is.
        """
        if self.triples is not None:
            lines = "".join(f"{line}\n" for line in self.triples)
            return iter((retold(lines.encode(), media_type),))
        if self.truth is not None:
            return iter((format_of(media_type).truth(self.truth).encode(),))
        return written(self.variables, self.columns, self.size, media_type)

    def written(self, media_type: str) -> bytes:
        """The answer in one of the formats of its form, whole."""
        return b"".join(self.pieces(media_type))

    def told(self, triples: tuple[str, ...]) -> "DataAnswer":
        """The answer whose solutions have been made into triples."""
        return replace(self, variables=(), columns=(), size=len(triples), triples=triples)


NOTHING = DataAnswer((), (), 0, None, "", "none: nothing is read", (), (), (), "", ())
"""The description of what no data are about."""


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


def compiled(
    query: syntax.Query,
    mapped: Mapped,
    view: View | None = None,
    discretion: Discretion | None = None,
) -> Compiled:
    """Rewrite a query; what it asks of the catalog is asked now.

    Args:
        query: what is asked.
        mapped: what the data state, of what the asker may read.
        view: the catalog as the asker may see it; None answers from data alone.
        discretion: what an asker is held to who may not see identities.

    Raises:
        Refused: it cannot be answered over data; says what stands in the way.
        LimitExceeded: its part about the catalog has too many solutions.
    """
    if view is None:
        found = rewritten(query, mapped, discretion=discretion)
    else:
        asked = metadata.Asked(view, mapped, query.pattern)
        found = rewritten(query, mapped, asked.about, asked.solutions, discretion)
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

        def statement(relation: algebra.Relational) -> str:
            made = emission.statement(
                relation, lambda guarded: bound[guarded.relation.name].table, engine.dialect
            )
            return spoken(made, engine.dialect).sql(dialect=engine.dialect)

        sql = statement(asked.found.relation)
        table = session.run(sql)
        small = asked.found.withheld
        withheld = 0 if small is None else session.run(statement(small)).column(0)[0].as_py()
    snapshots = {name: one.snapshot for name, one in bound.items()}
    return _answer(asked, engine, sql, table, snapshots=snapshots, withheld=withheld)


def _answer(
    asked: Compiled,
    engine: Engine,
    sql: str,
    table: pa.Table,
    *,
    snapshots: Mapping[str, Snapshot],
    withheld: int,
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
        policies=(
            *(
                PolicyApplied(one.relation.product, rule, "rows")
                for one in relations
                if one.rows != AllOf()
                for rule in one.because
            ),
            *((PolicyApplied(None, None, "withheld"),) if withheld else ()),
        ),
        warnings=(*asked.warnings, *_withheld(withheld)),
        digest=sha256(sql.encode()).hexdigest(),
    )


def _withheld(groups: int) -> Iterator[str]:
    if groups:
        yield f"{groups} groups are withheld, so that none of too few identities can be told"


def _columns(table: pa.Table, shown: Sequence[tuple[str, Meaning]]) -> Iterator[Coded]:
    """What each variable is, row by row."""
    at = 0
    for _, meaning in shown:
        width = len(parts(meaning))
        yield coded(meaning, table.columns[at : at + width])
        at += width
