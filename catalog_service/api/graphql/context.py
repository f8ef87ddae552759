"""What a resolver is given: the state that its field is answered from, and the loaders over it."""

from asyncio import Lock, sleep
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from graphql.pyutils import Path
from starlette.concurrency import run_in_threadpool
from strawberry.fastapi import BaseContext
from strawberry.types import Info
from strawberry.types.nodes import SelectedField

from catalog_service.api.figures import Figures
from catalog_service.api.graphql.loaders import Loaders
from catalog_service.api.graphql.moments import AsOf, Pin
from catalog_service.api.graphql.state import State
from catalog_service.bootstrap import Catalog
from catalog_service.domain.moment import Moment
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.graph import View
from catalog_service.publishing.past import Past
from catalog_service.services.standards import Layers

if TYPE_CHECKING:
    from catalog_service.api.graphql.nodes import Nodes

Finder = Callable[[Loaders, Layers], "Nodes"]
MOST_WAITS = 50
_WAIT = 0.01
"""Seconds between two looks whether what is being published is there."""
MOST_MOMENTS = 4
"""Past states that one request may ask about."""


class Context(State):
    """One state of the catalog, with what this request has found in it.

    Args:
        catalog: what is asked.
        view: the dataset as the caller may see it.
        figures: the mesh in figures.
        pin: what names the state.
        finder: makes what finds things by IRI; a noun that needs another asks it, so that none
            imports in a circle.
        past: what the catalog was then; None of what is current.
    """

    def __init__(
        self,
        catalog: Catalog,
        view: View,
        figures: Figures,
        pin: Pin,
        finder: Finder,
        *,
        past: Past | None = None,
    ) -> None:
        super().__init__(catalog, view, figures, pin, past)
        self.loaders = Loaders(self)
        self.nodes = finder(self.loaders, self.layers)


