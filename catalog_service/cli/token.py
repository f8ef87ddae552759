"""polyseme token: make, list and take back the tokens that pipelines publish with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from catalog_service.bootstrap import tokens
from catalog_service.cli.naming import meant
from catalog_service.cli.session import Given, Session
from catalog_service.domain.names import short
from catalog_service.domain.tokens import LONGEST, Token
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.search import Kind
from catalog_service.services import domains


def token(
    asked: Literal["create", "list", "revoke"],
    named: str = "",
    *,
    product: str = "",
    days: int = 90,
    note: str = "",
    session: Given,
) -> None:
    """Make, list and take back the tokens that pipelines publish with.

    A token lets whoever has it publish the products of one domain, and of the domains below it,
    until its last day. Its secret is told once; the catalog keeps a hash of it.

    Args:
        asked: create: make one and tell its secret. list: all there are, without their secrets.
            revoke: take one back, at once.
        named: For create, the domain, by name or IRI; for revoke, the id of the token.
        product: For create, the IRI of the one product that may be published with it.
        days: For create, how many days it lasts; 90 by default, 366 at the most.
        note: For create, what it is for.
        session: What every verb is given.
    """
    session.writes("text", "json")
    if bool(named) is (asked == "list"):
        usage = {"create": "create DOMAIN", "list": "list", "revoke": "revoke ID"}[asked]
        raise InvalidRequest(f"token {asked} is not asked so", hint=f"write polyseme token {usage}")
    match asked:
        case "create":
            _create(session, named, product, days, note)
        case "list":
            _list(session)
        case "revoke":
            with tokens(session.settings()) as kept:
                taken = kept.revoke(named)
            _told(session, {"token": _record(taken)}, f"token {taken.id} is taken back")


def _create(session: Session, named: str, product: str, days: int, note: str) -> None:
    if not 0 < days <= LONGEST.days:
        raise InvalidRequest(
            f"--days {days} is not from 1 to {LONGEST.days}",
            hint="make a new token before the last day of the old one",
        )
    with session.reading() as catalog:
        domain = meant(catalog.index, named, kinds=(Kind.DOMAIN,))
        if domains.domain(catalog.view(), domain) is None:
            raise NotFound(
                f"no domain is registered as {domain}",
                hint="polyseme search --kind domain lists those that are",
            )
        only = meant(catalog.index, product, kinds=(Kind.PRODUCT,)) if product else None
    with tokens(session.settings()) as kept:
        made, secret = kept.create(domain, lasts=timedelta(days=days), product=only, note=note)
    session.out.note(
        f"token {made.id} publishes {only or f'products of {domain}'} until"
        f" {made.expires:%Y-%m-%d %H:%M} UTC; its secret is told this once"
    )
    _told(session, {"token": _record(made), "secret": secret}, secret)


def _list(session: Session) -> None:
    with tokens(session.settings()) as kept:
        found = kept.all()
    if session.format == "json":
        session.out.json({"tokens": [_record(one) for one in found]})
        return
    if not found:
        session.out.line("there are no tokens · make one with polyseme token create DOMAIN")
        return
    session.out.table(_rows(found), head=("token", "for", "state", "note"))


def _rows(found: Sequence[Token]) -> list[tuple[str, ...]]:
    return [(one.id, one.product or short(one.domain), _state(one), one.note) for one in found]


def _state(one: Token) -> str:
    if one.revoked is not None:
        return f"taken back {one.revoked:%Y-%m-%d}"
    ended = one.expires <= datetime.now(UTC)
    return f"{'ended' if ended else 'valid until'} {one.expires:%Y-%m-%d}"


def _record(one: Token) -> dict[str, str | None]:
    def time(moment: datetime | None) -> str | None:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None

    return {
        "id": one.id,
        "domain": one.domain,
        "product": one.product,
        "note": one.note,
        "created": time(one.created),
        "expires": time(one.expires),
        "revoked": time(one.revoked),
    }


def _told(session: Session, record: dict[str, Any], line: str) -> None:
    if session.format == "json":
        session.out.json(record)
    else:
        session.out.line(line)
