"""Which rows a policy hands out, as conditions on columns, and which masked columns it joins by.

A rule that cannot be read refuses the document. To leave it out, as other parts are, would hand out
rows that somebody meant to keep back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog_service.domain.rdf import Literal, Origin, Triple, text
from catalog_service.harvesting.contract import Names, Statements
from catalog_service.harvesting.nodes import Scalar
from catalog_service.harvesting.words import moment, squeezed, wrong
from catalog_service.terms import CSVW, ODRL, PM, RDF, XSD, Iri

COMPARATORS = ("eq", "ne", "lt", "lte", "gt", "gte", "in", "is_null", "is_not_null")
_BY_WORD = {squeezed(word): word for word in COMPARATORS}
_UNARY = frozenset({"is_null", "is_not_null"})
_PLAIN = {
    "integer": XSD.integer,
    "number": XSD.decimal,
    "boolean": XSD.boolean,
    "date": XSD.date,
}
"""What a value is where its column has no stated datatype, by its type in the document."""
_INTEGERS = frozenset({XSD.integer, XSD.long, XSD.int, XSD.short, XSD.byte})
_NUMBERS = frozenset({XSD.decimal, XSD.float, XSD.double})


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition that every row handed out fulfils.

    Args:
        column: the column that is compared.
        comparator: one of `COMPARATORS`.
        values: what it is compared with.
        purposes: the purposes that the rule is limited to; none for any.
        origin: where it is written.
    """

    column: Iri
    comparator: str
    values: tuple[Literal, ...]
    purposes: tuple[Iri, ...]
    origin: Origin


def rule(
    said: Statements,
    column: Iri,
    comparator: Scalar,
    values: Sequence[Scalar],
    purposes: Sequence[Iri],
) -> Rule:
    """A condition as it is written, its values in the datatype that is stated of the column.

    Raises:
        Unreadable: the comparator is unknown, or the values do not fit it or the column.
    """
    origin = comparator.origin
    if (word := _BY_WORD.get(squeezed(comparator.text))) is None:
        message = f"comparator {comparator.text[:40]!r} of a row rule is unknown"
        raise wrong(message, origin, f"write one of {', '.join(COMPARATORS)}")
    enough = not values if word in _UNARY else bool(values) if word == "in" else len(values) == 1
    if not enough:
        wanted = "no value" if word in _UNARY else "values" if word == "in" else "one value"
        message = f"a row rule compares by `{word}` with {len(values)} values"
        raise wrong(message, origin, f"give it {wanted}")
    known = _datatype(said, column)
    found = tuple(_literal(value, known) for value in values)
    return Rule(column, word, found, tuple(purposes), origin)


def restrict(said: Statements, port: Iri, rules: Sequence[Rule]) -> None:
    """State conditions of the policy of a port, beside those it has."""
    policy = Names.part(port, "policy")
    count = sum(t.subject == policy and t.predicate == PM.rowRule for t in said.facts)
    for number, each in enumerate(rules, start=count + 1):
        node = Names.part(policy, "rows", str(number))
        said.state(policy, PM.rowRule, node, each.origin)
        said.type(node, PM.RowRule, each.origin)
        said.state(node, PM.onColumn, each.column, each.origin)
        said.state(node, PM.comparator, text(each.comparator), each.origin)
        for value in each.values:
            said.state(node, PM.operandValue, value, each.origin)
        for purpose in each.purposes:
            said.state(node, PM.forPurpose, purpose, each.origin)
    if rules and Triple(policy, RDF.type, ODRL.Offer) not in said.facts:
        said.state(port, ODRL.hasPolicy, policy, rules[0].origin)
        said.type(policy, ODRL.Offer, rules[0].origin)


def permit_keys(said: Statements, port: Iri, columns: Sequence[tuple[Iri, Origin]]) -> None:
    """State which columns questions may join by, though their values are masked for who asks."""
    policy = Names.part(port, "policy")
    for column, origin in columns:
        said.state(policy, PM.permitsKey, column, origin)
    if columns and Triple(policy, RDF.type, ODRL.Offer) not in said.facts:
        said.state(port, ODRL.hasPolicy, policy, columns[0][1])
        said.type(policy, ODRL.Offer, columns[0][1])


def _datatype(said: Statements, column: Iri) -> Iri | None:
    found = (t.object for t in said.facts if t.subject == column and t.predicate == CSVW.datatype)
    return next((kind for kind in found if isinstance(kind, str)), None)


def _literal(value: Scalar, datatype: Iri | None) -> Literal:
    """A value in a datatype.

    Raises:
        Unreadable: it is none of that type.
    """
    kind = datatype or _PLAIN.get(value.type, XSD.string)
    written = value.text.strip()
    try:
        if kind in _INTEGERS:
            return Literal(str(int(written)), XSD.integer)
        if kind in _NUMBERS:
            return Literal(_decimal(written), XSD.decimal)
        if kind == XSD.boolean:
            return Literal({"true": "true", "false": "false"}[written.lower()], XSD.boolean)
        if kind == XSD.date:
            return Literal(date.fromisoformat(written).isoformat(), XSD.date)
    except (ValueError, KeyError, InvalidOperation) as fault:
        raise _misfit(value, kind) from fault
    if kind == XSD.dateTime:
        if (found := moment(written)) is None or found.datatype != XSD.dateTime:
            raise _misfit(value, kind)
        return found
    return text(value.text)


def _decimal(written: str) -> str:
    found = Decimal(written)
    if not found.is_finite():
        raise InvalidOperation
    return format(found, "f")


def _misfit(value: Scalar, kind: Iri) -> Exception:
    name = kind.removeprefix(XSD.base)
    message = f"{value.text[:40]!r} in a row rule is no {name}, which its column holds"
    return wrong(message, value.origin, f"write a {name}")
