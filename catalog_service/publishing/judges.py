"""Judging many subjects at once, in processes that are forked from this one.

Each holds the graph as it was at the fork, and the gate with all that it has compiled, so nothing
has to be handed over but names and verdicts. They only read.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Self

from catalog_service.domain.findings import Verdict
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Judge = Callable[[Sequence[Iri]], tuple[Verdict, ...]]


class Judges:
    """Some processes that judge; none, and it is done here, where one is enough.

    To be used as a context: when it ends, so do they.

    Args:
        judge: what gives the verdicts on some subjects.
        processes: how many at once. More than one only in a process that runs no other threads:
            what those hold at the fork, they hold for ever.
    """

    def __init__(self, judge: Judge, *, processes: int = 1) -> None:
        self._judge = judge
        self._wanted = processes
        self._running: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Self:
        if self._wanted > 1:
            forking = multiprocessing.get_context("fork")
            for _ in range(self._wanted):
                ours, theirs = forking.Pipe()
                process = forking.Process(target=_work, args=(self._judge, theirs), daemon=True)
                process.start()
                theirs.close()
                self._running[ours] = process
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for connection, process in self._running.items():
            connection.close()
            process.kill()  # what a signal would be handled by, it may have inherited from here
        for process in self._running.values():
            process.join()

    def over(
        self, batches: Iterator[Sequence[Iri]]
    ) -> Iterator[tuple[Sequence[Iri], tuple[Verdict, ...] | None]]:
        """The verdicts on each batch, in the order in which they are ready.

        None in their place where the process that judged them was lost, as when memory runs out.
        """
        if not self._running:
            for batch in batches:
                yield batch, self._judge(batch)
            return
        busy: dict[Connection, Sequence[Iri]] = {}
        idle = deque(self._running)
        left = deque(batches)
        while left or busy:
            while left and idle:
                connection = idle.popleft()
                busy[connection] = left.popleft()
                with suppress(OSError):  # a process that is gone says so when it is read from
                    connection.send(busy[connection])
            if not busy:  # all processes are lost
                yield from ((batch, None) for batch in left)
                return
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)  # noqa: S101 - nothing else is waited for
                batch = busy.pop(ready)
                try:
                    answer: tuple[Verdict, ...] | BaseException = ready.recv()
                except (EOFError, OSError):
                    yield batch, None
                    continue
                idle.append(ready)
                if isinstance(answer, BaseException):
                    raise answer
                yield batch, answer


def _work(judge: Judge, connection: Connection) -> None:
    """What each process does: judge what it is told, until nobody tells it any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends us
    with suppress(EOFError, OSError):
        while True:
            batch = connection.recv()
            try:
                answer: tuple[Verdict, ...] | BaseException = judge(batch)
            except Exception as fault:  # noqa: BLE001 - raised again where somebody hears it
                answer = fault
            connection.send(answer)
