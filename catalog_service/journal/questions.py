"""Who asked what across products: the audit, beside the journal. Nothing of it is ever changed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, String, Table, Text, inspect, select
from sqlalchemy.engine import Engine

from catalog_service.domain.asked import Asked
from catalog_service.journal.tables import metadata
from catalog_service.terms import Iri

questions = Table(
    "questions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("time", DateTime(timezone=False), nullable=False),  # UTC
    Column("asker", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("polyseme", Text, nullable=False),
    Column("measures", Text, nullable=False),
    Column("products", Text, nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
)


class Questions:
    """The questions asked of one home.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, asked: Asked) -> None:
        """Keep a question; it is durable when this returns."""
        row = {
            "time": asked.time.astimezone(UTC).replace(tzinfo=None),
            "asker": asked.asker,
            "purpose": asked.purpose,
            "polyseme": asked.polyseme,
            "measures": json.dumps(asked.measures),
            "products": json.dumps(asked.products),
            "outcome": asked.outcome,
            "revision": asked.revision,
            "digest": asked.digest,
            "rows": asked.rows,
        }
        with self._engine.begin() as connection:
            connection.execute(questions.insert(), [row])

    def since(self, time: datetime) -> Iterator[Asked]:
        """The questions asked since a moment, the oldest first."""
        if not inspect(self._engine).has_table(questions.name):
            return  # the home was made before there were any, and is only read
        naive = time.astimezone(UTC).replace(tzinfo=None)
        statement = select(questions).where(questions.c.time >= naive).order_by(questions.c.number)
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                yield _asked(row)


def _asked(row: Any) -> Asked:  # noqa: ANN401 - a row of the table
    return Asked(
        time=row.time.replace(tzinfo=UTC),
        asker=row.asker,
        purpose=row.purpose,
        polyseme=row.polyseme,
        measures=tuple(json.loads(row.measures)),
        products=tuple(Iri(at) for at in json.loads(row.products)),
        outcome=row.outcome,
        revision=row.revision,
        digest=row.digest,
        rows=row.rows,
    )
