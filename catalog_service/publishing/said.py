"""What is said of things: the rows of a question about many of them, folded by thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog_service.domain.rdf import Literal, Term
from catalog_service.graph import Row, View, grouped, many, query
from catalog_service.terms import DCT, FOAF, RDFS, SKOS, Iri

NAMES = (SKOS.prefLabel, SKOS.altLabel, RDFS.label, DCT.title, FOAF.name)
"""The properties under which people find what a thing is called."""


@dataclass(slots=True)
class Said:
    """The facts about one thing, by property.

    Args:
        thing: what they are about.
        values: for each property what is stated, in an order that never changes: English first,
            then by text.
    """

    thing: Iri
    values: dict[Iri, list[Term]] = field(default_factory=dict)

    def texts(self, *properties: Iri) -> tuple[str, ...]:
        """The different texts under the properties, in their order."""
        found = (value for p in properties for value in self.values.get(p, ()))
        return tuple(dict.fromkeys(v.lexical for v in found if isinstance(v, Literal)))

    def text(self, *properties: Iri) -> str:
        """The first text under the first of the properties that has one; else the empty text."""
        return next(iter(self.texts(*properties)), "")

    def iris(self, *properties: Iri) -> tuple[Iri, ...]:
        """The different things under the properties, in their order."""
        found = (value for p in properties for value in self.values.get(p, ()))
        return tuple(dict.fromkeys(Iri(v) for v in found if isinstance(v, str)))

    def iri(self, *properties: Iri) -> Iri | None:
        """The first of them; None where there is none."""
        return next(iter(self.iris(*properties)), None)


def folded(rows: Iterable[Row], name: str) -> dict[Iri, Said]:
    """What the rows (`?<name> … ?property ?value`) say of each thing bound to `name`."""
    said: dict[Iri, Said] = {}
    for row in rows:
        thing = row.iri(name)
        about = said.setdefault(thing, Said(thing))
        about.values.setdefault(row.iri("property"), []).append(row["value"])
    for about in said.values():
        for values in about.values.values():
            values.sort(key=_in_order)
    return said


def parts(rows: Iterable[Row]) -> dict[Iri, list[Said]]:
    """What the rows (`?product ?part ?property ?value`) say of the parts of each product."""
    return {
        product: sorted(folded(found, "part").values(), key=lambda said: said.thing)
        for product, found in grouped(rows, "product").items()
    }


def _in_order(value: Term) -> tuple[bool, str, str]:
    if isinstance(value, Literal):
        return not value.language.startswith("en"), value.lexical, value.language
    return False, value, ""


def things(view: View, named: Sequence[Iri]) -> dict[Iri, Said]:
    """What is said of governed things: domains, polysemes, schemes, teams, levels."""
    return folded(view.select(many(query(__package__, "thing_words"), "thing", named)), "thing")


def above(view: View, domains: Sequence[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The domains above each domain, however far."""
    found: dict[Iri, list[Iri]] = {}
    for row in view.select(many(query(__package__, "domains_above"), "domain", domains)):
        found.setdefault(row.iri("domain"), []).append(row.iri("above"))
    return {domain: tuple(higher) for domain, higher in found.items()}
