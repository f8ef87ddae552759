"""How a product stands with others: how many are made from it, and how fresh it promises to be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from catalog_service.graph import Row, View, many, query
from catalog_service.search.prior import level
from catalog_service.terms import UNIT, Iri

FRESH = (
    (60, "within an hour"),
    (24 * 60, "within a day"),
    (7 * 24 * 60, "within a week"),
    (31 * 24 * 60, "within a month"),
)
"""How old what a port serves may be, in minutes, and how that is told."""

OLDER = "older"
_MINUTES: dict[Iri, Decimal] = {
    UNIT.SEC: Decimal(1) / 60,
    UNIT.MIN: Decimal(1),
    UNIT.HR: Decimal(60),
    UNIT.DAY: Decimal(24 * 60),
}


def freshness(rows: Iterable[Row]) -> dict[Iri, str]:
    """What the freshest port of each product promises; nothing where none does."""
    least: dict[Iri, Decimal] = {}
    for row in rows:
        minutes = _minutes(row)
        if minutes is not None:
            product = row.iri("product")
            least[product] = min(minutes, least.get(product, minutes))
    return {
        product: next((told for most, told in FRESH if minutes <= most), OLDER)
        for product, minutes in least.items()
    }


def _minutes(row: Row) -> Decimal | None:
    times = _MINUTES.get(Iri(row.text("unit", UNIT.MIN)))
    try:
        target = Decimal(row.text("target"))
    except InvalidOperation:
        return None
    return target * times if times is not None and target.is_finite() else None


def uses(view: View, products: Sequence[Iri]) -> dict[Iri, int]:
    """How many products are made from each."""
    rows = view.select(many(query(__package__, "uses"), "product", products))
    return {row.iri("product"): int(row.text("uses", "0")) for row in rows}


Sources = Mapping[Iri, frozenset[Iri]]
"""What each product is made from."""


def sources(view: View, products: Collection[Iri]) -> Sources:
    """The products that products are made from, one step up."""
    found: dict[Iri, set[Iri]] = {product: set() for product in products}
    for row in view.select(many(query(__package__, "sources"), "product", list(found))):
        found[row.iri("product")].add(row.iri("source"))
    return {product: frozenset(those) for product, those in found.items()}


def used_otherwise(view: View, before: Sources, after: Sources) -> list[Iri]:
    """The products that are used so much more or less than before that search ranks them anew."""
    change: dict[Iri, int] = defaultdict(int)
    for product in {*before, *after}:
        for source in after.get(product, frozenset()) - before.get(product, frozenset()):
            change[source] += 1
        for source in before.get(product, frozenset()) - after.get(product, frozenset()):
            change[source] -= 1
    now = uses(view, sorted(change)) if change else {}
    return [
        product
        for product, more in sorted(change.items())
        if level(now.get(product, 0)) != level(now.get(product, 0) - more)
    ]
