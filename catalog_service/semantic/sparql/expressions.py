"""Expressions of SPARQL as scalars: an error there is null here, and means no in a filter."""

import re
from collections.abc import Callable, Mapping

from catalog_service.errors import Refused
from catalog_service.semantic.sparql import algebra, kinds, meanings
from catalog_service.semantic.sparql.algebra import FALSE, TRUE, Operation, Scalar, Value
from catalog_service.semantic.sparql.kinds import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DOUBLE,
    INTEGER,
    MOMENT,
    NUMERIC,
    TEXT,
)  # fmt: skip
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed
from catalog_service.semantic.sparql.syntax import Call, Exists, Expression, Variable
from catalog_service.terms import XSD, Iri

_COMPARED = {"=", "!=", "<", "<=", ">", ">="}
_TEXTS = {"strlen": INTEGER, "ucase": TEXT, "lcase": TEXT, "contains": BOOLEAN,
          "strstarts": BOOLEAN, "strends": BOOLEAN, "strbefore": TEXT,
          "strafter": TEXT}  # fmt: skip
_PARTS = {"year": (DATE, MOMENT), "month": (DATE, MOMENT), "day": (DATE, MOMENT),
          "hours": (MOMENT,), "minutes": (MOMENT,), "seconds": (MOMENT,)}  # fmt: skip
_CASTS = {
    str(XSD[name]): kinds.kind(XSD[name])
    for name in ("string", "integer", "decimal", "double", "float", "boolean", "date", "dateTime")
}
_NOT_LINEAR = re.compile(r"\(\?(?!:)|\\[1-9]")
NULL = Value(None, BOOLEAN)


class Expressions:
    """Expressions over the variables of one place of a query.

    Args:
        variables: what is in scope there.
        exists: makes a condition of an EXISTS.
        outside: variables that are bound around the pattern, and that it cannot see.
    """

    def __init__(
        self,
        variables: Mapping[str, Meaning],
        exists: Callable[[Exists], Scalar],
        outside: frozenset[str] = frozenset(),
    ) -> None:
        self._variables = variables
        self._exists = exists
        self._outside = outside

    def truth(self, expression: Expression) -> Scalar:
        """The expression as a condition: its effective boolean value."""
        found = self.meaning(expression)
        if isinstance(found, Open):
            raise _mixed("a condition")
        if isinstance(found, Address):
            return NULL
        match found.kind:
            case "boolean":
                return found.scalar
            case "text" if found.datatype == XSD.string:
                return Operation("!=", (found.scalar, Value("", TEXT)))
            case kind if kind in NUMERIC:
                return Operation("!=", (found.scalar, Value(0, INTEGER)))
            case _:
                return NULL

    def meaning(self, expression: Expression) -> Meaning:
        """The term that the expression gives."""
        match expression:
            case Variable(name):
                return self._variable(name)
            case Exists():
                return _boolean(self._exists(expression))
            case Call():
                return self._call(expression)
            case _:
                return meanings.constant(expression)

    def _variable(self, name: str) -> Meaning:
        if name in self._variables:
            return self._variables[name]
        if name in self._outside:
            raise Refused(
                f"a FILTER deep within EXISTS looks at ?{name}, which is bound outside",
                code="exists-filter",
                hint="put that FILTER directly into the braces of EXISTS",
            )
        return meanings.NOTHING

    def _call(self, call: Call) -> Meaning:  # noqa: PLR0911 - a branch for each kind
        name = call.name
        if name in ("and", "or"):
            return _boolean(Operation(name, tuple(map(self.truth, call.arguments))))
        if name == "not":
            return _boolean(Operation("not", (self.truth(call.arguments[0]),)))
        if name == "if":
            return self._either(call)
        if name == "coalesce":
            return self._first(call)
        given = tuple(map(self.meaning, call.arguments))
        if name == "in":
            found = tuple(compared("=", given[0], other) for other in given[1:])
            return _boolean(Operation("or", found) if found else FALSE)
        if name in _COMPARED:
            return _boolean(compared(name, given[0], given[1]))
        return function(name, given)

    def _either(self, call: Call) -> Meaning:
        condition = self.truth(call.arguments[0])
        yes, no = map(self.meaning, call.arguments[1:])
        form = meanings.alike((yes, no))
        assert form is not None  # noqa: S101 - neither lacks
        scalars = tuple(
            Operation("either", (condition, one, other))
            for one, other in zip(
                meanings.shaped(yes, form), meanings.shaped(no, form), strict=True
            )
        )
        if not scalars:
            form = meanings.opened(form)
            return Open(Operation("either", (condition, form.text, form.text)), form.sort)
        return meanings.rebuilt(form, scalars)

    def _first(self, call: Call) -> Meaning:
        return coalesced(tuple(map(self.meaning, call.arguments)))