class Request(BaseContext):
    """The context of one request: what is current, and the past states that it asks about.

    Args:
        catalog: what is asked.
        figures: the mesh in figures, as it is now.
        finder: makes what finds things by IRI.
    """

    def __init__(self, catalog: Catalog, figures: Figures, finder: Finder) -> None:
        super().__init__()
        self._catalog = catalog
        self._figures = figures
        self._finder = finder
        revision = catalog.projection.revision
        self.current = Context(catalog, catalog.view(), figures, Pin(revision), finder)
        self._contexts: dict[Pin, Context] = {self.current.pin: self.current}
        self._turned: dict[int, tuple[Path, Context]] = {}
        self._making = Lock()

    def at(self, path: Path | None) -> Context:
        """The state that a field is answered from: its own, or that of the nearest field above.

        Args:
            path: the place of the field in the answer.
        """
        return self._own(path) or self.current

    async def turn(self, path: Path, *, pin: Pin | None, as_of: AsOf | None) -> None:
        """Answer a field, and all below it, from another state.

        Args:
            path: the place of the field in the answer.
            pin: the state that its cursor is of.
            as_of: the state that it is asked about.

        Raises:
            NotFound: there is no such state yet, or there was none.
            InvalidRequest: the two, or a field above, ask for different states.
            LimitExceeded: too many past states are asked about, or one is too large.
            Unavailable: too many past states are being asked for.
        """
        wanted = [self._own(path.prev)]
        if as_of is not None:
            wanted.append(await self._context(cast("int | datetime", as_of)))
        if pin is not None:
            wanted.append(await self._context(pin.asked))
            if wanted[-1] is None or wanted[-1].pin != pin:
                raise InvalidRequest(
                    "the cursor names a revision and a time that do not go together",
                    hint="use the cursor of an answer as it stands",
                )
        asked = [context for context in wanted if context is not None]
        for context in asked:
            if context is not asked[-1]:
                raise _contradiction(context.pin, asked[-1].pin)
        self._turned[id(path)] = (path, asked[-1])

    async def moved(self, path: Path, *, fixed: bool) -> bool:
        """Whether something was published while a field was answered, so that it must be anew.

        It is then turned to what is current by now; or, where its state is fixed, to that state as
        the journal has it.

        Args:
            path: the place of the field in the answer.
            fixed: True where a state was asked for, by `asOf` or by a cursor.
        """
        context = self.at(path)
        if self._holds(context):
            return False
        pin = context.pin
        found = await (self._context(pin.asked) if fixed else self._newest())
        self._turned[id(path)] = (path, found)
        return True

    def fixed(self, path: Path) -> bool:
        """True where a field, or one above it, was turned to a state."""
        return self._own(path) is not None

    def _own(self, path: Path | None) -> Context | None:
        while self._turned and path is not None:
            found = self._turned.get(id(path))
            if found is not None:
                return found[1]
            path = path.prev
        return None

    async def _context(self, asked: int | datetime) -> Context:
        now = datetime.now(UTC)
        moment = await run_in_threadpool(self._catalog.journal.moments.at, asked, now=now)
        pin = Pin(moment.revision, moment.asked)
        async with self._making:
            there = self._contexts.get(pin)
            if there is not None and self._holds(there):
                return there
            if sum(context.past is not None for context in self._contexts.values()) >= MOST_MOMENTS:
                raise LimitExceeded(
                    f"one request asks about at most {MOST_MOMENTS} past states",
                    limit="past-states",
                    hint="ask in several requests",
                )
            if moment.until is None and not self._catalog.projection.at(moment.revision):
                moment = replace(moment, began=moment.began or now, until=now)
            made = self._contexts[pin] = await self._made(pin, moment)
            return made

    def _holds(self, context: Context) -> bool:
        """True of the past, and of what is current for as long as nothing is published."""
        return context.past is not None or self._catalog.projection.at(context.pin.revision)

    async def _newest(self) -> Context:
        projection = self._catalog.projection
        for _ in range(MOST_WAITS):
            if projection.at(projection.revision):
                break
            await sleep(_WAIT)
        pin = Pin(projection.revision)
        there = self._contexts.get(pin)
        if there is None or there.past is not None:
            view = self._catalog.view()
            there = Context(self._catalog, view, self._figures, pin, self._finder)
            self._contexts[pin] = there
        return there

    async def _made(self, pin: Pin, moment: Moment) -> Context:
        now = self.current.view
        if moment.until is None:
            return Context(self._catalog, now, self._figures, pin, self._finder)
        past = await run_in_threadpool(self._catalog.history.at, moment)
        figures = self._figures.of(past)
        return Context(self._catalog, past.view(now), figures, pin, self._finder, past=past)


class Asked(Info["Context", None]):
    """What a resolver learns of its field."""

    @property
    def context(self) -> Context:
        """The state that the field is answered from."""
        return self._request.at(self.path)

    async def turn(self, *, pin: Pin | None, as_of: AsOf | None) -> None:
        """Answer the field from another state; as `Request.turn`."""
        await self._request.turn(self.path, pin=pin, as_of=as_of)

    @property
    def fixed(self) -> bool:
        """True where the state of the field was asked for; as `Request.fixed`."""
        return self._request.fixed(self.path)

    async def moved(self, *, fixed: bool) -> bool:
        """Whether the field must be answered anew; as `Request.moved`."""
        return await self._request.moved(self.path, fixed=fixed)

    @property
    def _request(self) -> Request:
        return cast("Request", self._raw_info.context)


def _contradiction(one: Pin, other: Pin) -> InvalidRequest:
    return InvalidRequest(
        f"this asks for two states at once: {one} and {other}",
        hint="ask for one with asOf; a cursor, and a field below, are of the state they came from",
    )


def asks_for(info: Asked, name: str) -> bool:
    """True where a field of the answer is asked for, be it in a fragment."""
    left = [selection for field in info.selected_fields for selection in field.selections]
    while left:
        selection = left.pop()
        if isinstance(selection, SelectedField):
            if selection.name == name:
                return True
        else:
            left.extend(selection.selections)
    return False
