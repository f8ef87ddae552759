"""An answer on its way from a worker to whoever asked."""

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from catalog_service.errors import Unavailable
from catalog_service.graph.keeper import LostError, Worker
from catalog_service.graph.wire import Message, Verb


class Done(Protocol):
    """What is called once when an answer is over."""

    def __call__(self, worker: Worker, /, *, reusable: bool, fault: BaseException | None) -> None:
        """Take the worker back."""
        ...


class Answer:
    """An answer on its way. Iterate over its bytes once, to the end, or close it.

    What breaks it off is raised while iterating: a part of an answer never looks like a whole one.

    Attributes:
        media_type: how it is written.
    """

    def __init__(self, media_type: str, first: Message, worker: Worker, done: Done) -> None:
        self.media_type = media_type
        self._first = first
        self._worker = worker
        self._done = done
        self._once = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        message = self._first
        try:
            while message.verb is Verb.DATA:
                yield message.payload
                message = self._worker.next()
        except (LostError, TimeoutError) as fault:
            lost = Unavailable("the answer broke off before its end", hint="ask again")
            self._finish(reusable=False, fault=lost)
            raise lost from fault
        except BaseException as fault:
            self._finish(reusable=False, fault=fault)
            raise
        self._finish(reusable=not message.payload[0])
        if len(message.payload) > 1:
            yield message.payload[1:]

    def whole(self) -> bytes | None:
        """All of it, where it came in one message: it is over then. Otherwise it is yet to come."""
        if self._first.verb is not Verb.END:
            return None
        self._finish(reusable=not self._first.payload[0])
        return self._first.payload[1:]

    @property
    def over(self) -> bool:
        """True where it has come to its end, or has been closed."""
        return self._once.locked()

    def close(self) -> None:
        """Break it off, where it has not come to its end; its worker is killed."""
        self._finish(reusable=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _finish(self, *, reusable: bool, fault: BaseException | None = None) -> None:
        if self._once.acquire(blocking=False):
            self._done(self._worker, reusable=reusable, fault=fault)
