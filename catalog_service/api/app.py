"""The application: every door on one server."""

from functools import partial
from urllib.parse import urlsplit

from fastapi import FastAPI

from catalog_service import __version__
from catalog_service.api import (
    correlations,
    health,
    openlineage,
    problems,
    products,
    resources,
    sparql,
)
from catalog_service.api.figures import Figures
from catalog_service.api.graphql import door as graphql
from catalog_service.api.graphql.subscriptions import Subscriptions
from catalog_service.api.guard import LOOPBACK, Admission, Guard, loopback
from catalog_service.api.sparql import data, graphs
from catalog_service.bootstrap import Catalog
from catalog_service.errors import Misconfigured
from catalog_service.settings import Settings


def create_app(catalog: Catalog) -> FastAPI:
    """The doors of a catalog.

    Without a token the server answers only requests that name this machine, or the host of the
    mesh's own IRIs. With one, every request but those to `/health` must carry it, or a token that
    pipelines publish with.

    Args:
        catalog: what is served; the caller closes it when the server has stopped, and calls
            `app.state.subscriptions.stop()` when it is to stop: those who follow the feed stay
            connected for as long as they are let.
    """
    check_exposure(catalog.settings)
    catalog.local = False
    app = FastAPI(
        title="Polyseme",
        version=__version__,
        docs_url=None,  # both pages would load scripts from another host
        redoc_url=None,
        openapi_url=None,
    )
    token = catalog.settings.token
    admission = Admission(
        token.get_secret_value() if token else "",
        lambda secret: catalog.journal.tokens.known(secret) is not None,
    )
    app.add_middleware(Guard, admission=admission, hosts=() if token else _hosts(catalog))
    problems.install(app)
    app.include_router(health.router(catalog))
    figures = Figures(catalog)
    app.state.subscriptions = Subscriptions(
        lambda: catalog.projection.revision, most=catalog.settings.subscriptions
    )
    app.include_router(graphql.router(catalog, figures, app.state.subscriptions, admission))
    app.include_router(
        sparql.router(
            catalog.pool,
            endpoint=f"{catalog.base_iri}sparql",
            revision=lambda: catalog.projection.revision,
        )
    )
    app.include_router(
        data.router(
            partial(catalog.query_data, asker=catalog.asker("http")),
            endpoint=f"{catalog.base_iri}sparql/data",
        )
    )
    app.include_router(graphs.router(catalog, figures))
    app.include_router(correlations.router(catalog))
    app.include_router(openlineage.router(catalog))
    app.include_router(products.router(catalog))
    app.include_router(resources.router(catalog, figures))
    return app


def check_exposure(settings: Settings) -> None:
    """See to it that what other machines reach asks for a token.

    Raises:
        Misconfigured: the server would listen on more than loopback, and no token is set.
    """
    token = settings.token.get_secret_value() if settings.token else ""
    if not loopback(settings.host) and not token:
        raise Misconfigured(
            f"{settings.host} is reached from other machines, and no token is set",
            hint="set POLYSEME_TOKEN, or serve on 127.0.0.1",
        )


def _hosts(catalog: Catalog) -> frozenset[str]:
    named = urlsplit(catalog.base_iri).hostname
    return LOOPBACK | ({named} if named else frozenset())