def coalesced(given: tuple[Meaning, ...]) -> Meaning:
    """The first term that is bound."""
    form = meanings.alike((*given, None))
    assert form is not None  # noqa: S101 - there is one
    columns = zip(*(meanings.shaped(one, form) for one in given), strict=True)
    if isinstance(form, Address) and len(form.slots) > 1:
        form = meanings.opened(form)
        columns = zip(*(meanings.shaped(one, form) for one in given), strict=True)
    return meanings.rebuilt(form, [Operation("coalesce", column) for column in columns])


def compared(sign: str, one: Meaning, other: Meaning) -> Scalar:
    """A comparison by value, as SPARQL has it: null where the two cannot be compared."""
    if isinstance(one, Address) or isinstance(other, Address):
        return _compared_iris(sign, one, other)
    if isinstance(one, Open) or isinstance(other, Open):
        return _compared_open(sign, one, other)
    if not _comparable(one, other):
        return NULL
    return Operation(sign, (one.scalar, other.scalar))


def _compared_open(sign: str, one: Meaning, other: Meaning) -> Scalar:
    """A text against a term of which each row says what it is."""
    if meanings.NOTHING in (one, other):
        return NULL
    if isinstance(one, Typed):
        one, other = other, one
    text = isinstance(other, Typed) and other.kind == TEXT
    if sign not in ("=", "!=") or not isinstance(one, Open) or not text:
        raise _mixed("a comparison")
    told = meanings.opened(other)
    alike = Operation("=", (one.sort, told.sort))
    iri = Operation("=", (one.sort, Value("", TEXT)))
    known = Operation("or", (alike, iri))
    equal = algebra.both(alike, Operation("=", (one.text, told.text)))
    found = equal if sign == "=" else Operation("not", (equal,))
    return Operation("if", (known, found, NULL))


def _comparable(one: Typed, other: Typed) -> bool:
    if one.kind in NUMERIC or other.kind in NUMERIC:
        return one.kind in NUMERIC and other.kind in NUMERIC
    return one.kind == other.kind and (one.kind != TEXT or one.datatype == other.datatype)


def _compared_iris(sign: str, one: Meaning, other: Meaning) -> Scalar:
    if sign not in ("=", "!="):
        return NULL
    found = meanings.same(one, other)
    there = algebra.both(meanings.bound(one), meanings.bound(other))
    if found != FALSE:  # what is unbound makes it null by itself
        return found if sign == "=" else Operation("not", (found,))
    found = FALSE if sign == "=" else TRUE
    return found if there == TRUE else Operation("if", (there, found, NULL))


def function(name: str, given: tuple[Meaning, ...]) -> Meaning:
    """A function or an operator of known arguments.

    Raises:
        Refused: it is not answered over data.
    """
    if name in ("+", "-", "*", "/", "negative", "positive", "abs", "ceil", "floor", "round"):
        return _arithmetic(name, given)
    if name in _TEXTS:
        return _on_texts(name, given)
    if name in _PARTS:
        return _part(name, given[0])
    if name in _CASTS:
        return _cast(Iri(name), given[0])
    made = _FUNCTIONS.get(name)
    if made is None:
        shown = name.removeprefix(XSD.base) if "/" in name else name.upper()
        raise Refused(
            f"the function {shown} is not answered over data",
            code="function",
            hint="ask without it, and compute it from the answer",
        )
    return made(given)


