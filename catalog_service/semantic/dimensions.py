"""What the rows that are counted may be grouped and filtered by, beside the identities' own.

A fact has the dimensions of its dataset, of the parent that its key comes from, and of whatever its
foreign keys, or those of the parent, lead to: each row has one of these at most, so that none is
counted twice. Two facts have one dimension in common where both lead to one column, where both
columns are bound to one term, or where both identify one polyseme in one scheme; never because
they are called alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.paths import Parent, Paths, Reached
from catalog_service.semantic.question import Span
from catalog_service.semantic.resolve import StatedColumn, StatedDataset, unknown
from catalog_service.terms import Iri

OF_TIME = "time."
"""Before the word of a span, where a dimension bears its name."""


@dataclass(frozen=True, slots=True)
class Held:
    """A dimension as one fact has it.

    Args:
        dataset: the dataset that declares it.
        column: its column.
        of_parent: whether it is the parent's, or is looked up from there.
        through: the foreign key that leads to it; None where it is the fact's own or its parent's.
    """

    dataset: StatedDataset
    column: StatedColumn
    of_parent: bool = False
    through: Parent | None = None


def span(word: str) -> Span | None:
    """The span of the calendar that a word stands for, if any."""
    bare = word.removeprefix(OF_TIME)
    return Span(bare) if bare in set(Span) else None


def named(dataset: StatedDataset, word: str) -> str | None:
    """The dimension of a dataset that a word stands for: by its name, or behind the dataset's."""
    bare = word.removeprefix(f"{short(dataset.iri)}.")
    return next((name for name in (word, bare) if name in dataset.dimensions), None)


class Dimensions:
    """The dimensions of the facts of one question.

    Args:
        paths: the ways to the identities.
        spine: the dataset that holds the identities.
        facts: what is counted, each with the way to its identities.
    """

    def __init__(
        self, paths: Paths, spine: StatedDataset, facts: Mapping[Iri, tuple[StatedDataset, Reached]]
    ) -> None:
        self._paths = paths
        self._spine = spine
        self._facts = facts

    def axis(self, word: str) -> dict[Iri, Held]:
        """A dimension by which all facts are grouped, as each of them has it.

        Raises:
            Refused: no fact has it, one has it not, or it is not one dimension.
        """
        found = self.holders(word)
        if not found:
            meant = get_close_matches(word, [*Span], cutoff=0.7)
            raise unknown("dimension", word, {*self.names(), *meant})
        for iri, (dataset, _) in self._facts.items():
            if iri not in found:
                holder = next(iter(found.values()))
                raise Refused(
                    f"{short(dataset.iri)} has no dimension {word!r}, by which the question groups"
                    f" {short(next(iter(found)))} as well",
                    code="dimension-not-shared",
                    because=(dataset.iri, holder.column.column.iri),
                    hint="ask for its measures apart: beside each group its whole figure would be"
                    " told again",
                )
        return found

    def holders(self, word: str) -> dict[Iri, Held]:
        """The facts that have a dimension, which is one dimension of all of them.

        Raises:
            Refused: a word is borne by several dimensions.
        """
        found = {iri: held for iri in self._facts if (held := self._held(iri, word))}
        columns = {held.column.column.iri: held for held in found.values()}
        first, *others = columns.values() or (None,)
        for other in others:
            if first and not _one(first.column, other.column):
                raise Refused(
                    f"{word!r} is a dimension of {_told(first)} and another of {_told(other)}:"
                    " nothing states that they are one",
                    code="ambiguous-term",
                    because=tuple(columns),
                    hint="bind both columns to one term, or ask by"
                    f" {' or '.join(_told(held) for held in columns.values())}",
                )
        return found

    def names(self) -> set[str]:
        """The names of all dimensions that a question over these facts may use."""
        found = set(self._spine.dimensions)
        for iri in self._facts:
            found |= {name for held in self._near(iri) for name in held.dimensions}
        return found

    def _near(self, iri: Iri) -> Iterator[StatedDataset]:
        dataset, reached = self._facts[iri]
        yield dataset
        for one in (dataset, reached.parent.dataset) if reached.parent else (dataset,):
            for parent in self._paths.parents(one):
                yield parent.dataset

    def _held(self, iri: Iri, word: str) -> Held | None:
        dataset, reached = self._facts[iri]
        parent = reached.parent
        if own := _column(dataset, word):
            return Held(dataset, own)
        if parent and (its := _column(parent.dataset, word)):
            return Held(parent.dataset, its, of_parent=True)
        found = [
            Held(one.dataset, column, of_parent, one)
            for of_parent, start in ((False, dataset), (True, parent and parent.dataset))
            if start
            for one in self._paths.parents(start)
            if one.dataset.iri != self._spine.iri and (column := _column(one.dataset, word))
        ]
        if len(found) > 1:
            raise Refused(
                f"{len(found)} foreign keys lead from {short(iri)} to a dimension {word!r}",
                code="ambiguous-term",
                because=tuple(held.column.column.iri for held in found),
                hint=f"ask by {' or '.join(sorted({_told(held) for held in found}))}",
            )
        return found[0] if found else None


def _column(dataset: StatedDataset, word: str) -> StatedColumn | None:
    name = named(dataset, word)
    return dataset.by_name(name) if name else None


def _one(left: StatedColumn, right: StatedColumn) -> bool:
    """Whether two columns are stated to hold one dimension."""
    if left.terms & right.terms:
        return True
    one, other = left.column, right.column
    bound = one.polyseme is not None and one.scheme is not None
    return bound and (one.polyseme, one.scheme) == (other.polyseme, other.scheme)


def _told(held: Held) -> str:
    return f"{short(held.dataset.iri)}.{held.column.column.name}"
