"""What is stated, as N-Triples: terms are made of it only where somebody asks for them."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import overload

from catalog_service.domain.rdf import Lines, Triple, term
from catalog_service.terms import Iri


class Stated(Sequence[Triple]):
    """Triples, written.

    Args:
        text: N-Triples as this house writes them: a space between terms, and no comments.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, triples: Sequence[Triple]) -> "Stated":
        """These triples."""
        return cls(Lines().of(triples))

    @cached_property
    def rows(self) -> list[list[str]]:
        """The terms of each triple, as they are written."""
        return rows(self.text)

    def without(self, places: Collection[int]) -> "Stated":
        """The triples but for those at some places."""
        left = (row for place, row in enumerate(self.rows) if place not in places)
        return Stated("".join(f"{s} {p} {o} .\n" for s, p, o in left))

    @overload
    def __getitem__(self, place: int) -> Triple: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Triple]: ...

    def __getitem__(self, place: int | slice) -> Triple | Sequence[Triple]:
        """The triple at a place."""
        if isinstance(place, slice):
            return [_triple(row) for row in self.rows[place]]
        return _triple(self.rows[place])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Triple]:
        return map(_triple, self.rows)


def rows(text: str) -> list[list[str]]:
    """The terms of each line of N-Triples, as they are written there."""
    return [line[:-2].split(" ", 2) for line in text.split("\n") if line]


def _triple(row: Sequence[str]) -> Triple:
    subject, predicate, value = row
    return Triple(Iri(subject[1:-1]), Iri(predicate[1:-1]), term(value))
