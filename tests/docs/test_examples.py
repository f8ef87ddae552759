"""What the pages show is what happens: every command, query and answer, against the example mesh."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from docs_reading import (
    PAGES,
    ROOT,
    Block,
    Command,
    alike,
    bare,
    blocks,
    commands,
    fits,
    named,
    pattern,
)

from catalog_service.cli.app import run

SHOWN_AT = "http://127.0.0.1:8000"
RUN = {"console", "sh", "graphql", "sparql"}
NOT_RUN = {
    "make demo": "makes an environment of its own, and serves until it is stopped",
    "make test": "this suite",
    "pip install .": "makes an environment of its own",
    "polyseme serve": "serves until it is stopped; the server asked here was started just so",
    "polyseme validate my-product --against governance": "wants the decisions of one's own mesh",
    "polyseme harvest governance my-product": "wants the decisions of one's own mesh",
    "(cat plays.odps.yaml; echo ---; cat plays.odcs.yaml) > plays.yaml": "wants one's own files",
    "curl -X PUT http://127.0.0.1:8000/products/streaming.plays --data-binary @plays.yaml \\\n"
    """  -H "Authorization: Bearer $POLYSEME_PUBLISH_TOKEN" -H 'Content-Type: application/yaml'""": (
        "wants a token of the server's own home; tests/api/test_put.py sends the same"
    ),
    "export POLYSEME_PUBLISH_TOKEN=polyseme_…": "wants a token of one's own",
    "polyseme publish . --to https://mesh.media.example/": "wants a server of one's own;"
    " tests/cli/test_publish_to.py publishes to one",
    "export OPENLINEAGE_URL=http://127.0.0.1:8000": "wants a project of one's own",
    "export OPENLINEAGE_API_KEY=polyseme_…": "wants a token of one's own",
    "dbt-ol build": "wants a project of one's own; tests/api/test_openlineage.py runs it",
    'polyseme waive described users.profiles --reason "The new portal writes the titles."'
    " --until 2026-12-31": "wants a day that is still to come",
}
"""The commands that a test cannot run, and why."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example mesh; others copy it."""
    home = tmp_path_factory.mktemp("docs") / "home"
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(StringIO()):
        patched.chdir(ROOT)
        assert run(["--home", str(home), "harvest", "examples/media_mesh"]) == 0
    return home


@pytest.fixture(scope="module")
def server(published: Path) -> Iterator[str]:
    """Where the example mesh is served, by the real command."""
    home = shutil.copytree(published, published.with_name("served"))
    command = [*_polyseme(), "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", greeting)
        assert address is not None, f"the server said {greeting!r}"
        yield address[0]
        process.terminate()
        assert process.wait(timeout=30) == 0


def _polyseme() -> list[str]:
    return [sys.executable, "-c", "from catalog_service.cli import main; main()"]


