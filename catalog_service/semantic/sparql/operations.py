"""The operations of the algebra as SQL: one entry each, built as trees, never as text."""

from collections.abc import Callable

from sqlglot import exp

Made = Callable[..., exp.Expr]

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38, 9)",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "moment": "TIMESTAMP",
}
_BUILT = {kind: exp.DataType.build(name, dialect="duckdb") for kind, name in TYPES.items()}


def cast(of: exp.Expr, kind: str) -> exp.Expr:
    """A cast to the type that holds a kind."""
    return exp.Cast(this=of, to=_BUILT[kind].copy())


def null(kind: str) -> exp.Expr:
    """No value of a kind."""
    return cast(exp.Null(), kind)


def string(text: str) -> exp.Expr:
    """A text."""
    return exp.Literal.string(text)


def operation(name: str, arguments: list[exp.Expr]) -> exp.Expr:
    """An operation over what its arguments have become."""
    made = _OPERATIONS.get(name)
    if made is not None:
        return made(*arguments)
    sign, _, kind = name.partition(" ")
    return _arithmetic(sign, kind, arguments)


def _wrapped(of: exp.Expr) -> exp.Expr:
    plain = (exp.Column, exp.Literal, exp.Func, exp.Cast, exp.Paren, exp.Case, exp.Exists)
    bare = isinstance(of, plain) and not isinstance(of, exp.Binary)  # AND and OR are functions, too
    return of if bare else exp.Paren(this=of)


def _binary(kind: type[exp.Binary]) -> Made:
    return lambda left, right: kind(this=_wrapped(left), expression=_wrapped(right))


def _called(name: str) -> Made:
    return lambda *arguments: exp.Anonymous(this=name, expressions=list(arguments))


def case(*branches: tuple[exp.Expr, exp.Expr], default: exp.Expr | None = None) -> exp.Expr:
    """The first branch whose condition holds."""
    return exp.Case(
        ifs=[exp.If(this=condition, true=value) for condition, value in branches], default=default
    )


def negated(of: exp.Expr) -> exp.Expr:
    """The condition does not hold."""
    return exp.Not(this=_wrapped(of))


def _concatenated(*pieces: exp.Expr) -> exp.Expr:
    found = _wrapped(pieces[0])
    for piece in pieces[1:]:
        found = exp.DPipe(this=found, expression=_wrapped(piece), safe=True)
    return found


def _decimal_text(of: exp.Expr) -> exp.Expr:
    written = cast(of, "text")
    trimmed = _called("rtrim")(_called("rtrim")(written.copy(), string("0")), string("."))
    return case((_called("contains")(written, string(".")), trimmed), default=written.copy())


def _moment_text(of: exp.Expr) -> exp.Expr:
    return _called("replace")(cast(of, "text"), string(" "), string("T"))


def _matching(pattern: str, kind: str) -> Made:
    """A cast of the texts that match, and of no others: engines differ on the rest."""
    return lambda of: case(
        (_called("regexp_full_match")(of, string(pattern)), exp.TryCast(
            this=_called("trim")(of.copy()), to=_BUILT[kind].copy(), safe=True)),
        default=null(kind),
    )  # fmt: skip


def _boolean_of(of: exp.Expr) -> exp.Expr:
    trues = exp.In(this=_wrapped(of), expressions=[string("true"), string("1")])
    falses = exp.In(this=_wrapped(of.copy()), expressions=[string("false"), string("0")])
    return case((trues, exp.true()), (falses, exp.false()))


def _before(of: exp.Expr, mark: exp.Expr) -> exp.Expr:
    at = _called("strpos")(of, mark)
    found = exp.GT(this=at, expression=exp.Literal.number(0))
    until = exp.Sub(this=at.copy(), expression=exp.Literal.number(1))
    return case(
        (found, _called("substring")(of.copy(), exp.Literal.number(1), until)),
        (exp.Is(this=_wrapped(at.copy()), expression=exp.Null()), null("text")),
        default=string(""),
    )


