"""The SPARQL door: the SPARQL 1.1 Protocol, over the query workers."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.api.sparql import answering, description, protocol
from catalog_service.api.sparql.protocol import FORM, QUERY, UPDATE, Query, Update
from catalog_service.domain.rdf import iri
from catalog_service.graph.querygate import admit
from catalog_service.graph.results import OFFERS
from catalog_service.graph.workers import WorkerPool

_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


def router(
    pool: WorkerPool,
    *,
    endpoint: str,
    revision: Callable[[], int] | None = None,
    update: Callable[[Update], None] | None = None,
) -> APIRouter:
    """The door at `/sparql`.

    Args:
        pool: who answers.
        endpoint: the address that the door is reached at: what its description names, and what
            relative IRIs in a query are relative to.
        revision: which revision of the graph is answered from; without it, answers have no tag.
        update: makes a change; without it, which is how the catalog has it, there are none.
    """
    dataset = iri(f"{endpoint.rpartition('/')[0]}/.well-known/void#dataset")
    told = description.service(iri(endpoint), dataset)
    posted = ", ".join((QUERY, FORM, UPDATE) if update else (QUERY, FORM))
    door = APIRouter()

    @door.api_route("/sparql", methods=list(_METHODS), response_model=None, include_in_schema=False)
    async def sparql(request: Request) -> Response:
        if request.method == "OPTIONS":
            headers = {"Allow": ", ".join(_METHODS), "Accept-Post": posted}
            return Response(status_code=204, headers=headers)
        asked = await protocol.read(request, updates=update is not None)
        if isinstance(asked, Update):
            assert update is not None  # noqa: S101 - `read` makes updates only where they are taken
            await run_in_threadpool(update, asked)
            return Response(status_code=204)
        if asked.text is None:
            return description.described(request, told)
        return await _asked(request, asked)

    async def _asked(request: Request, asked: Query) -> Response:
        at = revision() if revision else None  # before it is asked, so that no tag is too new
        query = admit(asked.text or "")
        media_type = answering.negotiated(request, OFFERS[query.form])
        headers = dict(answering.VARY)
        if at is not None and answering.constant(query.text):
            tag = answering.tag(at, asked, media_type)
            headers |= {"ETag": tag, "Cache-Control": "no-cache"}
            if answering.known(request, tag):
                return answering.unchanged(tag)
        return await answering.answered(
            request,
            lambda: pool.run(
                query,
                media_type=media_type,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
                base=endpoint,
            ),
            headers,
        )

    return door
