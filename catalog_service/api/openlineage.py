"""The OpenLineage receiver: what jobs tell of their runs, at the address that their clients use."""

import json
import zlib
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.api.guard import MAX_BODY, bearer
from catalog_service.api.problems import problem
from catalog_service.bootstrap import Catalog
from catalog_service.domain.tokens import Token
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.publishing.runs import Fault, Taken

MAX_EVENTS = 1_000
"""Events of one batch."""

MAX_INFLATED = 16 * MAX_BODY
"""Bytes of a body that was compressed."""

_ENCODINGS = {"": 0, "identity": 0, "gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_JSON = "application/json"


def router(catalog: Catalog) -> APIRouter:
    """`POST` of one event, or of many."""
    door = APIRouter(default_response_class=Response)

    @door.post("/api/v1/lineage")
    async def one(request: Request) -> Response:
        return await take(request)

    @door.post("/api/v1/lineage/batch")
    async def many(request: Request) -> Response:
        return await take(request)

    async def take(request: Request) -> Response:
        token = catalog.journal.tokens.known(bearer(request.headers.get("authorization", "")))
        if token is None:
            return problem(
                401,
                "unauthenticated",
                "the request carries no valid publish token",
                hint="make one with `polyseme token create`, and give it to the client as its"
                " api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if request.headers.get("content-type", _JSON).partition(";")[0].strip().lower() != _JSON:
            return problem(
                415, "unsupported-media-type", "events are read as JSON", hint=f"send {_JSON}"
            )
        body = _inflated(await request.body(), request.headers.get("content-encoding", ""))
        return await run_in_threadpool(_answered, catalog, _events(body), token)

    return door


def _inflated(body: bytes, encoding: str) -> bytes:
    """A body as it was before it was compressed.

    Raises:
        InvalidRequest: it is not compressed as it is said to be.
        LimitExceeded: it is longer than is read.
    """
    window = _ENCODINGS.get(encoding.strip().lower())
    if window is None:
        raise InvalidRequest(
            f"a body in Content-Encoding {encoding[:50]!r} is not read", hint="send gzip, or none"
        )
    if not window:
        return body
    reader = zlib.decompressobj(window)
    try:
        inflated = reader.decompress(body, MAX_INFLATED + 1)
    except zlib.error as fault:
        raise InvalidRequest(
            f"the body is no {encoding}: {fault}", hint="compress it anew"
        ) from fault
    if len(inflated) > MAX_INFLATED:
        raise LimitExceeded(
            f"events have at most {MAX_INFLATED:,} bytes", limit="body-bytes", hint="send fewer"
        )
    if not reader.eof:
        raise InvalidRequest(f"the {encoding} breaks off", hint="send it whole")
    return inflated


def _events(body: bytes) -> tuple[Any, ...]:
    """The events of a body: one object, or a list of them.

    Raises:
        InvalidRequest: it is no JSON, or neither of the two.
        LimitExceeded: there are more than are read at once.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise InvalidRequest(
            f"the body is no JSON: {fault}", hint="send an event as JSON"
        ) from fault
    if isinstance(told, dict):
        return (told,)
    if not isinstance(told, list) or not told:
        raise InvalidRequest(
            "the body is neither an event nor a list of them", hint="send one event, or several"
        )
    if len(told) > MAX_EVENTS:
        raise LimitExceeded(
            f"a batch has at most {MAX_EVENTS:,} events",
            limit="events",
            hint="send fewer at a time",
        )
    return tuple(told)


def _answered(catalog: Catalog, events: tuple[Any, ...], token: Token) -> Response:
    taken = catalog.receiver.take(events, token)
    told = {
        "taken": taken.taken,
        "new": taken.new,
        "measurements": taken.measurements,
        "unknown": list(taken.unknown),
    }
    if not taken.faults:
        return Response(json.dumps(told), 201, media_type=_JSON)
    return _refused(taken, told, len(events))


def _refused(taken: Taken, told: dict[str, Any], sent: int) -> Response:
    """Some events were not taken; the rest was, and is told of as well."""
    first = taken.faults[0]
    forbidden = all(fault.forbidden for fault in taken.faults)
    rest = f"; {taken.taken} of {sent} were taken" if sent > 1 else ""
    return problem(
        403 if forbidden else 400,
        "forbidden" if forbidden else "invalid-request",
        f"{first.field}: {first.reason}{rest}",
        hint="use a token of the domain that owns the product"
        if forbidden
        else "mend the fields that `errors` names; what was taken need not be sent again",
        errors=[_error(fault) for fault in taken.faults],
        **told,
    )


def _error(fault: Fault) -> dict[str, Any]:
    return {
        "index": fault.index,
        "field": fault.field,
        "detail": fault.reason,
        "forbidden": fault.forbidden,
    }
