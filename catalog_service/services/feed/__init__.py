"""The feed of changes: what was published after a revision, as far as the caller may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.publication import Kind
from catalog_service.errors import InvalidRequest
from catalog_service.graph import View, many, query
from catalog_service.journal import Feed, Head
from catalog_service.terms import Iri

__all__ = ["Feed", "Head", "Page", "Wanted", "page", "place"]

MOST = 500
"""Entries that are looked at in one go."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for: values of one field are alternatives, fields narrow each other.

    Args:
        subjects: of these products or decisions.
        domains: of products that now belong to these domains, or to one below.
        kinds: of products, of decisions.
    """

    subjects: tuple[Iri, ...] = ()
    domains: tuple[Iri, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, in the order in which they came.

    Args:
        heads: the changes.
        reached: the revision up to which nothing else is to be told.
        more: whether there may be more after it.
    """

    heads: tuple[Head, ...]
    reached: int
    more: bool


def page(view: View, feed: Feed, wanted: Wanted, *, after: int, until: int, first: int) -> Page:
    """The first changes after a revision.

    Nobody is told that something was published which their view does not hold.

    Args:
        view: what the caller may see.
        feed: the entries.
        wanted: which of them.
        after: the revision after which to begin.
        until: the last revision that every question sees already.
        first: how many at most; the page holds fewer where few of those looked at are wanted.
    """
    most = min(first, MOST) if first else 0
    heads = feed.heads(
        after=after, until=until, first=most + 1, subjects=wanted.subjects, kinds=wanted.kinds
    )
    more = len(heads) > most
    heads = heads[:most]
    reached = heads[-1].revision if more and heads else after if more else max(until, after)
    seen = [head for head in heads if view.sees(head.subject)]
    if wanted.domains:
        within = _within(view, wanted.domains, [head.subject for head in seen])
        seen = [head for head in seen if head.subject in within]
    return Page(tuple(seen), reached, more)


def place(cursor: str, *, latest: int) -> int:
    """The revision that a cursor stands for.

    Args:
        cursor: as it was given with a change: the number of its revision.
        latest: the latest revision there is.

    Raises:
        InvalidRequest: it is no cursor, or one of another catalog.
    """
    told = cursor.strip()
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(1 << 63))):
        raise InvalidRequest(
            f"{cursor[:40]!r} is no cursor of a change",
            hint="give the `cursor` of a change, or a revision; 0 begins with the first",
        )
    if int(told) > latest:
        raise InvalidRequest(
            f"revision {told} is ahead of this catalog, which is at {latest}",
            hint="this is another catalog, or one restored from a backup: begin anew at 0",
        )
    return int(told)


def _within(view: View, domains: Sequence[Iri], products: Sequence[Iri]) -> set[Iri]:
    """Those of the products that belong to one of the domains."""
    if not products:
        return set()
    rows = view.select(many(query(__package__, "within"), "product", products))
    asked = frozenset(domains)
    return {row.iri("product") for row in rows if row.iri("domain") in asked}
