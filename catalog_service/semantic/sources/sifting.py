"""A condition as an Arrow expression, to push it into what Arrow reads.

It holds exactly where SQL holds it: what is unknown is neither true nor false, also under NOT.
"""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import pyarrow as pa
import pyarrow.compute as pc

from catalog_service.semantic.plan import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Missing,
    Not,
    Operand,
    Predicate,
    Within,
)
from catalog_service.semantic.question import Comparison, Scalar

_FUNCTIONS = {
    Comparison.EQ: "equal",
    Comparison.NE: "not_equal",
    Comparison.LT: "less",
    Comparison.LTE: "less_equal",
    Comparison.GT: "greater",
    Comparison.GTE: "greater_equal",
}


def value_of(operand: Operand, values: Mapping[str, Scalar]) -> Scalar:
    """The value of an operand; a parameter's is looked up."""
    return operand.value if isinstance(operand, Constant) else values[operand.name]


def columns_of(predicate: Predicate) -> set[str]:
    """The columns that a condition speaks of."""
    if isinstance(predicate, AllOf | AnyOf):
        return set().union(*(columns_of(each) for each in predicate.conditions))
    if isinstance(predicate, Not):
        return columns_of(predicate.condition)
    return {predicate.column}


def sifted(predicate: Predicate, values: Mapping[str, Scalar], schema: pa.Schema) -> pc.Expression:
    """The condition over columns of a schema, whose types its values are brought to."""
    if isinstance(predicate, AllOf):
        parts = (sifted(each, values, schema) for each in predicate.conditions)
        return reduce(and_, parts, pc.scalar(value=True))
    if isinstance(predicate, AnyOf):
        parts = (sifted(each, values, schema) for each in predicate.conditions)
        return reduce(or_, parts, pc.scalar(value=False))
    if isinstance(predicate, Not):
        return ~sifted(predicate.condition, values, schema)
    column = pc.field(predicate.column)
    if isinstance(predicate, Missing):
        return column.is_null()
    kind = schema.field(predicate.column).type
    if isinstance(predicate, Within):
        return _within(column, predicate, values, kind)
    return _compared(column, predicate, values, kind)


def _compared(
    column: pc.Expression, predicate: Compare, values: Mapping[str, Scalar], kind: pa.DataType
) -> pc.Expression:
    value = _literal(value_of(predicate.value, values), kind)
    return pc.Expression._call(  # noqa: SLF001 - Arrow names no public way to call by name
        _FUNCTIONS[predicate.comparison], [column, pc.scalar(value)]
    )


def _within(
    column: pc.Expression, predicate: Within, values: Mapping[str, Scalar], kind: pa.DataType
) -> pc.Expression:
    wanted = [_literal(value_of(each, values), kind) for each in predicate.values]
    found = column.isin(pa.array(wanted, wanted[0].type) if wanted else pa.array([], kind))
    return pc.if_else(column.is_valid(), found, pc.scalar(pa.scalar(None, pa.bool_())))


def _literal(value: Scalar, kind: pa.DataType) -> pa.Scalar:
    """The value in the type of the column; in its own where that would change it."""
    own = pa.scalar(value)
    try:
        return own.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return own
