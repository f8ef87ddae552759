"""Publish tokens: what is kept of them, when they end, and answers that are given again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service.domain.tokens import Token
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.journal import Answer, Journal, Tokens
from catalog_service.terms import Iri

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
USERS = Iri("https://mesh.example/domains/users")
IDENTITY = Iri("https://mesh.example/domains/identity")
PROFILES = Iri("https://mesh.example/products/profiles")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def tokens(file: Path) -> Iterator[Tokens]:
    journal = Journal(file)
    yield journal.tokens
    journal.close()


def test_a_secret_lets_its_token_in_and_lies_nowhere(tokens: Tokens, file: Path) -> None:
    token, secret = tokens.create(USERS, lasts=WEEK, note="nightly", now=NOW)
    assert tokens.known(secret, NOW) == token
    assert len(secret) >= len("polyseme_") + 43  # 256 bits
    written = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert b"nightly" in written
    assert secret.encode() not in written


@pytest.mark.parametrize("secret", ["", "polyseme_", "polyseme_x", "x" * 5000, "pölyseme_\ud800"])
def test_a_secret_that_was_never_given_lets_nobody_in(tokens: Tokens, secret: str) -> None:
    tokens.create(USERS, lasts=WEEK, now=NOW)
    assert tokens.known(secret, NOW) is None


def test_a_token_ends_at_its_time(tokens: Tokens) -> None:
    _, secret = tokens.create(USERS, lasts=WEEK, now=NOW)
    assert tokens.known(secret, NOW + WEEK - timedelta(seconds=1)) is not None
    assert tokens.known(secret, NOW + WEEK) is None


def test_a_token_that_is_taken_back_lets_nobody_in_and_stays_on_record(tokens: Tokens) -> None:
    token, secret = tokens.create(USERS, lasts=WEEK, now=NOW)
    tokens.revoke(token.id, NOW + timedelta(hours=1))
    tokens.revoke(token.id, NOW + timedelta(hours=2))
    assert tokens.known(secret, NOW + timedelta(hours=3)) is None
    (kept,) = tokens.all()
    assert kept.revoked == NOW + timedelta(hours=1)


def test_a_token_that_is_none_cannot_be_taken_back(tokens: Tokens) -> None:
    with pytest.raises(NotFound, match="no token 'cafe'"):
        tokens.revoke("cafe")


@pytest.mark.parametrize("lasts", [timedelta(), timedelta(days=-1), timedelta(days=367)])
def test_a_token_always_ends(tokens: Tokens, lasts: timedelta) -> None:
    with pytest.raises(InvalidRequest, match="1 to 366 days"):
        tokens.create(USERS, lasts=lasts)


def test_tokens_outlive_the_process(tokens: Tokens, file: Path) -> None:
    token, secret = tokens.create(USERS, lasts=WEEK, product=PROFILES, now=NOW)
    again = Journal(file)
    assert again.tokens.known(secret, NOW) == token
    again.close()


def test_a_token_covers_its_domain_and_those_below() -> None:
    token = Token("1", USERS, None, "", NOW, NOW + WEEK)
    assert token.covers(PROFILES, {USERS})
    assert token.covers(PROFILES, {IDENTITY, USERS})
    assert not token.covers(PROFILES, {IDENTITY})
    assert not token.covers(PROFILES, ())


def test_a_token_for_one_product_covers_no_other() -> None:
    token = Token("1", USERS, PROFILES, "", NOW, NOW + WEEK)
    assert token.covers(PROFILES, {USERS})
    assert not token.covers(Iri(f"{PROFILES}2"), {USERS})


def test_an_answer_is_given_again_for_a_day_to_the_same_token(tokens: Tokens) -> None:
    mine, _ = tokens.create(USERS, lasts=WEEK, now=NOW)
    other, _ = tokens.create(USERS, lasts=WEEK, now=NOW)
    answer = Answer("cafe", 201, "{}")
    tokens.remember(mine, "key", answer, NOW)
    assert tokens.answered(mine, "key", NOW + timedelta(hours=23)) == answer
    assert tokens.answered(mine, "key", NOW + timedelta(hours=24)) is None
    assert tokens.answered(mine, "other", NOW) is None
    assert tokens.answered(other, "key", NOW) is None
    later = Answer("beef", 200, "{}")
    tokens.remember(mine, "key", later, NOW + timedelta(hours=25))
    assert tokens.answered(mine, "key", NOW + timedelta(hours=25)) == later
