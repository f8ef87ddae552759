"""The far side of `parsing`: a process that reads queries one after the other, and nothing else.

It may be killed at any moment, and is ended where one query takes minutes of processor time. It can
write no file, and its memory is bounded.
"""

import json
import resource
import socket
import sys
import threading
import time
import warnings

from catalog_service.errors import CatalogError, LimitExceeded, Refused
from catalog_service.graph import wire
from catalog_service.graph.wire import Verb
from catalog_service.semantic.sparql import syntax
from catalog_service.semantic.sparql.reading import read

_MEMORY = 1 << 30
_STACK = 256 << 20
_DEPTH = 60_000
_SECONDS = 120


def main() -> None:
    """Answer the process that started this one, until it hangs up."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    warnings.simplefilter("ignore")
    for kind, limit in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        within = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (within, within))
    # The parser recurses some hundred calls for each bracket that the gate permits.
    sys.setrecursionlimit(_DEPTH)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(channel,))
    thread.start()
    thread.join()


def _serve(channel: socket.socket) -> None:
    while (message := wire.receive(channel)) is not None:
        spent = int(time.process_time()) + _SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (spent, resource.RLIM_INFINITY))
        verb, payload = Verb.END, b""
        try:
            text, base = json.loads(message.payload)
            payload = json.dumps(syntax.plain(_read(text, base))).encode()
        except Refused as fault:
            verb, payload = Verb.DATA, json.dumps([fault.message, fault.code, fault.hint]).encode()
        except CatalogError as fault:
            verb, payload = Verb.FAULT, wire.fault(fault)
        wire.send(channel, verb, payload)


def _read(text: str, base: str) -> syntax.Query:
    try:
        return read(text, base)
    except (RecursionError, MemoryError) as fault:
        raise LimitExceeded(
            "the query nests deeper than it may",
            limit="query-depth",
            hint="split the question",
        ) from fault
