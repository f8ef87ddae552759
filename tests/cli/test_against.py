"""--against: the same verdict, plan and replay beside a home, its files, and the server of it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_mesh
from cli_running import BROKEN, MESH, Command, serving

TOKEN = "a-token-of-forty-characters-for-the-tests"  # noqa: S105 - of a server of this test only
PODCASTS = MESH / "podcasts"


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the example mesh."""
    own = Path(shutil.copytree(home, tmp_path_factory.mktemp("served") / "home"))
    with serving(own, POLYSEME_TOKEN=TOKEN) as (_, address):
        yield address


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """The files of the users' team, one column less."""
    folder = Path(shutil.copytree(MESH / "users", tmp_path / "users"))
    contract = folder / "profiles.odcs.yaml"
    text = contract.read_text(encoding="utf-8")
    start = text.index("      - name: country\n")
    end = text.index("      - name: ", start + 1)
    contract.write_text(text[:start] + text[end:], encoding="utf-8")
    return folder


def bare(told: dict[str, Any]) -> dict[str, Any]:
    """What a run told, as text that can be compared."""
    return json.loads(json.dumps(told, sort_keys=True))  # type: ignore[no-any-return]


@pytest.fixture
def admitted(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the server, whose token is set."""
    monkeypatch.setenv("POLYSEME_TOKEN", TOKEN)
    return server


@pytest.mark.parametrize("verb", ["validate", "plan"])
def test_home_folder_and_server_give_one_answer(
    polyseme: Command, home: Path, users: Path, verb: str, admitted: str
) -> None:
    nowhere = users / "none"
    (users / "polyseme.toml").write_text('base_iri = "https://mesh.media.example/"\n')
    told = [
        polyseme("--home", nowhere, verb, users, "--against", mesh, "--format", "json")
        for mesh in (home, MESH, f"{admitted}/")
    ]
    assert [ran.code for ran in told] == [1, 1, 1], told[-1].err
    first, *others = (bare(ran.told) for ran in told)
    for other in others:
        assert other == first
    assert "breaking-is-major" in told[0].out or "podcasts.listener_demographics" in told[0].out
    assert not nowhere.exists()


def test_a_change_of_standards_is_replayed_over_a_server(polyseme: Command, tmp_path: Path) -> None:
    home = small_mesh.made(tmp_path)
    folder = small_mesh.layer(tmp_path)
    few = small_mesh.chosen(tmp_path)
    asked = ("--home", tmp_path / "none", "standards", "diff", few, folder, "--format", "json")
    here = polyseme(*asked, "--against", home)
    with serving(home) as (_, address):
        there = polyseme(*asked, "--against", address)
    assert (here.code, there.code) == (1, 1), there.err
    published = [p for p in here.told["products"] if p["published"]]
    assert there.told["products"] == published
    assert published


def test_a_domain_whose_standards_only_the_server_has_is_not_checked_whole(
    polyseme: Command, tmp_path: Path
) -> None:
    folder = small_mesh.layer(tmp_path)
    home = small_mesh.made(tmp_path)
    product = tmp_path / "orders.odcs.yaml"
    product.write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nname: orders\nversion: 1.0.0\n"
        "status: active\ndomain: sales\nschema:\n  - name: orders\n"
    )
    asked = ("--home", tmp_path / "none", "validate", product, "--format", "json")
    with serving(home, POLYSEME_STANDARDS=str(folder)) as (_, address):
        ran = polyseme(*asked, "--against", address)
        assert ran.code == 3
        (told,) = ran.told["unchecked"]
        assert told["standard"] == "not-checked"
        assert "domains/sales" in told["message"]
        assert "--standards" in told["fix"]
        whole = polyseme(*asked, "--against", address, "--standards", folder)
        assert whole.told["unchecked"] == []


def test_without_its_token_a_server_is_no_ground_to_check_on(
    polyseme: Command, server: str, tmp_path: Path
) -> None:
    for verb in ("validate", "plan"):
        ran = polyseme("--home", tmp_path, verb, PODCASTS, "--against", server)
        assert ran.code == 3
        assert "the request carries no valid token" in ran.err
        assert "POLYSEME_TOKEN" in ran.err
        assert ran.out == ""


@pytest.mark.parametrize(
    ("against", "ended"),
    [
        ("http://127.0.0.1:9", (3, "cannot be reached")),
        ("ftp://mesh.example/", (2, "no address of a catalog")),
        ("file:///tmp", (2, "no address of a catalog")),
        ("nowhere", (2, "nowhere is not there")),
        ("README.md", (2, "README.md is no folder")),
    ],
)
@pytest.mark.parametrize("verb", [("validate",), ("plan",), ("standards", "diff")])
def test_what_is_no_mesh_is_told_with_what_to_do(
    polyseme: Command, tmp_path: Path, verb: tuple[str, ...], against: str, ended: tuple[int, str]
) -> None:
    what = "shapes" if verb[0] == "standards" else BROKEN
    ran = polyseme("--home", tmp_path, *verb, what, "--against", against)
    assert (ran.code, ran.out) == (ended[0], "")
    assert ended[1] in ran.err
    assert "hint: " in ran.err


def test_a_mesh_of_another_base_is_not_compared_with(
    polyseme: Command, admitted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYSEME_BASE_IRI", "https://other.example/")
    ran = polyseme("--home", tmp_path, "validate", PODCASTS, "--against", admitted)
    assert ran.code == 2
    assert "serves a mesh whose IRIs begin with https://mesh.media.example/" in ran.err


def test_a_file_around_that_cannot_be_read_leaves_the_check_incomplete(
    polyseme: Command, tmp_path: Path
) -> None:
    mesh = Path(shutil.copytree(MESH / "governance", tmp_path / "mesh"))
    shutil.copy(BROKEN / "truncated.odcs.yaml", mesh)
    asked = ("--home", tmp_path / "none", "validate", MESH / "users", "--against", mesh)
    ran = polyseme(*asked)
    assert ran.code == 3
    assert "truncated.odcs.yaml:" in ran.out
    assert "not-checked   a file of the mesh around cannot be read: " in ran.out
    sarif = polyseme(*asked, "--format", "sarif", "--exit-zero")
    assert sarif.code == 3
    assert "not-checked" in {r["ruleId"] for r in sarif.told["runs"][0]["results"]}
    assert polyseme(*asked, "--format", "junit").out.count("<error ") == 1
