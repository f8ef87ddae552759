"""The feed: which entries came after which, told without what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from catalog_service.domain.publication import Kind
from catalog_service.journal import codec, tables
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Head:
    """An entry without its content.

    Args:
        revision: its number.
        subject: the product or decision.
        kind: which of the two.
        version: what the product says its version is; empty where it says none.
        time: when it was published, in UTC.
        publisher: who published it.
        content_hash: the hash of its canonical graph.
        conforms: whether it met the standards then.
        source: the kind of source it was read from.
        previous: the revision of the same subject before it; None for its first.
    """

    revision: int
    subject: Iri
    kind: Kind
    version: str
    time: datetime
    publisher: str
    content_hash: str
    conforms: bool
    source: str
    previous: int | None


class Feed:
    """The entries of one home, in the order in which they came.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heads(
        self,
        *,
        after: int,
        until: int,
        first: int,
        subjects: Sequence[Iri] = (),
        kinds: Sequence[Kind] = (),
    ) -> tuple[Head, ...]:
        """The first entries after a revision, in order.

        Args:
            after: the revision before the first that is asked for; 0 to begin.
            until: the last revision that may be told.
            first: how many at most.
            subjects: only entries of these; of all where none is named.
            kinds: only entries of these kinds, likewise.
        """
        columns, earlier = tables.entries.c, tables.entries.alias().c
        previous = (
            select(func.max(earlier.revision))
            .where(earlier.subject == columns.subject)
            .where(earlier.revision < columns.revision)
            .scalar_subquery()
        )
        query = (
            select(
                columns.revision,
                columns.subject,
                columns.kind,
                columns.version,
                columns.time,
                columns.publisher,
                columns.content_hash,
                columns.verdict,
                columns.source,
                previous.label("previous"),
            )
            .where(columns.revision > after)
            .where(columns.revision <= until)
            .order_by(columns.revision)
            .limit(first)
        )
        if subjects:
            query = query.where(columns.subject.in_(tuple(subjects)))
        if kinds:
            query = query.where(columns.kind.in_([kind.value for kind in kinds]))
        with self._engine.connect() as connection:
            return tuple(map(_head, connection.execute(query)))


def _head(row: Any) -> Head:  # noqa: ANN401 - a row of the columns above
    subject = Iri(row.subject)
    return Head(
        revision=row.revision,
        subject=subject,
        kind=Kind(row.kind),
        version=row.version,
        time=row.time.replace(tzinfo=UTC),
        publisher=row.publisher,
        content_hash=row.content_hash,
        conforms=codec.verdict(subject, row.verdict).conforms,
        source=row.source,
        previous=row.previous,
    )
