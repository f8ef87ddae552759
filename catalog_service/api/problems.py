"""Errors as RFC 9457 problems: what is wrong and what to do, never a word about the inside."""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from catalog_service import errors
from catalog_service.errors import CatalogError

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[CatalogError], int] = {
    errors.InvalidRequest: 400,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.Unavailable: 503,
}
"""The status of each class, and of those below it; 500 for what should not leave the house."""

_SLUGS = {
    400: "invalid-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "limit-exceeded",
    415: "unsupported-media-type",
    421: "misdirected-request",
    422: "invalid-request",
}
_MEANINGS = {
    "unauthenticated": "The request carries no valid token.",
    "method-not-allowed": "This address does not answer that method.",
    "not-acceptable": "There is no answer in a form that the request accepts.",
    "unsupported-media-type": "The body is in a form that is not read.",
    "misdirected-request": "The request names a host that is not served here.",
    "refused": "A product does not meet the standards; `violations` lists what to mend.",
    "internal": "The catalog could not answer, for a reason of its own.",
}
_RETRY_SECONDS = "1"
_OURS = 500


def meanings() -> dict[str, str]:
    """Every type of problem, and what it means in a sentence."""
    classes = {
        cls.__new__(cls).slug: (cls.__doc__ or "").split("\n\n")[0]
        for cls in _below(CatalogError)
        if status(cls) != _OURS
    }
    return dict(sorted((classes | _MEANINGS).items()))


def status(cls: type[CatalogError]) -> int:
    """The HTTP status of a class of errors."""
    return next((STATUS[parent] for parent in cls.__mro__ if parent in STATUS), _OURS)


def apart() -> dict[str, tuple[int, str]]:
    """The types of problem that only HTTP has: the status of each, and what it means."""
    codes = {slug: code for code, slug in _SLUGS.items()} | {"internal": _OURS, "refused": 422}
    return {slug: (codes[slug], meaning) for slug, meaning in _MEANINGS.items()}


def problem(
    code: int,
    slug: str,
    detail: str,
    /,
    *,
    hint: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - members of the problem's own type
) -> Response:
    """A response that tells of a problem.

    Args:
        code: its HTTP status.
        slug: its type, which is a page below `/problems/`.
        detail: what is wrong, for this request.
        hint: what to do.
        headers: further headers.
        more: further members.
    """
    told = {
        "type": f"/problems/{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": code,
        "detail": detail,
        "hint": hint,
        **more,
    }
    kept = {name: value for name, value in told.items() if value != ""}
    protected = {"X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(json.dumps(kept), code, protected, MEDIA_TYPE)


def of(error: CatalogError) -> Response:
    """The response that tells of an error of ours."""
    code = status(type(error))
    if code == _OURS:
        return internal(error)
    more: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, errors.QuerySyntax) and error.line:
        more = {"line": error.line, "column": error.column}
    if isinstance(error, errors.Refused):
        more = {"code": error.code, "because": list(error.because)}
    if isinstance(error, errors.LimitExceeded):
        more = {"limit": error.limit}
        code = 413 if error.limit == "body-bytes" else code
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = _RETRY_SECONDS
    return problem(code, error.slug, error.message, hint=error.hint, headers=headers, **more)


def internal(fault: BaseException) -> Response:
    """The response to a fault of ours: it is logged, and the caller learns nothing of it."""
    _LOG.error("a request could not be answered", exc_info=fault)
    return problem(
        _OURS, "internal", _MEANINGS["internal"], hint="try again; the server's log has the reason"
    )


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""

    @app.exception_handler(CatalogError)
    async def _ours(_: Request, error: CatalogError) -> Response:
        return of(error)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        slug = _SLUGS.get(error.status_code, "invalid-request")
        detail = str(error.detail)
        if error.status_code == 404:  # noqa: PLR2004 - the status is the subject
            detail = f"there is nothing at {request.url.path[:200]}"
        return problem(error.status_code, slug, detail, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return problem(422, "invalid-request", f"{place}: {first['msg']}")

    @app.exception_handler(Exception)
    async def _fault(_: Request, fault: Exception) -> Response:
        return internal(fault)


def _below(cls: type[CatalogError]) -> Iterator[type[CatalogError]]:
    for child in cls.__subclasses__():
        yield child
        yield from _below(child)
