"""The board: how every product stands to every standard, as the gate last reported."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import Standard
from catalog_service.graph import Row, View, distinct, grouped, many, optional, query
from catalog_service.terms import SH, Iri


class Standing(StrEnum):
    """How a product stands to a standard.

    A standard that the last check could not decide, or that came into use after it, is not
    evaluated: silence never counts as met.
    """

    MET = "met"
    WARNED = "warned"
    WAIVED = "waived"
    VIOLATED = "violated"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class Held:
    """A product, and how it stands to the standards that it is held to.

    Args:
        product: the product.
        domain: the domain it names; None where it names none.
        checked: when the gate last reported on it; None where it never did.
        apart: the standards that it does not plainly meet, with its standing to each.
    """

    product: Iri
    domain: Iri | None
    checked: datetime | None
    apart: Mapping[Iri, Standing]

    @property
    def conforms(self) -> bool:
        """True where it was checked, and no violation stands without a live waiver."""
        return self.checked is not None and Standing.VIOLATED not in self.apart.values()

    def to(self, standard: Iri) -> Standing:
        """Its standing to a standard that it is held to."""
        return self.apart.get(standard, Standing.MET)


@dataclass(frozen=True, slots=True)
class Board:
    """How products stand to standards.

    Args:
        standards: the standards of the mesh, and those of its domains.
        products: the products, by IRI.
        above: each domain with itself and the domains above it, however far.
    """

    standards: Layers
    products: Mapping[Iri, Held]
    above: Mapping[Iri, frozenset[Iri]]

    def domains(self) -> tuple[Iri, ...]:
        """The domains: those that decisions describe, and others that products name."""
        return tuple(sorted(self.above))

    def lies_in(self, held: Held, domain: Iri) -> bool:
        """True of the products of a domain and of its sub-domains."""
        return held.domain is not None and domain in self.above.get(held.domain, ())

    def lying(self) -> dict[Iri, list[Held]]:
        """The products of each domain, those of its sub-domains included."""
        found: dict[Iri, list[Held]] = {}
        for held in self.products.values():
            for domain in self.above.get(held.domain, ()) if held.domain else ():
                found.setdefault(domain, []).append(held)
        return found

    def binds(self, standard: Standard, held: Held) -> bool:
        """True where a product is held to a standard: a domain's holds for its own products."""
        return standard.domain is None or self.lies_in(held, standard.domain)

    def held_to(
        self,
        standard: Standard,
        *,
        domain: Iri | None = None,
        standings: Collection[Standing] = (),
    ) -> Iterator[Held]:
        """The products that are held to a standard.

        Args:
            standard: the standard.
            domain: only those of this domain and of its sub-domains.
            standings: only those that stand so; all where none is named.
        """
        for held in self.products.values():
            if domain is not None and not self.lies_in(held, domain):
                continue
            if self.binds(standard, held) and (not standings or held.to(standard.iri) in standings):
                yield held


def board(
    view: View,
    standards: Layers,
    *,
    introduced: Mapping[str, datetime] | None = None,
    products: Iterable[Iri] | None = None,
) -> Board:
    """The board, in five questions to the store however many products there are.

    Args:
        view: the dataset as the caller may see it.
        standards: the standards.
        introduced: when each standard came into use here, by its key: a report from before then
            says nothing of it.
        products: only these; all of them by default.
    """
    asked = None if products is None else tuple(products)

    def rows(name: str) -> list[Row]:
        text = query(__package__, name)
        return view.select(text if asked is None else many(text, "product", asked))

    since = introduced or {}
    late = {one.iri: since[one.key] for one in standards if one.key in since}
    found = grouped(rows("results"), "product")
    left = grouped(rows("left_open"), "product")
    waived = {row.iri("result") for row in view.select(query(__package__, "covered"))}
    held = {}
    for product, told in grouped(rows("products"), "product").items():
        checked = _time(told[0].text("time"))
        apart = {
            standard: _standing(results, waived)
            for standard, results in grouped(found.get(product, ()), "standard").items()
        }
        unseen = list(distinct(left.get(product, ()), "standard"))
        if checked is None:
            unseen += [one.iri for one in standards]
        else:
            unseen += [one for one, began in late.items() if checked < began]
        for standard in unseen:  # what was found before stands until a check decides otherwise
            apart.setdefault(standard, Standing.NOT_EVALUATED)
        held[product] = Held(product, optional(told[0], "domain"), checked, apart)
    return Board(standards, held, _above(view, held.values()))


def below(view: View, domain: Iri) -> frozenset[Iri]:
    """A domain, and the domains below it, however far."""
    above = _above(view, ())
    return frozenset({domain, *(each for each, over in above.items() if domain in over)})


def _standing(results: Iterable[Row], waived: Collection[Iri]) -> Standing:
    """What several results about one standard come to, some of which are waived."""
    stand = [row["severity"] for row in results if row.iri("result") not in waived]
    if SH.Violation in stand:
        return Standing.VIOLATED
    return Standing.WARNED if stand else Standing.WAIVED


def _above(view: View, held: Iterable[Held]) -> dict[Iri, frozenset[Iri]]:
    rows = grouped(view.select(query(__package__, "domains")), "domain")
    parents = {domain: distinct(told, "parent") for domain, told in rows.items()}
    named = {one.domain for one in held if one.domain is not None}
    return {domain: _closed(domain, parents) for domain in {*parents, *named}}


def _closed(domain: Iri, parents: Mapping[Iri, tuple[Iri, ...]]) -> frozenset[Iri]:
    found: set[Iri] = set()
    left = [domain]
    while left:
        at = left.pop()
        if at not in found:
            found.add(at)
            left.extend(parents.get(at, ()))
    return frozenset(found)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
