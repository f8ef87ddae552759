"""What the types of SQL dialects stand for in the graph."""

import re

from catalog_service.terms import XSD, Iri

_WORDS = (
    (XSD.string, "string text varchar char character nchar nvarchar varchar2 nvarchar2 bpchar"),
    (XSD.string, "clob ntext tinytext mediumtext longtext fixedstring name citext enum"),
    (XSD.string, "uuid uniqueidentifier"),
    (XSD.integer, "integer int bigint smallint tinyint mediumint hugeint byteint long short byte"),
    (XSD.integer, "int2 int4 int8 int16 int32 int64 int128 int256 serial bigserial smallserial"),
    (XSD.integer, "uint8 uint16 uint32 uint64 uint128 uint256"),
    (XSD.integer, "uinteger ubigint usmallint utinyint uhugeint"),
    (XSD.decimal, "decimal numeric number dec fixed bignumeric bigdecimal money smallmoney"),
    (XSD.double, "double float real float4 float8 float16 float32 float64 binary_double"),
    (XSD.boolean, "boolean bool bit"),
    (XSD.date, "date date32"),
    (XSD.time, "time timetz"),
    (XSD.dateTime, "timestamp timestamptz timestampntz timestampltz"),
    (XSD.dateTime, "timestamp_ntz timestamp_ltz timestamp_tz"),
    (XSD.dateTime, "timestamp_s timestamp_ms timestamp_us timestamp_ns"),
    (XSD.dateTime, "datetime datetime2 datetime64 smalldatetime datetimeoffset"),
    (XSD.base64Binary, "binary varbinary bytea blob bytes image rowversion raw"),
)
DATATYPES = {word: datatype for datatype, words in _WORDS for word in words.split()}
"""The first word of a type, without its precision, and what it stands for.

Arrays, structures, JSON and intervals are missing on purpose: they have no one datatype.
"""
_DECORATED = re.compile(
    r"(?P<word>[a-z][a-z0-9_]*)"
    r"(?: (?:varying|precision|large object|unsigned|signed))*"
    r"(?: ?\((?P<arguments>[^()]*)\))?"
    r"(?: (?:unsigned|zerofill|varying|with(?:out)?(?: local)? time zone|not null))*"
)
_WRAPPED = re.compile(r"(?:nullable|lowcardinality)\((.*)\)")
_WHOLE = re.compile(r"\d{1,9} ?, ?0")
_LONGEST = 200


def datatype(written: str) -> Iri | None:
    """The datatype of a SQL type such as `NUMERIC(38, 0)`; None where it has parts, or is unknown.

    A decimal without places after the point is an integer.
    """
    plain = " ".join(written.lower().split())
    if len(plain) > _LONGEST:
        return None
    while (inner := _WRAPPED.fullmatch(plain)) is not None:
        plain = inner[1]
    match = _DECORATED.fullmatch(plain)
    found = DATATYPES.get(match["word"]) if match is not None else None
    if found == XSD.decimal and match is not None and _WHOLE.fullmatch(match["arguments"] or ""):
        return XSD.integer
    return found
