"""What a request of the SPARQL 1.1 Protocol asks, whichever of its ways it is sent in."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.graph.querygate import words
from catalog_service.terms import Iri

MAX_BODY = 256 * 1024
"""Bytes of a request's body: a query of the gate's size may be thrice as long when encoded."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_DIRECT = {QUERY: "query", UPDATE: "update"}
_OF_QUERY = {"query", "default-graph-uri", "named-graph-uri"}
_CHOOSING = {"using", "with"}

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """A question.

    Attributes:
        text: the query; None where the request holds no parameter at all.
        default_graphs: the graphs of the default graph, where the request names its dataset.
        named_graphs: the graphs that GRAPH may name, where the request names its dataset.
    """

    text: str | None
    default_graphs: tuple[Iri, ...] = ()
    named_graphs: tuple[Iri, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """A change, where changes are taken.

    Attributes:
        text: the update.
        default_graphs: what its patterns take for the default graph, where the request says so.
        named_graphs: the graphs that GRAPH may name in its patterns, likewise.
    """

    text: str
    default_graphs: tuple[Iri, ...] = ()
    named_graphs: tuple[Iri, ...] = ()


async def read(request: Request, *, updates: bool = False) -> Query | Update:
    """What the request asks.

    Args:
        request: a GET, HEAD or POST.
        updates: whether updates are taken; they are refused as the protocol has it otherwise.

    Raises:
        InvalidRequest, InvalidIri, LimitExceeded: it is not as the protocol has it.
        HTTPException: its body is in a form that is not read.
    """
    fields = _decoded(request.scope["query_string"])
    if request.method == "POST":
        fields += await _body(request, updates=updates)
    if any(name == "update" for name, _ in fields):
        return _update(request, fields, updates=updates)
    # Other parameters are passed over: clients add their own, such as `format`.
    bare = request.method != "POST" and not any(name in _OF_QUERY for name, _ in fields)
    return Query(
        None if bare else _one(fields, "query", "queries"),
        _iris(fields, "default-graph-uri"),
        _iris(fields, "named-graph-uri"),
    )


def _update(request: Request, fields: Fields, *, updates: bool) -> Update:
    if not updates:
        raise InvalidRequest(
            "this door answers questions and takes no updates",
            hint="publish a product to change what the catalog states",
        )
    if request.method != "POST":
        raise InvalidRequest("an update comes by POST", hint="send it as the body of a POST")
    text = _one(fields, "update", "updates")
    update = Update(text, _iris(fields, "using-graph-uri"), _iris(fields, "using-named-graph-uri"))
    if (update.default_graphs or update.named_graphs) and _CHOOSING & set(words(text)):
        raise InvalidRequest(
            "the request chooses its graphs, and so does the update",
            hint="leave out either the parameters or USING and WITH",
        )
    return update


def _one(fields: Fields, name: str, several: str) -> str:
    """The one value that there must be."""
    found = [value for key, value in fields if key == name]
    if len(found) != 1:
        raise InvalidRequest(
            f"the request holds {len(found)} {several}", hint=f"send one parameter named {name}"
        )
    return found[0]


def _iris(fields: Fields, name: str) -> tuple[Iri, ...]:
    return tuple(iri(value) for key, value in fields if key == name)


async def _body(request: Request, *, updates: bool) -> list[tuple[str, str]]:
    """The parameters that the body holds."""
    content_type, body = _content_type(request), await _bytes(request)
    taken = (FORM, QUERY, UPDATE) if updates else (FORM, QUERY)
    if content_type == FORM:
        return _decoded(body)
    if content_type in taken:
        return [(_DIRECT[content_type], _utf8(body))]
    raise HTTPException(
        415,
        f"the body is {content_type[:80] or 'of no stated type'}; send {' or '.join(taken)}",
        {"Accept-Post": ", ".join(taken)},
    )


async def _bytes(request: Request) -> bytes:
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


def decoded_once(encoded: bytes, names: Collection[str]) -> list[tuple[str, str]]:
    """The fields of a query string that have one of some names, percent-decoded once."""
    return [field for field in _decoded(encoded) if field[0] in names]


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
