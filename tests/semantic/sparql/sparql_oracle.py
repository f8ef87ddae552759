"""The same question asked of data and of the graph that they make; answers compared as bags."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from catalog_service.domain.rdf import Literal, Term
from catalog_service.graph.querygate import admit
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.sparql.answering import DataAnswer, answered, compiled
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.reading import read
from catalog_service.terms import PREFIXES

_NUMBERS = {"integer", "decimal", "double", "float", "int", "long"}


def by_rewriting(text: str, mapped: Mapped, engine: Engine) -> DataAnswer:
    """The answer from the data."""
    return answered(compiled(read(admit(text).text), mapped), engine)


def by_graph(text: str, store: ox.Store) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The answer of the graph engine on the materialised triples."""
    found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = tuple(variable.value for variable in found.variables)
    return names, [tuple(map(_of_graph, row)) for row in found]


def bag(answer: DataAnswer) -> Counter[tuple[Any, ...]]:
    """The rows of an answer with how often each is there; columns in the order of their names."""
    order = sorted(range(len(answer.variables)), key=lambda at: answer.variables[at])
    return Counter(tuple(_of_data(row[at]) for at in order) for row in answer.rows)


def graph_bag(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """The same of the graph's."""
    order = sorted(range(len(names)), key=lambda at: names[at])
    return Counter(tuple(row[at] for at in order) for row in rows)


def agree(text: str, mapped: Mapped, engine: Engine, store: ox.Store) -> Counter[tuple[Any, ...]]:
    """Assert that both bags are the same, looked at from either side; return what they hold."""
    answer = by_rewriting(text, mapped, engine)
    ours, theirs = bag(answer), graph_bag(*by_graph(text, store))
    assert (theirs - ours, ours - theirs) == (Counter(), Counter()), f"{text}\n{answer.sql}"
    return ours


def _of_data(term: Term | None) -> Any:
    if term is None or not isinstance(term, Literal):
        return term
    return _literal(term.lexical, term.datatype, term.language)


def _of_graph(term: Any) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    return _literal(term.value, term.datatype.value, term.language or "")


def _literal(lexical: str, datatype: str, language: str) -> tuple[Any, ...]:
    """A literal by its value: the graph engine divides decimals to more digits than SQL does."""
    kind = datatype.rpartition("#")[2]
    if kind not in _NUMBERS:
        return lexical, kind, language
    if kind in ("double", "float"):
        return float(lexical), kind, language
    return round(Decimal(lexical), 9).normalize(), kind, language
