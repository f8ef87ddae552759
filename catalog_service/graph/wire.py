"""What the server and its query processes tell each other: messages, and the limits they keep.

A message is a verb and bytes. It travels over a Unix socket that keeps the bounds of what is sent,
so that a process killed while it speaks leaves no half of a message to be taken for another.
"""

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import NamedTuple, Self

from catalog_service.errors import (
    CatalogError,
    InvalidIri,
    InvalidRequest,
    LimitExceeded,
    MemoryLimit,
    QuerySyntax,
    UnknownFormat,
)

PIECE = 60_000
"""Bytes of one packet; what is longer goes in several."""

_FAULTS: dict[str, type[CatalogError]] = {
    kind.__name__: kind
    for kind in (InvalidIri, InvalidRequest, LimitExceeded, MemoryLimit, QuerySyntax, UnknownFormat)
}


class Verb(IntEnum):
    """What a message is for."""

    MORE = 0
    FILL = 1
    REPLACE = 2
    READY = 3
    FORK = 4
    ASK = 5
    DATA = 6
    END = 7
    FAULT = 8
    DIED = 9


class Message(NamedTuple):
    """One message, and the file descriptors that came with it."""

    verb: Verb
    payload: bytes
    descriptors: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take.

    Attributes:
        seconds: from the moment it is read to the last byte of its answer being taken.
        memory_bytes: on top of the graphs themselves.
        answer_bytes: of the answer as it is written.
    """

    seconds: float = 10.0
    memory_bytes: int = 1 << 30
    answer_bytes: int = 256 << 20

    def text(self) -> str:
        """The limits as a command line carries them."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """The limits that a text of `text()` states."""
        return cls(**json.loads(text))


class Request(NamedTuple):
    """One query as a worker is asked it.

    Attributes:
        text: the query.
        media_type: how to write the answer.
        names_dataset: the query chooses its graphs itself.
        default_graphs: the graphs that make up the default graph, where the asker chose.
        named_graphs: the graphs that GRAPH may name, where the asker chose.
        base: what relative IRIs are relative to; empty where they are an error.
    """

    text: str
    media_type: str
    names_dataset: bool
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str = ""

    def payload(self) -> bytes:
        """The request as a message carries it."""
        return json.dumps(self).encode()

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """The request that a message carries."""
        return cls(*json.loads(payload))


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a new channel."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(
    channel: socket.socket, verb: Verb, payload: bytes = b"", descriptors: Sequence[int] = ()
) -> None:
    """Send one message."""
    rest = memoryview(payload)
    while len(rest) > PIECE:
        socket.send_fds(channel, [bytes([Verb.MORE]), rest[:PIECE]], [])
        rest = rest[PIECE:]
    socket.send_fds(channel, [bytes([verb]), rest], descriptors)


def receive(channel: socket.socket) -> Message | None:
    """The next message; None where the other side is gone."""
    pieces: list[bytes] = []
    while True:
        try:
            packet, descriptors, _, _ = socket.recv_fds(channel, PIECE + 1, 1)
        except ConnectionResetError:  # it went with a message of ours unread
            return None
        if not packet:
            return None
        pieces.append(packet[1:])
        if packet[0] != Verb.MORE:
            return Message(Verb(packet[0]), b"".join(pieces), descriptors)


def fault(error: CatalogError) -> bytes:
    """An error as the payload of FAULT."""
    kind = next(name for name, kind in _FAULTS.items() if type(error) is kind)
    more = {
        name: value for name, value in vars(error).items() if name in ("line", "column", "limit")
    }
    return json.dumps([kind, error.message[:500], {"hint": error.hint, **more}]).encode()


def error(payload: bytes) -> CatalogError:
    """The error that a FAULT carries."""
    kind, message, more = json.loads(payload)
    return _FAULTS[kind](message, **more)
