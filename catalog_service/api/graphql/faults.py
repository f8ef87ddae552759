"""Errors as callers see them: their own mistakes in words they can act on, ours not at all."""

import logging
from collections.abc import Mapping

from graphql import GraphQLError

from catalog_service.errors import CatalogError, Refused, SourceUnavailable

_LOG = logging.getLogger(__name__)
INTERNAL = "internal"
MASKED = "This is a fault of the catalog, not of your query."


def told(error: GraphQLError) -> GraphQLError:
    """An error as it may leave the house: with a code and a hint; one of ours goes to the log."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, Refused):
        facts = {"code": cause.code, "hint": cause.hint, "because": list(cause.because)}
        return _as(error, cause.message, facts)
    if isinstance(cause, SourceUnavailable):
        places = {"product": cause.product, "port": cause.port}
        return _as(error, cause.message, {"code": cause.slug, "hint": cause.hint, **places})
    if isinstance(cause, CatalogError):
        return _as(error, cause.message, {"code": cause.slug, "hint": cause.hint})
    if cause is None:
        return _as(
            error,
            error.message,
            {"code": "invalid-request", "hint": "mend the query; introspection tells the schema"},
        )
    _LOG.error("a field could not be answered", exc_info=cause)
    return _as(error, MASKED, {"code": INTERNAL, "hint": "see the log of the server"})


def _as(error: GraphQLError, message: str, extensions: Mapping[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=dict(extensions),
    )
