"""How a fact's key leads to the identity: all the ways there are, of which there has to be one.

Columns are never joined because their names or types agree. They are joined where both are written
in one identifier scheme, where a stated rule makes one scheme of the other, or where a product
serves a crosswalk between them; one crosswalk at most.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.plan import Cardinality, Column, Transform
from catalog_service.semantic.resolve import (
    Stated,
    StatedColumn,
    StatedCrosswalk,
    StatedDataset,
    StatedPolyseme,
)
from catalog_service.semantic.transforms import parse
from catalog_service.terms import Iri

INVERSE = {
    Cardinality.ONE_TO_ONE: Cardinality.ONE_TO_ONE,
    Cardinality.MANY_TO_ONE: Cardinality.ONE_TO_MANY,
    Cardinality.ONE_TO_MANY: Cardinality.MANY_TO_ONE,
    Cardinality.MANY_TO_MANY: Cardinality.MANY_TO_MANY,
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a column to the identity.

    Args:
        column: the column that holds the key.
        transforms: the rule that it goes through first.
        crosswalk: the crosswalk that it goes through, if any.
        backwards: whether the crosswalk is read from its target to its source.
        spine_column, spine_rule: the column of the spine that a key is made from, and how; None
            where the way ends at the key of the spine itself.
        scheme: the scheme in which both sides meet.
        words: the IRIs by which a caller may choose it.
    """

    column: Column
    transforms: tuple[Transform, ...]
    crosswalk: StatedCrosswalk | None
    backwards: bool
    spine_column: str | None
    spine_rule: tuple[Transform, ...]
    scheme: Iri
    words: tuple[Iri, ...]

    @property
    def cardinality(self) -> Cardinality | None:
        """How many identities one key may lead to, read from the fact; None where unstated."""
        if self.crosswalk is None:
            return Cardinality.MANY_TO_ONE
        stated = self.crosswalk.cardinality
        return INVERSE[stated] if stated and self.backwards else stated

    def __str__(self) -> str:
        made = "".join(f" by {at.name}" for at in self.transforms)
        if self.crosswalk:
            return f"{self.column.name}{made} through {self.crosswalk.iri}"
        if self.spine_column:
            return f"{self.column.name}{made} to the key made from {self.spine_column}"
        return f"{self.column.iri}{made}"


@dataclass(frozen=True, slots=True)
class Parent:
    """The dataset that a column of a fact refers to, of which each row of the fact has one."""

    dataset: StatedDataset
    column: str
    parent_column: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A way, and the parent it starts from where the fact itself has no key."""

    way: Way
    parent: Parent | None


class Paths:
    """The ways to the identities of one spine.

    Args:
        stated: the graph.
        polyseme: whose identities.
        spine: the dataset that holds them.
        chosen: the crosswalks and columns that the caller names.
    """

    def __init__(
        self,
        stated: Stated,
        polyseme: StatedPolyseme,
        spine: StatedDataset,
        chosen: Iterable[str] = (),
    ) -> None:
        self._stated = stated
        self._polyseme = polyseme
        self._spine = spine
        self._chosen = frozenset(chosen)
        self._derived = tuple((key, parse(key.transform)) for key in spine.derived)
        self._crosswalks = stated.crosswalks(polyseme.scheme)

    def reach(self, dataset: StatedDataset) -> Reached:
        """The one way from a dataset to the identity.

        Raises:
            Refused: there is none, or several of which the caller names none.
        """
        own = list(self._ways(dataset))
        if own:
            return Reached(self._one(dataset, [(way, None) for way in own])[0], None)
        through: list[tuple[Way, Parent | None]] = [
            (way, parent) for parent in self.parents(dataset) for way in self._ways(parent.dataset)
        ]
        if not through:
            raise Refused(
                f"nothing in {short(dataset.iri)} leads to a {self._polyseme.labels[0]}",
                code="no-path",
                because=(dataset.iri, self._polyseme.iri),
                hint="bind a column to the polyseme and its scheme, serve a crosswalk from the"
                " scheme, or state the foreign key to a dataset that has one",
            )
        return Reached(*self._one(dataset, through))

    def parents(self, dataset: StatedDataset) -> tuple[Parent, ...]:
        """The datasets of which each row of a dataset has one, by its foreign keys."""
        foreign = {at.column.name: at.foreign for at in dataset.columns if at.foreign}
        owners = self._stated.owners(foreign.values())
        datasets = self._stated.datasets(owners.values())
        found = []
        for name, target in sorted(foreign.items()):
            parent = datasets.get(owners[target]) if target in owners else None
            column = parent.by_iri(target) if parent else None
            if parent and column and parent.grain == (column.column.name,):
                found.append(Parent(parent, name, column.column.name))
        return tuple(found)

    def _one(
        self, dataset: StatedDataset, found: list[tuple[Way, Parent | None]]
    ) -> tuple[Way, Parent | None]:
        named = [one for one in found if self._chosen & _words(*one)]
        left = named or found
        if len(left) == 1:
            return left[0]
        raise Refused(
            f"{len(left)} paths lead from {short(dataset.iri)} to a {self._polyseme.labels[0]}:"
            f" {'; '.join(str(way) for way, _ in left)}",
            code="ambiguous-path",
            because=tuple(sorted({iri for one in left for iri in _words(*one)})),
            hint="name the column or the crosswalk that is meant (`paths`, --path)",
        )

    def _ways(self, dataset: StatedDataset) -> Iterator[Way]:
        bound = [at for at in dataset.columns if at.column.polyseme == self._polyseme.iri]
        for at in bound:
            if at.column.scheme:
                yield from self._from(at, at.column.scheme, (), (at.column.iri,))
        for key in dataset.derived:
            made_from = dataset.by_name(key.column)
            if dataset.iri != self._spine.iri and made_from:
                words = (key.iri, made_from.column.iri)
                yield from self._from(made_from, key.scheme, parse(key.transform), words)

    def _from(
        self,
        at: StatedColumn,
        scheme: Iri,
        rule: tuple[Transform, ...],
        words: tuple[Iri, ...],
    ) -> Iterator[Way]:
        column = at.column
        if scheme == self._polyseme.scheme:
            yield Way(column, rule, None, False, None, (), scheme, words)  # noqa: FBT003
            return
        for key, made in self._derived:
            if key.scheme == scheme:
                named = (*words, key.iri)
                yield Way(column, rule, None, False, key.column, made, scheme, named)  # noqa: FBT003
        for crosswalk in self._crosswalks:
            for backwards, start, goal in (
                (False, crosswalk.start, crosswalk.goal),
                (True, crosswalk.goal, crosswalk.start),
            ):
                if start == scheme and goal == self._polyseme.scheme:
                    named = (*words, crosswalk.iri)
                    yield Way(column, rule, crosswalk, backwards, None, (), goal, named)


def _words(way: Way, parent: Parent | None) -> frozenset[str]:
    return frozenset(way.words) | ({parent.dataset.iri} if parent else frozenset())
