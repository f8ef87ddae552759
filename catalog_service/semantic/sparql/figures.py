"""The aggregates of a group, as SQL computes them where the rows are."""

from catalog_service.errors import Refused
from catalog_service.semantic.sparql import kinds, meanings, syntax
from catalog_service.semantic.sparql.algebra import TRUE, Operation, Scalar, Value
from catalog_service.semantic.sparql.expressions import Expressions
from catalog_service.semantic.sparql.kinds import DECIMAL, INTEGER, NUMERIC, TEXT
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed
from catalog_service.semantic.sparql.solutions import Solutions
from catalog_service.semantic.sparql.syntax import Variable
from catalog_service.terms import XSD


def figure(one: syntax.Aggregate, found: Solutions, expressions: Expressions) -> Meaning:
    """One aggregate of a group of solutions."""
    if one.argument is None:
        return Typed(XSD.integer, _count_all(one, found))
    meaning = expressions.meaning(one.argument)
    sure = isinstance(one.argument, Variable) and one.argument.name in found.certain
    match one.name:
        case "count":
            return Typed(XSD.integer, _count(one, meaning))
        case "sum":
            return _sum(one, _numeric(one, meaning), sure=sure)
        case "avg":
            return _average(one, _numeric(one, meaning), sure=sure)
        case "sample":
            return _sample(meaning)
        case _:
            return _extreme(one, meaning, sure=sure)


def _count_all(one: syntax.Aggregate, found: Solutions) -> Scalar:
    if not one.distinct:
        return Operation("count rows", ())
    shown = [form for name, form in found.variables.items() if not name.startswith(".")]
    pieces = [piece for form in shown for piece in _told(form)]
    return Operation("count distinct", (Operation("row", tuple(pieces)),))


def _told(form: Meaning) -> tuple[Scalar, ...]:
    return tuple(scalar for scalar, _ in meanings.parts(form))


def _count(one: syntax.Aggregate, meaning: Meaning) -> Scalar:
    scalars = _told(meaning)
    if one.distinct:
        if len(scalars) == 1:
            return Operation("count distinct", scalars)
        if not scalars:
            return Operation("count distinct", (meanings.text(meaning),))
        there = meanings.bound(meaning)
        row: Scalar = Operation("row", scalars)
        if there != TRUE:
            row = Operation("when", (there, row))
        return Operation("count distinct", (row,))
    there = meanings.bound(meaning)
    if there == TRUE:
        return Operation("count rows", ())
    if len(scalars) == 1:
        return Operation("count", scalars)
    return Operation("count", (Operation("if", (there, TRUE, Value(None, "boolean"))),))


def _numeric(one: syntax.Aggregate, meaning: Meaning) -> Typed:
    if meaning == meanings.NOTHING:
        return Typed(XSD.integer, Value(None, INTEGER))
    if isinstance(meaning, Typed) and meaning.kind in NUMERIC:
        return meaning
    raise Refused(
        f"{one.name.upper()} is of numbers, and that is not what it looks at",
        code="mixed-terms" if isinstance(meaning, Open) else "not-a-number",
        hint="aggregate a column of numbers of one type",
    )


def _sum(one: syntax.Aggregate, meaning: Typed, *, sure: bool) -> Meaning:
    name = "sum distinct" if one.distinct else "sum"
    total = Operation(f"{name} of {meaning.kind}", (meaning.scalar,))
    return Typed(
        kinds.datatype_of(meaning.kind), total if sure else _unless_lacking(meaning, total)
    )


def _average(one: syntax.Aggregate, meaning: Typed, *, sure: bool) -> Meaning:
    name = "average distinct" if one.distinct else "average"
    kind = DECIMAL if meaning.kind == INTEGER else meaning.kind
    mean = Operation(f"{name} of {meaning.kind}", (meaning.scalar,))
    return Typed(kinds.datatype_of(kind), mean if sure else _unless_lacking(meaning, mean))


def _unless_lacking(meaning: Typed, total: Scalar) -> Scalar:
    """Nothing, where one of the values is unbound: that is an error, and so is the whole."""
    complete = Operation("complete", (meaning.scalar,))
    return Operation("when", (complete, total))


def _extreme(one: syntax.Aggregate, meaning: Meaning, *, sure: bool) -> Meaning:
    word = "least" if one.name == "min" else "greatest"
    match meaning:
        case Typed():
            found = Operation(word, (meaning.scalar,))
            return Typed(meaning.datatype, found if sure else _unless_lacking(meaning, found))
        case Address():
            text = meanings.text(meaning)
            found = Operation(word, (text,))
            if not sure:
                found = Operation("when", (Operation("complete", (text,)), found))
            return Open(found, Operation("any", (Value("", TEXT),)))
        case Open():
            if meaning == meanings.NOTHING:
                return meaning
            raise Refused(
                f"{one.name.upper()} looks at a variable that stands for values of several types",
                code="mixed-terms",
                hint="aggregate a column of one type",
            )


def _sample(meaning: Meaning) -> Meaning:
    scalars = _told(meaning)
    if len(scalars) == 1:
        return meanings.rebuilt(meaning, [Operation("any", scalars)])
    if isinstance(meaning, Address):
        meaning = Open(meanings.text(meaning), Value("", TEXT))
    assert isinstance(meaning, Open)  # noqa: S101 - a literal has one part
    return Open(
        Operation("least", (meaning.text,)),
        Operation("beside least", (meaning.sort, meaning.text)),
    )
