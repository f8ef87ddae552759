"""The place of a node in an answer, which is also the cursor behind it."""

import base64
import binascii
import json
from typing import NamedTuple, Self

from catalog_service.errors import InvalidRequest
from catalog_service.terms import Iri


class Place(NamedTuple):
    """Where a node stands: the nearest first, upstream before downstream, then by IRI.

    A cursor says where a page ended, not how many nodes came before: what is published in between
    neither repeats a node nor leaves one out that was there.
    """

    distance: int
    level: int
    iri: Iri

    @classmethod
    def of(cls, level: int, iri: Iri) -> Self:
        """The place of a node of some level."""
        return cls(abs(level), level, iri)

    def __str__(self) -> str:
        """The cursor as callers get it: opaque, safe in an address."""
        packed = json.dumps([self.level, self.iri]).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str) -> Self:
        """The place that a cursor says.

        Raises:
            InvalidRequest: it is none.
        """
        try:
            packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_")
            level, iri = json.loads(packed)
        except (ValueError, TypeError, RecursionError, binascii.Error) as fault:
            raise _none(cursor) from fault
        if not (isinstance(level, int) and isinstance(iri, str)):
            raise _none(cursor)
        return cls.of(level, Iri(iri))


def _none(cursor: str) -> InvalidRequest:
    return InvalidRequest(
        f"{cursor[:40]!r} is no cursor", hint="use the cursor of an answer as it stands"
    )