def _after(of: exp.Expr, mark: exp.Expr) -> exp.Expr:
    at = _called("strpos")(of, mark)
    found = exp.GT(this=at, expression=exp.Literal.number(0))
    start = exp.Add(this=at.copy(), expression=_called("length")(mark.copy()))
    return case(
        (found, _called("substring")(of.copy(), start)),
        (exp.Is(this=_wrapped(at.copy()), expression=exp.Null()), null("text")),
        default=string(""),
    )


def _language(sort: exp.Expr) -> exp.Expr:
    tagged = _called("starts_with")(sort, string("@"))
    return case(
        (tagged, _called("substring")(sort.copy(), exp.Literal.number(2))),
        (exp.NEQ(this=sort.copy(), expression=string("")), string("")),
    )


def _langmatches(tag: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    low, short = _called("lower")(tag), _called("lower")(wanted)
    longer = _called("starts_with")(low, _concatenated(short, string("-")))
    return case(
        (exp.EQ(this=wanted.copy(), expression=string("*")),
         exp.NEQ(this=tag.copy(), expression=string(""))),
        default=exp.or_(exp.EQ(this=low.copy(), expression=short.copy()), longer),
    )  # fmt: skip


def _either(condition: exp.Expr, yes: exp.Expr, no: exp.Expr) -> exp.Expr:
    return case((condition, yes), (negated(condition.copy()), no))


def _present(of: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=_wrapped(of), expression=exp.Null()))


def _total(*, distinct: bool) -> Made:
    def made(of: exp.Expr) -> exp.Expr:
        summed = exp.Sum(this=exp.Distinct(expressions=[of]) if distinct else of)
        return exp.Coalesce(this=summed, expressions=[exp.Literal.number(0)])

    return made


def _mean(*, distinct: bool) -> Made:
    def made(of: exp.Expr) -> exp.Expr:
        mean = exp.Avg(this=exp.Distinct(expressions=[of]) if distinct else of)
        return exp.Coalesce(this=mean, expressions=[exp.Literal.number(0)])

    return made


def _fewest(*counts: exp.Expr) -> exp.Expr:
    return exp.Least(this=counts[0], expressions=list(counts[1:]), ignore_nulls=True)


def _number_below(size: exp.Expr, least: exp.Expr) -> exp.Expr:
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    small = case((exp.LT(this=_wrapped(size), expression=least), one), default=none)
    return exp.Window(this=exp.Sum(this=small))


def _place_by(*keys: exp.Expr) -> exp.Expr:
    order = exp.Order(expressions=[exp.Ordered(this=key, nulls_first=True) for key in keys])
    return exp.Window(this=exp.RowNumber(), order=order)


def _complete(of: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.Count(this=exp.Star()), expression=exp.Count(this=of))


def _arithmetic(sign: str, kind: str, given: list[exp.Expr]) -> exp.Expr:  # noqa: PLR0911 - by sign
    one = given[0]
    match sign:
        case "+" | "-" | "*":
            signs = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
            return _binary(signs[sign])(*given)
        case "/":
            divisor = given[1]
            if kind != "double":
                divisor = exp.Nullif(this=divisor, expression=exp.Literal.number(0))
            return exp.Div(
                this=cast(one, "double"), expression=cast(divisor, "double"), typed=False, safe=True
            )
        case "negative":
            return exp.Neg(this=_wrapped(one))
        case "abs":
            return exp.Abs(this=one)
        case "round" if kind != "integer":
            half = exp.Add(this=_wrapped(one), expression=exp.Literal.number("0.5"))
            return exp.Floor(this=half)
        case "ceil" | "floor" if kind != "integer":
            return exp.Ceil(this=one) if sign == "ceil" else exp.Floor(this=one)
        case _:
            return one


def _extracted(part: str) -> Made:
    return lambda of: exp.Extract(this=exp.Var(this=part), expression=of)


