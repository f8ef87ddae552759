"""Named rules by which one key becomes another, each with one tested template for each dialect.

No transpiler writes them: functions of one name differ between engines in ways that turn a key into
another person's, or into nobody's. What a rule does not take comes out as null and joins nothing.
The column that a rule is applied to holds text. `digits_to_int` makes a number, so it comes last.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from catalog_service.errors import Refused
from catalog_service.semantic.plan import Transform

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = "abcdefghijklmnopqrstuvwxyz"
DIALECTS = ("duckdb", "spark", "trino", "postgres")

_STEP = re.compile(r"([a-z0-9_]+)(?:\((.*)\))?", re.DOTALL)
_LENGTH = re.compile("[0-9]{1,2}")
_FOLD = str.maketrans(UPPER, LOWER)
_MOST = 64
"""The longest key that is padded to."""

Build = Callable[[exp.Expr, tuple[str, ...], str], exp.Expr]
Evaluate = Callable[[str, tuple[str, ...]], str | int | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        arguments: how many arguments it takes.
        build: its template, from the column, the arguments and the dialect.
        evaluate: what it does, in Python: the oracle of the templates.
        number: whether it makes a number, and no text.
    """

    arguments: int
    build: Build
    evaluate: Evaluate
    number: bool = False


def parse(text: str) -> tuple[Transform, ...]:
    """The rules of a text such as `strip_prefix(user:) | digits_to_int`, in order.

    Raises:
        Refused: a name is unknown, its arguments are wrong, or it follows one that makes a number.
    """
    steps = tuple(_step(part) for part in text.split(" | "))
    for former, following in pairwise(steps):
        if RULES[former.name].number:
            raise _refused(f"{former.name} makes a number, which {following.name} does not take")
    return steps


def apply(transform: Transform, column: exp.Expr, dialect: str) -> exp.Expr:
    """A key made from a column by a rule.

    Raises:
        Refused: there is no such rule, or it has no template for the dialect.
    """
    rule = _rule(transform)
    if dialect not in DIALECTS:
        raise _refused(f"{transform.name} has no template for {dialect}")
    return rule.build(column, transform.arguments, dialect)


def python(transform: Transform, value: str | None) -> str | int | None:
    """What a rule makes of a value, without any engine.

    Raises:
        Refused: there is no such rule.
    """
    rule = _rule(transform)
    return None if value is None else rule.evaluate(value, transform.arguments)


def _step(part: str) -> Transform:
    found = _STEP.fullmatch(part.strip())
    if found is None:
        raise _refused(f"there is no transform {part.strip()!r}")
    transform = Transform(found[1], () if found[2] is None else (found[2],))
    _rule(transform)
    return transform


def _rule(transform: Transform) -> Rule:
    """The rule of that name, which takes these arguments."""
    name, arguments = transform.name, transform.arguments
    rule = RULES.get(name)
    if rule is None:
        raise _refused(f"there is no transform {name!r}")
    if len(arguments) != rule.arguments:
        raise _refused(f"{name} takes {rule.arguments} argument, and {len(arguments)} are given")
    for given in arguments:
        if name == "zero_pad" and not (_LENGTH.fullmatch(given) and 0 < int(given) <= _MOST):
            raise _refused(f"zero_pad takes a length from 1 to {_MOST}, and {given!r} is none")
        if name == "strip_prefix" and not (given and given.isprintable()):
            raise _refused("strip_prefix takes the prefix, in letters that can be seen")
    return rule


def _refused(message: str) -> Refused:
    return Refused(message, code="unknown-transform", hint=f"there are {', '.join(sorted(RULES))}")


def _text(value: str) -> exp.Literal:
    return exp.Literal(this=value, is_string=True)


def _number(value: int) -> exp.Literal:
    return exp.Literal(this=str(value), is_string=False)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _when(condition: exp.Expr, value: exp.Expr) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _folded(x: exp.Expr, _: tuple[str, ...], __: str) -> exp.Expr:
    return _call("translate", x, _text(UPPER), _text(LOWER))


def _hashed(x: exp.Expr, arguments: tuple[str, ...], dialect: str) -> exp.Expr:
    text = _folded(x, arguments, dialect)
    if dialect == "duckdb":
        return _call("sha256", text)
    if dialect == "spark":
        return _call("sha2", text, _number(256))
    if dialect == "trino":
        return _call("lower", _call("to_hex", _call("sha256", _call("to_utf8", text))))
    return _call("encode", _call("sha256", _call("convert_to", text, _text("UTF8"))), _text("hex"))


def _stripped(x: exp.Expr, arguments: tuple[str, ...], dialect: str) -> exp.Expr:
    (prefix,) = arguments
    starts = "startswith" if dialect == "spark" else "starts_with"
    cut = "substring" if dialect == "spark" else "substr"
    rest = _call(cut, x.copy(), _number(len(prefix) + 1))
    return _when(_call(starts, x, _text(prefix)), rest)


def _digits(x: exp.Expr, _: tuple[str, ...], dialect: str) -> exp.Expr:
    test = _matched(x, "^[0-9]{1,18}$", dialect)
    if dialect in {"spark", "trino"}:
        # In Java's expressions `$` also stands before a last line break, which a cast then trims.
        other = exp.Not(this=_matched(x.copy(), "[^0-9]", dialect))
        test = exp.And(this=test, expression=other)
    kind = exp.DataType(this=exp.DType.BIGINT)
    return _when(test, exp.Cast(this=x.copy(), to=kind))


def _matched(x: exp.Expr, pattern: str, dialect: str) -> exp.Expr:
    if dialect in {"duckdb", "trino"}:
        name = "regexp_matches" if dialect == "duckdb" else "regexp_like"
        return _call(name, x, _text(pattern))
    return exp.RegexpLike(this=x, expression=_text(pattern))


def _padded(x: exp.Expr, arguments: tuple[str, ...], _: str) -> exp.Expr:
    length = int(arguments[0])
    fits = exp.LTE(this=_call("length", x), expression=_number(length))
    return _when(fits, _call("lpad", x.copy(), _number(length), _text("0")))


def _python_stripped(value: str, arguments: tuple[str, ...]) -> str | None:
    (prefix,) = arguments
    return value[len(prefix) :] if value.startswith(prefix) else None


RULES: Mapping[str, Rule] = {
    "ascii_lower": Rule(0, _folded, lambda value, _: value.translate(_FOLD)),
    "sha256_ascii_lower": Rule(
        0, _hashed, lambda value, _: hashlib.sha256(value.translate(_FOLD).encode()).hexdigest()
    ),
    "strip_prefix": Rule(1, _stripped, _python_stripped),
    "digits_to_int": Rule(
        0,
        _digits,
        lambda value, _: int(value) if re.fullmatch("[0-9]{1,18}", value) else None,
        number=True,
    ),
    "zero_pad": Rule(
        1,
        _padded,
        lambda value, given: (
            value.rjust(int(given[0]), "0") if len(value) <= int(given[0]) else None
        ),
    ),
}
