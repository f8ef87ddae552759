"""GraphQL over HTTP: strawberry's router, held to the answers that the specification asks for."""

import json
from typing import Any

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException as NotAllowed
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.types import ExecutionResult

from catalog_service.api.addresses import Addresses
from catalog_service.api.figures import Figures
from catalog_service.api.graphql import faults
from catalog_service.api.graphql.context import Request as Asking
from catalog_service.api.graphql.eventstream import MEDIA_TYPE as EVENTS
from catalog_service.api.graphql.nodes import Nodes
from catalog_service.api.graphql.schema import schema
from catalog_service.api.graphql.streams import Streams
from catalog_service.api.graphql.subscriptions import Subscriptions
from catalog_service.api.guard import Admission
from catalog_service.api.negotiation import chosen
from catalog_service.api.rendering import CONTENT_POLICY, Page, rendered
from catalog_service.bootstrap import Catalog

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
HTML = "text/html"


def router(
    catalog: Catalog, figures: Figures, subscriptions: Subscriptions, admission: Admission
) -> APIRouter:
    """The door at `/graphql`."""

    def context() -> Asking:
        return Asking(catalog, figures, Nodes)

    return _Door(schema, catalog, subscriptions, admission, context)


class _Door(Streams):
    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as there
        super().__init__(*given)
        self.add_api_route("/graphql", _not_allowed, methods=["DELETE", "HEAD", "PATCH", "PUT"])

    async def run(self, request: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - overloads
        """Answer a request; what is wrong with it is told as GraphQL tells errors."""
        if not isinstance(request, Request):
            return await super().run(request, *given, **more)
        asks = request.method != "GET" or "query" in request.query_params
        offers = (JSON, RESPONSE, EVENTS) if asks else (JSON, RESPONSE, HTML, EVENTS)
        media_type = _media_type(request, offers)
        if media_type == HTML:
            return self._explanation(request)
        if media_type is None:
            return _refusal(406, f"answers are {JSON}, {RESPONSE} or {EVENTS}", JSON)
        try:
            return await super().run(request, *given, **more)
        except HTTPException as refused:
            return _refusal(refused.status_code, refused.reason, media_type)

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401, ARG002
        """Never: an editor is a page of its own, and this address speaks GraphQL."""
        return False

    def parse_json(self, data: str | bytes) -> Any:  # noqa: ANN401 - any JSON
        """What JSON says; what is no JSON, in whichever way, is the caller's mistake."""
        try:
            return super().parse_json(data)
        except (UnicodeDecodeError, RecursionError) as fault:
            raise HTTPException(400, "The body cannot be read as JSON.") from fault

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """The request, where it has the shape of one."""
        try:
            asked = await super().parse_http_body(request)
        except AttributeError as fault:  # a list of no objects, or a plain value
            raise HTTPException(400, "The body is no JSON object.") from fault
        if isinstance(asked, GraphQLRequestData):
            _checked(asked)
        return asked

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """The result; without `data` where nothing was executed, as the specification has it."""
        errors = result.errors = [faults.told(error) for error in result.errors or ()]
        told = await super().process_result(request, result)
        if result.data is None and errors and all(error.path is None for error in errors):
            del told["data"]
        return told

    async def get_sub_response(self, request: Request) -> Response:
        """The response to fill in: its media type is the one that was agreed on."""
        return Response(media_type=_media_type(request, (JSON, RESPONSE)))

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """The answer: with the media type of old, faults of a query are told in a 200."""
        media_type = sub_response.media_type or JSON
        refused = media_type == RESPONSE and "data" not in response_data
        return Response(
            self.encode_json(response_data),
            400 if refused else 200,
            {"Vary": "Accept"},
            media_type,
        )

    def _explanation(self, request: Request) -> Response:
        page = Page(Addresses(self._catalog.base_iri))
        body = rendered(
            "graphql",
            page,
            revision=self._catalog.projection.revision,
            address=str(request.url.replace(query="")),
        )
        return Response(body, headers={"Content-Security-Policy": CONTENT_POLICY}, media_type=HTML)


def _not_allowed() -> Response:
    # strawberry's routes stand apart, so that each would tell of its own method alone
    raise NotAllowed(405, headers={"Allow": "GET, POST"})


def _checked(asked: GraphQLRequestData) -> None:
    if not asked.query:
        raise HTTPException(400, "The request holds no query.")
    if not isinstance(asked.operation_name, str | None):
        raise HTTPException(400, "operationName is no string.")


def _media_type(request: Request, offers: tuple[str, ...]) -> str | None:
    return chosen(",".join(request.headers.getlist("accept")), offers)


def _readable(media_type: str) -> str:
    """What a refusal is told as: a stream of events has not begun."""
    return RESPONSE if media_type == EVENTS else media_type


def _refusal(status: int, reason: str, media_type: str) -> Response:
    told = {
        "message": reason,
        "extensions": {
            "code": "not-acceptable" if status == 406 else "invalid-request",  # noqa: PLR2004
            "hint": 'send {"query": "{ mesh { products } }"} as application/json',
        },
    }
    body = json.dumps({"errors": [told]})
    return Response(body, status, {"Vary": "Accept"}, _readable(media_type))
