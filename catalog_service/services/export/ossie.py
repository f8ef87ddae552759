"""Ossie: datasets, how they lead to each other, and their measures, as one semantic model.

Ossie 0.2 has no word for what a column identifies, for additivity, clock or emptiness: these go
into its custom extensions, as JSON.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from catalog_service.domain.rdf import Literal
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.tables import Table, TableColumn, tables
from catalog_service.services.export.yaml import kept
from catalog_service.terms import CSVW, DCT, PM, SDMX, SKOS, XSD, Iri

VERSION = "0.2.0.dev0"
VENDOR = "POLYSEME"
_DATATYPES: dict[Iri, str] = {
    XSD.string: "String",
    XSD.integer: "Integer",
    XSD.long: "Integer",
    XSD.int: "Integer",
    XSD.short: "Integer",
    XSD.byte: "Integer",
    XSD.decimal: "Decimal",
    XSD.float: "Float",
    XSD.double: "Float",
    XSD.boolean: "Boolean",
    XSD.date: "Date",
    XSD.time: "Time",
    XSD.dateTime: "DateTime",
}
_TIMES = frozenset({XSD.date, XSD.time, XSD.dateTime})


def semantic_model(name: str, products: Iterable[Stated]) -> dict[str, Any]:
    """The document that holds one semantic model over the datasets of some products."""
    known = _Mesh(sorted(products, key=lambda stated: stated.subject))
    datasets = [known.dataset(stated, table) for stated, table in known.tables]
    if not datasets:
        return {"version": VERSION, "semantic_model": []}
    whole = kept(
        name=name,
        datasets=datasets,
        relationships=list(known.relationships()),
        metrics=list(known.metrics()),
    )
    return {"version": VERSION, "semantic_model": [whole]}


class _Mesh:
    """The tables of some products, each with a name that no other has."""

    def __init__(self, products: list[Stated]) -> None:
        self.tables = [
            (stated, table) for stated in products for table in tables(stated) if table.columns
        ]
        self._products = products
        self._names = _named((t.iri, t.name, last(s.subject)) for s, t in self.tables)
        self._columns = {c.iri: (t, c) for _, t in self.tables for c in t.columns}

    def dataset(self, stated: Stated, table: Table) -> dict[str, Any]:
        """A table as Ossie writes it."""
        dimensions = set(stated.iris(table.iri, PM.dimension))
        keys = [column.name for column in table.grain]
        return kept(
            name=self._names[table.iri],
            source=table.place,
            primary_key=keys,
            unique_keys=[keys] if keys else [],
            description=stated.text(table.iri, DCT.description),
            fields=[
                self._field(stated, column, shown=column.iri in dimensions)
                for column in table.columns
            ],
            custom_extensions=_extensions({"dataset": table.iri}),
        )

    def _field(self, stated: Stated, column: TableColumn, *, shown: bool) -> dict[str, Any]:
        bound = kept(
            identifies=column.polyseme, scheme=column.scheme, sensitivity=_level(stated, column)
        )
        return kept(
            name=column.name,
            expression=_expression(exp.column(_quoted(column.name))),
            label=stated.text(column.iri, CSVW.title),
            description=stated.text(column.iri, DCT.description),
            datatype=_DATATYPES.get(column.datatype) if column.datatype else None,
            custom_extensions=_extensions(bound),
        ) | ({"dimension": {"is_time": column.datatype in _TIMES}} if shown else {})

    def relationships(self) -> Iterator[dict[str, Any]]:
        """How tables lead to each other: by foreign keys, and by columns that identify alike.

        A column leads to another where both identify one polyseme in one scheme, and the other
        tells the rows of its table apart: each row of the first has at most one there.
        """
        unique: dict[tuple[Iri, Iri], list[tuple[Table, TableColumn]]] = defaultdict(list)
        for _, table in self.tables:
            if len(table.grain) == 1 and (key := _bound(table.grain[0])):
                unique[key].append((table, table.grain[0]))
        for _, table in self.tables:
            for column in table.columns:
                goals = {c: (t, c) for t, c in self._goals(column)}
                if key := _bound(column):
                    goals |= {c: (t, c) for t, c in unique[key]}
                for there, goal in sorted(goals.values(), key=lambda pair: pair[1].iri):
                    if there.iri != table.iri:
                        yield self._relationship(table, column, there, goal)

    def _goals(self, column: TableColumn) -> Iterator[tuple[Table, TableColumn]]:
        for goal in column.keys:
            if (found := self._columns.get(goal)) is not None and found[0].grain == (found[1],):
                yield found

    def _relationship(
        self, table: Table, column: TableColumn, there: Table, goal: TableColumn
    ) -> dict[str, Any]:
        here, far = self._names[table.iri], self._names[there.iri]
        return {
            "name": f"{here}_{column.name}_to_{far}",
            "from": here,
            "to": far,
            "from_columns": [column.name],
            "to_columns": [goal.name],
        }

    def metrics(self) -> Iterator[dict[str, Any]]:
        """The measures of the tables."""
        found = [
            (stated, measure)
            for stated in self._products
            for measure in stated.below("measures")
            if stated.iri(measure, PM.countedOn) in self._names
        ]
        names = _named((m, s.text(m, CSVW.name) or last(m), last(s.subject)) for s, m in found)
        for stated, measure in found:
            expression = self._aggregate(stated, measure)
            if expression is None:
                continue
            yield kept(
                name=names[measure],
                expression=_expression(expression),
                description=stated.text(measure, DCT.description, SKOS.prefLabel),
                custom_extensions=_extensions(self._told(stated, measure)),
            )

    def _aggregate(self, stated: Stated, measure: Iri) -> exp.Expr | None:
        operand = stated.iri(measure, PM.operand)
        column = None
        if operand in self._columns:
            table, found = self._columns[operand]
            column = exp.column(_quoted(found.name), table=_quoted(self._names[table.iri]))
        kind = stated.text(measure, PM.aggregate)
        if column is None:
            return self._rows(stated, measure) if kind == "count" and operand is None else None
        return {
            "count": exp.Count(this=column),
            "sum": exp.Sum(this=column),
            "count-distinct": exp.Count(this=exp.Distinct(expressions=[column])),
            "average": exp.Avg(this=column),
            "minimum": exp.Min(this=column),
            "maximum": exp.Max(this=column),
            "median": exp.WithinGroup(
                this=exp.PercentileCont(this=exp.Literal.number("0.5")),
                expression=exp.Order(expressions=[exp.Ordered(this=column, nulls_first=True)]),
            ),
        }.get(kind)

    def _rows(self, stated: Stated, measure: Iri) -> exp.Expr:
        """Rows are counted by a key that is never null, since `COUNT(*)` would not say of what."""
        dataset = stated.iri(measure, PM.countedOn)
        for table in (table for _, table in self.tables if table.iri == dataset):
            for column in table.grain:
                if stated.text(column.iri, CSVW.required) == "true":
                    named = exp.column(_quoted(column.name), table=_quoted(self._names[table.iri]))
                    return exp.Count(this=named)
        return exp.Count(this=exp.Star())

    def _told(self, stated: Stated, measure: Iri) -> dict[str, Any]:
        """What Ossie has no word for."""
        units = stated.values(measure, SDMX.unitMeasure)
        return kept(
            measure=measure,
            countedOn=self._names.get(stated.iri(measure, PM.countedOn) or measure),
            additivity=_ours(stated.iri(measure, PM.additivity)),
            notAdditiveOver=self._reference(stated.iri(measure, PM.notAdditiveOver)),
            clock=self._reference(stated.iri(measure, PM.clock)),
            zone=stated.text(measure, PM.zone),
            whenEmpty=_ours(stated.iri(measure, PM.whenEmpty)),
            unit=next((u.lexical if isinstance(u, Literal) else u for u in units), None),
            unitColumn=self._reference(stated.iri(measure, PM.unitColumn)),
        )

    def _reference(self, column: Iri | None) -> str | None:
        """A column as `dataset.column`; by its IRI where its dataset is not in the model."""
        if column is None or column not in self._columns:
            return column
        table, found = self._columns[column]
        return f"{self._names[table.iri]}.{found.name}"


def _named(things: Iterable[tuple[Iri, str, str]]) -> dict[Iri, str]:
    """Names that are unique in the model: with that of the product where two would be the same."""
    listed = list(things)
    times = Counter(name for _, name, _ in listed)
    found: dict[Iri, str] = {}
    for iri, name, product in listed:
        free = name if times[name] == 1 else f"{product}.{name}"
        found[iri] = free if free not in found.values() else f"{free} <{iri}>"
    return found


def _bound(column: TableColumn) -> tuple[Iri, Iri] | None:
    if column.polyseme is None or column.scheme is None:
        return None
    return column.polyseme, column.scheme


def _level(stated: Stated, column: TableColumn) -> str | None:
    return _ours(stated.iri(column.iri, PM.sensitivity))


def _ours(term: Iri | None) -> str | None:
    return term.removeprefix(PM.base) if term else None


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name)


def _expression(tree: exp.Expr) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": tree.sql()}]}


def _extensions(data: Mapping[str, Any]) -> list[dict[str, str]]:
    if not data:
        return []
    return [{"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False, sort_keys=True)}]
