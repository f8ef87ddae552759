"""What stands before every door: hosts, tokens, the size of bodies, and headers that protect."""

import hmac
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog_service.api.problems import of, problem
from catalog_service.errors import LimitExceeded

MAX_BODY = 1 << 20
"""Bytes of a request's body."""

MAX_PRODUCT = 16 << 20
"""Bytes of a product that is put to its address."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_OPEN = "/health/"
_PROTECTING = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def loopback(host: str) -> bool:
    """True of an address that only this machine reaches."""
    return host in LOOPBACK


def bearer(header: str) -> str:
    """The token that an Authorization header carries; empty for none."""
    scheme, _, given = header.partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def authorised(token: str, header: str) -> bool:
    """True of an Authorization header that carries the token; told in constant time."""
    return hmac.compare_digest(bearer(header).encode(), token.encode())


class Admission:
    """Who may ask at all.

    Args:
        token: what every request but those to `/health` must carry; empty for none.
        known: whether a bearer's token is one of those that pipelines publish with.
    """

    def __init__(self, token: str, known: Callable[[str], bool]) -> None:
        self._token = token
        self._known = known

    @property
    def free(self) -> bool:
        """True where nobody has to carry anything."""
        return not self._token

    def admits(self, header: str) -> bool:
        """True where an Authorization header lets its bearer in."""
        return self.free or authorised(self._token, header) or self._known(bearer(header))


class Guard:
    """Lets requests in that may come in.

    Args:
        app: what stands behind.
        admission: who may ask; the door that is written to says what they may write.
        hosts: the hosts that a request may name, without a port; none to take any. A browser can be
            made to send other names to a server on its own machine.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        admission: Admission,
        hosts: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._admission = admission
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        protected = _Protected(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, protected)
            return
        await self._app(scope, _Bounded(receive, _most(scope)), protected)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host = _name(headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            return problem(
                421,
                "misdirected-request",
                f"this server does not answer for {host[:100]!r}",
                hint=f"ask for {', '.join(sorted(self._hosts))}",
            )
        header = headers.get("authorization", "")
        # A browser can give a WebSocket no header; its first message carries the token instead.
        later = scope["type"] == "websocket" and not header
        open_to_all = later or scope["path"].startswith(_OPEN)
        if not open_to_all and not self._admission.admits(header):
            return problem(
                401,
                "unauthenticated",
                "the request carries no valid token",
                hint="send it as `Authorization: Bearer …`",
                headers={"WWW-Authenticate": "Bearer"},
            )
        length = headers.get("content-length", "0")
        most = _most(scope)
        return of(_too_long(most)) if not length.isdigit() or int(length) > most else None


def _most(scope: Scope) -> int:
    """How many bytes the body of a request may have."""
    return MAX_PRODUCT if scope.get("method") == "PUT" else MAX_BODY


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _too_long(most: int) -> LimitExceeded:
    return LimitExceeded(
        f"a request's body has at most {most:,} bytes",
        limit="body-bytes",
        hint="send less at a time",
    )


class _Bounded:
    """Receives a body that may not say how long it is, up to the limit."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._length = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._length += len(message.get("body", b""))
        if self._length > self._most:
            raise _too_long(self._most)
        return message


class _Protected:
    """Sends a response with headers that keep browsers from doing more with it than showing it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _PROTECTING.items():
                headers.setdefault(name, value)
        await self._send(message)
