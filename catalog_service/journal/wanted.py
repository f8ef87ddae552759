"""Which findings are wanted, and in which order they are told."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement

from catalog_service.domain.findings import Severity
from catalog_service.domain.tracking import State, Tracked
from catalog_service.errors import InvalidRequest
from catalog_service.journal import ledger_rows as rows
from catalog_service.journal import ledger_tables as tables
from catalog_service.terms import Iri


class Key(NamedTuple):
    """Where a finding stands in the order of pages: the gravest first, then by subject."""

    weight: int
    subject: Iri
    standard: str
    fingerprint: str

    @property
    def cursor(self) -> str:
        """It as text to go on from: opaque, safe in an address."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str) -> Self:
        """The key that a caller sends back as a cursor.

        Raises:
            InvalidRequest: it is none of ours.
        """
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            weight, *rest = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            subject, standard, fingerprint = map(_text, rest)
            return cls(int(weight), Iri(subject), standard, fingerprint)
        except (ValueError, TypeError, RecursionError, OverflowError) as fault:
            raise InvalidRequest(
                f"{cursor[:80]!r} is no cursor", hint="give one back as it came, or begin without"
            ) from fault


def key(tracked: Tracked) -> Key:
    """Where a finding stands in the order of pages."""
    found = tracked.finding
    return Key(found.severity.weight, tracked.subject, found.standard, tracked.fingerprint)


def _text(value: object) -> str:
    if not isinstance(value, str):
        msg = f"{value!r} is no text"
        raise TypeError(msg)
    value.encode()  # the database takes no half of a surrogate pair
    return value


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are wanted. What is empty, or None, keeps nothing out.

    Args:
        subjects: of these products or decisions.
        states: in one of these states.
        severities: that weigh this much.
        standards: of these standards, by the names that findings have for them.
        domains: of subjects of exactly these domains.
        owners: of subjects for which these answer.
        since: that came to their state then or later.
    """

    subjects: tuple[Iri, ...] = ()
    states: tuple[State, ...] = ()
    severities: tuple[Severity, ...] = ()
    standards: tuple[str, ...] = ()
    domains: tuple[Iri, ...] = ()
    owners: tuple[Iri, ...] = ()
    since: datetime | None = None

    def clauses(self) -> Iterator[ColumnElement[bool]]:
        """It as conditions on the table of findings."""
        columns = tables.findings.c
        for column, values in (
            (columns.subject, self.subjects),
            (columns.state, self.states),
            (columns.weight, [severity.weight for severity in self.severities]),
            (columns.standard, self.standards),
            (columns.domain, self.domains),
            (columns.owner, self.owners),
        ):
            if values:
                yield column.in_(tuple(values))
        if self.since is not None:
            yield columns.changed >= rows.stamp(self.since)


EVERYTHING = Filter()
