"""The SPARQL door to data: the same protocol as the one to metadata, answered from ports."""

from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from catalog_service.api.sparql import answering, protocol
from catalog_service.api.sparql.protocol import FORM, QUERY, Update, decoded_once
from catalog_service.errors import InvalidRequest, Refused
from catalog_service.graph.querygate import Admitted, admit
from catalog_service.graph.results import OFFERS

if TYPE_CHECKING:
    from catalog_service.semantic.sparql.answering import DataAnswer

PATH = "/sparql/data"
ENGINE = "Polyseme-Engine"
WARNING = "Polyseme-Warning"
_WHOLE = 3
"""Pieces of a small answer: what is before the rows, the rows, and what is after them."""
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class Ask(Protocol):
    """Answers one query over data."""

    def __call__(self, query: Admitted, *, purpose: str, base: str) -> "DataAnswer":
        """The answer."""
        ...


def router(ask: Ask, *, endpoint: str) -> APIRouter:
    """The door at `/sparql/data`.

    Args:
        ask: who answers.
        endpoint: the address that the door is reached at: what relative IRIs are relative to.
    """
    door = APIRouter()

    @door.api_route(PATH, methods=list(_METHODS), response_model=None, include_in_schema=False)
    async def data(request: Request) -> Response:
        if request.method == "OPTIONS":
            headers = {"Allow": ", ".join(_METHODS), "Accept-Post": f"{QUERY}, {FORM}"}
            return Response(status_code=204, headers=headers)
        query = await _query(request)
        media_type = answering.negotiated(request, OFFERS[query.form])
        found = await run_in_threadpool(ask, query, purpose=_purpose(request), base=endpoint)
        headers = {**answering.VARY, "Cache-Control": "no-store", ENGINE: _plain(found.engine)}
        if found.warnings:
            headers[WARNING] = "; ".join(map(_plain, found.warnings))
        if request.method == "HEAD":
            return Response(None, 200, headers, media_type)
        response = await run_in_threadpool(_written, found, headers, media_type)
        return answering.compressed(request, response)

    return door


def _written(found: "DataAnswer", headers: dict[str, str], media_type: str) -> Response:
    """The answer as a response: a large one is written while it is sent."""
    pieces = found.pieces(media_type)
    begun = b"".join(islice(pieces, _WHOLE))
    more = next(pieces, None)
    if more is None:
        return Response(begun, 200, headers, media_type)
    return StreamingResponse(chain((begun, more), pieces), 200, headers, media_type)


async def _query(request: Request) -> Admitted:
    asked = await protocol.read(request)
    assert not isinstance(asked, Update)  # noqa: S101 - `read` takes no updates here
    if asked.text is None:
        raise InvalidRequest("the request holds no query", hint="send one parameter named query")
    if asked.default_graphs or asked.named_graphs:
        raise Refused(
            "the request chooses graphs, and data lie in none",
            code="from",
            hint="leave default-graph-uri and named-graph-uri out",
        )
    return admit(asked.text)


def _purpose(request: Request) -> str:
    """What the answer is for: a parameter of ours, which the protocol lets pass."""
    told = decoded_once(request.scope["query_string"], ("purpose",))
    if len(told) > 1:
        raise InvalidRequest(
            f"the request holds {len(told)} purposes", hint="send one parameter named purpose"
        )
    return told[0][1] if told else ""


def _plain(text: str) -> str:
    """A sentence as a header can carry it."""
    return text.encode("ascii", "backslashreplace").decode()
