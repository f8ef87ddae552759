"""The far side of the query workers: the keeper of the graphs, and the workers it forks.

The keeper is a process of one thread that holds the graphs and evaluates nothing. A worker is its
fork, so the graphs are shared until somebody writes to them. A worker may be killed at any moment,
by the kernel for what it takes or by the keeper because nobody waits for its answer any more.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import NoReturn

import pyoxigraph as ox

from catalog_service.errors import (
    CatalogError,
    InvalidRequest,
    LimitExceeded,
    MemoryLimit,
)
from catalog_service.graph import convert, results, wire
from catalog_service.graph.store import load
from catalog_service.graph.view import syntax
from catalog_service.graph.wire import Limits, Request, Verb
from catalog_service.terms import PREFIXES

_STACK = 64 << 20
_GROWTH = 64 << 20
_CHANNEL = 3  # the one descriptor of a worker besides its standard three
_NEW_USER, _NEW_NETWORK, _DIE_WITH_PARENT = 0x10000000, 0x40000000, 1  # linux/sched.h, prctl.h


class Keeper:
    """Holds the graphs, and forks a worker whenever it is sent the channel for one.

    Args:
        control: where the server says what the graphs are to be.
        limits: what a query may take.
    """

    def __init__(self, control: socket.socket, limits: Limits) -> None:
        self._control = control
        self._limits = limits
        self._store = ox.Store()
        self._workers: dict[int, tuple[int, socket.socket]] = {}  # by the channel's descriptor
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._no_network = self._leave_network()
        self._wake, woken = socket.socketpair()
        woken.settimeout(0)
        self._woken = woken
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken.fileno())
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)

    def keep(self) -> None:
        """Do as the server says, until it is gone."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._wake.fileno():
                    self._wake.recv(4096)
                    self._reap()
                elif descriptor != self._control.fileno():
                    self._abandoned(descriptor)
                elif not self._obey():
                    self._end()
                    return

    def _obey(self) -> bool:
        message = wire.receive(self._control)
        if message is None:
            return False
        match message.verb:
            case Verb.FILL:
                load(self._store, message.payload)
            case Verb.REPLACE:
                names, _, quads = message.payload.partition(b"\n")
                for name in json.loads(names):
                    self._store.remove_graph(ox.NamedNode(name))
                self._store.load(quads, ox.RdfFormat.N_QUADS)
            case Verb.READY:
                gc.freeze()  # a collection in a worker would copy every page it marks
                wire.send(self._control, Verb.READY, json.dumps(self._no_network).encode())
            case Verb.FORK:
                self._fork(socket.socket(fileno=message.descriptors[0]))
            case _:
                raise AssertionError(message.verb)
        return True

    def _fork(self, channel: socket.socket) -> None:
        keeper = os.getpid()
        try:
            worker = os.fork()
        except OSError:  # no process to be had: the closed channel says so
            channel.close()
            return
        if worker == 0:
            self._work(channel, keeper)
        self._workers[channel.fileno()] = worker, channel
        self._poll.register(channel, 0)  # a hang-up is reported unasked, and nothing else is wanted

    def _work(self, channel: socket.socket, keeper: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            if os.getppid() == keeper:
                _answer_all(_confined(channel, self._limits), self._store, self._limits)
        finally:
            os._exit(0)

    def _abandoned(self, descriptor: int) -> None:
        """Kill the worker whose answer nobody waits for."""
        if descriptor in self._workers:  # else it has just been found dead
            self._poll.unregister(descriptor)
            worker, _ = self._workers[descriptor]
            os.kill(worker, signal.SIGKILL)  # not waited for yet, so the number is still its own

    def _reap(self) -> None:
        """Say on each dead worker's channel what killed it."""
        for descriptor, (worker, channel) in list(self._workers.items()):
            ended, status = os.waitpid(worker, os.WNOHANG)
            if not ended:
                continue
            del self._workers[descriptor]
            with contextlib.suppress(KeyError):  # it was abandoned
                self._poll.unregister(descriptor)
            if os.WIFSIGNALED(status):
                channel.settimeout(0)
                with contextlib.suppress(OSError):  # a reader that is slow, or gone
                    wire.send(channel, Verb.DIED, bytes([os.WTERMSIG(status)]))
            channel.close()

    def _end(self) -> None:
        for worker, _ in self._workers.values():
            os.kill(worker, signal.SIGKILL)
        for worker, _ in self._workers.values():
            os.waitpid(worker, 0)

    def _leave_network(self) -> bool:
        """True where this process, and so each worker, is now in a network of nothing."""
        return any(
            self._libc.unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK)
        )