@dataclass
class Reader:
    """Somebody who follows a page, in a folder of their own, and notes what differs from it.

    A plain `polyseme …` is run in this process, which spares the second that Python takes to begin;
    everything else by the shell.
    """

    server: str
    capfd: pytest.CaptureFixture[str]
    differs: list[str] = field(default_factory=list)
    answer: bytes = b""

    def follow(self, block: Block) -> None:
        if block.language in ("console", "sh"):
            for command in commands(block):
                if bare(command.text) not in NOT_RUN:
                    self.enter(block, command)
        elif block.language == "graphql":
            self.ask_graphql(block)
        elif block.language == "sparql":
            self.ask_sparql(block)

    def enter(self, block: Block, command: Command) -> None:
        code, out, err = self.ran(command.text)
        told = f"{block.place}: {command.text}\n{out}{err}"
        if code != command.exit:
            self.differs.append(f"{told}ended with {code}, not {command.exit}")
        elif command.shown and not fits(command.shown, out + err):
            self.differs.append(f"{told}is not what the page shows:\n{command.shown}")

    def ran(self, text: str) -> tuple[int, str, str]:
        if text.startswith("curl ") and shutil.which("curl") is None:
            pytest.skip("this is asked by curl, which is not installed")
        if text.startswith("polyseme ") and not re.search(r"[|<>]", text):
            code = run(shlex.split(text, comments=True)[1:])
            return (code, *self.capfd.readouterr())
        asked = text.replace(SHOWN_AT, self.server)
        done = subprocess.run(
            ["bash", "-c", asked], capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stdout.replace(self.server, SHOWN_AT), done.stderr

    def ask_graphql(self, block: Block) -> None:
        body = json.dumps({"query": block.text}).encode()
        told = json.loads(self.posted("graphql", body, "application/json"))
        if "errors" in told:
            self.differs.append(f"{block.place}: {told['errors']}")
        self.answer = json.dumps(told["data"]).encode()

    def ask_sparql(self, block: Block) -> None:
        accept = "text/csv, text/turtle;q=0.5"
        kind = "application/sparql-query"
        self.answer = self.posted("sparql", block.text.encode(), kind, accept)
        if len(self.answer.splitlines()) < 2:
            self.differs.append(f"{block.place}: nothing is found")

    def posted(self, door: str, body: bytes, kind: str, accept: str = "application/json") -> bytes:
        headers = {"Content-Type": kind, "Accept": accept}
        request = urllib.request.Request(f"{self.server}/{door}", body, headers)  # noqa: S310 - ours
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - the same
            return bytes(response.read())

    def compare(self, block: Block) -> None:
        """Hold an answer against the one that the page shows behind the question."""
        told = self.answer.decode()
        if block.language == "json":
            same = alike(json.loads(block.text), json.loads(told))
        else:
            same = fits(block.text, told)
        if not same:
            self.differs.append(f"{block.place}: the answer is\n{told}")


@pytest.fixture
def reader(
    published: Path,
    server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Reader:
    for name in [name for name in os.environ if name.startswith("POLYSEME_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("POLYSEME_HOME", str(shutil.copytree(published, tmp_path / "home")))
    place = tmp_path / "place"
    for example in ("media_mesh", "broken"):
        shutil.copytree(ROOT / "examples" / example, place / "examples" / example)
    commands_found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", commands_found)
    monkeypatch.chdir(place)
    capfd.readouterr()
    return Reader(server, capfd)


RUNNABLE = [page for page in PAGES if any(block.language in RUN for block in blocks(page))]


@pytest.mark.parametrize("page", RUNNABLE, ids=named)
def test_what_a_page_shows_is_what_happens(page: Path, reader: Reader) -> None:
    before = ""
    for block in blocks(page):
        if block.language in ("json", "csv"):
            assert before in ("graphql", "sparql"), f"{block.place} answers nothing"
            reader.compare(block)
        else:
            reader.follow(block)
        before = block.language
    assert not reader.differs, "\n\n".join(reader.differs)


TRY = (ROOT / "examples" / "media_mesh" / "try.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", re.findall(r"^  (http\S+)", TRY, re.MULTILINE))
def test_what_the_demo_says_to_open_is_there(address: str, reader: Reader) -> None:
    code, out, _ = reader.ran(f"curl -sfL -H 'Accept: text/html' {address}")
    assert code == 0
    assert out.strip()


@pytest.mark.parametrize("asked", re.findall(r"^  (curl .+?)\n\n", TRY, re.MULTILINE | re.DOTALL))
def test_the_questions_of_the_demo_are_answered(asked: str, reader: Reader) -> None:
    code, out, _ = reader.ran(asked)
    assert code == 0
    assert "errors" not in out
    assert "https://mesh.media.example/" in out or "Podcast listens" in out


def test_the_pages_to_run_are_found() -> None:
    found = {named(page) for page in RUNNABLE}
    assert {"README.md", "docs/asking.md", "docs/publishing.md"} <= found
    assert "examples/media_mesh/README.md" in found


def test_what_is_not_run_is_on_some_page() -> None:
    entered = {
        bare(command.text)
        for page in PAGES
        for block in blocks(page)
        if block.language in ("console", "sh")
        for command in commands(block)
    }
    assert NOT_RUN.keys() <= entered


EXCERPTS = [
    block for page in PAGES for block in blocks(page) if block.language in ("yaml", "turtle")
]


@pytest.mark.parametrize("block", EXCERPTS, ids=lambda block: block.place)
def test_an_excerpt_stands_in_the_file_it_names(block: Block) -> None:
    text = (ROOT / block.about).read_text(encoding="utf-8")
    assert re.search(f"^{pattern(block.text)}", text, re.MULTILINE), block.about


def test_a_difference_would_be_seen() -> None:
    assert fits("3 found · … s\n…\nend", "3 found · 0.12 s\none\ntwo\nend\n")
    assert not fits("3 found · … s", "4 found · 0.12 s\n")
    assert not fits("one", "one\ntwo\n")
    assert alike({"a": ["…#x", 1]}, {"a": ["b#x", 1]})
    assert not alike({"a": 1}, {"a": 1, "b": 2})
