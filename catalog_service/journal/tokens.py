"""Publish tokens and the answers given under them, kept beside the journal's entries.

A secret is seen once, when its token is made; what is kept is its SHA-256. With 256 random bits
there is nothing to guess, so a slow hash would protect nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, select

from catalog_service.domain.tokens import LONGEST, Token
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.journal import tables
from catalog_service.terms import Iri

PREFIX = "polyseme_"
"""What every secret begins with, so that scanners for leaked secrets know it."""

ANSWERS_KEPT = timedelta(hours=24)
"""How long a repeated request is given the answer that it was given before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered.

    Args:
        request_hash: the SHA-256 of what was asked.
        status: the HTTP status.
        body: the body, as JSON.
    """

    request_hash: str
    status: int
    body: str


class Tokens:
    """The tokens of one home.

    Args:
        engine: the database of the journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self,
        domain: Iri,
        *,
        lasts: timedelta,
        product: Iri | None = None,
        note: str = "",
        now: datetime | None = None,
    ) -> tuple[Token, str]:
        """A new token and its secret, which cannot be read again.

        Raises:
            InvalidRequest: it would last for no time, or for more than a year.
        """
        if not timedelta() < lasts <= LONGEST:
            raise InvalidRequest(
                f"a token lasts from 1 to {LONGEST.days} days",
                hint="name fewer days, and make a new token before the last of them",
            )
        time = _utc(now)
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token(secrets.token_hex(4), domain, product, note, time, time + lasts)
        with self._engine.begin() as connection:
            connection.execute(
                tables.tokens.insert().values(
                    id=token.id,
                    secret_hash=_hash(secret),
                    domain=domain,
                    product=product or "",
                    note=note,
                    created=token.created.replace(tzinfo=None),
                    expires=token.expires.replace(tzinfo=None),
                )
            )
        return token, secret

    def known(self, secret: str, now: datetime | None = None) -> Token | None:
        """The token of a secret; None where there is none, or none that is valid."""
        if not secret.startswith(PREFIX):
            return None
        with self._engine.connect() as connection:
            row = connection.execute(
                select(tables.tokens).where(tables.tokens.c.secret_hash == _hash(secret))
            ).first()
        token = _token(row) if row else None
        return token if token and token.valid(_utc(now)) else None

    def all(self) -> tuple[Token, ...]:
        """Every token there ever was, the latest first."""
        there = tables.tokens.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(tables.tokens).order_by(there.created.desc(), there.id)
            )
            return tuple(_token(row) for row in rows)

    def called(self, name: str) -> Token | None:
        """The token of this id, valid or not; None where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(tables.tokens).where(tables.tokens.c.id == name)
            ).first()
        return _token(row) if row else None

    def revoke(self, name: str, now: datetime | None = None) -> Token:
        """Take a token back; from the next request on it lets nobody in.

        Args:
            name: the id of the token.
            now: the time to write down; the clock's by default.

        Raises:
            NotFound: there is no such token.
        """
        there = tables.tokens.c
        with self._engine.begin() as connection:
            connection.execute(
                tables.tokens.update()
                .where(there.id == name)
                .where(there.revoked.is_(None))
                .values(revoked=_utc(now).replace(tzinfo=None))
            )
            row = connection.execute(select(tables.tokens).where(there.id == name)).first()
        if row is None:
            raise NotFound(f"there is no token {name!r}", hint="polyseme token list names them")
        return _token(row)

    def answered(self, token: Token, key: str, now: datetime | None = None) -> Answer | None:
        """What a request with this `Idempotency-Key` was answered; None where it is new."""
        there = tables.answers.c
        since = _utc(now).replace(tzinfo=None) - ANSWERS_KEPT
        with self._engine.connect() as connection:
            row = connection.execute(
                select(there.request_hash, there.status, there.body)
                .where(there.token == token.id)
                .where(there.key == key)
                .where(there.time > since)
            ).first()
        return Answer(*row) if row else None

    def remember(self, token: Token, key: str, answer: Answer, now: datetime | None = None) -> None:
        """Keep an answer for whoever asks the same again, and forget those that are too old."""
        time = _utc(now).replace(tzinfo=None)
        there = tables.answers.c
        with self._engine.begin() as connection:
            connection.execute(tables.answers.delete().where(there.time <= time - ANSWERS_KEPT))
            connection.execute(
                tables.answers.delete().where(there.token == token.id).where(there.key == key)
            )
            connection.execute(
                tables.answers.insert().values(
                    token=token.id,
                    key=key,
                    request_hash=answer.request_hash,
                    status=answer.status,
                    body=answer.body,
                    time=time,
                )
            )


def _token(row: Row[Any]) -> Token:
    return Token(
        row.id,
        Iri(row.domain),
        Iri(row.product) if row.product else None,
        row.note,
        row.created.replace(tzinfo=UTC),
        row.expires.replace(tzinfo=UTC),
        row.revoked.replace(tzinfo=UTC) if row.revoked else None,
    )


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _utc(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC)
