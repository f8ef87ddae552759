"""Whom a change concerns: what reads the part that changes, and everything that rests on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog_service.graph import View, distinct, grouped, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a part of a product is read.

    Args:
        product: who reads: a data product, or whoever else registered as a consumer.
        place: by what: a column, an input port, a registered consumption.
    """

    product: Iri
    place: Iri


@dataclass(frozen=True, slots=True)
class Dependant:
    """A product, or another consumer, that a change of a product concerns.

    Args:
        iri: what it is.
        domain: its domain, if it states one.
        owner: who answers for it, if anybody.
        broken: True where it reads a part that a breaking change is about; False where it rests on
            the product otherwise.
    """

    iri: Iri
    domain: Iri | None
    owner: Iri | None
    broken: bool


def uses(view: View, product: Iri, parts: Iterable[Iri]) -> dict[Iri, tuple[Use, ...]]:
    """Where parts of a product are read, as far as is published: outside the product itself.

    A dataset is read through the ports that serve it and through its columns; a column through what
    says that it was derived from it; a crosswalk through the columns whose identifiers it leads on.
    """
    asked = sorted(set(parts))
    rows = [
        row
        for name in ("uses", "joins")
        for row in view.select(many(query(__package__, name), "part", asked))
        if row.iri("product") != product
    ]
    return {
        part: tuple(dict.fromkeys(Use(row.iri("product"), row.iri("use")) for row in found))
        for part, found in grouped(rows, "part").items()
    }


def dependants(view: View, product: Iri, broken: Iterable[Iri]) -> tuple[Dependant, ...]:
    """Those that a change breaks, then those that rest on the product or on one it breaks.

    Args:
        view: what is published.
        product: the product that changes.
        broken: who reads a part that a breaking change is about.
    """
    first = set(broken) - {product}
    below = _below(view, {product, *first}) - {product, *first}
    found = [(iri, True) for iri in sorted(first)] + [(iri, False) for iri in sorted(below)]
    return headed(view, found)


def headed(view: View, found: Sequence[tuple[Iri, bool]]) -> tuple[Dependant, ...]:
    """Products with domain and owner, as far as they state them.

    Args:
        view: what is published.
        found: each product, and whether it would be broken.
    """
    rows = view.select(many(query(__package__, "heads"), "product", [iri for iri, _ in found]))
    heads = {at: told[0] for at, told in grouped(rows, "product").items()}
    return tuple(
        Dependant(
            iri,
            optional(heads[iri], "domain") if iri in heads else None,
            optional(heads[iri], "owner") if iri in heads else None,
            breaks,
        )
        for iri, breaks in found
    )


def _below(view: View, starts: set[Iri]) -> set[Iri]:
    """Every product downstream of some, however far."""
    found: set[Iri] = set()
    due = starts
    while due:
        rows = view.select(many(query(__package__, "readers"), "product", sorted(due)))
        due = set(distinct(rows, "reader")) - found - starts
        found |= due
    return found
