"""Who follows the feed at this moment: how many they are, and what they wait for.

Nothing is kept for anybody: each reads the journal from the place where it stands. So one that is
slow takes no more memory than one that is fast.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from catalog_service.errors import LimitExceeded

KINDS = ("subscriptions", "sockets")
"""What is counted, and bounded."""

_LOOK_SECONDS = 0.05
"""How often a new revision is looked for. To look is to read one number, and a publication need
not know in which thread, or for whom, it would have to be told."""


class Subscriptions:
    """The subscriptions of one server.

    Args:
        revision: the latest revision that every question sees already.
        most: how many there may be at a time, and as many WebSockets.
    """

    def __init__(self, revision: Callable[[], int], *, most: int) -> None:
        self.revision = revision
        self.stopped = False
        self._most = most
        self._open = dict.fromkeys(KINDS, 0)
        self._waiting: set[asyncio.Future[None]] = set()
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def joined(self, kind: str = "subscriptions") -> Iterator[None]:
        """Count one more, for as long as it lasts.

        Args:
            kind: one of `KINDS`.

        Raises:
            LimitExceeded: there are too many.
        """
        self.room(kind)
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1

    def room(self, kind: str = "subscriptions") -> None:
        """See to it that there is room for one more.

        Raises:
            LimitExceeded: there is none.
        """
        if self._open[kind] >= self._most:
            raise LimitExceeded(
                f"{self._most:,} {kind} are open, and there may be no more",
                limit=kind,
                hint="try again later; whoever runs the server can set `subscriptions` higher",
            )

    async def later(self, than: int, *, within: float) -> None:
        """Wait for a revision after another one, for the server's end, or for a time to pass.

        Args:
            than: the revision.
            within: the time, in seconds.
        """
        if self.revision() <= than and not self.stopped:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            # Not wait_for: where what it waits for comes at that moment, it loses a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._woken()

    async def stopping(self) -> None:
        """Wait until the server ends."""
        while not self.stopped:
            await self._woken()

    def stop(self) -> None:
        """End every subscription, so that the server can end.

        To be called in the server's event loop, and before it waits for its connections to close.
        """
        self.stopped = True
        self._wake()

    async def _woken(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def _look(self) -> None:
        """Wake all when there is something new; one looks for all of them, while there are any."""
        known = self.revision()
        self._wake()  # what came before this one began to look
        while self._waiting or self._open["subscriptions"]:
            await asyncio.sleep(_LOOK_SECONDS)
            if (latest := self.revision()) != known:
                known = latest
                self._wake()
