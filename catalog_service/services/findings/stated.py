"""Findings over time as the graph states them, for whoever has a view and no ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog_service.domain.findings import Severity
from catalog_service.domain.tracking import State
from catalog_service.graph import Row, View, grouped, many, optional, query
from catalog_service.terms import SH, Iri

_SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_STATES = {state.iri: state for state in State}


@dataclass(frozen=True, slots=True)
class Stated:
    """One finding, as far as its graph tells of it.

    Args:
        iri: its name.
        standard: the IRI of the standard.
        severity: how much it weighs.
        message: what is wrong.
        state: how far its handling has come.
        changed: since when it is in that state.
        opened: when it was first found.
        closed: when it was closed; None where it is not.
        waiver: the waiver that covers it.
        recovery: a recovery of it that is under way.
    """

    iri: Iri
    standard: Iri
    severity: Severity
    message: str
    state: State
    changed: datetime
    opened: datetime
    closed: datetime | None
    waiver: Iri | None
    recovery: Iri | None


def stated(view: View, subjects: Iterable[Iri]) -> dict[Iri, tuple[Stated, ...]]:
    """All findings that each of `subjects` ever had, by standard."""
    rows = view.select(many(query(__package__, "over_time"), "subject", subjects))
    return {
        subject: tuple(_stated(told[0]) for told in grouped(found, "finding").values())
        for subject, found in grouped(rows, "subject").items()
    }


def _stated(row: Row) -> Stated:
    return Stated(
        iri=row.iri("finding"),
        standard=row.iri("standard"),
        severity=_SEVERITIES[row.iri("severity")],
        message=row.text("message"),
        state=_STATES[row.iri("state")],
        changed=datetime.fromisoformat(row.text("changed")),
        opened=datetime.fromisoformat(row.text("opened")),
        closed=datetime.fromisoformat(row.text("closed")) if "closed" in row else None,
        waiver=optional(row, "waiver"),
        recovery=optional(row, "recovery"),
    )
