"""What a variable stands for in a relation: which of its columns make which term.

Three forms: an IRI of a template known beforehand, a literal of a datatype known beforehand, and an
open term, of which each row says what it is. An unbound variable is null in all of its columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from catalog_service.domain.rdf import Literal, Term
from catalog_service.semantic.sparql import kinds
from catalog_service.semantic.sparql.algebra import FALSE, TRUE, Operation, Scalar, Value, both
from catalog_service.semantic.sparql.mapping import Cell, Said
from catalog_service.semantic.sparql.templates import Template
from catalog_service.terms import RDF, XSD, Iri


@dataclass(frozen=True, slots=True)
class Address:
    """An IRI of a template: a scalar, and its kind, for each slot."""

    template: Template
    slots: tuple[Scalar, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A literal of one datatype."""

    datatype: Iri
    scalar: Scalar

    @property
    def kind(self) -> str:
        """How SQL holds it."""
        return kinds.kind(self.datatype)


@dataclass(frozen=True, slots=True)
class Open:
    """Any term: its text, and what it is: empty for an IRI, `@en`, or a datatype."""

    text: Scalar
    sort: Scalar


Meaning: TypeAlias = Address | Typed | Open


def constant(term: Term) -> Meaning:
    """A term that stands in the query."""
    if not isinstance(term, Literal):
        return Address(Template((term,)), (), ())
    if term.datatype == RDF.langString:
        return Open(Value(term.lexical, kinds.TEXT), Value(f"@{term.language}", kinds.TEXT))
    return Typed(term.datatype, Value(kinds.value(term), kinds.kind(term.datatype)))


def of(said: Said, field: Callable[[str], Scalar], types: Mapping[str, str]) -> Meaning:
    """The term that an assertion makes of a row.

    Args:
        said: what it says.
        field: the scalar of a column.
        types: the datatypes of the columns; a text where none is stated.
    """
    if isinstance(said, Cell):
        return Typed(said.datatype, field(said.column))
    return Address(
        said.template,
        tuple(map(field, said.columns)),
        tuple(kinds.kind(types[column] or XSD.string) for column in said.columns),
    )


def parts(meaning: Meaning) -> tuple[tuple[Scalar, str], ...]:
    """The scalars of a meaning with their kinds."""
    match meaning:
        case Address():
            return tuple(zip(meaning.slots, meaning.kinds, strict=True))
        case Typed():
            return ((meaning.scalar, meaning.kind),)
        case Open():
            return ((meaning.text, kinds.TEXT), (meaning.sort, kinds.TEXT))


def rebuilt(meaning: Meaning, scalars: Sequence[Scalar]) -> Meaning:
    """The same form over other scalars."""
    match meaning:
        case Address():
            return Address(meaning.template, tuple(scalars), meaning.kinds)
        case Typed():
            return Typed(meaning.datatype, scalars[0])
        case Open():
            return Open(scalars[0], scalars[1])


def bound(meaning: Meaning) -> Scalar:
    """Whether there is a term at all."""
    return both(
        *(Operation("present", (scalar,)) for scalar, _ in parts(meaning) if _may_lack(scalar))
    )


def _may_lack(scalar: Scalar) -> bool:
    return not (isinstance(scalar, Value) and scalar.value is not None)


def text(meaning: Meaning) -> Scalar:
    """The text of a term, as STR gives it."""
    match meaning:
        case Address():
            if not meaning.slots:
                return Value(meaning.template.texts[0], kinds.TEXT)
            pieces: list[Scalar] = [Value(meaning.template.texts[0], kinds.TEXT)]
            for (slot, kind), after in zip(parts(meaning), meaning.template.texts[1:], strict=True):
                encoded = Operation("encoded", (lexical(slot, kind),))
                pieces += [encoded, Value(after, kinds.TEXT)] if after else [encoded]
            return Operation("concatenated", tuple(pieces))
        case Typed():
            return lexical(meaning.scalar, meaning.kind)
        case Open():
            return meaning.text


def lexical(scalar: Scalar, kind: str) -> Scalar:
    """A value as text."""
    if kind == kinds.TEXT:
        return scalar
    return Operation(f"text of {kind}", (scalar,))


