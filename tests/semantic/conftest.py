"""Its folder is where tests of sources and engines find what they share: `songs` and a server."""

from collections.abc import Iterator

import postgres_server
import pytest
import songs


@pytest.fixture(scope="session")
def database() -> Iterator[postgres_server.Server]:
    """One PostgreSQL for all tests that read one."""
    with postgres_server.server() as running:
        yield running


@pytest.fixture(scope="session")
def songs_address(database: postgres_server.Server) -> str:
    """The address of the table in that server, for tests that leave it as it is."""
    return songs.in_postgres(database, "untouched")
