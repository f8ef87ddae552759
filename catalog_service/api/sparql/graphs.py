"""Graphs by their names: the reading half of the SPARQL 1.1 Graph Store HTTP Protocol, and VoID."""

from collections.abc import Iterable

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.api.figures import Figures
from catalog_service.api.sparql import answering, description
from catalog_service.api.sparql.protocol import decoded_once
from catalog_service.bootstrap import Catalog
from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.graph.answer import Answer
from catalog_service.graph.querygate import admit
from catalog_service.graph.results import OFFERS
from catalog_service.terms import DPROD, PM, Iri

STORE = "rdf-graph-store"
VOID = ".well-known/void"
_METHODS = ("GET", "HEAD", "OPTIONS")
_READ = ["GET", "HEAD"]
_EVERYTHING = admit("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def router(catalog: Catalog, figures: Figures) -> APIRouter:
    """The routes `/rdf-graph-store` and `/.well-known/void`."""
    door = APIRouter()
    base = catalog.base_iri
    name = iri(f"{base}{VOID}#dataset")

    @door.api_route(f"/{STORE}", methods=list(_METHODS), response_model=None)
    async def store(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(_METHODS)})
        graph = _graph(request)
        at = catalog.projection.revision
        if graph is not None and not await run_in_threadpool(catalog.view().sees, graph):
            raise NotFound(
                f"there is no graph {graph}",
                hint="list them with SELECT DISTINCT ?g { GRAPH ?g {} }",
            )
        media_type = answering.negotiated(request, OFFERS[_EVERYTHING.form])
        tag = answering.tag(at, graph, media_type)
        if answering.known(request, tag):
            return answering.unchanged(tag)
        headers = {**answering.VARY, "ETag": tag, "Cache-Control": "no-cache"}
        return await answering.answered(request, lambda: _read(graph, media_type), headers)

    def _read(graph: Iri | None, media_type: str) -> Answer:
        named = () if graph is None else (graph,)
        return catalog.pool.run(_EVERYTHING, media_type=media_type, default_graphs=named)

    @door.api_route(f"/{VOID}", methods=_READ, response_model=None)
    async def void(request: Request) -> Response:
        tag = answering.tag(catalog.projection.revision, VOID, answering.accepted(request))
        if answering.known(request, tag):
            return answering.unchanged(tag)
        told = description.dataset(
            name,
            base=base,
            title="The knowledge graph of the mesh",
            endpoint=iri(f"{base}sparql"),
            dump=iri(f"{base}{STORE}?default"),
            kinds=await run_in_threadpool(_kinds, figures),
        )
        return description.described(request, told, {"ETag": tag, "Cache-Control": "no-cache"})

    return door


def _graph(request: Request) -> Iri | None:
    """The graph that the request names; None for the default graph, which is all of them."""
    fields = decoded_once(request.scope["query_string"], ("graph", "default"))
    if len(fields) != 1:
        raise InvalidRequest(
            "name one graph, or the default graph", hint="ask for ?graph=IRI or ?default"
        )
    ((name, value),) = fields
    return iri(value) if name == "graph" else None


def _kinds(figures: Figures) -> Iterable[tuple[Iri, int]]:
    counted = figures.counts()
    return (
        (DPROD.DataProduct, counted.products),
        (PM.Domain, counted.domains),
        (PM.Polyseme, counted.polysemes),
    )