class _Outlet:
    """Where a worker writes its answer: held back until there is a packet of it.

    An error in what is still held back reaches the asker as an error, not as a cut answer.
    """

    def __init__(self, channel: socket.socket, most: int) -> None:
        self._channel = channel
        self._room = most
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise LimitExceeded(
                "the answer is larger than an answer may be",
                limit="answer-bytes",
                hint="ask for less, with LIMIT or a narrower pattern",
            )
        self._held += data
        while len(self._held) >= wire.PIECE:
            wire.send(self._channel, Verb.DATA, bytes(self._held[: wire.PIECE]))
            del self._held[: wire.PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held back is passed on when it is enough, or at the end."""

    def end(self, *, last: bool) -> None:
        """The answer is whole; it may be the last that this worker gives.

        A small answer is thus one packet: it has come whole, or it is asked for again.
        """
        wire.send(self._channel, Verb.END, bytes([last]) + self._held)


def _confined(channel: socket.socket, limits: Limits) -> socket.socket:
    """The channel, in a process that can no longer open anything nor grow beyond its limits."""
    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - before any path
        pages = int(sizes.read().split()[0])
    most = pages * resource.getpagesize() + limits.memory_bytes
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(_CHANNEL):
        os.dup2(nothing, standard)  # the engine prints a backtrace where memory ends
    os.dup2(channel.fileno(), _CHANNEL)
    channel.detach()
    os.closerange(_CHANNEL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for kind, limit in (
        (resource.RLIMIT_NOFILE, _CHANNEL + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_STACK, _STACK),
    ):
        _, hard = resource.getrlimit(kind)
        within = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (within, within))
    return socket.socket(fileno=_CHANNEL)


def _answer_all(channel: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Answer one request after the other, until the server hangs up."""
    fresh = _peak()
    while (message := wire.receive(channel)) is not None:
        spent = int(time.process_time() + limits.seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (spent, resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)  # the kernel kills; nothing here can
        try:
            out = _Outlet(channel, limits.answer_bytes)
            _answer(Request.read(message.payload), store, out)
            # What a large query has left in the heap is not the next one's to pay for.
            out.end(last=_peak() - fresh > _GROWTH)
        except CatalogError as fault:
            wire.send(channel, Verb.FAULT, wire.fault(fault))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _peak() -> int:
    """The most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _answer(request: Request, store: ox.Store, out: _Outlet) -> None:
    try:
        results.write(_found(request, store), request.media_type, out)
    except SyntaxError as fault:
        raise syntax(str(fault)) from fault
    except MemoryError as fault:
        raise MemoryLimit(
            "the query needed more memory than it may have", hint="ask for less at once"
        ) from fault
    except (RuntimeError, ValueError, OSError) as fault:
        # An unknown function, a value that the format cannot hold, a server to be called.
        raise InvalidRequest(
            f"the engine cannot answer this: {fault}", hint="change the query"
        ) from fault


def _found(
    request: Request, store: ox.Store
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """What the engine finds, in all graphs unless asker or query name some."""
    if request.default_graphs or request.named_graphs:
        return store.query(
            request.text,
            base_iri=request.base or None,
            prefixes=PREFIXES,
            default_graph=[convert.node(name) for name in request.default_graphs],
            named_graphs=[convert.node(name) for name in request.named_graphs],
        )
    # With the union asked for, the engine would not look at FROM.
    return store.query(
        request.text,
        base_iri=request.base or None,
        prefixes=PREFIXES,
        use_default_graph_as_union=not request.names_dataset,
    )


def main() -> None:
    """Keep the graphs for the server that started this process."""
    control = socket.socket(fileno=int(sys.argv[1]))
    Keeper(control, Limits.read(sys.argv[2])).keep()
