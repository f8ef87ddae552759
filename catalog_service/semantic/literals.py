"""Values as literals of a dialect: the only way in which a value of a question becomes SQL."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlglot import exp

from catalog_service.errors import InvalidRequest
from catalog_service.semantic.question import Scalar

_BIGGEST = 2**63
_DIGITS = 38
"""The most digits of a decimal that every engine here keeps exactly."""


def literal(value: Scalar, dialect: str) -> exp.Expr:
    """A value as a typed literal.

    Args:
        value: the value; a moment with an offset is taken to UTC, one without is taken as it is.
        dialect: the dialect, as sqlglot calls it.

    Raises:
        InvalidRequest: it is larger than an engine holds, or has characters that none takes.
    """
    match value:
        case bool():
            return exp.Boolean(this=value)
        case int():
            return _integer(value)
        case Decimal():
            return _decimal(value)
        case datetime():
            return _moment(value, dialect)
        case date():
            return _typed(value.isoformat(), exp.DType.DATE)
        case str():
            return _text(value)


def _integer(value: int) -> exp.Expr:
    if not -_BIGGEST < value < _BIGGEST:
        raise InvalidRequest("a whole number has more than 64 bits", hint="write a decimal")
    made = exp.Literal(this=str(abs(value)), is_string=False)
    return exp.Paren(this=exp.Neg(this=made)) if value < 0 else made


def _decimal(value: Decimal) -> exp.Expr:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InvalidRequest(f"{value} is no number", hint="write digits")
    scale = max(-exponent, 0)
    precision = max(len(digits) + max(exponent, 0), scale, 1)
    if precision > _DIGITS:
        raise InvalidRequest(f"a decimal has more than {_DIGITS} digits", hint="write fewer")
    kind = exp.DataType(
        this=exp.DType.DECIMAL,
        expressions=[
            exp.DataTypeParam(this=exp.Literal(this=str(number), is_string=False))
            for number in (precision, scale)
        ],
    )
    return exp.Cast(this=exp.Literal(this=format(value, "f"), is_string=True), to=kind)


def _moment(value: datetime, dialect: str) -> exp.Expr:
    naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    kind = exp.DType.TIMESTAMPNTZ if dialect == "spark" else exp.DType.TIMESTAMP
    return _typed(naive.isoformat(sep=" ", timespec="microseconds"), kind)


def _text(value: str) -> exp.Expr:
    if "\x00" in value:
        raise InvalidRequest("a text holds a NUL character", hint="leave it out")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidRequest("a text holds half of a character", hint="write it as UTF-8")
    return exp.Literal(this=value, is_string=True)


def _typed(text: str, kind: exp.DType) -> exp.Expr:
    return exp.Cast(this=exp.Literal(this=text, is_string=True), to=exp.DataType(this=kind))
