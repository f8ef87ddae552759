"""Asking as of a moment, and going on with a list from the revision that it began at.

Every cursor carries the revision of the answer it stands in, and the time where one was asked
about. A list that goes on behind it is answered from that state, with all that lies below it.
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NewType, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition

from catalog_service.errors import InvalidRequest

if TYPE_CHECKING:
    from strawberry.types import Info

    from catalog_service.api.graphql.context import Asked

AsOf = NewType("AsOf", object)
"""A revision, as an int, or a time."""
After = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor to go on from, in the state that it is of; none to begin."
    ),
]
MOST_TRIES = 5
"""How often a list is answered anew where something is published meanwhile; then from the past."""
_AFTER = "after"
_AS_OF = "as_of"
_MOST = 1 << 53
"""A revision beyond is none: JSON has no larger whole number that everyone reads alike."""


def _read(value: object) -> int | datetime:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return value
    if isinstance(value, str):
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            time = None
        if time is not None and time.tzinfo is not None:
            return time
    raise InvalidRequest(
        f"{value!r} is neither a revision nor a time with its zone",
        hint='write a number such as 12, or a time such as "2026-02-01T12:00:00Z"',
    )


AS_OF: ScalarDefinition = strawberry.scalar(
    name="AsOf",
    description=(
        "A revision of the catalog, as a whole number: the state until the next one came. Or a time"
        " with its zone, in the form of RFC 3339: the state at that time."
    ),
    serialize=str,
    parse_value=_read,
)


class Plain(str):
    """A place that is the same in every state, such as a revision: it is a cursor by itself."""

    __slots__ = ()


class Pin(NamedTuple):
    """The state that an answer is of: a revision, and the time where one was asked about."""

    revision: int
    time: datetime | None = None

    @property
    def asked(self) -> int | datetime:
        """What names this state."""
        return self.time or self.revision

    def __str__(self) -> str:
        """It in words."""
        return f"revision {self.revision}" + (f" at {self.time.isoformat()}" if self.time else "")

    def cursor(self, place: str) -> str:
        """The cursor of a place in a list of this state.

        Args:
            place: the place, in the words of the list.
        """
        if isinstance(place, Plain):
            return place
        told = [self.revision, self.time and self.time.isoformat(), place]
        packed = json.dumps(told, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def pinned(cursor: str) -> tuple[Pin, str]:
    """The state that a cursor is of, and its place there.

    Raises:
        InvalidRequest: the cursor was not given out by this server.
    """
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        revision, time, place = json.loads(packed)
        if type(revision) is not int or not 0 <= revision < _MOST or not isinstance(place, str):
            raise no_cursor(cursor)
        moment = None if time is None else datetime.fromisoformat(time).astimezone(UTC)
        return Pin(revision, moment), place
    except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error) as fault:
        raise no_cursor(cursor) from fault


def no_cursor(cursor: str) -> InvalidRequest:
    """What is wrong with a text that is no cursor."""
    return InvalidRequest(
        f"{cursor[:40]!r} is no cursor", hint="use the cursor of an answer as it stands"
    )


class GoingOn(FieldExtension):
    """Answers a list from the state that its cursor is of."""

    async def resolve_async(
        self,
        next_: AsyncExtensionResolver,
        source: Any,  # noqa: ANN401 - whatever has the field
        info: "Info[Any, Any]",
        **arguments: Any,  # noqa: ANN401 - those of the field
    ) -> Any:  # noqa: ANN401 - its answer
        """Turn to that state, then let the field answer.

        What was published while it answered could be in one half of a list and not in the other:
        the field is then answered again, from one state.
        """
        as_of, after = arguments.pop(_AS_OF, None), arguments.get(_AFTER)
        asked, pin = cast("Asked", info), None
        if after is not None:
            pin, arguments[_AFTER] = pinned(after)
        if pin is not None or as_of is not None:
            await asked.turn(pin=pin, as_of=as_of)
        fixed = asked.fixed
        found = await next_(source, info, **arguments)
        for tried in range(MOST_TRIES):
            if not await asked.moved(fixed=fixed or tried == MOST_TRIES - 1):
                break
            found = await next_(source, info, **arguments)
        return found


class Dated(GoingOn):
    """Gives a field the argument `asOf`, and answers it from that state."""

    def apply(self, field: StrawberryField) -> None:
        """Add the argument."""
        argument = StrawberryArgument(
            python_name=_AS_OF,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(AsOf | None),
            default=None,
            description="The state to ask about; what is current by default.",
        )
        field.arguments = [*field.arguments, argument]
