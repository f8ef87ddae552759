"""The query workers: a pool of processes that answer a stranger's SPARQL and may be killed.

The engine can neither be stopped nor kept from the network from within, and one query can end the
process that hosts it. So a stranger's query runs in a worker: a fork of the keeper, which is a
process that holds a copy of the graphs. A worker is used again until the graphs change. One that is
lost is replaced and asked again, since a query is only a question.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from catalog_service.domain.rdf import Triple
from catalog_service.errors import CatalogError, QueryTimeout, Unavailable, UnknownFormat
from catalog_service.graph.answer import Answer
from catalog_service.graph.formats import quad
from catalog_service.graph.keeper import KeeperProcess, LostError, Worker
from catalog_service.graph.querygate import Admitted
from catalog_service.graph.results import OFFERS
from catalog_service.graph.turns import Turns
from catalog_service.graph.wire import Limits, Message, Request, Verb
from catalog_service.terms import Iri

__all__ = ["Answer", "Health", "Limits", "WorkerPool"]


@dataclass(frozen=True, slots=True)
class Health:
    """How the workers fare.

    Attributes:
        alive: the keeper runs; where it does not, the next query starts another.
        isolated: the workers are in a network of nothing. Where the system does not permit that,
            they still cannot open a socket.
        answering: queries that are being answered.
        stopped: how many queries were stopped so far, by reason.
    """

    alive: bool
    isolated: bool
    answering: int
    stopped: Mapping[str, int]


class WorkerPool:
    """Answers queries in processes of their own. Its methods may be called from any thread.

    Args:
        limits: what one query may take.
        size: how many queries are answered at a time.
        waiting: how many more may wait for their turn; what comes on top is refused at once.
    """

    def __init__(self, limits: Limits | None = None, size: int = 2, waiting: int = 16) -> None:
        self._limits = limits or Limits()
        self._turns = Turns(size, waiting)
        self._lock = threading.Lock()
        self._fill: Callable[[], Iterable[bytes]] | None = None
        self._keeper: KeeperProcess | None = None
        self._generation = 0
        self._idle: list[Worker] = []
        self._answering = 0
        self._stopped: Counter[str] = Counter()

    def start(self, fill: Callable[[], Iterable[bytes]]) -> None:
        """Start the keeper with the graphs that `fill` gives.

        Args:
            fill: the graphs as they are when it is called, all that was handed to `replace`
                included: N-Quads, in chunks of whole lines. It is called again, from whichever
                thread then asks, when the keeper was lost.

        Raises:
            Unavailable: the keeper does not start.
        """
        with self._lock:
            self._fill = fill
            self._revive()

    def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make each named graph hold exactly these triples, for every query asked from now on."""
        quads = "".join(
            quad(triple, name) for name, triples in graphs.items() for triple in triples
        )
        payload = json.dumps(list(graphs)).encode() + b"\n" + quads.encode()
        with self._lock:
            self._forget()
            if self._keeper is None:
                return  # the next query starts one, and fills it with the graphs as they are then
            try:
                self._keeper.send(Verb.REPLACE, payload)
                self._keeper.ready()
            except OSError:
                self._drop()

    def run(
        self,
        query: Admitted,
        *,
        media_type: str = "",
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base: str = "",
    ) -> Answer:
        """Ask a query, and return when its answer begins.

        Args:
            query: what the gate let pass.
            media_type: one of `OFFERS[query.form]`; the first of them where none is given.
            default_graphs: the graphs that make up the default graph. These two take the place of
                FROM and FROM NAMED; without either, the default graph is the union of all graphs.
            named_graphs: the graphs that GRAPH may name.
            base: what relative IRIs are relative to, unless the query has a BASE.

        Returns:
            The answer, to be read to its end or closed.

        Raises:
            QuerySyntax, InvalidRequest: the engine cannot read or evaluate it.
            UnknownFormat: it is not answered in that media type.
            QueryTimeout, MemoryLimit, LimitExceeded: it was stopped.
            Unavailable: too many wait, or no worker could be had.
        """
        offers = OFFERS[query.form]
        if media_type and media_type not in offers:
            raise UnknownFormat(
                f"a query of this form is not answered as {media_type}",
                hint=f"ask for {', '.join(offers)}",
            )
        request = Request(
            query.text,
            media_type or offers[0],
            query.names_dataset,
            tuple(default_graphs),
            tuple(named_graphs),
            base,
        )
        self._turns.take(self._limits.seconds)
        try:
            with self._lock:
                self._answering += 1
            first, worker = self._begun(request)
        except BaseException as fault:
            self._leave(fault)
            raise
        return Answer(request.media_type, first, worker, self._done)

    def health(self) -> Health:
        """How the workers fare."""
        keeper = self._keeper
        return Health(
            alive=keeper is not None and keeper.alive,
            isolated=keeper is not None and keeper.isolated,
            answering=self._answering,
            stopped=dict(self._stopped),
        )

    def close(self) -> None:
        """End every process; queries that are being answered break off."""
        with self._lock:
            self._fill = None
            self._forget()
            if self._keeper is not None:
                self._keeper.end()
                self._keeper = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _leave(self, fault: BaseException | None) -> None:
        with self._lock:
            self._answering -= 1
            if isinstance(fault, CatalogError):
                self._stopped[fault.slug] += 1
        self._turns.give_back()

    def _begun(self, request: Request) -> tuple[Message, Worker]:
        """The first message of an answer, and who gives it; one found lost is replaced once."""
        for anew in (False, True):
            try:
                worker = self._worker(anew=anew)
                return self._asked(worker, request), worker
            except LostError:
                continue
        raise Unavailable("the query lost its worker twice", hint="ask again")

    def _asked(self, worker: Worker, request: Request) -> Message:
        try:
            return worker.ask(request)
        except TimeoutError as fault:
            # The kernel should have ended it long before: the keeper itself must be stuck.
            worker.hang_up()
            with self._lock:
                self._drop()
            raise QueryTimeout("the query workers do not answer", hint="ask again") from fault
        except CatalogError as fault:
            self._put_back(worker, reusable=not isinstance(fault, Unavailable))
            raise
        except BaseException:
            worker.hang_up()
            raise

    def _worker(self, *, anew: bool) -> Worker:
        with self._lock:
            if anew:
                self._forget()
            if self._idle:
                return self._idle.pop()
            if self._keeper is None or not self._keeper.alive:
                self._revive()
            assert self._keeper is not None  # noqa: S101 - revived, or it raised
            try:
                return self._keeper.worker(self._generation)
            except OSError as fault:
                self._drop()
                raise LostError from fault

    def _done(self, worker: Worker, *, reusable: bool, fault: BaseException | None) -> None:
        self._put_back(worker, reusable=reusable)
        self._leave(fault)

    def _put_back(self, worker: Worker, *, reusable: bool) -> None:
        with self._lock:
            if reusable and worker.generation == self._generation:
                self._idle.append(worker)
                return
        worker.hang_up()

    def _forget(self) -> None:
        """Let go of every worker: what they hold is, or may be, no longer so."""
        self._generation += 1
        while self._idle:
            self._idle.pop().hang_up()

    def _drop(self) -> None:
        self._forget()
        if self._keeper is not None:
            self._keeper.kill()
            self._keeper = None

    def _revive(self) -> None:
        """Start a keeper in the place of one that is lost."""
        self._drop()
        if self._fill is None:
            raise Unavailable("the query workers are not running", hint="start the server")
        keeper = KeeperProcess(self._limits)
        try:
            for chunk in self._fill():
                keeper.send(Verb.FILL, chunk)
            keeper.ready()
        except OSError as fault:
            keeper.kill()
            raise Unavailable("the query workers do not start", hint="see the log") from fault
        except BaseException:
            keeper.kill()
            raise
        self._keeper = keeper
