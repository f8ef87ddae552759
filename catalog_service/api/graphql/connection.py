"""Long lists, page by page: Relay connections with keyset cursors."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Generic, NamedTuple, Self, TypeVar

import strawberry

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, given, told
from catalog_service.api.graphql.moments import no_cursor
from catalog_service.api.graphql.resource import Resource
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.terms import Iri

T = TypeVar("T")
U = TypeVar("U")
Named = TypeVar("Named", bound=Resource)
MOST_ON_A_PAGE = 500

First = Annotated[
    int,
    given(f"How many to answer, up to {MOST_ON_A_PAGE}."),
]


@described
class PageInfo:
    """Where a page stands in the whole list."""

    has_next_page: bool = told("Whether there is more behind this page.")
    has_previous_page: bool = told("Whether this page began behind a cursor.")
    start: strawberry.Private[str | None]
    end: strawberry.Private[str | None]

    @answer
    def start_cursor(self, info: Asked) -> str | None:
        """The cursor of the first edge."""
        return None if self.start is None else info.context.pin.cursor(self.start)

    @answer
    def end_cursor(self, info: Asked) -> str | None:
        """The cursor of the last edge: give it as `after` to go on."""
        return None if self.end is None else info.context.pin.cursor(self.end)


@described
class Edge(Generic[T]):
    """One item of a list, with its place in it."""

    place: strawberry.Private[str]
    node: T = told("The item.")

    @answer
    def cursor(self, info: Asked) -> str:
        """The place of this item: opaque, to be given back as it is."""
        return info.context.pin.cursor(self.place)


@described
class Connection(Generic[T]):
    """A page of a list."""

    total_count: int = told("How many there are in all.")
    edges: list[Edge[T]] = told("The items of this page.")
    page_info: PageInfo = told("Where this page stands in the list.")

    @classmethod
    def of(cls, page: "Page[T]") -> Self:
        """The page as the schema has it."""
        edges = [Edge(place=place, node=item) for place, item in page.placed]
        return cls(total_count=page.total, edges=edges, page_info=page.info())


class Page(NamedTuple, Generic[T]):
    """Some items of a list, each with its place in it.

    Args:
        placed: the places, in the words of the list, and the items.
        total: how many items the whole list has.
        more: True where the list goes on behind the page.
        begun: True where the page began behind a cursor.
    """

    placed: Sequence[tuple[str, T]]
    total: int
    more: bool
    begun: bool

    def info(self) -> PageInfo:
        """Where the page stands in the list."""
        return PageInfo(
            has_next_page=self.more,
            has_previous_page=self.begun,
            start=self.placed[0][0] if self.placed else None,
            end=self.placed[-1][0] if self.placed else None,
        )

    def items(self) -> list[T]:
        """The items without their places."""
        return [item for _, item in self.placed]

    def turned(self, make: Callable[[T], U]) -> "Page[U]":
        """The page of what is made of each item."""
        placed = [(place, make(item)) for place, item in self.placed]
        return Page(placed, self.total, self.more, self.begun)

    def of(self, things: Iterable[Named]) -> "Page[Named]":
        """The page of these things instead of their IRIs; what is not among them is left out."""
        there: dict[object, Named] = {thing.iri: thing for thing in things}
        placed = [(place, there[item]) for place, item in self.placed if item in there]
        return Page(placed, self.total, self.more, self.begun)


def cut(
    items: Iterable[T], key: Callable[[T], tuple[str, Iri]], *, first: int, after: str | None
) -> Page[T]:
    """A page of a list that is there as a whole, in the order of `key`."""
    bounded(first)
    ordered = sorted(items, key=key)
    start = 0 if after is None else bisect_right(ordered, _place(after), key=key)
    return Page(
        [(json.dumps(key(item)), item) for item in ordered[start : start + first]],
        len(ordered),
        start + first < len(ordered),
        after is not None,
    )


def placed(
    items: Iterable[T], key: Callable[[T], tuple[str, Iri]], *, total: int, more: bool, begun: bool
) -> Page[T]:
    """A page of a list that was cut where it is made."""
    return Page([(json.dumps(key(item)), item) for item in items], total, more, begun)


def place(after: str | None) -> tuple[str, Iri] | None:
    """The place in a list that its words name; None for its beginning.

    Raises:
        InvalidRequest: the cursor was not given out by this server.
    """
    return None if after is None else _place(after)


def by_iri(iri: Iri) -> tuple[str, Iri]:
    """The order of lists of IRIs, of which only the page is fetched."""
    return "", iri


def bounded(first: int) -> int:
    """`first`, if it is a number of items that is answered.

    Raises:
        InvalidRequest: it is below 0.
        LimitExceeded: it is beyond the limit.
    """
    if first < 0:
        raise InvalidRequest(f"first is {first}", hint="ask for 0 or more")
    if first > MOST_ON_A_PAGE:
        raise LimitExceeded(
            f"first is {first:,}; a page holds at most {MOST_ON_A_PAGE}",
            limit="page-size",
            hint="ask for fewer, and go on with `after`",
        )
    return first


def _place(told: str) -> tuple[str, Iri]:
    try:
        key, iri = json.loads(told)
    except (ValueError, TypeError, RecursionError) as fault:
        raise no_cursor(told) from fault
    if not (isinstance(key, str) and isinstance(iri, str)):
        raise no_cursor(told)
    return key, Iri(iri)
