"""polyseme export over the example mesh."""

from pathlib import Path

import yaml
from cli_running import MESH, Command

from catalog_service.graph import parse

IDENTITIES = "https://mesh.media.example/products/users.identities"


def test_a_product_is_written_as_show_writes_it(polyseme: Command, home: Path) -> None:
    shown = polyseme("--home", home, "show", IDENTITIES, "--as", "ttl")
    written = polyseme("--home", home, "export", "users.identities")
    assert written.code == 0
    assert parse(written.out, "turtle") == parse(shown.out, "turtle")
    assert not written.err


def test_the_catalog_is_written_where_nothing_is_named(polyseme: Command, home: Path) -> None:
    written = polyseme("--home", home, "export", "--as", "dcat")
    assert "a dcat:Catalog" in written.out
    assert "are left out" in written.err


def test_files_read_back_as_the_products_they_came_from(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    into, again = tmp_path / "files", tmp_path / "again"
    done = polyseme("--home", home, "export", "users", "--as", "odps", "--into", into)
    assert (done.code, done.out, done.err) == (0, "", "")
    names = sorted(file.name for file in into.iterdir())
    assert names == [
        "users-accounts.odcs.yaml", "users-emails.odcs.yaml", "users-profiles.odcs.yaml",
        "users.identities.odps.yaml", "users.profiles.odps.yaml",
    ]  # fmt: skip
    assert polyseme("--home", again, "harvest", MESH / "governance", into, "-q").code == 0
    for name in ("users.identities", "users.profiles"):
        one = polyseme("--home", home, "export", name, "--as", "nq").out
        assert one == polyseme("--home", again, "export", name, "--as", "nq").out


def test_what_is_lost_is_told_beside_the_result(polyseme: Command, home: Path) -> None:
    written = polyseme("--home", home, "export", "podcasts.listens", "--as", "odps")
    assert written.out.startswith("# file: podcasts.listens.odps.yaml\n# This format cannot hold")
    assert "cannot be held by odps; the files name them" in written.err
    documents = list(yaml.safe_load_all(written.out))
    assert [document["kind"] for document in documents] == ["DataProduct", "DataContract"]


def test_one_file_for_a_form_that_is_one_document(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    polyseme("--home", home, "export", "users", "--as", "backstage", "--into", tmp_path, "-q")
    polyseme("--home", home, "export", "--as", "nq", "--into", tmp_path)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["catalog.nq", "users.backstage.yaml"]


def test_what_cannot_be_exported_is_told_with_what_can(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    for arguments, code, told in (
        (("nothing-there",), 2, "nothing"),
        (("https://mesh.media.example/polysemes/User",), 2, "neither a product nor a domain"),
        (("users", "--as", "pdf"), 2, "the forms are ttl"),
        (("users", "--into", tmp_path / "file" / "x"), 2, "cannot be written"),
    ):
        (tmp_path / "file").touch()
        done = polyseme("--home", home, "export", *arguments)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
