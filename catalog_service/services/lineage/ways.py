"""What lies one step up and one step down of a thing, at each grain.

Every step is something that one product says of itself, so that a step found upwards is found
downwards too, and a view that hides a product hides the steps that it says.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Protocol

from catalog_service.services.lineage.answer import Grain
from catalog_service.services.lineage.parts import Parts
from catalog_service.terms import Iri


class Ways(Protocol):
    """The steps of one grain."""

    def starts(self, root: Iri) -> tuple[Iri, ...]:
        """The things of this grain that a root stands for; none where it has none."""
        ...

    def up(self, iri: Iri) -> tuple[Iri, ...]:
        """What a thing comes from."""
        ...

    def down(self, iri: Iri) -> tuple[Iri, ...]:
        """What comes from a thing."""
        ...


class ProductWays:
    """From product to product, by ports and by parts that come from parts; to systems, by ports.

    What a port reads and nobody is seen to publish is a step to what the port names.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def starts(self, root: Iri) -> tuple[Iri, ...]:
        """The product that the root is, or is a part of; otherwise the root."""
        return (root,) if self._parts.product(root) else self._parts.products_of(root) or (root,)

    def up(self, iri: Iri) -> tuple[Iri, ...]:
        """The products that it comes from, and what else its input ports read."""
        parts = self._parts
        if not parts.product(iri):
            return ()
        sources = parts.sources(iri)
        found = set(filter(parts.product, sources))
        if len(found) < len(sources):
            found.update(parts.stated_sources(iri))
        for source in parts.unpublished(iri):
            found.update(parts.systems(source) or (source,))
        return _others(found, iri)

    def down(self, iri: Iri) -> tuple[Iri, ...]:
        """The products that come from it, or whose input ports read it."""
        parts = self._parts
        if parts.product(iri):
            found = set(filter(parts.product, parts.derived(iri)))
        else:
            found = {who for who in parts.derived(iri) if iri in parts.stated_sources(who)}
            for interface in parts.interfaces(iri):
                for reader in parts.readers(interface):
                    found.update(parts.of_input(reader))
        for reader in parts.readers(iri):
            found.update(parts.of_input(reader))
        return _others(found, iri)


class PortWays:
    """From output port to input port, and within a product from input ports to output ports.

    An output port that says what it comes from is fed by the input ports that read that; any other
    by all of them. Where columns come from a product that no input port reads, the ports that
    serve them are one step apart.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._steps = cache(self._said_by)

    def starts(self, root: Iri) -> tuple[Iri, ...]:
        """The ports of the root, or that serve it; otherwise the root, unless it is a product."""
        parts = self._parts
        if parts.product(root):
            return (*parts.outputs(root), *parts.inputs(root))
        return parts.ports_of((root, *parts.datasets_of(root))) or _faces(parts, root)

    def up(self, iri: Iri) -> tuple[Iri, ...]:
        """What an input port reads; what feeds an output port."""
        owners = {*self._parts.of_input(iri), *self._parts.of_output(iri)}
        return _others((s for owner in owners for s, t in self._steps(owner) if t == iri), iri)

    def down(self, iri: Iri) -> tuple[Iri, ...]:
        """What an input port feeds; what reads a port or a system."""
        parts = self._parts
        owners = {*parts.of_input(iri), *parts.of_output(iri)}
        near = set(owners)
        for reader in parts.readers(iri):
            near.update(parts.of_input(reader))
        for derived in parts.derived(iri):
            near.update(parts.of_output(derived))
        for owner in parts.of_output(iri):
            near.update(filter(parts.product, parts.derived(owner)))
        return _others((t for who in near for s, t in self._steps(who) if s == iri), iri)

    def _said_by(self, product: Iri) -> frozenset[tuple[Iri, Iri]]:
        """Every step that one product says of its ports: where from, where to."""
        parts = self._parts
        reads = {port: frozenset(parts.reads(port)) for port in parts.inputs(product)}
        steps = {(source, port) for port, sources in reads.items() for source in sources}
        read = frozenset(source for sources in reads.values() for source in sources)
        beside = self._unread(product, read)
        for port in parts.outputs(product):
            stated = frozenset(parts.sources(port))
            steps |= {(i, port) for i, sources in reads.items() if not stated or sources & stated}
            steps |= {(source, port) for source in stated - read}
            if beside:
                steps |= {(source, port) for source in self._by_columns(port, beside)}
        return frozenset(steps)

    def _unread(self, product: Iri, read: Iterable[Iri]) -> frozenset[Iri]:
        """The products that a product comes from without reading any of their ports."""
        parts = self._parts
        known = {owner for source in read for owner in parts.of_output(source)}
        return frozenset(filter(parts.product, parts.sources(product))) - known - {product}

    def _by_columns(self, port: Iri, products: frozenset[Iri]) -> set[Iri]:
        """The ports of some products that serve what the columns behind a port come from."""
        parts = self._parts
        return {
            origin
            for column in parts.columns(parts.serves(port))
            for source in parts.sources(column)
            for origin in parts.ports_of(parts.datasets_of(source))
            if not products.isdisjoint(parts.of_output(origin))
        }


class ColumnWays:
    """From column to column, as the products say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def starts(self, root: Iri) -> tuple[Iri, ...]:
        """The columns of the root; otherwise the root, where it is a column or may be one."""
        parts = self._parts
        if parts.product(root):
            return parts.columns(parts.datasets(root))
        return parts.columns((root, *parts.serves(root))) or (
            () if parts.of_output(root) or parts.of_input(root) else (root,)
        )

    def up(self, iri: Iri) -> tuple[Iri, ...]:
        """The columns that it comes from."""
        return _others(self._parts.sources(iri) if self._parts.column(iri) else (), iri)

    def down(self, iri: Iri) -> tuple[Iri, ...]:
        """The columns that come from it."""
        return _others(filter(self._parts.column, self._parts.derived(iri)), iri)


def _faces(parts: Parts, iri: Iri) -> tuple[Iri, ...]:
    """A system and its interfaces: an input port may name either."""
    return (iri, *parts.interfaces(iri))


def _others(found: Iterable[Iri], iri: Iri) -> tuple[Iri, ...]:
    return tuple(sorted(set(found) - {iri}))


WAYS: dict[Grain, Callable[[Parts], Ways]] = {
    Grain.PRODUCT: ProductWays,
    Grain.PORT: PortWays,
    Grain.COLUMN: ColumnWays,
}
