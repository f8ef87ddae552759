"""token: what pipelines publish with, made, listed and taken back."""

import shutil
from pathlib import Path

import pytest
from cli_running import Command

from catalog_service.bootstrap import build
from catalog_service.settings import Settings

USERS = "https://mesh.media.example/domains/users"
PROFILES = "https://mesh.media.example/products/users.profiles"


@pytest.fixture
def mine(home: Path, tmp_path: Path) -> Path:
    """A copy of the example's home, to write to."""
    return Path(shutil.copytree(home, tmp_path / "home"))


def test_a_token_is_made_and_its_secret_told_once(polyseme: Command, mine: Path) -> None:
    ran = polyseme("--home", mine, "token", "create", "users", "--note", "the nightly job")
    assert ran.code == 0
    secret = ran.out.strip()
    assert secret.startswith("polyseme_")
    assert "products of https://mesh.media.example/domains/users until" in ran.err
    listed = polyseme("--home", mine, "token", "list")
    assert secret not in listed.out + listed.err
    assert "the nightly job" in listed.out
    assert "valid until" in listed.out


def test_a_token_is_made_and_taken_back_beside_a_writer(polyseme: Command, mine: Path) -> None:
    with build(Settings(home=mine)) as serving:
        made = polyseme("--home", mine, "token", "create", "users", "--format", "json").told
        assert made["format_version"] == 1
        assert made["token"]["domain"] == USERS
        assert serving.journal.tokens.known(made["secret"]) is not None
        assert polyseme("--home", mine, "token", "revoke", made["token"]["id"]).code == 0
        assert serving.journal.tokens.known(made["secret"]) is None
    (told,) = polyseme("--home", mine, "token", "list", "--format", "json").told["tokens"]
    assert told["revoked"]
    assert "taken back" in polyseme("--home", mine, "token", "list").out


def test_a_token_may_be_for_one_product_published_or_not(polyseme: Command, mine: Path) -> None:
    asked = ("--home", mine, "token", "create", "users", "--format", "json", "--product")
    assert polyseme(*asked, "users.profiles").told["token"]["product"] == PROFILES
    new = "https://mesh.media.example/products/users.new"
    assert polyseme(*asked, new).told["token"]["product"] == new


def test_a_home_without_tokens_says_so(polyseme: Command, mine: Path) -> None:
    assert "there are no tokens" in polyseme("--home", mine, "token", "list").out


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("create",), 2, "write polyseme token create DOMAIN"),
        (("revoke",), 2, "write polyseme token revoke ID"),
        (("list", "users"), 2, "write polyseme token list"),
        (("create", "nobody"), 2, "nothing is called 'nobody'"),
        (("create", PROFILES), 2, "no domain is registered as"),
        (("create", "users", "--days", "0"), 2, "--days 0 is not from 1 to 366"),
        (("create", "users", "--days", "367"), 2, "--days 367 is not from 1 to 366"),
        (("revoke", "cafe"), 2, "no token 'cafe'"),
    ],
)
def test_what_cannot_be_done_is_said(
    polyseme: Command, mine: Path, asked: tuple[str, ...], code: int, said: str
) -> None:
    ran = polyseme("--home", mine, "token", *asked)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_where_there_is_no_catalog_none_is_made(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("--home", tmp_path / "none", "token", "list")
    assert ran.code == 2
    assert "no catalog" in ran.err
    assert not (tmp_path / "none").exists()
