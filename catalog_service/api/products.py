"""`PUT` of a product: a team's pipeline publishes it through the one write path."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service.api.addresses import Addresses
from catalog_service.api.guard import bearer
from catalog_service.api.preconditions import Preconditions
from catalog_service.api.problems import problem
from catalog_service.bootstrap import Catalog
from catalog_service.domain.findings import Severity
from catalog_service.domain.publication import Fate, Outcome
from catalog_service.domain.rdf import iri
from catalog_service.domain.tokens import Token
from catalog_service.errors import Conflict, InvalidRequest, Unavailable, Unreadable
from catalog_service.harvesting.received import RDF_FORMS, YAML, received
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.registry import harvesters
from catalog_service.journal import Answer
from catalog_service.publishing.authorised import authorise
from catalog_service.terms import Iri

MAX_WAITING = 16
"""Writes that are checked or wait for it; whoever comes beyond them comes again."""

FORMS = {
    **{form: form for form in RDF_FORMS},
    YAML: YAML,
    "application/x-yaml": YAML,
    "text/yaml": YAML,
}
"""The media types that are read, and the one that each is another name of."""

_KEY = re.compile(r"[\x21-\x7E]{1,255}")


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent: to which product, in which form, on which conditions."""

    product: Iri
    form: str
    body: bytes
    conditions: Preconditions
    key: str

    @property
    def hash(self) -> str:
        """What tells two requests with one key apart."""
        parts = (self.product, self.form, repr(self.conditions))
        return sha256("\n".join(parts).encode() + b"\n" + self.body).hexdigest()


def router(catalog: Catalog) -> APIRouter:
    """The address of every product, to publish it at."""
    door = APIRouter(default_response_class=Response)
    addresses = Addresses(catalog.base_iri)
    queue = _Queue()

    @door.put("/products/{path:path}")
    async def put(request: Request, path: str) -> Response:  # noqa: ARG001 - taken as it was sent
        named = addresses.iri(request.scope["raw_path"].decode("ascii", "replace"))
        return await take(request, named)

    @door.put("/resource")
    async def put_elsewhere(request: Request, iri: str) -> Response:
        return await take(request, iri)

    async def take(request: Request, named: str) -> Response:
        token = catalog.journal.tokens.known(bearer(request.headers.get("authorization", "")))
        if token is None:
            return problem(
                401,
                "unauthenticated",
                "the request carries no valid publish token",
                hint="make one with `polyseme token create`, send it as `Authorization: Bearer …`",
                headers={"WWW-Authenticate": "Bearer"},
            )
        form = FORMS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
        if form is None:
            return problem(
                415,
                "unsupported-media-type",
                "a product is not read in the form that the request names",
                hint=f"send one of {', '.join(FORMS)}",
                headers={"Accept-Put": ", ".join(FORMS)},
            )
        sent = _Sent(
            iri(named),
            form,
            await request.body(),
            Preconditions.of(request.headers),
            _key(request.headers),
        )
        with queue.place():
            return await run_in_threadpool(_answered, catalog, queue.one_at_a_time, token, sent)

    return door


class _Queue:
    """Who writes, and who waits to."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MAX_WAITING)
        self.one_at_a_time = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue.

        Raises:
            Unavailable: all are taken.
        """
        if not self._places.acquire(blocking=False):
            raise Unavailable(
                f"{MAX_WAITING} products wait to be published", hint="send it again in a moment"
            )
        try:
            yield
        finally:
            self._places.release()


def _key(headers: Mapping[str, str]) -> str:
    """The `Idempotency-Key`; empty where there is none."""
    key = headers.get("idempotency-key", "")
    if key and not _KEY.fullmatch(key):
        raise InvalidRequest(
            "the Idempotency-Key is not 1 to 255 printable ASCII characters",
            hint="send a UUID, the same with each repetition of one request",
        )
    return key


def _answered(
    catalog: Catalog, one_at_a_time: threading.Lock, token: Token, sent: _Sent
) -> Response:
    """The answer to a request, the same for each repetition of it."""
    with one_at_a_time:
        if not sent.key:
            return _written(*_published(catalog, token, sent), sent.product)
        tokens = catalog.journal.tokens
        before = tokens.answered(token, sent.key)
        if before is not None and before.request_hash != sent.hash:
            raise Conflict(
                f"the Idempotency-Key {sent.key!r} came with another request",
                hint="a new request needs a new key",
            )
        if before is not None:
            repeated = _written(before.status, before.body, sent.product)
            repeated.headers["Idempotency-Replayed"] = "true"
            return repeated
        status, body = _published(catalog, token, sent)
        tokens.remember(token, sent.key, Answer(sent.hash, status, body))
        return _written(status, body, sent.product)


def _published(catalog: Catalog, token: Token, sent: _Sent) -> tuple[int, str]:
    """Publish what was sent: the status, and what to say."""
    view = catalog.view()
    try:
        found = received(
            sent.body,
            sent.form,
            sent.product,
            harvesters(()),
            base=catalog.base_iri,
            register=Register(view),
        )
    except Unreadable as fault:
        place = f"line {fault.line}, column {fault.column}: " if fault.line else ""
        raise InvalidRequest(f"the body: {place}{fault.message}", hint=fault.hint) from fault
    (submission,) = found.submissions
    authorise(token, submission, view)
    existed = bool(view.graph(sent.product))
    (outcome,) = catalog.publisher.publish(
        found.submissions,
        found.noticed,
        publisher=f"token {token.id}",
        provided=sent.conditions.met_by(sent.product),
    )
    created = outcome.fate is Fate.PUBLISHED and not existed
    status = 422 if outcome.fate is Fate.QUARANTINED else 201 if created else 200
    return status, json.dumps(_told(outcome), ensure_ascii=False)


def _told(outcome: Outcome) -> dict[str, object]:
    findings = [finding.record() for finding in outcome.verdict.findings]
    if outcome.fate is not Fate.QUARANTINED:
        return {
            "iri": outcome.subject,
            "outcome": outcome.fate.value,
            "revision": outcome.revision,
            "findings": findings,
            "not_evaluated": list(outcome.verdict.not_evaluated),
        }
    blocking = [finding for finding in outcome.verdict.findings if finding.blocks]
    grave = sum(finding.severity is Severity.VIOLATION for finding in blocking)
    return {
        "type": "/problems/refused",
        "title": "Refused",
        "status": 422,
        "detail": f"{outcome.subject} does not conform: {grave} violations",
        "hint": "mend what `violations` lists; it is kept in quarantine, where `refusedSubmissions`"
        " of /graphql finds it, and nothing was published",
        "iri": outcome.subject,
        "outcome": outcome.fate.value,
        "revision": outcome.revision,
        "violations": [finding.record() for finding in blocking],
        "findings": findings,
    }


def _written(status: int, body: str, product: Iri) -> Response:
    refused = status == 422  # noqa: PLR2004 - the status is the subject
    media_type = "application/problem+json" if refused else "application/json"
    headers = {} if refused else {"Location": product}
    return Response(body, status, headers, media_type)
