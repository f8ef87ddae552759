"""Sending products to a server that publishes them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from catalog_service.domain.findings import Finding, Severity, Verdict, in_order
from catalog_service.domain.publication import Fate, Kind, Outcome, Submission
from catalog_service.domain.waivers import within
from catalog_service.errors import Forbidden, InvalidRequest, Unavailable
from catalog_service.graph import canonical, parse, serialize
from catalog_service.graph.exchange import Exchange, Reply
from catalog_service.publishing.pointing import Places
from catalog_service.terms import PM, PROV, Iri

_ANSWERED = frozenset({200, 201, 422})
_NOT_ALLOWED = frozenset({401, 403})


def in_turn(submissions: Sequence[Submission]) -> list[Submission]:
    """Products, each after those of them that it reads, as far as there is such an order."""
    left = {s.subject: s for s in sorted(submissions, key=lambda s: s.subject)}
    read = {s.subject: _read(s, left) for s in left.values()}
    turn: list[Submission] = []
    while left:
        ready = [subject for subject in left if not read[subject] & left.keys()]
        turn += [left.pop(subject) for subject in ready or [next(iter(left))]]
    return turn


def _read(submission: Submission, others: Mapping[Iri, Submission]) -> set[Iri]:
    values = {
        value
        for _, predicate, value in submission.triples
        if predicate in (PM.readsFrom, PROV.wasDerivedFrom) and isinstance(value, str)
    }
    return {
        other
        for other in others
        if other != submission.subject and any(within(value, other) for value in values)
    }


def send(
    exchange: Exchange, base_iri: str, submissions: Sequence[Submission], key: str
) -> Iterator[Outcome]:
    """Send products to their addresses, one after the other, until one is refused.

    Args:
        exchange: the server.
        base_iri: what the IRIs of its mesh begin with.
        submissions: the products.
        key: what the `Idempotency-Key` of each begins with; empty to make it of what is sent, so
            that the same products sent again are the same request.

    Raises:
        InvalidRequest: a decision is among them, or the server does not take what was sent.
        Forbidden: the token does not publish them.
        Unavailable: the server does not answer, or not as a catalog does.
    """
    decisions = [s.subject for s in submissions if s.kind is Kind.DECISION]
    if decisions:
        raise InvalidRequest(
            f"{decisions[0]} is a decision of the federation, and no product",
            hint="leave it out; decisions are harvested where the catalog lies",
        )
    for submission in in_turn(submissions):
        body = serialize(submission.triples, "ntriples")
        content = canonical(submission.triples, submission.subject).encode()
        reply = exchange.put(
            _path(submission.subject, base_iri),
            body,
            Content_Type="application/n-triples",
            Idempotency_Key=f"{key or 'content'}-{sha256(content).hexdigest()[:32]}",
        )
        outcome = _outcome(submission, reply)
        yield outcome
        if outcome.fate is Fate.QUARANTINED:
            return


def _path(product: Iri, base_iri: str) -> str:
    local = product.removeprefix(base_iri)
    if local != product and local.startswith("products/") and "?" not in local:
        return f"/{local}"
    return f"/resource?iri={quote(product, safe='')}"


def _outcome(submission: Submission, reply: Reply) -> Outcome:
    """What a server says became of a product, its findings at the lines of the files here."""
    told = _told(reply)
    if reply.status in _NOT_ALLOWED:
        raise Forbidden(str(told.get("detail", "")), hint=str(told.get("hint", "")))
    if reply.status not in _ANSWERED:
        raise InvalidRequest(
            f"the server does not take {submission.subject}: {told.get('detail', reply.status)}",
            hint=str(told.get("hint", "")),
        )
    places = Places(submission.subject, submission.facts)
    try:
        found = [_finding(record) for record in told["findings"]]
        fate = Fate(told["outcome"])
        revision = told["revision"]
    except (KeyError, TypeError, ValueError) as fault:
        raise Unavailable(
            f"the server answers {reply.status}, and not what became of {submission.subject}",
            hint="name the address of a Polyseme server",
        ) from fault
    findings = in_order(places.pointed(replace(one, file="", line=0, column=0)) for one in found)
    later = tuple(map(str, told.get("not_evaluated", ())))
    return Outcome(submission.subject, fate, Verdict(submission.subject, findings, later), revision)


def _told(reply: Reply) -> dict[str, Any]:
    try:
        told = json.loads(reply.body)
    except ValueError:
        told = {}
    return told if isinstance(told, dict) else {}


def _finding(record: Mapping[str, Any]) -> Finding:
    """A finding as `Finding.record` has it."""
    value = record["value"]
    return Finding(
        standard=record["standard"],
        severity=Severity(record["severity"]),
        message=record["message"],
        fix=record["fix"],
        focus=record["focus"],
        path=record["path"],
        value=parse(f"<urn:s> <urn:p> {value} .", "ntriples")[0].object if value else None,
        product=record["product"],
        waiver=record["waiver"],
    )
