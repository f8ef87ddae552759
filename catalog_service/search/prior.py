"""What comes first where words fit alike: what kind of thing it is, how it conforms, who uses it.

A hit's score is what its words are worth times its weight, which lies between 1 and 1.25. The last
digits of a weight are tossed, once for all: else thousands of hits would share a score, and all of
them would have to be looked at for a page of twenty.
"""

from zlib import crc32

from catalog_service.search.document import Document, Kind

KINDS = {
    Kind.DOMAIN: 18,
    Kind.POLYSEME: 18,
    Kind.PRODUCT: 16,
    Kind.STANDARD: 10,
    Kind.CONCEPT: 8,
    Kind.COLUMN: 0,
}
CONFORMANCE = {"conforms": 12, "warnings": 8, "waived": 4, "violates": 0}
WITHDRAWN = ("Deprecated", "Retired")
"""Statuses of what should not be built upon any more."""

_STEP_OF_USE = 5
_MOST_OF_USE = 30
_MOST = 63
_STEP = 256
_REST = 1024


def level(uses: int) -> int:
    """How much a number of users counts: one step more each time that it doubles."""
    return min(_MOST_OF_USE, _STEP_OF_USE * uses.bit_length())


def prior(document: Document) -> int:
    """What a document is worth before anybody asks, from 0 to 63."""
    if document.status in WITHDRAWN:
        return 0
    conformance = CONFORMANCE.get(document.conformance, 0)
    return min(_MOST, KINDS[document.kind] + conformance + level(document.uses))


def weight(document: Document) -> float:
    """By what the points of its words are multiplied."""
    return 1 + prior(document) / _STEP + _toss(document) / _REST


def weighed(document: Document) -> float:
    """The weight as the engine takes it: it multiplies by the binary logarithm of two more."""
    return float(2 ** weight(document) - 2)


_PLACES = 1 << 14


def _toss(document: Document) -> float:
    """A number from 0 to 1 that stays the same for a document, and differs between documents."""
    return crc32(document.iri.encode("utf-8", "replace")) % _PLACES / _PLACES
