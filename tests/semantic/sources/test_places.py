"""Which paths of ports may be read."""

from dataclasses import replace
from pathlib import Path

import pytest
import songs

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.sources import Options, located, opened
from catalog_service.settings import Connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    songs.delimited(own)
    other = tmp_path / "other"
    other.mkdir()
    songs.delimited(other)
    (own / "linked.csv").symlink_to(other / "songs.csv")
    (own / "many").mkdir()
    (own / "many" / "linked.csv").symlink_to(other / "songs.csv")
    return own


@pytest.mark.parametrize(
    "address",
    [
        "file:../other/songs.csv",
        "file:x/../../other/songs.csv",
        "file:%2E%2E/other/songs.csv",
        "file:linked.csv",
        "file:many",
        "file:many/*.csv",
        "file:../other/*.csv",
        "file:///etc/passwd",
        "file://elsewhere/songs.csv",
        "s3://bucket/songs.csv",
        "https://mesh.example/songs.csv",
        "file:absent.csv",
    ],
)
@pytest.mark.parametrize("configured", [True, False])
def test_a_path_outside_of_what_may_be_read_is_refused(
    address: str, folder: Path, *, configured: bool
) -> None:
    options = Options(roots=(folder,) if configured else None)
    with pytest.raises(SourceUnavailable) as raised:
        opened(songs.relation(address, folder, kind="csv"), options)
    assert str(folder.parent) not in raised.value.message + raised.value.hint


def test_a_server_without_roots_reads_no_file(folder: Path) -> None:
    with pytest.raises(SourceUnavailable, match="outside of the folders"):
        opened(songs.relation("file:songs.csv", folder), Options())


def test_a_command_reads_below_the_document(folder: Path) -> None:
    place = located(songs.relation("file:songs.csv", folder), Options(roots=None))
    assert place.path == str(folder.resolve() / "songs.csv")
    assert place.kind == "csv"


@pytest.mark.parametrize("mark", [".git", "polyseme.toml"])
def test_a_command_reads_anywhere_in_the_repository_of_the_document(
    mark: str, folder: Path
) -> None:
    deep = folder / "dbt" / "target"
    deep.mkdir(parents=True)
    stated = songs.relation("file:../../songs.csv", deep, kind="csv")
    with pytest.raises(SourceUnavailable, match="outside of the folders"):
        opened(stated, Options(roots=None))
    (folder / mark).touch()
    opened(stated, Options(roots=None)).close()
    beyond = songs.relation("file:../../../other/songs.csv", deep, kind="csv")
    with pytest.raises(SourceUnavailable, match="outside of the folders"):
        opened(beyond, Options(roots=None))


def test_without_a_document_a_relative_path_begins_nowhere() -> None:
    relation = songs.relation("file:songs.csv", Path())
    relation = replace(relation, place=replace(relation.place, beside=""))
    with pytest.raises(SourceUnavailable, match="relative path"):
        located(relation, Options(roots=None))


@pytest.mark.parametrize("key", ["port", "product", "file:absent", "file:absent.csv"])
def test_settings_say_where_data_lies_instead(key: str, folder: Path) -> None:
    relation = songs.relation("file:absent.csv", Path("/nowhere"), kind="csv")
    name = {"port": relation.port, "product": relation.product}.get(key, key)
    options = Options(
        roots=(folder,), connections={name: Connection(url=f"file://{folder}/songs.csv")}
    )
    if key == "file:absent":  # no boundary: `file:absent.csv` merely begins with the same letters
        with pytest.raises(SourceUnavailable):
            opened(relation, options)
    else:
        assert opened(relation, options).bytes


def test_of_a_shared_folder_a_dataset_gets_its_own_file(folder: Path) -> None:
    (folder / "notes.csv").write_text("a\n1\n")
    place = located(songs.relation(f"file://{folder}", folder, kind="csv"), Options(None))
    assert place.path == str(folder.resolve() / "songs.csv")


def test_a_path_names_its_table_by_a_placeholder(folder: Path) -> None:
    address = "file:%7Bmodel%7D.csv"
    place = located(songs.relation(address, folder, kind="csv"), Options(None))
    assert place.path == str(folder.resolve() / "songs.csv")