def _arithmetic(name: str, given: tuple[Meaning, ...]) -> Meaning:
    if any(isinstance(one, Open) and one != meanings.NOTHING for one in given):
        raise _mixed("arithmetic")
    typed = [one for one in given if isinstance(one, Typed) and one.kind in NUMERIC]
    if len(typed) < len(given):
        return Typed(XSD.integer, Value(None, INTEGER))
    kind = max((one.kind for one in typed), key=NUMERIC.index)
    if name == "/" and kind == INTEGER:
        kind = DECIMAL
    scalars = tuple(one.scalar for one in typed)
    return Typed(kinds.datatype_of(kind), Operation(f"{name} {kind}", scalars))


def _on_texts(name: str, given: tuple[Meaning, ...]) -> Meaning:
    texts = tuple(_string(one) for one in given)
    return Typed(kinds.datatype_of(_TEXTS[name]), Operation(name, texts))


def _string(one: Meaning) -> Scalar:
    """A simple literal's text; null where it is another term."""
    match one:
        case Typed(datatype, scalar) if datatype == XSD.string:
            return scalar
        case Open(text, sort):
            plain = Operation("=", (sort, Value(XSD.string, TEXT)))
            return Operation("if", (plain, text, Value(None, TEXT)))
        case _:
            return Value(None, TEXT)


def _part(name: str, one: Meaning) -> Meaning:
    if isinstance(one, Open):
        raise _mixed(name.upper())
    datatype = XSD.decimal if name == "seconds" else XSD.integer
    if isinstance(one, Typed) and one.kind in _PARTS[name]:
        return Typed(datatype, Operation(name, (one.scalar,)))
    return Typed(datatype, Value(None, kinds.kind(datatype)))


def _cast(datatype: Iri, one: Meaning) -> Meaning:
    kind = kinds.kind(datatype)
    if kind == TEXT:
        return Typed(datatype, meanings.text(one) if not _is_double(one) else _no_text())
    if isinstance(one, Open):
        raise _mixed("a cast")
    if isinstance(one, Address):
        return Typed(datatype, Value(None, kind))
    if one.kind == kind:
        return Typed(datatype, one.scalar)
    if one.kind == TEXT or (one.kind in (*NUMERIC, BOOLEAN) and kind in (*NUMERIC, BOOLEAN)):
        return Typed(datatype, Operation(f"{kind} from {one.kind}", (one.scalar,)))
    if one.kind == MOMENT and kind == DATE:
        return Typed(datatype, Operation("date from moment", (one.scalar,)))
    return Typed(datatype, Value(None, kind))


def _is_double(one: Meaning) -> bool:
    return isinstance(one, Typed) and one.kind == DOUBLE


def _no_text() -> Scalar:
    raise Refused(
        "the text of a double is not written over data",
        code="function",
        hint="ask for the number itself",
    )


def _str(given: tuple[Meaning, ...]) -> Meaning:
    return _cast(XSD.string, given[0])


def _lang(given: tuple[Meaning, ...]) -> Meaning:
    one = given[0]
    if isinstance(one, Open):
        return Typed(XSD.string, Operation("language", (one.sort,)))
    if isinstance(one, Address):
        return Typed(XSD.string, Value(None, TEXT))
    return Typed(XSD.string, _where_bound(one, Value("", TEXT)))


def _datatype(given: tuple[Meaning, ...]) -> Meaning:
    one = given[0]
    if isinstance(one, Open):
        raise _mixed("DATATYPE")
    if isinstance(one, Address):
        return meanings.NOTHING
    return Open(_where_bound(one, Value(one.datatype, TEXT)), _where_bound(one, Value("", TEXT)))