_NUMBERS = ("integer", "decimal", "double")
_OPERATIONS: dict[str, Made] = {
    "and": lambda *given: exp.and_(*given, copy=False),
    "or": lambda *given: exp.or_(*given, copy=False),
    "not": negated,
    "=": _binary(exp.EQ),
    "!=": _binary(exp.NEQ),
    "<": _binary(exp.LT),
    "<=": _binary(exp.LTE),
    ">": _binary(exp.GT),
    ">=": _binary(exp.GTE),
    "present": _present,
    "if": lambda condition, yes, no: case((condition, yes), default=no),
    "when": lambda condition, value: case((condition, value)),
    "either": _either,
    "coalesce": lambda first, *more: exp.Coalesce(this=first, expressions=list(more)),
    "concatenated": _concatenated,
    "encoded": _called("url_encode"),
    "text of integer": lambda of: cast(of, "text"),
    "text of decimal": _decimal_text,
    "text of double": lambda of: cast(of, "text"),
    "text of boolean": lambda of: cast(of, "text"),
    "text of date": lambda of: cast(of, "text"),
    "text of moment": _moment_text,
    "integer from text": _matching(r"\s*[+-]?[0-9]{1,18}\s*", "integer"),
    "decimal from text": _matching(
        r"\s*[+-]?([0-9]{1,20}(\.[0-9]{0,9})?|\.[0-9]{1,9})\s*", "decimal"
    ),
    "double from text": _matching(
        r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", "double"
    ),
    "date from text": _matching(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*", "date"),
    "moment from text": _matching(
        r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\s*", "moment"
    ),
    "boolean from text": _boolean_of,
    "date from moment": lambda of: cast(of, "date"),
    **{
        f"boolean from {kind}": lambda of: exp.NEQ(
            this=_wrapped(of), expression=exp.Literal.number(0)
        )
        for kind in _NUMBERS
    },
    "integer from boolean": lambda of: cast(of, "integer"),
    "integer from decimal": lambda of: cast(_called("trunc")(of), "integer"),
    "integer from double": lambda of: cast(_called("trunc")(of), "integer"),
    **{
        f"{into} from {kind}": lambda of, into=into: cast(of, into)
        for into in ("decimal", "double")
        for kind in ("integer", "decimal", "double")
        if into != kind
    },
    "decimal from boolean": lambda of: cast(cast(of, "integer"), "decimal"),
    "double from boolean": lambda of: cast(cast(of, "integer"), "double"),
    "replaced": _called("replace"),
    "strlen": _called("length"),
    "ucase": _called("upper"),
    "lcase": _called("lower"),
    "contains": _called("contains"),
    "strstarts": _called("starts_with"),
    "strends": _called("ends_with"),
    "strbefore": _before,
    "strafter": _after,
    "substr": _called("substring"),
    "regex": _called("regexp_matches"),
    "language": _language,
    "langmatches": _langmatches,
    "year": _extracted("YEAR"),
    "month": _extracted("MONTH"),
    "day": _extracted("DAY"),
    "hours": _extracted("HOUR"),
    "minutes": _extracted("MINUTE"),
    "seconds": _extracted("SECOND"),
    "row": _called("row"),
    "count rows": lambda: exp.Count(this=exp.Star()),
    "count": lambda of: exp.Count(this=of),
    "count distinct": lambda of: exp.Count(this=exp.Distinct(expressions=[of])),
    **{f"sum of {kind}": _total(distinct=False) for kind in _NUMBERS},
    **{f"sum distinct of {kind}": _total(distinct=True) for kind in _NUMBERS},
    **{f"average of {kind}": _mean(distinct=False) for kind in _NUMBERS},
    **{f"average distinct of {kind}": _mean(distinct=True) for kind in _NUMBERS},
    "complete": _complete,
    "fewest": _fewest,
    "number below": _number_below,
    "place by": _place_by,
    "least": lambda of: exp.Min(this=of),
    "greatest": lambda of: exp.Max(this=of),
    "any": _called("any_value"),
    "beside least": _called("arg_min"),
}
