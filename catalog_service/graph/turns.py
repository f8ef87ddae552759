"""Who may have a query answered now, and who waits: first come, first served."""

import threading
from collections import deque

from catalog_service.errors import Unavailable


class Turns:
    """Lets some in at a time and has some more wait in line.

    The semaphores of the standard library let whoever asks first after a release in, which under
    load is again and again who has just left.

    Args:
        size: how many are in at a time.
        waiting: how many may wait.
    """

    def __init__(self, size: int, waiting: int) -> None:
        self._lock = threading.Lock()
        self._free = size
        self._waiting = waiting
        self._line: deque[threading.Event] = deque()

    def take(self, seconds: float) -> None:
        """Take a turn, or wait in line for one.

        Raises:
            Unavailable: the line is too long, or did not move up in time.
        """
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._line) >= self._waiting:
                raise Unavailable("too many queries are waiting", hint="ask again in a while")
            turn = threading.Event()
            self._line.append(turn)
        turn.wait(seconds)
        with self._lock:
            if not turn.is_set():
                self._line.remove(turn)
                raise Unavailable("every query worker is busy", hint="ask again in a while")

    def give_back(self) -> None:
        """Let the next in line have the turn."""
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1

    @property
    def in_line(self) -> int:
        """How many wait."""
        return len(self._line)
