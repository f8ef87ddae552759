"""What the gate must see around a product: what it reads from, what it is bound to, what it was.

The neighbourhood is small and does not grow with the mesh: the decisions of the federation, the
products whose ports it reads or whose columns its own come from, those that serve a crosswalk for a
scheme it uses or derive a key in it for what it identifies, and a summary of its own last revision.
Of the lineage beyond, it holds only the circles that lead back to the product, since only of those
the gate has a word to say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from catalog_service.domain.rdf import Triple, term
from catalog_service.governance.stated import Stated
from catalog_service.graph import View, query
from catalog_service.publishing.circles import Circles
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, Iri

_JOINING = frozenset(
    (CSVW.column, DPROD.outputPort, PM.readsFrom, PM.fromScheme, PROV.wasDerivedFrom)
)
"""The properties by which products find each other."""
_COLUMN, _VERSION = f"> <{CSVW.column}> ", f"> <{DCAT.version}> "
_TELLING = re.compile(
    rf"<([^>]*)> <({re.escape(CSVW.column)}|{re.escape(DCAT.version)})> "
    r'(<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) '
)
"""The statements of a revision by which a loss is seen."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around one product.

    Args:
        near: what the gate sees beside the product's own graph, but for the products in `beside`.
        products: the products that it speaks of; if one of them is refused, look again.
        beside: what each product beside it states.
    """

    near: tuple[Triple, ...]
    products: frozenset[Iri]
    beside: tuple[Stated, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        """All that the gate sees beside the product's own graph."""
        return (*chain.from_iterable(self.beside), *self.near)


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
    _derivers: dict[tuple[Iri, Iri], set[Iri]] = field(default_factory=lambda: defaultdict(set))
    _deriving: dict[tuple[Iri, Iri], frozenset[Iri]] = field(default_factory=dict)
    _serving: dict[Iri, frozenset[Iri]] = field(default_factory=dict)
    _told: dict[Iri, Stated] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for product, triples in self.run.items():
            self._index(product, triples)
            for derived in _derives(triples):
                self._derivers[derived].add(product)

    def of(self, product: Iri) -> Neighbourhood:
        """The neighbourhood of a product of this run."""
        beside = self._read_by(product)
        for _, predicate, value in self.run[product]:
            if not isinstance(value, str):
                continue
            if predicate == PM.identifierScheme:
                beside |= self._served(value)
            elif predicate == PROV.wasDerivedFrom and not value.startswith(f"{product}/"):
                beside |= self._owner(value)
        for polyseme, scheme in _local(self.run[product]):
            beside |= self._derived(polyseme, scheme)
        beside.discard(product)
        self.view.fetch({product} | beside - self.run.keys())
        circle = self._circles.through(product)
        return Neighbourhood(
            (*circle, *self._before(product)),
            frozenset(beside | {step.subject for step in circle} - {product}),
            tuple(self._stated(other) for other in sorted(beside)),
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
            if predicate not in _JOINING or not isinstance(value, str):
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
            holding = self.view.holding(
                part, DPROD.outputPort, CSVW.column, type_=DPROD.DataProduct
            )
            self._owners[part] = holding[0] if holding else None
        owner = self._owners[part]
        return {owner} if owner is not None else set()

    def _served(self, scheme: Iri) -> set[Iri]:
        """The products that serve a crosswalk from a scheme."""
        if scheme not in self._serving:
            published = self.view.holding(scheme, PM.fromScheme, type_=DPROD.DataProduct)
            self._serving[scheme] = frozenset(published) - self.run.keys()
        return self._crosswalks.get(scheme, set()) | self._serving[scheme]

    def _derived(self, polyseme: Iri, scheme: Iri) -> set[Iri]:
        """The products with a row for each of a polyseme that derive a key in a scheme."""
        at = polyseme, scheme
        if at not in self._deriving:
            known = scheme in self.view.objects(polyseme, PM.globalIdentifier)
            asked = query(__package__, "deriving")
            rows = [] if known else self.view.select(asked, polyseme=polyseme, scheme=scheme)
            self._deriving[at] = frozenset(row.iri("product") for row in rows) - self.run.keys()
        return self._derivers.get(at, set()) | self._deriving[at]

    def _stated(self, product: Iri) -> Stated:
        if product not in self._told:
            run = self.run.get(product)
            self._told[product] = Stated(self.view.text(product)) if run is None else Stated.of(run)
        return self._told[product]

    def _before(self, product: Iri) -> tuple[Triple, ...]:
        """The last revision in summary: its version and its columns, by which a loss is seen."""
        return summary(product, self.view.text(product))


def _said(triples: Iterable[Triple], *predicates: Iri) -> list[dict[Iri, set[Iri]]]:
    """What is said by some properties, by subject."""
    said: dict[Iri, dict[Iri, set[Iri]]] = {at: defaultdict(set) for at in predicates}
    for subject, predicate, value in triples:
        if predicate in said and isinstance(value, str):
            said[predicate][subject].add(Iri(value))
    return [said[at] for at in predicates]


def _local(triples: Iterable[Triple]) -> set[tuple[Iri, Iri]]:
    """The polysemes that columns identify, each with the scheme that does."""
    identified, schemes = _said(triples, PM.identifies, PM.identifierScheme)
    return {
        (polyseme, scheme)
        for column, found in identified.items()
        for polyseme in found
        for scheme in schemes.get(column, ())
    }


def _derives(triples: Iterable[Triple]) -> set[tuple[Iri, Iri]]:
    """The polysemes by which rows are told apart, each with the schemes of derived keys."""
    keys, schemes, grains, identified = _said(
        triples, PM.derivedKey, PM.toScheme, PM.grain, PM.identifies
    )
    into = {scheme for key in chain(*keys.values()) for scheme in schemes.get(key, ())}
    polysemes = {one for grain in chain(*grains.values()) for one in identified.get(grain, ())}
    return {(polyseme, scheme) for polyseme in polysemes for scheme in into}


def summary(product: Iri, before: str) -> tuple[Triple, ...]:
    """An earlier revision in summary: its version and its columns, by which a loss is seen.

    Args:
        product: the product.
        before: what that revision states, as lines that begin as those of N-Triples do; nothing
            where there is none.
    """
    if not before:
        return ()
    earlier = Iri(f"{product}/revisions/before")
    told = [Triple(product, PROV.wasRevisionOf, earlier)]
    for row in before.split("\n"):
        found = _TELLING.match(row) if _COLUMN in row or _VERSION in row else None
        if found is None:
            continue
        subject, predicate, value = found.groups()
        if predicate == CSVW.column and value[0] == "<":
            told.append(Triple(earlier, PM.hadColumn, Iri(value[1:-1])))
        elif predicate == DCAT.version and subject == product:
            told.append(Triple(earlier, DCAT.version, term(value)))
    return tuple(told)