def test_without_a_format_nothing_is_guessed(folder: Path) -> None:
    (folder / "songs.data").write_text("a\n1\n")
    with pytest.raises(SourceUnavailable, match="states no format"):
        located(songs.relation("file:songs.data", folder), Options(None))


def test_databases_and_services_want_a_connection_in_the_settings(folder: Path) -> None:
    relation = songs.relation("postgresql://db.example:5432/music", folder, protocol="postgresql")
    with pytest.raises(SourceUnavailable, match="no connection is set"):
        located(relation, Options(roots=(folder,)))


def test_a_connection_of_a_host_is_none_of_a_longer_name() -> None:
    relation = songs.relation("postgresql://db.example.evil/music", Path("/x"))
    options = Options(connections={"postgresql://db.example": Connection(user="reader")})
    assert options.connection(relation) is None


SERVERS = {"postgresql": "postgresql://db.evil:5432/music", "sparql": "https://db.evil/query"}
SECRETS = [{"password_env": "SONGS_PASSWORD"}, {"token_env": "SONGS_TOKEN"}]


def reached(protocol: str, key: str, address: str = "", **said: str) -> str:
    """The address that a connection reaches, of which the publisher states another."""
    relation = songs.relation(address or SERVERS[protocol], Path("/x"), protocol=protocol)
    name = {"port": relation.port, "product": relation.product}.get(key, key)
    connection = Connection(**said)  # type: ignore[arg-type]
    return located(relation, Options(connections={name: connection})).address


@pytest.mark.parametrize("protocol", SERVERS)
@pytest.mark.parametrize("key", ["port", "product"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_goes_to_no_server_that_only_the_publisher_names(
    protocol: str, key: str, secret: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceUnavailable, match="which server may be told") as raised:
        reached(protocol, key, **secret)
    name = getattr(songs.relation("", Path()), key)
    assert name in raised.value.message
    assert f'`url` in [connections."{name}"]' in raised.value.hint
    with pytest.raises(SourceUnavailable):
        reached(protocol, key, url_env="SONGS_ABSENT", **secret)
    own = SERVERS[protocol].replace("evil", "example")
    assert reached(protocol, key, url=own, **secret) == own
    monkeypatch.setenv("SONGS_URL", own)
    assert reached(protocol, key, url_env="SONGS_URL", **secret) == own


@pytest.mark.parametrize("protocol", SERVERS)
@pytest.mark.parametrize("key", ["port", "product"])
def test_a_connection_without_a_secret_reaches_what_is_stated(protocol: str, key: str) -> None:
    assert reached(protocol, key, user="reader") == SERVERS[protocol]


@pytest.mark.parametrize(
    ("protocol", "key", "address"),
    [
        ("postgresql", "postgresql://", "postgresql://db.evil:5432/music"),
        ("postgresql", "postgresql:", "postgresql://db.evil:5432/music"),
        ("postgresql", "postgresql://db.example:", "postgresql://db.example:x@db.evil/music"),
        ("sparql", "https://", "https://db.evil/query"),
        ("sparql", "https://db.example:", "https://db.example:x@db.evil/query"),
        ("sparql", "https://db.example/open/", "https://db.example/open/../closed"),
        ("sparql", "https://db.example/open/", "https://db.example/open/%2E%2E/closed"),
    ],
)
def test_a_secret_goes_no_further_than_the_address_that_it_is_declared_for(
    protocol: str, key: str, address: str
) -> None:
    with pytest.raises(SourceUnavailable, match="which server may be told"):
        reached(protocol, key, address, token_env="SONGS_TOKEN")  # noqa: S106 - a name


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    ("protocol", "key"),
    [("postgresql", "postgresql://db.evil:5432/"), ("sparql", "https://db.evil")],
)
def test_a_secret_goes_below_the_address_that_it_is_declared_for(
    protocol: str, key: str, secret: dict[str, str]
) -> None:
    assert reached(protocol, key, **secret) == SERVERS[protocol]
