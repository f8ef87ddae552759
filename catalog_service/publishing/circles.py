"""Finding circles: products that are made from themselves by way of others.

Most products of a run are settled at once. What nobody is made from lies on no circle; nor does
what then is left without a reader, and so on down. Only for the rest lineage is followed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View
from catalog_service.terms import DPROD, PROV, Iri

Sources = Mapping[Iri, frozenset[Iri]]
"""What each product is made from, one step up."""

REACH = 1_000
"""How many products upstream are looked at. A circle farther round than that is not found."""


class Circles:
    """The circles among the products of one run and those already published.

    Args:
        view: what is published.
        run: what the products of the run are made from; it goes before what is published.
        reach: how many products upstream to look at, the nearest first.
    """

    def __init__(self, view: View, run: Sources, *, reach: int = REACH) -> None:
        self._view = view
        self._reach = reach
        self._run = run
        self._steps = dict(run)
        self._open = self._unsettled(run)

    def through(self, product: Iri) -> tuple[Triple, ...]:
        """Every step of lineage that is on a circle through a product of the run."""
        if product not in self._open or not self._returns(product):
            return ()
        return tuple(self._circle(product))

    def _unsettled(self, run: Sources) -> set[Iri]:
        """The products of the run that may lie on a circle."""
        readers = Counter(source for sources in run.values() for source in sources)
        for source, reader in self._linked(run, back=True):
            if reader not in run:
                readers[source] += 1
        left = set(run)
        settled = [product for product in run if not readers[product]]
        while settled:
            product = settled.pop()
            left.remove(product)
            for source in run[product]:
                readers[source] -= 1
                if not readers[source] and source in left:
                    settled.append(source)
        return left

    def _returns(self, product: Iri) -> bool:
        """Whether lineage leads back to a product, or may: it is looked at no farther than that.

        It is followed both ways, always on the side with fewer to ask of. As soon as either side
        ends, nothing can lead around, so a product near either end of the mesh is settled at once.
        """
        higher, lower = set(self._steps[product]), self._readers({product})
        above, below = set(higher), set(lower)
        while higher and lower and len(above) + len(below) < self._reach:
            if product in above or above & below:
                return True
            if len(higher) <= len(lower):
                self._learn(higher)
                higher = {source for one in higher for source in self._steps[one]} - above
                above |= higher
            else:
                lower = self._readers(lower) - below
                below |= lower
        return bool(higher and lower) or product in above or bool(above & below)

    def _readers(self, products: Collection[Iri]) -> set[Iri]:
        """What is made from any of these products, in the run or published."""
        found = {reader for _, reader in self._linked(products, back=True)} - self._run.keys()
        return found | {one for one, sources in self._run.items() if sources & set(products)}

    def _circle(self, product: Iri) -> Iterator[Triple]:
        near: set[Iri] = set()
        level = {product}
        while level and len(near) < self._reach:
            near |= level
            self._learn(level)
            level = {source for one in level for source in self._steps[one]} - near
        leading = {product}
        while found := {one for one in near - leading if self._steps[one] & leading}:
            leading |= found
        for one in sorted(leading):
            for source in sorted(self._steps[one] & leading):
                yield Triple(one, PROV.wasDerivedFrom, source)

    def _learn(self, products: Collection[Iri]) -> None:
        """Take in what published products are made from."""
        unknown = {product: set[Iri]() for product in products if product not in self._steps}
        for product, source in self._linked(unknown):
            unknown[product].add(source)
        self._steps |= {product: frozenset(sources) for product, sources in unknown.items()}

    def _linked(
        self, products: Collection[Iri], *, back: bool = False
    ) -> Iterator[tuple[Iri, Iri]]:
        """Pairs of a product and its published neighbour on one side."""
        return self._view.linked(products, PROV.wasDerivedFrom, type_=DPROD.DataProduct, back=back)
