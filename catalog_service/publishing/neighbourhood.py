"""What the gate must see around a product: what it reads from, what it is bound to, what it was.

The neighbourhood is small and does not grow with the mesh: the decisions of the federation, the
products whose ports it reads or whose columns its own come from, those that serve a crosswalk for a
scheme it uses, and a summary of its own last revision. Of the lineage beyond, it holds only the
circles that lead back to the product, since only of those the gate has a word to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View, query
from catalog_service.publishing.circles import Circles
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, Iri


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around one product.

    Args:
        triples: what the gate sees beside the product's own graph.
        products: the products that it speaks of; if one of them is refused, look again.
    """

    triples: tuple[Triple, ...]
    products: frozenset[Iri]


@dataclass
class Neighbours:
    """Finds neighbourhoods among the products of one run and those already published.

    Args:
        view: what is published.
        run: the graphs that are on their way to the gate, by product; they go before what is
            published under the same name.
    """

    view: View
    run: Mapping[Iri, tuple[Triple, ...]]
    _owners: dict[Iri, Iri | None] = field(default_factory=dict)
    _reads: dict[Iri, set[Iri]] = field(default_factory=lambda: defaultdict(set))
    _sources: dict[Iri, set[Iri]] = field(default_factory=lambda: defaultdict(set))
    _parts: dict[Iri, set[Iri]] = field(default_factory=lambda: defaultdict(set))
    _crosswalks: dict[Iri, set[Iri]] = field(default_factory=lambda: defaultdict(set))
    _graphs: dict[Iri, tuple[Triple, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for product, triples in self.run.items():
            self._index(product, triples)
        for row in self.view.select(query(__package__, "crosswalks")):
            if row.iri("product") not in self.run:
                self._crosswalks[row.iri("scheme")].add(row.iri("product"))

    def of(self, product: Iri) -> Neighbourhood:
        """The neighbourhood of a product of this run."""
        beside = self._read_by(product)
        for _, predicate, value in self.run[product]:
            if not isinstance(value, str):
                continue
            if predicate == PM.identifierScheme:
                beside |= self._crosswalks.get(value, set())
            elif predicate == PROV.wasDerivedFrom and not value.startswith(f"{product}/"):
                beside |= self._owner(value)
        beside.discard(product)
        self.view.fetch({product} | beside - self.run.keys())
        around = [triple for other in sorted(beside) for triple in self._graph(other)]
        circle = self._circles.through(product)
        return Neighbourhood(
            (*around, *circle, *self._before(product)),
            frozenset(beside | {step.subject for step in circle} - {product}),
        )

    @cached_property
    def _circles(self) -> Circles:
        return Circles(self.view, {product: self._made_from(product) for product in self.run})

    def _made_from(self, product: Iri) -> frozenset[Iri]:
        """What a product of this run is derived from, as the rule of lineage will have it."""
        parts = {owner for part in self._parts.get(product, ()) for owner in self._owner(part)}
        return frozenset(
            self._read_by(product) | self._sources.get(product, set()) | (parts - {product})
        )

    def _index(self, product: Iri, triples: Iterable[Triple]) -> None:
        for subject, predicate, value in triples:
            if not isinstance(value, str):
                continue
            if predicate == CSVW.column or (predicate == DPROD.outputPort and subject == product):
                self._owners[value] = product
            elif predicate == PM.readsFrom:
                self._reads[product].add(value)
            elif predicate == PM.fromScheme:
                self._crosswalks[value].add(product)
            elif predicate == PROV.wasDerivedFrom:
                (self._sources if subject == product else self._parts)[product].add(value)

    def _read_by(self, product: Iri) -> set[Iri]:
        """The products whose ports a product of this run reads, itself among them if so."""
        return {owner for port in self._reads.get(product, ()) for owner in self._owner(port)}

    def _owner(self, part: Iri) -> set[Iri]:
        """The product that has an output port or a column, if any has."""
        if part not in self._owners:
            rows = self.view.select(query(__package__, "product_of_part"), part=part)
            self._owners[part] = rows[0].iri("product") if rows else None
        owner = self._owners[part]
        return {owner} if owner is not None else set()

    def _graph(self, product: Iri) -> tuple[Triple, ...]:
        if product in self.run:
            return self.run[product]
        if product not in self._graphs:
            self._graphs[product] = self.view.graph(product)
        return self._graphs[product]

    def _before(self, product: Iri) -> tuple[Triple, ...]:
        """The last revision in summary: its version and its columns, by which a loss is seen."""
        return summary(product, self.view.graph(product))


def summary(product: Iri, before: Sequence[Triple]) -> tuple[Triple, ...]:
    """An earlier revision in summary: its version and its columns, by which a loss is seen.

    Args:
        product: the product.
        before: what that revision states; nothing where there is none.
    """
    if not before:
        return ()
    earlier = Iri(f"{product}/revisions/before")
    told = [Triple(product, PROV.wasRevisionOf, earlier)]
    for subject, predicate, value in before:
        if subject == product and predicate == DCAT.version:
            told.append(Triple(earlier, DCAT.version, value))
        elif predicate == CSVW.column and isinstance(value, str):
            told.append(Triple(earlier, PM.hadColumn, value))
    return tuple(told)
