"""How far products build on products: what is upstream of each, and the longest chain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog_service.terms import Iri

_BLOCK = 2_048
"""How many products one pass looks for at once: a mask of 256 bytes for each product."""


class Reach:
    """The products upstream of each product, over chains of any length.

    Products that rest on each other in a circle are one step together: each is upstream of all
    others in it.

    Args:
        upstream: what each product is derived from, one step.
    """

    def __init__(self, upstream: Mapping[Iri, Iterable[Iri]]) -> None:
        self._circles = _circles(upstream)
        number = {found: at for at, circle in enumerate(self._circles) for found in circle}
        self._number = number
        steps: dict[int, set[int]] = defaultdict(set)
        for product, sources in upstream.items():
            for source in sources:
                if number[product] != number[source]:
                    steps[number[product]].add(number[source])
        # Circles come in the order in which they are finished: what is upstream goes before.
        self._steps = [sorted(steps[at]) for at in range(len(self._circles))]

    @property
    def depth(self) -> int:
        """How many products are on the longest chain; those of a circle all count."""
        longest: list[int] = []
        for circle, steps in zip(self._circles, self._steps, strict=True):
            longest.append(len(circle) + max((longest[at] for at in steps), default=0))
        return max(longest, default=0)

    def counts(self) -> dict[Iri, int]:
        """How many products are upstream of each that builds on another."""
        sizes = [len(circle) for circle in self._circles]
        found = [size - 1 for size in sizes]
        for start in range(0, len(sizes), _BLOCK):
            large = [at for at in range(start, min(start + _BLOCK, len(sizes))) if sizes[at] > 1]
            masks: list[int] = []
            for at, steps in enumerate(self._steps):
                mask = 0
                for step in steps:
                    mask |= masks[step]
                    if start <= step < start + _BLOCK:
                        mask |= 1 << (step - start)
                masks.append(mask)
                found[at] += mask.bit_count()  # one for each circle; nearly all hold one product
                found[at] += sum(sizes[n] - 1 for n in large if mask >> (n - start) & 1)
        return {product: found[at] for product, at in self._number.items()}


def _circles(upstream: Mapping[Iri, Iterable[Iri]]) -> list[tuple[Iri, ...]]:
    """The strongly connected parts, what is upstream first (Tarjan's algorithm, without calls)."""
    index: dict[Iri, int] = {}
    low: dict[Iri, int] = {}
    stack: list[Iri] = []
    on_stack: set[Iri] = set()
    found: list[tuple[Iri, ...]] = []
    for root in upstream:
        if root in index:
            continue
        work = [(root, iter(upstream.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, sources = work[-1]
            for source in sources:
                if source not in index:
                    index[source] = low[source] = len(index)
                    stack.append(source)
                    on_stack.add(source)
                    work.append((source, iter(upstream.get(source, ()))))
                    break
                if source in on_stack:
                    low[node] = min(low[node], index[source])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    at = len(stack) - 1
                    while stack[at] != node:
                        at -= 1
                    found.append(tuple(stack[at:]))
                    on_stack.difference_update(stack[at:])
                    del stack[at:]
    return found
