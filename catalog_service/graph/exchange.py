"""Asking a server over HTTP: bounded in time and size, and never sent on to another address."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from catalog_service.errors import Misconfigured, Unavailable

_CHUNK = 1 << 16
_BUSY = frozenset({429, 503})
_TRIES = 4
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a server may take up.

    Args:
        answer_seconds: until an answer is there, whole.
        answer_bytes: of one answer.
        seconds: of all questions together.
        bytes: of all answers together.
    """

    answer_seconds: float = 30.0
    answer_bytes: int = 64 << 20
    seconds: float = 300.0
    bytes: int = 512 << 20


class Reply(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Exchange:
    """Questions to one server, over one connection that is kept.

    Args:
        address: where it is, as a person writes it: `https://mesh.example/`.
        token: the bearer token to send; empty for none.
        bounds: what it may take up.

    Raises:
        Misconfigured: the address is none, or a token would be sent in the clear.
    """

    address: str
    token: str = field(default="", repr=False)
    bounds: Bounds = field(default_factory=Bounds)
    _taken: int = 0

    def __post_init__(self) -> None:
        self._at = _address(self.address, secret=bool(self.token))
        self._ends = time.monotonic() + self.bounds.seconds
        self._connection = _connection(self._at, self.bounds.answer_seconds)

    def get(self, path: str, **headers: str) -> Reply:
        """Ask for what is at a path below the address."""
        return self._asked("GET", path, b"", headers)

    def post(self, path: str, body: bytes, **headers: str) -> Reply:
        """Send a body to a path below the address; sending it twice must be harmless."""
        return self._asked("POST", path, body, headers)

    def put(self, path: str, body: bytes, **headers: str) -> Reply:
        """Put a body at a path below the address."""
        return self._asked("PUT", path, body, headers)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _asked(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer, asked for again where the server is busy or let go of the connection.

        Raises:
            Unavailable: it does not come, or not whole, or is longer than it may be.
        """
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Accept-Encoding": "identity", "User-Agent": "polyseme"}
        if self.token:
            told["Authorization"] = f"Bearer {self.token}"
        where = self._at.path.rstrip("/") + path
        for left in reversed(range(_TRIES)):
            try:
                reply = self._once(method, where, body, told)
            except (ConnectionError, HTTPException) as fault:
                self._connection.close()
                if left < _TRIES - 1:  # the first may only have met a connection that was let go
                    raise self._unreached(fault) from fault
                continue
            except OSError as fault:
                self._connection.close()
                raise self._unreached(fault) from fault
            if reply.status not in _BUSY:
                return reply
            if left:
                time.sleep(min(1.0, max(0.0, self._ends - time.monotonic())))
        raise self._over(f"is busy, asked {_TRIES} times")

    def _once(self, method: str, where: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        ends = min(self._ends, time.monotonic() + self.bounds.answer_seconds)
        if ends <= time.monotonic():
            raise self._over(f"took more than {self.bounds.seconds:.0f} s in all")
        self._connection.request(method, where, body or None, dict(headers))
        answer = self._connection.getresponse()
        with answer:  # closed, it leaves the connection to the next question
            parts = self._body(answer, ends)
        stated = answer.headers.get("Content-Length", "")
        if stated.isdigit() and len(parts) < int(stated):
            raise ConnectionResetError("the answer broke off")
        return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, parts)

    def _body(self, answer: HTTPResponse, ends: float) -> bytes:
        parts = bytearray()
        while chunk := answer.read1(_CHUNK):
            parts += chunk
            self._taken += len(chunk)
            if len(parts) > self.bounds.answer_bytes or self._taken > self.bounds.bytes:
                raise self._over(f"answered more than {self.bounds.answer_bytes:,} bytes")
            if time.monotonic() > ends:
                raise self._over(f"took more than {self.bounds.answer_seconds:.0f} s to answer")
        return bytes(parts)

    def _over(self, what: str) -> Unavailable:
        self._connection.close()
        return Unavailable(
            f"{self.address} {what}, so the work with it was not done",
            hint="try again later; to compare, a folder with the files of the mesh will do as well",
        )

    def _unreached(self, fault: Exception) -> Unavailable:
        why = "it takes too long to answer" if isinstance(fault, TimeoutError) else _why(fault)
        return Unavailable(
            f"{self.address} cannot be reached: {why}",
            hint="see that the server runs, and that this machine may reach it",
        )


def _why(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({fault.verify_message})"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault) or type(fault).__name__


def _address(text: str, *, secret: bool) -> SplitResult:
    """The parts of an address.

    Raises:
        Misconfigured: it is none, or a token would be sent in the clear.
    """
    try:
        at = urlsplit(text)
        named = at.hostname and (at.port is None or at.port)
    except ValueError:
        named = None
    if not named or at.scheme not in ("http", "https") or not text.isascii() or " " in text:
        raise Misconfigured(
            f"{text} is no address of a catalog", hint="write it as https://mesh.example/"
        )
    if at.username is not None or at.query or at.fragment:
        raise Misconfigured(
            f"the address of {at.hostname} holds more than host and path",
            hint="write it as https://mesh.example/, and set a token as POLYSEME_TOKEN",
        )
    if secret and at.scheme == "http" and at.hostname not in _LOOPBACK:
        raise Misconfigured(
            f"{text} is not encrypted, and the token would be sent to it in the clear",
            hint="ask by https, or unset POLYSEME_TOKEN",
        )
    return at


def _connection(at: SplitResult, seconds: float) -> HTTPConnection:
    """A connection that is made when the first question is asked; by a proxy where one is set."""
    host = at.hostname or ""
    if at.scheme == "http":
        return HTTPConnection(host, at.port, timeout=seconds)
    proxy = urlsplit(getproxies().get("https", ""))
    if proxy.hostname is None or proxy_bypass(host):
        return HTTPSConnection(host, at.port, timeout=seconds)
    connection = HTTPSConnection(proxy.hostname, proxy.port, timeout=seconds)
    connection.set_tunnel(host, at.port)
    return connection
