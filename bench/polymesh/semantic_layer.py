"""The same questions, put to boring-semantic-layer over the same files.

It has no word for keys of another scheme, for crosswalks, for a clock that lies in another table,
or for policies. So each fact is led to its identity and cut to its period by SQL, before the layer
sees it; what is left to the layer is to join the facts to the identities and to aggregate them.
"""

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from bench.polymesh.byhand import Asked, Company
from catalog_service.semantic.question import Grain

ABSENT = "boring-semantic-layer is not installed (pip install 'polyseme[bench]')"
_KINDS: dict[str, Callable[[Any], Any]] = {
    "count": lambda column: column.count(),
    "distinct": lambda column: column.nunique(),
    "sum": lambda column: column.sum().coalesce(0),
    "whole": lambda column: column.sum().cast("int64").coalesce(0),
}


def layer(
    company: Company, files: Mapping[str, str], hand: duckdb.DuckDBPyConnection
) -> Callable[[Asked], pa.Table]:
    """What answers a question by the layer.

    Raises:
        ImportError: the layer is not installed.
    """
    import ibis  # noqa: PLC0415 - only where it is asked for
    from boring_semantic_layer import to_semantic_table  # noqa: PLC0415

    backend = ibis.duckdb.from_connection(hand)

    def answer(asked: Asked) -> pa.Table:
        names = (company.key, *company.dimensions)
        people = backend.sql(company.hidden.format(**files))
        sharing = asked.question.sharing
        found: Any = to_semantic_table(people, name="people").with_dimensions(
            **{name: _field(name) for name in names}
        )
        for table, led in asked.led.items():
            rows = backend.sql(led.format(**files))
            mine = [m for m in asked.question.measures if company.figures[m].table == table]
            fact = (
                to_semantic_table(rows, name=table)
                .with_dimensions(**{company.key: _field(company.key)})
                .with_measures(**{m: _measure(company.figure(m, sharing).kind, m) for m in mine})
            )
            found = found.join_many(fact, on=company.key)
        for name, values in asked.where:
            found = found.filter(_among(name, values))
        keys = asked.by if asked.question.grain is Grain.GROUPED else (company.key, *asked.by)
        measures = [f"{company.figures[m].table}.{m}" for m in asked.question.measures]
        table = found.group_by(*(f"people.{key}" for key in keys)).aggregate(*measures).to_pyarrow()
        table = table.select([*(f"people.{key}" for key in keys), *measures])
        return table.rename_columns([*keys, *asked.question.measures])

    return answer


def _field(name: str) -> Callable[[Any], Any]:
    return lambda table: table[name]


def _measure(kind: str, name: str) -> Callable[[Any], Any]:
    return lambda table: _KINDS[kind](table[name])


def _among(name: str, values: tuple[Any, ...]) -> Callable[[Any], Any]:
    return lambda table: table[name].isin(values)
