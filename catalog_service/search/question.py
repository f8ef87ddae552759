"""What can be asked of the index, and what it answers."""

from __future__ import annotations

import base64
import json
import math
import zlib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.search import ranking
from catalog_service.search.schema import FACETS as _FILTERS

if TYPE_CHECKING:
    from catalog_service.search.document import Document, Kind
    from catalog_service.search.facets import Facet
    from catalog_service.search.reading import Reading
    from catalog_service.terms import Iri

FACETS = tuple(_FILTERS)
MAX_PAGE = 10_000


class Order(StrEnum):
    """What comes first: what fits best, or what sorts first by name."""

    RELEVANCE = "relevance"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Question:
    """What to find. Values of one filter are alternatives; filters narrow each other.

    Args:
        text: words in any order; empty to list everything, by name. It is data, never syntax.
        kinds: the kinds of thing.
        domains: domains, each with all that lies below it.
        owners: who answers for it.
        statuses: where in the life cycle.
        protocols: how output ports speak.
        sensitivities: levels of protection.
        polysemes: what its columns identify.
        conformance: what the gate said.
        freshness: how old what it serves may be.
        first: how many to answer, up to 10,000; 0 for the figures alone.
        after: the cursor to go on from.
        order: by relevance or by name.
        facets: the facets to count; each costs a little.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    sensitivities: tuple[str, ...] = ()
    polysemes: tuple[str, ...] = ()
    conformance: tuple[str, ...] = ()
    freshness: tuple[str, ...] = ()
    first: int = 20
    after: str = ""
    order: Order = Order.RELEVANCE
    facets: tuple[str, ...] = FACETS

    def __post_init__(self) -> None:
        if self.first < 0:
            raise InvalidRequest("first is below 0", hint="ask for 0 or more")
        if self.first > MAX_PAGE:
            raise LimitExceeded(
                f"first is {self.first:,}; a page holds at most {MAX_PAGE:,}",
                limit="page-size",
                hint="take a smaller page and go on with its cursor; there is no limit to that",
            )

    def filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, by facet."""
        asked = {facet: getattr(self, field) for facet, field in _FILTERS.items()}
        return {facet: values for facet, values in asked.items() if values}

    @property
    def digest(self) -> str:
        """What makes it the same question on every page."""
        told = [self.text, self.order, sorted((f, sorted(v)) for f, v in self.filters().items())]
        return sha256(json.dumps(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an answer: behind the hit with this score and order.

    Args:
        digest: of the question it belongs to.
        score: of that hit.
        order: of that hit.
        above: how many hits had a higher score. A hint: where it no longer holds, it is counted
            anew.
        revision: what was searched; it goes on to be, as long as it is kept.
        reading: how the text was read on the first page, as `Reading.kept` tells it.
    """

    digest: str
    score: float
    order: str
    above: int
    revision: int
    reading: list[Any]

    def __str__(self) -> str:
        """The cursor as callers get it: opaque, safe in an address."""
        told = [self.digest, self.score, self.order, self.above, self.revision, self.reading]
        packed = zlib.compress(json.dumps(told, separators=(",", ":")).encode())
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, question: Question) -> Cursor:
        """The cursor that a caller sends back.

        Raises:
            InvalidRequest: it is none of ours, or belongs to another question.
        """
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            digest, score, order, above, revision, reading = json.loads(_unpacked(packed))
            found = cls(
                str(digest), float(score), str(order), int(above), int(revision), list(reading)
            )
            order.encode()
        except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as fault:
            raise _no_cursor(text) from fault
        if found.digest != question.digest:
            raise InvalidRequest(
                "the cursor belongs to another question",
                hint="go on with the same words, filters and order, or begin without a cursor",
            )
        if not (0 <= found.above < 1 << 32 and math.isfinite(found.score)):
            raise _no_cursor(text)
        return found


_MOST_BYTES = 1 << 16


def _unpacked(packed: bytes) -> bytes:
    """What was packed; a bomb bursts harmlessly."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(packed, _MOST_BYTES)
    except zlib.error as fault:
        raise ValueError(str(fault)) from fault
    if not unpacking.eof:
        msg = "it is cut, or too long"
        raise ValueError(msg)
    return found


def _no_cursor(text: str) -> InvalidRequest:
    return InvalidRequest(
        f"{text[:40]!r} is no cursor", hint="use the cursor of an answer as it stands"
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    Args:
        document: what it is.
        score: how well it fits; comparable within one answer only.
        place: where it stands in the answer.
        reading: how the text was read that found it; None where there was none.
        named: True where the text is one of its names as a whole, or its IRI.
    """

    document: Document
    score: float
    place: Cursor
    reading: Reading | None = None
    named: bool = False

    @property
    def cursor(self) -> str:
        """The cursor to go on from, behind this hit."""
        return str(self.place)

    @property
    def why(self) -> tuple[str, ...]:
        """What in it fits, a phrase for each word that was found, and what else ranked it."""
        if self.reading is None:
            return ()
        return ranking.judge(self.document, self.reading.words, self.reading.named)[1]

    @property
    def iri(self) -> Iri:
        """What it is called everywhere."""
        return self.document.iri

    @property
    def kind(self) -> Kind:
        """What kind of thing it is."""
        return self.document.kind

    @property
    def name(self) -> str:
        """Its short name."""
        return self.document.name

    @property
    def title(self) -> str:
        """The name people read; its short name where it has no other."""
        return self.document.title or self.document.name


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to a question.

    Args:
        total: how many there are in all.
        facets: the counted facets, in the order they were asked for.
        hits: this page of them.
        revision: the revision of the catalog that was searched.
        next: the cursor of the next page; empty on the last one.
        words: the words that were looked for: without words that say nothing, and at most
            twenty-four.
        lost: those of them that nothing has.
        every: True where every word that is not lost was asked for; where too few things have
            them all, the rarest are.
    """

    total: int
    facets: tuple[Facet, ...]
    hits: tuple[Hit, ...]
    revision: int
    next: str = ""
    words: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    every: bool = True