def _where_bound(one: Meaning, value: Value) -> Scalar:
    there = meanings.bound(one)
    return value if there == TRUE else Operation("if", (there, value, Value(None, value.kind)))


def _is(given: tuple[Meaning, ...], *, iri: bool) -> Meaning:
    one = given[0]
    if isinstance(one, Open):
        return _boolean(Operation("=" if iri else "!=", (one.sort, Value("", TEXT))))
    return _boolean(_where_bound(one, TRUE if isinstance(one, Address) == iri else FALSE))


def _is_numeric(given: tuple[Meaning, ...]) -> Meaning:
    one = given[0]
    if isinstance(one, Open):
        raise _mixed("isNumeric")
    numeric = isinstance(one, Typed) and one.kind in NUMERIC
    return _boolean(_where_bound(one, TRUE if numeric else FALSE))


def _concat(given: tuple[Meaning, ...]) -> Meaning:
    return Typed(XSD.string, Operation("concatenated", tuple(map(_string, given))))


def _substr(given: tuple[Meaning, ...]) -> Meaning:
    numbers = [one.scalar for one in given[1:] if isinstance(one, Typed) and one.kind == INTEGER]
    if len(numbers) < len(given) - 1:
        return Typed(XSD.string, Value(None, TEXT))
    return Typed(XSD.string, Operation("substr", (_string(given[0]), *numbers)))


def _regex(given: tuple[Meaning, ...]) -> Meaning:
    told = [one.scalar if isinstance(one, Typed) else None for one in given[1:]]
    pattern = told[0]
    flags = told[1] if len(told) > 1 else Value("", TEXT)
    if not (isinstance(pattern, Value) and isinstance(flags, Value)):
        raise Refused(
            "the pattern of REGEX has to stand in the query",
            code="regex",
            hint="write it as a text in quotes",
        )
    if flags.value not in ("", "i"):
        raise Refused(f"REGEX takes the flag i, not {flags.value!r}", code="regex", hint="drop it")
    _checked(str(pattern.value))
    return _boolean(Operation("regex", (_string(given[0]), pattern, flags)))


def _checked(pattern: str) -> None:
    """Refuse what engines read differently, and what none of them can do in linear time."""
    try:
        re.compile(pattern)
        plain = not _NOT_LINEAR.search(pattern)
    except re.error:
        plain = False
    if not plain:
        raise Refused(
            f"the pattern {pattern[:80]!r} is not a plain regular expression",
            code="regex",
            hint="use classes, groups, repetition and anchors; no look-around, no back-reference",
        )


def _boolean(scalar: Scalar) -> Typed:
    return Typed(XSD.boolean, scalar)


def _mixed(where: str) -> Refused:
    return Refused(
        f"{where} looks at a variable that stands for values of several types",
        code="mixed-terms",
        hint="filter inside each branch, where the type is known",
    )


def _langmatches(given: tuple[Meaning, ...]) -> Meaning:
    return _boolean(Operation("langmatches", (_string(given[0]), _string(given[1]))))


_FUNCTIONS: dict[str, Callable[[tuple[Meaning, ...]], Meaning]] = {
    "bound": lambda given: _boolean(meanings.bound(given[0])),
    "str": _str,
    "lang": _lang,
    "datatype": _datatype,
    "isiri": lambda given: _is(given, iri=True),
    "isuri": lambda given: _is(given, iri=True),
    "isliteral": lambda given: _is(given, iri=False),
    "isblank": lambda given: _boolean(_where_bound(given[0], FALSE)),
    "isnumeric": _is_numeric,
    "sameterm": lambda given: _boolean(meanings.same(given[0], given[1])),
    "concat": _concat,
    "substr": _substr,
    "regex": _regex,
    "langmatches": _langmatches,
}
