"""The SPARQL door: the query part of the SPARQL 1.1 Protocol, over the query workers."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from anyio import CancelScope
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from catalog_service.api.negotiation import chosen
from catalog_service.domain.rdf import Triple, iri
from catalog_service.errors import CatalogError, InvalidRequest, LimitExceeded
from catalog_service.graph.answer import Answer
from catalog_service.graph.formats import FORMATS, serialize
from catalog_service.graph.querygate import Form, admit
from catalog_service.graph.results import FORMAT_IRIS, OFFERS
from catalog_service.graph.workers import WorkerPool
from catalog_service.terms import RDF, SD, Iri

_LOG = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Bytes of a request's body: a query of the gate's size may be thrice as long when encoded."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_VARY = {"Vary": "Accept"}
_PARAMETERS = {"query", "default-graph-uri", "named-graph-uri"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request of the protocol.

    Attributes:
        query: the text; None where the request holds no parameter at all.
        default_graphs: the graphs of the default graph, where the request names its dataset.
        named_graphs: the graphs that GRAPH may name, where the request names its dataset.
    """

    query: str | None
    default_graphs: tuple[Iri, ...]
    named_graphs: tuple[Iri, ...]


def router(pool: WorkerPool, *, endpoint: str) -> APIRouter:
    """The door at `/sparql`.

    Args:
        pool: who answers.
        endpoint: the address that the door is reached at: what its description names, and what
            relative IRIs in a query are relative to.
    """
    description = _description(iri(endpoint))
    door = APIRouter()

    @door.api_route("/sparql", methods=list(_METHODS), response_model=None, include_in_schema=False)
    async def sparql(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(
                status_code=204,
                headers={"Allow": ", ".join(_METHODS), "Accept-Post": f"{_QUERY}, {_FORM}"},
            )
        asked = await _asked(request)
        if asked.query is None:
            return _described(request, description)
        answer = await run_in_threadpool(_answer, pool, asked, endpoint, _accepted(request))
        if request.method == "HEAD":
            await run_in_threadpool(answer.close)
            return StreamingResponse(iter(()), media_type=answer.media_type, headers=_VARY)
        return _Streamed(answer)

    return door


class _Streamed(StreamingResponse):
    """An answer passed on as it comes.

    When it breaks off, so does the connection: an error after the first byte has no other way to
    be seen. When the client goes away, the worker is let go.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(iter(answer), media_type=answer.media_type, headers=_VARY)
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


def _answer(pool: WorkerPool, asked: _Asked, endpoint: str, accepted: str) -> Answer:
    query = admit(asked.query or "")
    return pool.run(
        query,
        media_type=_negotiated(accepted, OFFERS[query.form]),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base=endpoint,
    )


async def _asked(request: Request) -> _Asked:
    """What the request asks, whichever of the three ways it is sent in."""
    fields = _decoded(request.scope["query_string"])
    if request.method == "POST":
        body = await _body(request)
        fields += _fields(_content_type(request), body)
    if any(name == "update" for name, _ in fields):
        raise InvalidRequest(
            "this door answers questions and takes no updates",
            hint="publish a product to change what the catalog states",
        )
    # Other parameters are passed over: clients add their own, such as `format`.
    queries = [value for name, value in fields if name == "query"]
    bare = request.method != "POST" and not any(name in _PARAMETERS for name, _ in fields)
    if len(queries) != 1 and not bare:
        raise InvalidRequest(
            f"the request holds {len(queries)} queries", hint="send one parameter named query"
        )
    return _Asked(
        queries[0] if queries else None,
        tuple(iri(value) for name, value in fields if name == "default-graph-uri"),
        tuple(iri(value) for name, value in fields if name == "named-graph-uri"),
    )


def _fields(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The parameters that a body holds."""
    if content_type == _FORM:
        return _decoded(body)
    if content_type == _QUERY:
        return [("query", _utf8(body))]
    raise HTTPException(
        415,
        f"the body is {content_type[:80] or 'of no stated type'}; send {_QUERY} or {_FORM}",
        {"Accept-Post": f"{_QUERY}, {_FORM}"},
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise LimitExceeded(
                f"a request's body has at most {MAX_BODY:,} bytes",
                limit="body-bytes",
                hint="ask a smaller question",
            )
    return bytes(body)


def _content_type(request: Request) -> str:
    """The media type of the body, in small letters, if it is in the one encoding there is."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if charset is not None and charset.group(1).lower() not in ("utf-8", "utf8"):
        raise HTTPException(415, f"the body is in {charset.group(1)[:40]}; send it in UTF-8")
    return media_type.strip().lower()


def _decoded(encoded: bytes) -> list[tuple[str, str]]:
    """The fields of a query string or a form."""
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except UnicodeError as fault:
        raise InvalidRequest(
            "the parameters are not percent-encoded UTF-8", hint="encode them as UTF-8"
        ) from fault
    except ValueError as fault:
        raise LimitExceeded(
            "a request has at most 1,000 parameters", limit="parameters", hint="name fewer graphs"
        ) from fault


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as fault:
        raise InvalidRequest(
            f"the query is not UTF-8 at its byte {fault.start}", hint="send it as UTF-8"
        ) from fault


def _accepted(request: Request) -> str:
    return ",".join(request.headers.getlist("accept"))


def _negotiated(accepted: str, offers: Sequence[str]) -> str:
    """The offer that the client accepts best.

    Raises:
        HTTPException: 406, it accepts none.
    """
    best = chosen(accepted, offers)
    if best is None:
        raise HTTPException(406, f"this is answered as {', '.join(offers)}", _VARY)
    return best


def _described(request: Request, description: Sequence[Triple]) -> Response:
    names = {kind.media_type: name for name, kind in FORMATS.items()}
    accepted = _accepted(request)
    if "text/html" in accepted:  # a browser, to which Turtle is text
        accepted += ", text/turtle;q=0.1"
    media_type = _negotiated(accepted, OFFERS[Form.DESCRIBE])
    return Response(serialize(description, names[media_type]), 200, _VARY, media_type)


def _description(endpoint: Iri) -> tuple[Triple, ...]:
    """The door in the words of SPARQL 1.1 Service Description."""
    service, dataset, graph = (Iri(f"{endpoint}#{part}") for part in ("service", "all", "union"))
    return (
        Triple(service, RDF.type, SD.Service),
        Triple(service, SD.endpoint, endpoint),
        Triple(service, SD.supportedLanguage, SD.SPARQL11Query),
        Triple(service, SD.feature, SD.UnionDefaultGraph),
        *(Triple(service, SD.resultFormat, Iri(kind)) for kind in FORMAT_IRIS),
        Triple(service, SD.defaultDataset, dataset),
        Triple(dataset, RDF.type, SD.Dataset),
        Triple(dataset, SD.defaultGraph, graph),
        Triple(graph, RDF.type, SD.Graph),
    )
