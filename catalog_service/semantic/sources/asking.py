"""What is wanted of a SPARQL port as SELECT queries.

A row is a node; a column is the property that CSV on the Web gives a column that states none: the
address of the table, `#`, and the name of the column. The condition goes along, so that no row
that a policy forbids is handed over; a long list of values goes in batches, as VALUES.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from catalog_service.domain.rdf import Literal, iri, ntriples
from catalog_service.semantic.execution import Wanted
from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    Missing,
    Not,
    Predicate,
    Relation,
    Within,
)
from catalog_service.semantic.question import Comparison, Scalar
from catalog_service.semantic.sources.sifting import columns_of, value_of
from catalog_service.semantic.sources.types import TEXT, typed
from catalog_service.terms import XSD

BATCH = 500
"""Values of a list that go along with one query."""
_SIGNS = {
    Comparison.EQ: "=",
    Comparison.NE: "!=",
    Comparison.LT: "<",
    Comparison.LTE: "<=",
    Comparison.GT: ">",
    Comparison.GTE: ">=",
}


class Asking:
    """The queries for what is wanted of one relation.

    Args:
        relation: the relation; its table is the address that its properties begin with.
        wanted: which columns and rows.

    Raises:
        InvalidIri: the table is no address, or a column has a name that none may have.
    """

    def __init__(self, relation: Relation, wanted: Wanted) -> None:
        self._wanted = wanted
        self._types = {each.name: typed(each.datatype) for each in relation.columns}
        read = (*wanted.columns, *sorted(columns_of(wanted.predicate)), *relation.unique_on)
        self._variables = {name: f"?c{at}" for at, name in enumerate(dict.fromkeys(read))}
        table = relation.place.table
        base = table if table.endswith(("#", "/")) else f"{table}#"
        self._properties = {name: ntriples(iri(base + name)) for name in self._variables}
        self._bound = frozenset(relation.unique_on)

    def columns(self) -> Mapping[str, str]:
        """The columns that are wanted, by the names of their variables in an answer."""
        return {name: self._variables[name][1:] for name in self._wanted.columns}

    def queries(self) -> Iterator[str]:
        """The queries whose answers together are what is wanted; usually one."""
        predicate = self._wanted.predicate
        conditions = predicate.conditions if isinstance(predicate, AllOf) else (predicate,)
        long = next(
            (at for at in conditions if isinstance(at, Within) and len(at.values) > BATCH), None
        )
        filters = [self._holds(each) for each in conditions if each is not long]
        if long is None:
            yield self._query(filters)
            return
        terms = list(
            dict.fromkeys(self._term(value_of(v, self._wanted.values)) for v in long.values)
        )
        equal = f"{self._operand(long.column)} = ?listed"
        for start in range(0, len(terms), BATCH):
            listed = f"VALUES ?listed {{ {' '.join(terms[start : start + BATCH])} }}"
            yield self._query([*filters, equal], listed)

    def _query(self, filters: Sequence[str], listed: str = "") -> str:
        patterns = [
            f"?row {self._properties[name]} {variable} ."
            if name in self._bound
            else f"OPTIONAL {{ ?row {self._properties[name]} {variable} }}"
            for name, variable in sorted(
                self._variables.items(), key=lambda at: at[0] not in self._bound
            )
        ]
        kept = [f"FILTER ({each})" for each in filters]
        shown = " ".join(self._variables[name] for name in self._wanted.columns)
        return "\n".join([f"SELECT {shown} WHERE {{", *patterns, listed, *kept, "}"])

    def _holds(self, predicate: Predicate) -> str:
        """The condition; an unbound variable is an error, which behaves as unknown does in SQL."""
        if isinstance(predicate, AllOf | AnyOf):
            sign, empty = (" && ", "true") if isinstance(predicate, AllOf) else (" || ", "false")
            parts = [f"({self._holds(each)})" for each in predicate.conditions]
            return sign.join(parts) or empty
        if isinstance(predicate, Not):
            return f"!({self._holds(predicate.condition)})"
        if isinstance(predicate, Missing):
            return f"!BOUND({self._variables[predicate.column]})"
        subject = self._operand(predicate.column)
        if isinstance(predicate, Within):
            values = [self._term(value_of(v, self._wanted.values)) for v in predicate.values]
            return f"{subject} IN ({', '.join(values)})" if values else "false"
        return self._compared(subject, predicate)

    def _compared(self, subject: str, predicate: Compare) -> str:
        value = self._term(value_of(predicate.value, self._wanted.values))
        return f"{subject} {_SIGNS[predicate.comparison]} {value}"

    def _operand(self, name: str) -> str:
        """A column as it is compared: texts by their characters, whatever language they state."""
        variable = self._variables[name]
        return f"STR({variable})" if self._types[name] == TEXT else variable

    def _term(self, value: Scalar) -> str:
        return ntriples(_literal(value))


def _literal(value: Scalar) -> Literal:
    if isinstance(value, bool):
        return Literal("true" if value else "false", XSD.boolean)
    if isinstance(value, int):
        return Literal(str(value), XSD.integer)
    if isinstance(value, Decimal):
        return Literal(format(value, "f"), XSD.decimal)
    if isinstance(value, datetime):
        return Literal(value.isoformat(), XSD.dateTime)
    return Literal(value.isoformat(), XSD.date) if isinstance(value, date) else Literal(value)
