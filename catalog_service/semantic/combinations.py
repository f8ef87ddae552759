"""That what is joined is not more sensitive together than the purpose of the question permits.

Each part may be harmless: what somebody plays, what somebody hears, when somebody was born. Which
of them are not so together is a decision of the federation, stated in the graph.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.graph import Row, View, grouped, optional, query
from catalog_service.semantic.plan import Relation
from catalog_service.terms import DPROD, PM, SKOS, Iri

Used = tuple[Relation, Iterable[str]]
"""A relation that is read, and the columns of it."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Things that are more sensitive together.

    Args:
        iri: the combination in the graph.
        of: what it combines: categories of personal data, datasets, products or domains.
        purposes: the purposes that permit it; none permits it for nothing.
        level: how sensitive the result is; None where only the purpose counts.
    """

    iri: Iri
    of: frozenset[Iri]
    purposes: frozenset[Iri]
    level: Iri | None


def stated(view: View) -> tuple[Combination, ...]:
    """The combinations that decisions state."""
    rows = grouped(view.select(query(__package__, "combinations")), "combination")
    return tuple(_combination(iri, of) for iri, of in rows.items())


def met(
    combinations: Iterable[Combination], used: Iterable[Used], view: View
) -> dict[Combination, tuple[Iri, ...]]:
    """The combinations that a join of relations comes to, each with the datasets that do.

    A dataset that holds all of a combination by itself is classified as such: no join makes it.
    """
    listed = [(relation, frozenset(names)) for relation, names in used]
    if len({relation.dataset for relation, _ in listed}) < 2:  # noqa: PLR2004 - a join is of two
        return {}
    held: dict[Iri, set[Iri]] = {}
    for relation, names in listed:
        things = held.setdefault(relation.dataset, {relation.dataset, relation.product})
        things.update(view.objects(relation.product, DPROD.domain))
        for at in relation.columns:
            if at.name in names:
                things |= _categories(view, at.iri)
    whole = set().union(*held.values())
    return {
        one: tuple(sorted(dataset for dataset, things in held.items() if things & one.of))
        for one in combinations
        if one.of <= whole and not any(one.of <= things for things in held.values())
    }


def permit(
    found: Mapping[Combination, tuple[Iri, ...]],
    *,
    purpose: str,
    clearance: Iri,
    ranks: Mapping[Iri, int],
) -> tuple[Iri, ...]:
    """The combinations of a join, all of which the purpose and the clearance permit.

    Raises:
        Refused: `combination-not-permitted`; names the combination and its parts.
    """
    for one, datasets in found.items():
        parts = ", ".join(sorted(short(at) for at in datasets))
        if purpose not in one.purposes:
            purposes = ", ".join(sorted(short(at) for at in one.purposes)) or "no purpose"
            raise Refused(
                f"{parts} are more sensitive together than apart ({short(one.iri)}), which"
                f" {purposes} permits, and the question is for"
                f" {short(Iri(purpose)) if purpose else 'no purpose'}",
                code="combination-not-permitted",
                because=(one.iri, *datasets),
                hint="ask for a purpose that permits it, or ask about each apart",
            )
        if one.level and ranks.get(one.level, max(ranks.values(), default=0)) > ranks.get(
            clearance, 0
        ):
            raise Refused(
                f"{parts} are {short(one.level)} together ({short(one.iri)}), which is above your"
                " clearance",
                code="combination-not-permitted",
                because=(one.iri, *datasets),
                hint="ask about each apart, or ask for the clearance",
            )
    return tuple(one.iri for one in found)


def _combination(iri: Iri, rows: list[Row]) -> Combination:
    return Combination(
        iri=iri,
        of=frozenset(row.iri("of") for row in rows),
        purposes=frozenset(at for row in rows if (at := optional(row, "purpose"))),
        level=optional(rows[0], "level"),
    )


def _categories(view: View, column: Iri) -> set[Iri]:
    """The categories of personal data that a column holds, the broader ones among them."""
    found: set[Iri] = set()
    left = list(view.objects(column, PM.personalDataCategory))
    while left:
        category = left.pop()
        if category not in found:
            found.add(category)
            left += view.objects(category, SKOS.broader)
    return found
