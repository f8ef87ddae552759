"""What a data product says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, grouped, many, optional, query, texts
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Profile:
    """The head of a data product's page: what it is, for what, whose, and in which state.

    `sensitivity` is the highest level of what it holds, or of what reaches it along lineage.
    """

    iri: Iri
    identifier: str
    title: str
    description: str
    purpose: str
    version: str
    status: Iri | None
    domain: Iri | None
    owner: Iri | None
    end_of_life: date | None
    sensitivity: Iri | None

    @property
    def name(self) -> str:
        """What to call it: its title, its identifier, or the end of its IRI."""
        return self.title or self.identifier or short(self.iri)


@dataclass(frozen=True, slots=True)
class Labels:
    """The keywords of a data product, and the pages elsewhere that it points at."""

    keywords: tuple[str, ...] = ()
    pages: tuple[Iri, ...] = ()


def profiles(view: View, products: Iterable[Iri]) -> dict[Iri, Profile]:
    """The profiles of those of `products` that are published."""
    rows = view.select(many(query(__package__, "profiles"), "product", products))
    return {product: _profile(found[0]) for product, found in grouped(rows, "product").items()}


def labels(view: View, products: Iterable[Iri]) -> dict[Iri, Labels]:
    """The keywords and further pages of `products`."""
    rows = view.select(many(query(__package__, "labels"), "product", products))
    return {
        product: Labels(
            texts(found, "keyword"),
            tuple(dict.fromkeys(Iri(page) for page in texts(found, "page"))),
        )
        for product, found in grouped(rows, "product").items()
    }


def _profile(row: Row) -> Profile:
    return Profile(
        iri=row.iri("product"),
        identifier=row.text("identifier"),
        title=row.text("title"),
        description=row.text("description"),
        purpose=row.text("purpose"),
        version=row.text("version"),
        status=optional(row, "status"),
        domain=optional(row, "domain"),
        owner=optional(row, "owner"),
        end_of_life=_day(row.text("end")),
        sensitivity=optional(row, "sensitivity"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
