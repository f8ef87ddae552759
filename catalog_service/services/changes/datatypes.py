"""Which datatypes hold all values of which others: what makes a change wider or narrower."""

from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import XSD, Iri

_WIDER: dict[Iri, frozenset[Iri]] = {
    XSD.byte: frozenset(
        {XSD.short, XSD.int, XSD.long, XSD.integer, XSD.decimal, XSD.double, XSD.float}
    ),
    XSD.short: frozenset({XSD.int, XSD.long, XSD.integer, XSD.decimal, XSD.double, XSD.float}),
    XSD.int: frozenset({XSD.long, XSD.integer, XSD.decimal, XSD.double}),
    XSD.long: frozenset({XSD.integer, XSD.decimal}),
    XSD.integer: frozenset({XSD.decimal}),
    XSD.float: frozenset({XSD.double}),
    XSD.anyURI: frozenset({XSD.string}),
}
"""The types that hold every value of a type, written the same or as exactly.

A double holds the integers up to 53 bits and a float those up to 24, so an `int` and a `short`
have one each to grow into and a `long` has none. A date is no `dateTime`: it has no time to say.
"""


def change_of_type(before: Iri, after: Iri) -> Kind:
    """What it is called when a column of one datatype becomes one of another."""
    if after in _WIDER.get(before, ()):
        return Kind.TYPE_WIDENED
    return Kind.TYPE_NARROWED if before in _WIDER.get(after, ()) else Kind.TYPE_CHANGED
