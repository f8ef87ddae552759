"""Parsing a stranger's query in a process that may be killed."""

import json
import socket
import subprocess
import sys
import threading
from collections import OrderedDict

from catalog_service.errors import QueryTimeout, Refused, Unavailable
from catalog_service.graph import wire
from catalog_service.graph.querygate import Admitted
from catalog_service.graph.wire import Verb
from catalog_service.semantic.sparql import syntax

_START = "from catalog_service.semantic.sparql.worker import main; main()"
_FIRST = 30.0
_KEPT = 256


class Parser:
    """Reads queries, one at a time; its methods may be called from any thread.

    Args:
        seconds: how long one query may take to read; then the worker is killed.
    """

    def __init__(self, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], syntax.Query] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The number of the worker, where one runs."""
        return None if self._process is None else self._process.pid

    def parse(self, query: Admitted, base: str = "") -> syntax.Query:
        """The query as a tree; one that was read before is not read again.

        Raises:
            QuerySyntax, LimitExceeded: it cannot be read.
            Refused: it uses what is not answered over data.
            QueryTimeout: reading it took too long.
            Unavailable: the worker was lost.
        """
        key = query.text, base
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            found = self._known[key] = self._asked(*key)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return found

    def forget(self) -> None:
        """Forget the queries that were read."""
        with self._lock:
            self._known.clear()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _asked(self, text: str, base: str) -> syntax.Query:
        channel = self._started()
        try:
            wire.send(channel, Verb.ASK, json.dumps([text, base]).encode())
            answer = wire.receive(channel)
        except TimeoutError as fault:
            self._end()
            raise QueryTimeout("the query took too long to read", hint="simplify it") from fault
        except OSError as fault:
            self._end()
            raise Unavailable("the reader of queries was lost", hint="ask again") from fault
        if answer is None:
            self._end()
            raise Unavailable("the reader of queries was lost", hint="ask again")
        channel.settimeout(self._seconds)
        if answer.verb is Verb.FAULT:
            raise wire.error(answer.payload)
        told = json.loads(answer.payload)
        if answer.verb is Verb.DATA:
            message, code, hint = told
            raise Refused(message, code=code, hint=hint)
        found: syntax.Query = syntax.whole(told)
        return found

    def _started(self) -> socket.socket:
        if self._channel is not None:
            return self._channel
        ours, theirs = wire.pair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program, with nothing of a stranger's
                [sys.executable, "-P", "-c", _START, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.settimeout(_FIRST)  # the first query waits for the library to be loaded
        self._channel = ours
        return ours

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
