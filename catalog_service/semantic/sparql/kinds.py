"""How SQL holds the values of RDF: which datatype is which kind of column, and back again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog_service.domain.rdf import Literal
from catalog_service.semantic.sparql.algebra import Plain
from catalog_service.terms import XSD, Iri

TEXT = "text"
INTEGER = "integer"
DECIMAL = "decimal"
DOUBLE = "double"
BOOLEAN = "boolean"
DATE = "date"
MOMENT = "moment"

_KINDS: dict[str, str] = {
    XSD.integer: INTEGER,
    XSD.long: INTEGER,
    XSD.int: INTEGER,
    XSD.short: INTEGER,
    XSD.byte: INTEGER,
    XSD.decimal: DECIMAL,
    XSD.double: DOUBLE,
    XSD.float: DOUBLE,
    XSD.boolean: BOOLEAN,
    XSD.date: DATE,
    XSD.dateTime: MOMENT,
}
NUMERIC = (INTEGER, DECIMAL, DOUBLE)


def kind(datatype: str) -> str:
    """The kind of column that holds the values of a datatype; text where it is not special."""
    return _KINDS.get(datatype, TEXT)


def value(literal: Literal) -> Plain:
    """The value of a literal; None where its text is none of its datatype.

    A moment with an offset is told in UTC, as the moments of all sources are.
    """
    text = literal.lexical.strip() if kind(literal.datatype) != TEXT else literal.lexical
    read = _READERS.get(kind(literal.datatype))
    try:
        return literal.lexical if read is None else read(text)
    except (ValueError, KeyError, InvalidOperation):
        return None


def naive(moment: datetime) -> datetime:
    """A moment in UTC, without its offset."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def lexical(found: object, datatype: str) -> str:
    """How a value that an engine gave is written in its datatype, in canonical form."""
    write = _WRITERS.get(kind(datatype))
    if write is not None:
        return write(found)
    return found.isoformat() if isinstance(found, date) else str(found)


def _decimal(found: Any) -> str:  # noqa: ANN401 - a number of the engine
    text = format(found if isinstance(found, Decimal) else Decimal(repr(found)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _double(found: float) -> str:
    if found != found:  # noqa: PLR0124 - that is what makes it no number
        return "NaN"
    if found in (float("inf"), float("-inf")):
        return "INF" if found > 0 else "-INF"
    digits = repr(abs(found)).partition("e")[0].replace(".", "").strip("0")
    shortest = f"{found:.{max(0, len(digits) - 1)}E}"
    mantissa, _, exponent = shortest.partition("E")
    whole, _, rest = mantissa.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}E{int(exponent)}"


def _moment(found: object) -> str:
    if not isinstance(found, datetime):
        return str(found)
    return naive(found).isoformat()


def datatype_of(kind_: str) -> Iri:
    """The datatype that values of a kind have when they are computed."""
    return {
        TEXT: XSD.string,
        INTEGER: XSD.integer,
        DECIMAL: XSD.decimal,
        DOUBLE: XSD.double,
        BOOLEAN: XSD.boolean,
        DATE: XSD.date,
        MOMENT: XSD.dateTime,
    }[kind_]


_READERS: dict[str, Callable[[str], Plain]] = {
    INTEGER: int,
    DECIMAL: Decimal,
    DOUBLE: lambda text: float(text.replace("INF", "inf")),
    BOOLEAN: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    DATE: date.fromisoformat,
    MOMENT: lambda text: naive(datetime.fromisoformat(text)),
}
_WRITERS: dict[str, Callable[[Any], str]] = {
    INTEGER: lambda found: str(int(found)),
    DECIMAL: _decimal,
    DOUBLE: lambda found: _double(float(found)),
    BOOLEAN: lambda found: "true" if found else "false",
    MOMENT: _moment,
}
