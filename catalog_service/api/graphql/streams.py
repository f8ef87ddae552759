"""The ways on which an answer goes on: server-sent events and WebSocket, beside plain HTTP."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from fastapi import Request, Response
from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse
from starlette.websockets import WebSocket
from strawberry.exceptions import ConnectionRejectionError
from strawberry.fastapi import BaseContext, GraphQLRouter
from strawberry.http import GraphQLRequestData
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from catalog_service.api.graphql import eventstream
from catalog_service.api.graphql.eventstream import EventStream, EventTransport
from catalog_service.api.graphql.following import Following
from catalog_service.api.graphql.sockets import FIRST_WORD, Frames, Socket
from catalog_service.api.graphql.subscriptions import KINDS, Subscriptions
from catalog_service.api.guard import Admission
from catalog_service.api.negotiation import chosen
from catalog_service.api.problems import problem
from catalog_service.bootstrap import Catalog
from catalog_service.errors import LimitExceeded

_AT_ONCE = ("application/json", "application/graphql-response+json")
_MOST_TOKENS = 2_000
_AUTHORIZATION = "authorization"
_RETRY_SECONDS = "5"


class Streams(GraphQLRouter[Any, None]):
    """A GraphQL door whose subscriptions follow the feed.

    Args:
        schema: what it answers.
        catalog: what is asked.
        subscriptions: those of the server.
        admission: who may ask.
        context: makes the context of a request.
    """

    stream_transport_classes_by_protocol: Mapping[str, type[HTTPStreamTransport]] = {
        GRAPHQL_SSE_PROTOCOL: EventTransport
    }
    websocket_adapter_class = Frames

    def __init__(
        self,
        schema: BaseSchema,
        catalog: Catalog,
        subscriptions: Subscriptions,
        admission: Admission,
        context: Callable[[], BaseContext],
    ) -> None:
        super().__init__(
            schema,
            "/graphql",
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL),
            context_getter=self.made,
            allowed_origins=[_origin(catalog.base_iri)],
            connection_init_wait_timeout=FIRST_WORD,
        )
        self._catalog = catalog
        self._subscriptions = subscriptions
        self._admission = admission
        self._context = context
        self.graphql_transport_ws_handler_class = type(
            "Socket", (Socket,), {"fresh": self._again, "admitted": self._admitted}
        )

    def made(self) -> BaseContext:
        """The context of a request, with what it needs to follow the feed."""
        context = self._context()
        context.following = Following(  # type: ignore[attr-defined]
            self._catalog, self._subscriptions, context, self._context, self._admitted
        )
        return context

    async def run(self, request: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - overloads
        """Answer a request, or serve a WebSocket where there is room for one more."""
        try:
            if not isinstance(request, WebSocket):
                return await super().run(request, *given, **more)
            with self._subscriptions.joined("sockets"):
                return await super().run(request, *given, **more)
        except LimitExceeded as full:
            if full.limit not in KINDS:
                raise
            refusal = _no_room(full)
        if isinstance(request, WebSocket):
            await request.send_denial_response(refusal)
        return refusal

    async def on_ws_connect(self, context: Any) -> Any:  # noqa: ANN401 - as strawberry has it
        """Let in whom the first message, or the connection itself, names well."""
        if not self._admitted(context):
            raise ConnectionRejectionError
        return await super().on_ws_connect(context)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """The request; as a stream where one is wanted, or else is the only way to answer."""
        asked = await super().parse_http_body(request)
        if isinstance(asked, list):
            return asked
        accept = request.headers.get("accept", "")
        welcome = chosen(accept, [eventstream.MEDIA_TYPE]) and eventstream.MEDIA_TYPE in accept
        preferred = chosen(accept, (*_AT_ONCE, eventstream.MEDIA_TYPE)) == eventstream.MEDIA_TYPE
        subscribes = _subscribes(asked)
        if subscribes and not welcome:
            raise HTTPException(406, f"A subscription is answered as {eventstream.MEDIA_TYPE}.")
        asked.protocol = "sse" if welcome and (preferred or subscribes) else "http"
        if subscribes:
            self._subscriptions.room()
        return asked

    async def create_streaming_response(
        self,
        request: Request,  # noqa: ARG002 - as strawberry has it
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,  # noqa: ARG002
        headers: Mapping[str, str],
    ) -> Response:
        """The events, for as long as they come."""
        told = {"Vary": "Accept", **headers}
        pieces = cast("AsyncGenerator[str, None]", stream())
        return EventStream(pieces, self._subscriptions, told)

    def _admitted(self, context: Any) -> bool:  # noqa: ANN401 - of a request
        if self._admission.free:
            return True
        header = context.request.headers.get(_AUTHORIZATION) or _told(context.connection_params)
        return self._admission.admits(header)

    def _again(self, context: Any) -> BaseContext:  # noqa: ANN401 - of a connection
        """A context of its own for an operation on a connection."""
        made = self.made()
        made.request = context.request
        made.connection_params = context.connection_params
        return made


def _no_room(full: LimitExceeded) -> Response:
    """The answer to one who comes when there is no room, and may come again."""
    headers = {"Retry-After": _RETRY_SECONDS}
    return problem(503, full.slug, full.message, hint=full.hint, headers=headers, limit=full.limit)


def _told(payload: object) -> str:
    """The Authorization header that the first message of a WebSocket stands in for."""
    named = payload if isinstance(payload, dict) else {}
    for name, value in named.items():
        if isinstance(value, str) and name.lower() == _AUTHORIZATION:
            return value
    token = named.get("token")
    return f"Bearer {token}" if isinstance(token, str) else ""


def _subscribes(asked: GraphQLRequestData) -> bool:
    """True of a request that runs a subscription; what cannot be read is told of elsewhere."""
    if not asked.query or "subscription" not in asked.query:
        return False
    with suppress(GraphQLSyntaxError, RecursionError):
        found = [
            node
            for node in parse(asked.query, max_tokens=_MOST_TOKENS, no_location=True).definitions
            if isinstance(node, OperationDefinitionNode)
            and (
                not asked.operation_name or (node.name and node.name.value == asked.operation_name)
            )
        ]
        return len(found) == 1 and found[0].operation is OperationType.SUBSCRIPTION
    return False


def _origin(iri: str) -> str:
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}"
