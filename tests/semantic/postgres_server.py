"""A PostgreSQL for the tests; they are skipped where none is installed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bench.postgres import PASSWORD, Absent, Server
from bench.postgres import server as started

__all__ = ["PASSWORD", "Server", "server"]


@contextmanager
def server() -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            running = stack.enter_context(started())
        except Absent as absent:
            pytest.skip(str(absent))
        yield running
