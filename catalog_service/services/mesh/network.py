"""The network effect in figures: how much the products of a mesh are worth to each other.

The measures are those of `ontology/network.ttl`, of the mesh as a whole and of each domain.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog_service.domain.identity import Walk, Walks
from catalog_service.graph import View, grouped, optional, query
from catalog_service.services.mesh.pairs import Joining, Kind, Pairs
from catalog_service.services.mesh.reach import Reach
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of the network effect.

    Args:
        consumption_edges: consumptions; of a domain, those of its products' ports.
        cross_domain_edges: those of them whose consumer is a product of another domain.
        active_consumers: the different consumers behind them.
        reachable_products: how many products are upstream of a product, on average; None where
            there is no product.
        polyseme_coverage: the share of output datasets with a column that identifies a polyseme;
            None where there is no dataset.
        composition_depth: the number of products on the longest chain; None for a domain, since a
            chain lies in several.
        pairs: pairs of products of different domains that can be joined; of a domain, pairs of one
            of its products with one of another domain.
    """

    consumption_edges: int
    cross_domain_edges: int
    active_consumers: int
    reachable_products: float | None
    polyseme_coverage: float | None
    composition_depth: int | None
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class _Consumption:
    consumer: Iri
    provider: Iri | None


@dataclass(frozen=True)
class Network:
    """What the measures are taken from, read once; each domain is then measured from memory.

    Args:
        homes: the domain of each product; None where it lies in none.
        wholes: the domains that each domain is a part of.
        consumptions: who consumes what.
        bound: of each product's output datasets, whether a column identifies a polyseme.
        upstream: how many products are upstream of each that builds on another.
        depth: how many products are on the longest chain.
        joining: which kinds of product join.
        members: the products of each domain.
        served: the consumptions of the ports of each domain's products.
    """

    homes: Mapping[Iri, Iri | None]
    wholes: Mapping[Iri, frozenset[Iri]]
    consumptions: tuple[_Consumption, ...]
    bound: Mapping[Iri, tuple[bool, ...]]
    upstream: Mapping[Iri, int]
    depth: int
    joining: Joining
    members: Mapping[Iri, tuple[Iri, ...]] = field(init=False)
    served: Mapping[Iri, tuple[_Consumption, ...]] = field(init=False)
    _below: Mapping[Iri, frozenset[Iri]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort by domain what is asked of each."""
        members, served, below = defaultdict(list), defaultdict(list), defaultdict(set)
        for product, home in self.homes.items():
            if home is not None:
                members[home].append(product)
        for edge in self.consumptions:
            home = self.homes.get(edge.provider) if edge.provider else None
            if home is not None:
                served[home].append(edge)
        for part, wholes in self.wholes.items():
            for whole in wholes:
                below[whole].add(part)
        object.__setattr__(self, "members", {at: tuple(found) for at, found in members.items()})
        object.__setattr__(self, "served", {at: tuple(found) for at, found in served.items()})
        object.__setattr__(self, "_below", {at: frozenset(found) for at, found in below.items()})

    def mesh(self) -> Measures:
        """The measures of the whole mesh."""
        return self._measured(self.homes, self.consumptions, self.depth, self.joining.everywhere())

    def domain(self, domain: Iri) -> Measures:
        """The measures of a domain, with those of its parts."""
        inside = self.parts(domain)
        mine = [product for part in inside for product in self.members.get(part, ())]
        edges = tuple(edge for part in inside for edge in self.served.get(part, ()))
        return self._measured(mine, edges, None, self.joining.between(inside))

    def parts(self, domain: Iri) -> frozenset[Iri]:
        """A domain and all that are parts of it."""
        found, todo = {domain}, [domain]
        while todo:
            new = self._below.get(todo.pop(), frozenset()) - found
            found |= new
            todo += new
        return frozenset(found)

    def _measured(
        self,
        products: Iterable[Iri],
        edges: tuple[_Consumption, ...],
        depth: int | None,
        pairs: Pairs,
    ) -> Measures:
        listed = list(products)
        datasets = [bound for product in listed for bound in self.bound.get(product, ())]
        reached = sum(self.upstream.get(product, 0) for product in listed)
        return Measures(
            consumption_edges=len(edges),
            cross_domain_edges=sum(map(self._crosses, edges)),
            active_consumers=len({edge.consumer for edge in edges}),
            reachable_products=reached / len(listed) if listed else None,
            polyseme_coverage=sum(datasets) / len(datasets) if datasets else None,
            composition_depth=depth,
            pairs=pairs,
        )

    def _crosses(self, edge: _Consumption) -> bool:
        here = self.homes.get(edge.consumer)
        there = self.homes.get(edge.provider) if edge.provider else None
        return here is not None and there is not None and here != there


def network(view: View) -> Network:
    """What a view shows of the network; eight questions, however large the mesh."""
    rows = view.select(query(__package__, "homes"))
    homes = {at: optional(told[0], "domain") for at, told in grouped(rows, "product").items()}
    steps: dict[Iri, list[Iri]] = defaultdict(list)
    for row in view.select(query(__package__, "lineage")):
        steps[row.iri("product")].append(row.iri("upstream"))
    reach = Reach(steps)
    wholes: dict[Iri, set[Iri]] = defaultdict(set)
    for row in view.select(query(__package__, "parts")):
        if (whole := optional(row, "whole")) is not None:
            wholes[row.iri("domain")].add(whole)
    carrying = {row.iri("dataset") for row in view.select(query(__package__, "bound"))}
    bound: dict[Iri, list[bool]] = defaultdict(list)
    for row in view.select(query(__package__, "datasets")):
        bound[row.iri("product")].append(row.iri("dataset") in carrying)
    return Network(
        homes=homes,
        wholes={domain: frozenset(found) for domain, found in wholes.items()},
        consumptions=_consumptions(view),
        bound={product: tuple(found) for product, found in bound.items()},
        upstream=reach.counts(),
        depth=reach.depth,
        joining=_joining(view, homes),
    )


def _consumptions(view: View) -> tuple[_Consumption, ...]:
    rows = view.select(query(__package__, "consumptions"))
    return tuple(
        _Consumption(told[0].iri("consumer"), optional(told[0], "provider"))
        for told in grouped(rows, "consumption").values()
    )


def _joining(view: View, homes: Mapping[Iri, Iri | None]) -> Joining:
    kinds: dict[Iri, set[tuple[Iri, Iri]]] = defaultdict(set)
    hubs: dict[Iri, Iri] = {}
    for row in view.select(query(__package__, "keys")):
        polyseme, scheme = row.iri("polyseme"), optional(row, "scheme")
        if scheme is not None:
            kinds[row.iri("product")].add((polyseme, scheme))
        if (hub := optional(row, "global")) is not None:
            hubs.setdefault(polyseme, hub)
    walks = view.select(query(__package__, "walks"))
    return Joining(
        {product: Kind(found) for product, found in kinds.items()},
        {product: domain for product, domain in homes.items() if domain is not None},
        Walks(Walk(row.iri("crosswalk"), row.iri("from"), row.iri("to")) for row in walks),
        hubs,
    )
