"""Whether the server lives, and whether it can answer."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from catalog_service.bootstrap import Catalog
from catalog_service.errors import CatalogError
from catalog_service.graph.querygate import admit
from catalog_service.graph.workers import WorkerPool


def router(catalog: Catalog) -> APIRouter:
    """The routes below `/health`, which need no token and tell no secret."""
    door = APIRouter(prefix="/health")

    @door.api_route("/live", methods=["GET", "HEAD"])
    async def live() -> JSONResponse:
        return JSONResponse({"status": "live"})

    @door.api_route("/ready", methods=["GET", "HEAD"])
    async def ready() -> JSONResponse:
        checks = await run_in_threadpool(_checks, catalog)
        fine = all(checks.values())
        told = {"status": "ready" if fine else "unready", "checks": checks}
        return JSONResponse(told, 200 if fine else 503)

    return door


def _checks(catalog: Catalog) -> dict[str, bool]:
    """What must hold for an answer to be right; a check that cannot be made is not passed."""
    checks = {"journal": False, "projection": False, "search": False, "workers": False}
    try:
        revision = catalog.journal.revision()
        checks["journal"] = True
        checks["projection"] = catalog.projection.revision == revision
        checks["search"] = catalog.index.revision == revision
        checks["workers"] = _answering(catalog.pool)
    except CatalogError:
        return checks
    return checks


def _answering(pool: WorkerPool) -> bool:
    """True where the workers answer; where they were lost, a small question brings them back."""
    if not pool.health().alive:
        pool.run(admit("ASK {}")).close()
    return True
