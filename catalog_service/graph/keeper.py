"""The keeper's process and its workers, as the server speaks to them."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading

from catalog_service.errors import (
    CatalogError,
    LimitExceeded,
    MemoryLimit,
    QueryTimeout,
    Unavailable,
)
from catalog_service.graph import wire
from catalog_service.graph.wire import Limits, Message, Request, Verb

_START = "from catalog_service.graph.worker import main; main()"
_PATIENCE = 120.0
_GRACE = 5.0


class LostError(Exception):
    """A worker is gone through no fault of its query."""


class KeeperProcess:
    """The process that holds the graphs and forks the workers.

    Attributes:
        isolated: it runs in a network of nothing; known once it has been ready.
    """

    def __init__(self, limits: Limits) -> None:
        self._control, theirs = wire.pair()
        self._control.settimeout(_PATIENCE)
        self._seconds = limits.seconds
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program, with nothing of a stranger's
                [sys.executable, "-P", "-c", _START, str(theirs.fileno()), limits.text()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the terminal is the server's to handle
                env=_environment(),
            )
        self.isolated = False

    @property
    def alive(self) -> bool:
        """True while the process runs and is not about to end, which closes its channel first."""
        channel = select.poll()
        try:
            channel.register(self._control, 0)  # a hang-up is reported unasked
        except ValueError:  # closed on this side
            return False
        return not channel.poll(0) and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, verb: Verb, payload: bytes = b"") -> None:
        """Have something done, in its turn.

        Raises:
            OSError: the keeper is gone, or does not listen.
        """
        wire.send(self._control, verb, payload)

    def ready(self) -> None:
        """Wait until all that was sent has been done.

        Raises:
            OSError: the keeper is gone, or does not answer.
        """
        self.send(Verb.READY)
        answer = wire.receive(self._control)
        if answer is None:
            raise BrokenPipeError
        self.isolated = json.loads(answer.payload)

    def worker(self, generation: int) -> "Worker":
        """A new worker, which sees all that was sent before. The fork itself may take its time.

        Raises:
            OSError: the keeper is gone, or does not listen.
        """
        ours, theirs = wire.pair()
        with theirs:
            try:
                wire.send(self._control, Verb.FORK, descriptors=[theirs.fileno()])
            except OSError:
                ours.close()
                raise
        ours.settimeout(self._seconds + _GRACE)
        return Worker(ours, generation)

    def end(self) -> None:
        """Let the process end, and its workers with it."""
        self._control.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the process at once; the kernel ends its workers."""
        self._control.close()
        self._process.kill()
        self._process.wait()


class Worker:
    """One worker, at the far end of a channel.

    Args:
        channel: the near end.
        generation: which state of the graphs the worker holds.
    """

    def __init__(self, channel: socket.socket, generation: int) -> None:
        self._channel = channel
        self._turn = threading.Lock()
        self.generation = generation

    def ask(self, request: Request) -> Message:
        """The first message of the answer; raises as `next` does."""
        try:
            wire.send(self._channel, Verb.ASK, request.payload())
        except OSError as fault:
            raise LostError from fault
        return self.next()

    def next(self) -> Message:
        """The next message of the answer.

        Raises:
            LostError: the worker is gone.
            TimeoutError: neither it nor the keeper has said anything for longer than it may live.
            CatalogError: what the worker refused, or what stopped it.
        """
        with self._turn:
            message = None if self._channel.fileno() < 0 else wire.receive(self._channel)
        if message is None:
            raise LostError
        if message.verb is Verb.FAULT:
            raise wire.error(message.payload)
        if message.verb is Verb.DIED:
            raise _cause(message.payload[0])
        return message

    def hang_up(self) -> None:
        """Close the channel, upon which the keeper kills the worker if it still runs."""
        with contextlib.suppress(OSError):  # it was first
            self._channel.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for a message
        with self._turn:
            self._channel.close()


def _environment() -> dict[str, str]:
    """What the keeper finds in its environment: ours, and three things more."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "RUST_BACKTRACE": "0",
        # A fork copies the page tables: with huge pages there are a five-hundredth of them.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }


def _cause(number: int) -> CatalogError | LostError:
    """What a signal that ended a worker says about its query."""
    match number:
        case signal.SIGALRM | signal.SIGXCPU:
            return QueryTimeout(
                "the query took longer than it may and was stopped",
                hint="ask for less, or bind more of the pattern",
            )
        case signal.SIGABRT:  # the engine's answer to an allocation that fails
            return MemoryLimit(
                "the query needed more memory than it may have and was stopped",
                hint="ask for less at once; ORDER BY and GROUP BY hold all their rows",
            )
        case signal.SIGSEGV | signal.SIGBUS:
            return LimitExceeded(
                "the query is too involved for the engine's stack",
                limit="query-stack",
                hint="nest less, or split the question",
            )
        case signal.SIGKILL:
            return LostError()
        case _:
            return Unavailable(f"the query's process ended by signal {number}", hint="ask again")
