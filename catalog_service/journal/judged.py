"""What sweeps last said of each subject, and what that rested on.

A sweep that finds everything as it was carries the verdict over. So nothing here is a record of its
own: without it, the next sweep judges everything anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, String, Table, Text, inspect, select
from sqlalchemy.engine import Engine

from catalog_service.domain.findings import Verdict
from catalog_service.journal import codec
from catalog_service.journal.tables import metadata
from catalog_service.terms import Iri

_AT_ONCE = 500

judged = Table(
    "judged",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("basis", String(64), nullable=False),  # SHA-256 of all that the verdict rests on
    Column("verdict", LargeBinary, nullable=False),  # zstd of JSON
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the digest of all that it rests on."""

    basis: str
    verdict: Verdict


class Judged:
    """The verdicts of the last sweeps of one home.

    Args:
        engine: the database of its journal.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def bases(self) -> dict[Iri, str]:
        """What the last verdict on each subject rested on."""
        if not inspect(self._engine).has_table(judged.name):
            return {}  # the home was made before there were any, and is only read
        with self._engine.connect() as connection:
            rows = connection.execute(select(judged.c.subject, judged.c.basis))
            return {Iri(subject): basis for subject, basis in rows}

    def verdicts(self, subjects: Iterable[Iri]) -> dict[Iri, Verdict]:
        """The last verdicts on some subjects."""
        found: dict[Iri, Verdict] = {}
        with self._engine.connect() as connection:
            for batch in _batches(list(subjects)):
                rows = select(judged.c.subject, judged.c.verdict)
                for subject, kept in connection.execute(rows.where(judged.c.subject.in_(batch))):
                    found[Iri(subject)] = codec.verdict(Iri(subject), codec.unpacked(kept))
        return found

    def keep(self, judgements: Mapping[Iri, Judgement]) -> None:
        """Keep verdicts, in the place of those before."""
        rows = [
            {
                "subject": subject,
                "basis": judgement.basis,
                "verdict": codec.packed(codec.verdict_text(judgement.verdict)),
            }
            for subject, judgement in judgements.items()
        ]
        with self._engine.begin() as connection:
            for batch in _batches(list(judgements)):
                connection.execute(judged.delete().where(judged.c.subject.in_(batch)))
            if rows:
                connection.execute(judged.insert(), rows)

    def forget(self, subjects: Iterable[Iri]) -> None:
        """Forget verdicts, such as those on what is no longer published."""
        with self._engine.begin() as connection:
            for batch in _batches(list(subjects)):
                connection.execute(judged.delete().where(judged.c.subject.in_(batch)))


def _batches(items: Sequence[Iri]) -> Iterator[Sequence[Iri]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
