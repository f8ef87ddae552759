"""Findings over time: what is open, waived, being recovered from or closed, and since when.

Nobody is told of a finding about what their view does not hold, nor counts it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog_service.domain.tracking import (
    Recovery,
    Standing,
    State,
    Tracked,
    Turn,
    report_iri,
)
from catalog_service.graph import View, many, query
from catalog_service.journal import Filter, Key, Ledger, key
from catalog_service.services.findings.stated import Stated, stated
from catalog_service.terms import Iri

__all__ = [
    "BY",
    "STANDING",
    "Filter",
    "Key",
    "Page",
    "Recovery",
    "Standing",
    "State",
    "Stated",
    "Tracked",
    "Turn",
    "counts",
    "find",
    "key",
    "page",
    "standings",
    "stated",
    "turns",
]

STANDING = (State.OPEN, State.RECOVERING, State.WAIVED)
"""The states of what is not closed."""

BY = ("subject", "state", "weight", "standard", "kind", "domain", "owner")
"""What findings can be counted by."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some findings, the gravest first; `more` where others follow the last one."""

    findings: tuple[Tracked, ...]
    more: bool = False


def page(
    view: View,
    ledger: Ledger,
    wanted: Filter,
    *,
    after: Key | None = None,
    first: int | None = None,
) -> Page:
    """Findings, the gravest first, then by subject, standard and fingerprint.

    Args:
        view: what the caller may see.
        ledger: where findings are kept.
        wanted: which; a domain stands for all that lies below it, too.
        after: the key of the last finding of the page before.
        first: how many; all of them by default.
    """
    chosen = _below(view, wanted)
    sight = _Sight(view)
    found: list[Tracked] = []
    size = None if first is None else first + 1
    while size is None or len(found) < size:
        some = ledger.page(chosen, after=after, limit=size)
        found += [tracked for tracked in some if sight.holds(tracked.subject)]
        if size is None or len(some) < size:
            break
        after = key(some[-1])
    return Page(tuple(found[:first]), more=first is not None and len(found) > first)


def counts(
    view: View, ledger: Ledger, wanted: Filter, *by: str
) -> Counter[tuple[str | int | None, ...]]:
    """How many findings there are, by the values of what they are counted by.

    Args:
        view: what the caller may see.
        ledger: where findings are kept.
        wanted: which; a domain stands for all that lies below it, too.
        by: some of `BY`, such as `domain` and `standard`.
    """
    sight = _Sight(view)
    told: Counter[tuple[str | int | None, ...]] = Counter()
    for (subject, *values), number in ledger.counts(_below(view, wanted), "subject", *by).items():
        if sight.holds(Iri(str(subject))):
            told[tuple(values)] += number
    return told


def find(view: View, ledger: Ledger, subject: Iri, fingerprint: str) -> Tracked | None:
    """One finding of a subject; None where there is none, or it may not be seen."""
    if not _Sight(view).holds(subject):
        return None
    return next((each for each in ledger.of(subject) if each.fingerprint == fingerprint), None)


def turns(view: View, ledger: Ledger, tracked: Tracked) -> tuple[Turn, ...]:
    """Every change of state of a finding, the first one first."""
    seen = _Sight(view).holds(tracked.subject)
    return ledger.turns(tracked.subject, tracked.fingerprint) if seen else ()


def standings(view: View, ledger: Ledger, subjects: Iterable[Iri]) -> dict[Iri, Standing]:
    """How those of `subjects` that were checked, and may be seen, stand now."""
    sight = _Sight(view)
    return ledger.standings(subject for subject in subjects if sight.holds(subject))


class _Sight:
    """Which subjects a view holds: both what they say and what is reported of them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[Iri, bool] = {}

    def holds(self, subject: Iri) -> bool:
        if subject not in self._known:
            report = report_iri(subject)
            self._known[subject] = self._view.sees(subject) and self._view.sees(report)
        return self._known[subject]


def _below(view: View, wanted: Filter) -> Filter:
    """The filter with the domains below its own; one that is not described stands for itself."""
    if not wanted.domains:
        return wanted
    rows = view.select(many(query(__package__, "below"), "domain", wanted.domains))
    parts = dict.fromkeys([*wanted.domains, *(row.iri("part") for row in rows)])
    return replace(wanted, domains=tuple(parts))
