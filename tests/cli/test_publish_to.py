"""publish --to: products go to a server that runs, with a token, each in its turn."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_running import MESH, Command, serving

from catalog_service.bootstrap import tokens
from catalog_service.cli.sending import in_turn
from catalog_service.domain.publication import Submission
from catalog_service.domain.rdf import Fact, Origin, Triple
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from catalog_service.terms import DPROD, PM, PROV, Iri

PLAYS = "https://mesh.media.example/products/streaming.plays"


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A copy of the example's home, and the address where it is served."""
    mine = Path(shutil.copytree(home, tmp_path_factory.mktemp("served") / "home"))
    with serving(mine) as (_, address):
        yield mine, address


@pytest.fixture
def token(polyseme: Command, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    made = polyseme("--home", served[0], "token", "create", "streaming", "--format", "json").told
    monkeypatch.setenv("POLYSEME_PUBLISH_TOKEN", made["secret"])
    return str(made["token"]["id"])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The files of the streaming team, with a new title."""
    folder = Path(shutil.copytree(MESH / "streaming", tmp_path / "streaming"))
    shutil.copy(MESH / "polyseme.toml", folder)
    (folder / "polyseme.toml").write_text('base_iri = "https://mesh.media.example/"\n')
    return folder


def retitled(folder: Path, title: str) -> None:
    (file,) = folder.glob("*.odps.yaml")
    text = file.read_text()
    file.write_text(text.replace("name: Plays\n", f"name: {title}\n"))
    assert title in file.read_text()


def test_a_team_publishes_to_a_server(
    polyseme: Command, served: tuple[Path, str], token: str, files: Path
) -> None:
    home, address = served
    retitled(files, "Streams")
    ran = polyseme("publish", files, "--to", address, "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    (product,) = ran.told["products"]
    assert (product["iri"], product["outcome"]) == (PLAYS, "published")
    journal = Journal(home / "journal.db", write=False)
    entry = journal.latest(Iri(PLAYS))
    journal.close()
    assert entry is not None
    assert (entry.revision, entry.publisher) == (product["revision"], f"token {token}")
    again = polyseme("publish", files, "--to", address, "--format", "json").told
    assert again["products"][0]["revision"] == product["revision"]


def test_what_does_not_conform_is_not_sent(
    polyseme: Command, served: tuple[Path, str], token: str, files: Path
) -> None:
    assert token
    for file in files.glob("*.yaml"):
        file.write_text(file.read_text().replace("role: owner", "role: developer"))
    ran = polyseme("publish", files, "--to", served[1])
    assert ran.code == 1
    assert "owner-named" in ran.out
    assert "nothing published" in ran.err


def test_outside_its_domain_a_token_publishes_nothing(
    polyseme: Command, served: tuple[Path, str], token: str
) -> None:
    ran = polyseme("publish", MESH / "artists", "--to", served[1])
    assert ran.code == 2
    assert f"token {token} does not publish" in ran.err


def test_without_a_token_nothing_is_sent(
    polyseme: Command, served: tuple[Path, str], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = polyseme("publish", files, "--to", served[1])
    assert (ran.code, ran.out) == (2, "")
    assert "POLYSEME_PUBLISH_TOKEN" in ran.err
    monkeypatch.setenv("POLYSEME_PUBLISH_TOKEN", "polyseme_x")
    retitled(files, "Else")
    ran = polyseme("publish", files, "--to", served[1])
    assert ran.code == 2
    assert "no valid publish token" in ran.err


def test_a_token_that_was_taken_back_publishes_nothing(
    polyseme: Command, served: tuple[Path, str], token: str, files: Path
) -> None:
    with tokens(Settings(home=served[0])) as kept:
        kept.revoke(token)
    retitled(files, "Other")
    assert polyseme("publish", files, "--to", served[1]).code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--to", "http://127.0.0.1:1/"), 3, "cannot be reached"),
        (("--to", "here"), 2, "no address of a server"),
        (("--to", "ftp://x"), 2, "no address of a catalog"),
        (("--idempotency-key", "x"), 2, "--idempotency-key is for --to"),
    ],
)
def test_what_cannot_be_done_is_told(  # noqa: PLR0917 - a table
    polyseme: Command,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("POLYSEME_PUBLISH_TOKEN", "polyseme_x")
    ran = polyseme("publish", files, *arguments)
    assert ran.code == code, ran.err
    assert said in ran.err


def test_decisions_of_the_federation_are_not_sent(
    polyseme: Command, served: tuple[Path, str], token: str
) -> None:
    assert token
    ran = polyseme("publish", MESH / "governance", "--to", served[1])
    assert ran.code == 2
    assert "is a decision of the federation" in ran.err


def stating(name: str, *reads: str) -> Submission:
    subject = Iri(f"https://m/products/{name}")
    port = Iri(f"{subject}/inputs/x")
    triples = [Triple(subject, DPROD.inputPort, port)]
    triples += [Triple(port, PM.readsFrom, Iri(f"https://m/products/{r}/ports/p")) for r in reads]
    triples += [Triple(port, PROV.wasDerivedFrom, Iri(f"https://m/products/{name}/own"))]
    return Submission(subject, tuple(Fact(t, Origin("x")) for t in triples))


def test_what_is_read_is_sent_before_what_reads_it() -> None:
    chain = [stating("a", "b"), stating("b", "c"), stating("c"), stating("ab")]
    names = [s.subject.rpartition("/")[2] for s in in_turn(chain)]
    assert sorted(names) == ["a", "ab", "b", "c"]
    assert names.index("c") < names.index("b") < names.index("a")


def test_a_circle_is_sent_whole() -> None:
    circle = [stating("a", "b"), stating("b", "a"), stating("c", "a")]
    assert len(in_turn(circle)) == 3
    assert in_turn(circle)[-1].subject.endswith("/c")
    assert in_turn([]) == []
    assert {t.predicate for t in circle[0].triples} >= {DPROD.inputPort}
