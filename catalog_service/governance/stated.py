"""What is stated, as N-Triples: terms are made of it only where somebody asks for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
        return [line[:-2].split(" ", 2) for line in self.text.split("\n") if line]

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms in them, as they are written."""
        return frozenset[str]().union(*self.rows)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """What they speak of, as it is written."""
        return frozenset(row[0] for row in self.rows)

    @cached_property
    def by_property(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """The rows by their property, as it is written."""
        found: dict[str, list[list[str]]] = defaultdict(list)
        for row in self.rows:
            found[row[1]].append(row)
        return dict(found)

    def with_more(self, triples: Sequence[Triple]) -> "Stated":
        """The same and some triples more."""
        return Stated(self.text + Lines().of(triples)) if triples else self

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


def _triple(row: Sequence[str]) -> Triple:
    subject, predicate, value = row
    return Triple(Iri(subject[1:-1]), Iri(predicate[1:-1]), term(value))
