"""The types of a column whose source states none: in text files and in bindings.

They are what the catalog states, never what the values look like.
"""

from dataclasses import dataclass

import pyarrow as pa

from catalog_service.terms import XSD

DECIMAL = (38, 12)
"""Digits in all, and after the point: room for sums of money in every currency.

What is written with more digits after the point is rounded, halves away from zero, whoever reads.
"""
WIDE = pa.decimal256(76, 38)
"""What decimals are read as before they are rounded."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A type, as the engine writes it and as Arrow has it."""

    sql: str
    arrow: pa.DataType


TEXT = Typed("VARCHAR", pa.string())
WHOLE = Typed("BIGINT", pa.int64())
MOMENT = Typed("TIMESTAMP", pa.timestamp("us"))
"""A moment without a zone. One that is written with an offset is brought to UTC."""

_TYPES: dict[str, Typed] = {
    XSD.boolean: Typed("BOOLEAN", pa.bool_()),
    XSD.decimal: Typed(f"DECIMAL({DECIMAL[0]}, {DECIMAL[1]})", pa.decimal128(*DECIMAL)),
    XSD.double: Typed("DOUBLE", pa.float64()),
    XSD.base + "float": Typed("DOUBLE", pa.float64()),
    XSD.date: Typed("DATE", pa.date32()),
    XSD.dateTime: MOMENT,
    XSD.base + "dateTimeStamp": MOMENT,
    XSD.base + "time": Typed("TIME", pa.time64("us")),
    **{
        XSD.base + name: WHOLE
        for name in (
            *("integer", "long", "int", "short", "byte"),
            *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
            *("unsignedInt", "unsignedShort", "unsignedByte", "unsignedLong"),
        )
    },
}


def typed(datatype: str) -> Typed:
    """The type for a datatype of XML Schema; text for any other, and where none is stated."""
    return _TYPES.get(datatype, TEXT)
