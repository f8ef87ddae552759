"""An answer of the query workers as an HTTP response: streamed, compressed, and with a tag."""

import logging
import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from anyio import CancelScope
from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog_service import __version__
from catalog_service.api.negotiation import chosen
from catalog_service.errors import CatalogError
from catalog_service.graph.answer import Answer

_LOG = logging.getLogger(__name__)
VARY = {"Vary": "Accept, Accept-Encoding"}
MIN_COMPRESSED = 1_024
_LEVEL = 5
_CHANGING = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)
"""The functions of SPARQL whose value is another each time."""


def accepted(request: Request) -> str:
    """The Accept header, of which there may be several."""
    return ",".join(request.headers.getlist("accept"))


def negotiated(request: Request, offers: Sequence[str], *, more: str = "") -> str:
    """The offer that the client accepts best.

    Args:
        request: whose Accept header is read.
        offers: the media types there are.
        more: what to take the client to accept besides.

    Raises:
        HTTPException: 406, it accepts none.
    """
    best = chosen(accepted(request) + more, offers)
    if best is None:
        raise HTTPException(406, f"this is answered as {', '.join(offers)}", VARY)
    return best


def constant(query: str) -> bool:
    """False of a query that may be answered differently though nothing was published between."""
    return _CHANGING.search(query) is None


def tag(revision: int, *told: object) -> str:
    """The tag of an answer: what it was asked, and of which revision.

    A weak one, since rows come in any order and compression writes other bytes.
    """
    digest = sha256(repr((__version__, *told)).encode()).hexdigest()[:24]
    return f'W/"{revision}-{digest}"'


def known(request: Request, entity: str) -> bool:
    """True where the client has what the tag stands for."""
    told = request.headers.get("if-none-match", "")
    if request.method not in ("GET", "HEAD"):
        return False
    tags = {one.strip().removeprefix("W/") for one in told.split(",")}
    return entity.removeprefix("W/") in tags or told.strip() == "*"


def unchanged(entity: str) -> Response:
    """The response to a client that has it already."""
    return Response(status_code=304, headers={**VARY, "ETag": entity})


async def answered(
    request: Request, ask: Callable[[], Answer], headers: dict[str, str]
) -> Response:
    """What the workers answer, as a response.

    Args:
        request: what is answered; of a HEAD, nothing but its headers.
        ask: asks the workers, and returns when the answer begins.
        headers: what to say beside.
    """
    answer, whole = await run_in_threadpool(_begun, ask)
    if request.method == "HEAD":
        await run_in_threadpool(answer.close)
        return Response(None, 200, headers, answer.media_type)
    if whole is not None:
        return compressed(request, Response(whole, 200, headers, answer.media_type))
    return compressed(request, _Streamed(answer, headers))


def compressed(request: Request, response: Response) -> Response:
    """The response, compressed on its way where the client takes gzip."""
    offered = ",".join(request.headers.getlist("accept-encoding"))
    if not offered or chosen(offered, ("gzip",)) is None:
        return response
    return _Compressed(response)


def _begun(ask: Callable[[], Answer]) -> tuple[Answer, bytes | None]:
    answer = ask()
    return answer, answer.whole()


class _Compressed(Response):
    """A response in gzip, as it comes; short ones stay as they are."""

    def __init__(self, inner: ASGIApp) -> None:
        super().__init__()
        self._inner = GZipMiddleware(inner, MIN_COMPRESSED, _LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told_once(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["vary"] = VARY["Vary"]  # it has been added again
            await send(message)

        await self._inner(scope, receive, told_once)


class _Streamed(StreamingResponse):
    """An answer passed on as it comes.

    When it breaks off, so does the connection: an error after the first byte has no other way to
    be seen. When the client goes away, the worker is let go.
    """

    def __init__(self, answer: Answer, headers: dict[str, str]) -> None:
        super().__init__(iter(answer), media_type=answer.media_type, headers=headers)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except CatalogError as fault:
            _LOG.warning("an answer broke off: %s", fault.message)
            raise ConnectionAbortedError(fault.message) from None
        finally:
            if not self._answer.over:
                with CancelScope(shield=True):
                    await run_in_threadpool(self._answer.close)
