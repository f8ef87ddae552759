"""`If-Match` and `If-None-Match` on a write (RFC 9110, section 13.1).

The tag of a page holds the revision of the catalog at which it was written. A product is as its
reader saw it while its own revision is not beyond that one, whatever else was published since.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog_service.errors import InvalidRequest, PreconditionFailed
from catalog_service.terms import Iri

_TAG = re.compile(r'(?:W/)?"(?:[^"]*-)?(\d{1,15})(?:-[^"]*)?"')


@dataclass(frozen=True, slots=True)
class Preconditions:
    """On what conditions a product is to be published.

    Args:
        unchanged_since: revisions of the catalog; the product must not have changed since the
            latest of them. Empty for no condition.
        there: True where it must be published already; False where it must not; None for either.
    """

    unchanged_since: tuple[int, ...] = ()
    there: bool | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Preconditions":
        """The conditions of a request.

        Raises:
            InvalidRequest: a condition is none that is understood.
        """
        match, none_match = headers.get("if-match", ""), headers.get("if-none-match", "")
        if none_match not in ("", "*") or (match and none_match):
            raise InvalidRequest(
                "the condition of the request is not understood",
                hint="If-None-Match: * to publish a new product only, or If-Match: <ETag>",
            )
        if not match:
            return cls(there=False if none_match else None)
        if match.strip() == "*":
            return cls(there=True)
        tags = [_TAG.fullmatch(tag.strip()) for tag in match.split(",")]
        if not all(tags):
            raise InvalidRequest(
                f"If-Match: {match[:100]} holds no tag of this server",
                hint="send the ETag that the product's page came with, or the revision in quotes",
            )
        return cls(tuple(int(tag[1]) for tag in tags if tag), there=True)

    def met_by(self, product: Iri) -> Callable[[Mapping[Iri, tuple[str, int]]], None]:
        """What sees to it that the conditions hold of what is current, when it is told that."""

        def hold(current: Mapping[Iri, tuple[str, int]]) -> None:
            revision = current[product][1] if product in current else None
            if self.there is True and revision is None:
                raise PreconditionFailed(
                    f"{product} is not published", hint="send it without If-Match to publish it"
                )
            if self.there is False and revision is not None:
                raise PreconditionFailed(
                    f"{product} is published already, at revision {revision}",
                    hint="send it without If-None-Match to publish a new revision",
                )
            if self.unchanged_since and revision and revision > max(self.unchanged_since):
                raise PreconditionFailed(
                    f"{product} has changed: it is at revision {revision}",
                    hint="read it again, take the change in, and send it with the new ETag",
                )

        return hold
