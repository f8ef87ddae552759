"""What the tests of dialects share: one asker for each engine that SQL is run on."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import postgres_server
import pytest
from dialects_ask import Ask


@pytest.fixture(
    scope="session",
    params=["duckdb", "sail", "postgres", pytest.param("spark", marks=pytest.mark.spark)],
)
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Ask]]:
    """A dialect, and what runs it."""
    if request.param == "duckdb":
        with duckdb.connect() as connection:
            yield "duckdb", lambda sql: connection.execute(sql).fetchall()
    elif request.param == "postgres":
        yield "postgres", _postgres(request.getfixturevalue("database"))
    else:
        from catalog_service.semantic.engines.spark_client import connected  # noqa: PLC0415

        with connected(request.getfixturevalue(f"{request.param}_url")) as client:
            yield (
                "spark",
                lambda sql: [tuple(row.values()) for row in client.sql(sql).toArrow().to_pylist()],
            )


def _postgres(database: postgres_server.Server) -> Ask:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        listed = database.run(f"SELECT json_agg(json_build_array(n, v)) FROM ({sql}) AS t")  # noqa: S608
        return [tuple(row) for row in json.loads(listed)]

    return ask
