"""Its folder is where tests of sources and engines find what they share: `songs` and a server."""

from collections.abc import Iterator

import postgres_server
import pytest
import s3_server
import songs
import spark_server


@pytest.fixture(scope="session")
def database() -> Iterator[postgres_server.Server]:
    """One PostgreSQL for all tests that read one."""
    with postgres_server.server() as running:
        yield running


@pytest.fixture(scope="session")
def songs_address(database: postgres_server.Server) -> str:
    """The address of the table in that server, for tests that leave it as it is."""
    return songs.in_postgres(database, "untouched")


@pytest.fixture(scope="session")
def object_store() -> Iterator[s3_server.Store]:
    """One object store for all tests that read one; each keeps to a bucket of its own."""
    with s3_server.store() as running:
        yield running


@pytest.fixture(scope="session")
def sail_url() -> Iterator[str]:
    """A Sail, which speaks Spark Connect."""
    with spark_server.sail() as url:
        yield url


@pytest.fixture(scope="session")
def spark_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """Spark itself, where it is asked for."""
    if "spark" not in pytestconfig.getoption("markexpr"):
        pytest.skip("Spark itself is asked for by -m spark")
    with spark_server.spark() as url:
        yield url