def opened(meaning: Meaning) -> Open:
    """The same term, with what it is said beside."""
    match meaning:
        case Open():
            return meaning
        case Address():
            sort: Scalar = Value("", kinds.TEXT)
        case Typed():
            sort = Value(meaning.datatype, kinds.TEXT)
    there = bound(meaning)
    if there != TRUE:
        sort = Operation("if", (there, sort, Value(None, kinds.TEXT)))
    return Open(text(meaning), sort)


def same(one: Meaning, other: Meaning) -> Scalar:
    """Whether two bound terms are the same term; `FALSE` where they cannot be."""
    if isinstance(one, Open) or isinstance(other, Open):
        left, right = opened(one), opened(other)
        return both(
            Operation("=", (left.text, right.text)), Operation("=", (left.sort, right.sort))
        )
    if isinstance(one, Typed) and isinstance(other, Typed):
        if one.datatype != other.datatype:
            return FALSE
        return Operation("=", (one.scalar, other.scalar))
    if isinstance(one, Address) and isinstance(other, Address):
        return _same_address(one, other)
    return FALSE


def _same_address(one: Address, other: Address) -> Scalar:
    if not one.template.may_meet(other.template):
        return FALSE
    if one.template == other.template:
        return both(
            *(
                Operation("=", aligned(left, right))
                for left, right in zip(parts(one), parts(other), strict=True)
            )
        )
    if not other.slots:
        one, other = other, one
    if not one.slots:
        values = other.template.take_apart(one.template.texts[0])
        fixed = tuple(map(from_text, values or (), other.kinds))
        if values is None or None in fixed:
            return FALSE
        return both(
            *(
                Operation("=", aligned(slot, (value, kind)))
                for slot, value, kind in zip(parts(other), fixed, other.kinds, strict=True)
                if value is not None
            )
        )
    return Operation("=", (text(one), text(other)))


def from_text(value: str, kind: str) -> Value | None:
    """A slot's value from the text in an IRI; None where no such value is written so."""
    if kind == kinds.TEXT:
        return Value(value, kind)
    datatype = kinds.datatype_of(kind)
    read = kinds.value(Literal(value, datatype))
    if read is None or kinds.lexical(read, datatype) != value:
        return None
    return Value(read, kind)


def aligned(left: tuple[Scalar, str], right: tuple[Scalar, str]) -> tuple[Scalar, Scalar]:
    """Two scalars of whatever kinds, to be compared."""
    if left[1] == right[1]:
        return left[0], right[0]
    return lexical(*left), lexical(*right)


def alike(meanings: Sequence[Meaning | None]) -> Meaning | None:
    """The form that holds all of some terms, with no scalars to speak of; None where all lack."""
    there = [one for one in meanings if one is not None]
    if not there:
        return None
    first = there[0]
    if isinstance(first, Address):
        fits = all(isinstance(one, Address) and one.template == first.template for one in there)
        if fits and (first.slots or len(there) == len(meanings)):
            shared = tuple(
                first.kinds[at]
                if len({one.kinds[at] for one in there if isinstance(one, Address)}) == 1
                else kinds.TEXT
                for at in range(len(first.kinds))
            )
            return Address(first.template, first.slots, shared)
    datatypes = {one.datatype if isinstance(one, Typed) else "" for one in there}
    if isinstance(first, Typed) and datatypes == {first.datatype}:
        return first
    return opened(first)


def shaped(meaning: Meaning | None, form: Meaning) -> tuple[Scalar, ...]:
    """The scalars of a term in the form that `alike` found."""
    if meaning is None:
        return tuple(Value(None, kind) for _, kind in parts(form))
    if isinstance(form, Open):
        meaning = opened(meaning)
    wanted = [kind for _, kind in parts(form)]
    return tuple(
        scalar if kind == want else lexical(scalar, kind)
        for (scalar, kind), want in zip(parts(meaning), wanted, strict=True)
    )


NOTHING = Open(Value(None, kinds.TEXT), Value(None, kinds.TEXT))
"""A variable that is bound nowhere."""

STRING = XSD.string
