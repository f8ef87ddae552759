"""Long lists, page by page: Relay connections with keyset cursors."""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Generic, Self, TypeVar

from catalog_service.api.graphql.fields import described, given, told
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.terms import Iri

T = TypeVar("T")
MOST_ON_A_PAGE = 500

First = Annotated[
    int,
    given(f"How many to answer, up to {MOST_ON_A_PAGE}."),
]
After = Annotated[
    str | None,
    given("The cursor to go on from; none to begin."),
]


@described
class PageInfo:
    """Where a page stands in the whole list."""

    has_next_page: bool = told("Whether there is more behind this page.")
    has_previous_page: bool = told("Whether this page began behind a cursor.")
    start_cursor: str | None = told("The cursor of the first edge.")
    end_cursor: str | None = told("The cursor of the last edge: give it as `after` to go on.")


@described
class Edge(Generic[T]):
    """One item of a list, with its place in it."""

    cursor: str = told("The place of this item: opaque, to be given back as it is.")
    node: T = told("The item.")


@described
class Connection(Generic[T]):
    """A page of a list."""

    total_count: int = told("How many there are in all.")
    edges: list[Edge[T]] = told("The items of this page.")
    page_info: PageInfo = told("Where this page stands in the list.")

    @classmethod
    def of(cls, edges: Sequence[Edge[T]], *, total: int, more: bool, after: str | None) -> Self:
        """A page that holds `edges`; `more` tells whether the list goes on behind it."""
        return cls(
            total_count=total,
            edges=list(edges),
            page_info=PageInfo(
                has_next_page=more,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )

    @classmethod
    def cut(
        cls,
        items: Iterable[T],
        key: Callable[[T], tuple[str, Iri]],
        *,
        first: int,
        after: str | None,
    ) -> Self:
        """A page of a list that is there as a whole, in the order of `key`."""
        bounded(first)
        ordered = sorted(items, key=key)
        start = 0 if after is None else bisect_right(ordered, _place(after), key=key)
        page = ordered[start : start + first]
        return cls.of(
            [Edge(cursor=_cursor(key(item)), node=item) for item in page],
            total=len(ordered),
            more=start + first < len(ordered),
            after=after,
        )


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


def _cursor(place: tuple[str, Iri]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, Iri]:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key, iri = json.loads(packed)
    except (ValueError, TypeError, RecursionError, binascii.Error) as fault:
        raise _no_cursor(cursor) from fault
    if not (isinstance(key, str) and isinstance(iri, str)):
        raise _no_cursor(cursor)
    return key, Iri(iri)


def _no_cursor(cursor: str) -> InvalidRequest:
    return InvalidRequest(
        f"{cursor[:40]!r} is no cursor", hint="use the cursor of an answer as it stands"
    )
