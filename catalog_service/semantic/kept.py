"""Answers that are kept for a while, so that all their pages are of one state of the data."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from catalog_service.errors import NotFound
from catalog_service.semantic.answer import Answer

SECONDS = 600.0
MOST = 64
MOST_BYTES = 256 << 20


class KeptAnswers:
    """The last answers, each under a name that cannot be guessed.

    Args:
        clock: tells the time in seconds.
        most_bytes: how much their rows may take together; the oldest are let go first.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most_bytes: int = MOST_BYTES
    ) -> None:
        self._clock = clock
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> str:
        """Keep an answer; the name to ask for it by."""
        name = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[name] = (self._clock(), answer)
            self._let_go()
        return name

    def find(self, name: str) -> Answer:
        """The answer of a name.

        Raises:
            NotFound: there is none, or it is kept no longer.
        """
        with self._lock:
            self._let_go()
            found = self._kept.get(name)
        if found is None:
            raise NotFound(
                "the answer is not kept, or no longer",
                hint=f"ask the question again; an answer is kept for {SECONDS / 60:g} minutes",
            )
        return found[1]

    def _let_go(self) -> None:
        oldest = self._clock() - SECONDS
        while self._kept:
            name, (time_, _) = next(iter(self._kept.items()))
            size = sum(_size(answer) for _, answer in self._kept.values())
            crowded = len(self._kept) > MOST or (size > self._most_bytes and len(self._kept) > 1)
            if time_ >= oldest and not crowded:
                return
            del self._kept[name]


def _size(answer: Answer) -> int:
    return 0 if answer.table is None else int(answer.table.nbytes)
