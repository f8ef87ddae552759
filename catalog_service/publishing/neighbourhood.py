"""What the gate must see around a product: what it reads from, what it is bound to, what it was.

The neighbourhood is small and does not grow with the mesh: the decisions of the federation, the
products whose ports it reads, those that serve a crosswalk for a scheme it uses, and a summary of
its own last revision.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View, query
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, Iri


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around one product.

    Args:
        triples: what the gate sees beside the product's own graph.
        products: the products whose graphs are in it.
    """

    triples: tuple[Triple, ...]
    products: frozenset[Iri]


@dataclass(slots=True)
class Neighbours:
    """Finds neighbourhoods among the products of one run and those already published.

    Args:
        view: what is published.
        run: the graphs that are on their way to the gate, by product; they go before what is
            published under the same name.
    """

    view: View
    run: Mapping[Iri, tuple[Triple, ...]]
    _ports: dict[Iri, Iri] = field(default_factory=dict)
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
        own = self.run[product]
        beside = set()
        for _, predicate, value in own:
            if not isinstance(value, str):
                continue
            if predicate == PM.readsFrom:
                beside.add(self._product_of(value))
            elif predicate == PM.identifierScheme:
                beside |= self._crosswalks.get(value, set())
        products = frozenset(found for found in beside if found is not None and found != product)
        around = [triple for other in sorted(products) for triple in self._graph(other)]
        return Neighbourhood((*around, *self._before(product)), products)

    def _index(self, product: Iri, triples: Iterable[Triple]) -> None:
        for subject, predicate, value in triples:
            if not isinstance(value, str):
                continue
            if predicate == DPROD.outputPort and subject == product:
                self._ports[value] = product
            elif predicate == PM.fromScheme:
                self._crosswalks[value].add(product)

    def _product_of(self, port: Iri) -> Iri | None:
        if port not in self._ports:
            rows = self.view.select(query(__package__, "product_of_port"), port=port)
            if not rows:
                return None
            self._ports[port] = rows[0].iri("product")
        return self._ports[port]

    def _graph(self, product: Iri) -> tuple[Triple, ...]:
        if product in self.run:
            return self.run[product]
        if product not in self._graphs:
            self._graphs[product] = self.view.graph(product)
        return self._graphs[product]

    def _before(self, product: Iri) -> tuple[Triple, ...]:
        """The last revision in summary: its version and its columns, by which a loss is seen."""
        published = self.view.graph(product)
        if not published:
            return ()
        earlier = Iri(f"{product}/revisions/before")
        summary = [Triple(product, PROV.wasRevisionOf, earlier)]
        for subject, predicate, value in published:
            if subject == product and predicate == DCAT.version:
                summary.append(Triple(earlier, DCAT.version, value))
            elif predicate == CSVW.column and isinstance(value, str):
                summary.append(Triple(earlier, PM.hadColumn, value))
        return tuple(summary)
