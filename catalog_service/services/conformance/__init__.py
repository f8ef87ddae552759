"""Conformance over time: how a product stood, and how many of a domain or of the mesh did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from catalog_service.domain.publication import Kind
from catalog_service.domain.tracking import Conformance, report_iri
from catalog_service.graph import View, many, query
from catalog_service.journal import Ledger
from catalog_service.terms import Iri

__all__ = ["Conformance", "Day", "days", "days_by_domain", "histories", "history"]


@dataclass(frozen=True, slots=True)
class Day:
    """How products stood at the end of a day, in UTC.

    Args:
        day: the day.
        products: how many there were.
        conforming: how many of them conformed.
        violations: violations that were neither waived nor closed.
        warnings: warnings, likewise.
        infos: infos, likewise.
        waived: findings that a waiver covered.
    """

    day: date
    products: int = 0
    conforming: int = 0
    violations: int = 0
    warnings: int = 0
    infos: int = 0
    waived: int = 0


def history(
    view: View,
    ledger: Ledger,
    subject: Iri,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Conformance, ...]:
    """How a product or decision stood over time, the first one first.

    Args:
        view: what the caller may see.
        ledger: where it is kept.
        subject: the product or decision.
        since: leave out what ended before.
        until: leave out what began after.
    """
    if not _holds(view, subject):
        return ()
    return ledger.conformance([subject], since=since, until=until)


def histories(
    view: View,
    ledger: Ledger,
    subjects: Iterable[Iri],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[Iri, tuple[Conformance, ...]]:
    """How each of some products or decisions stood over time, asked once for all of them.

    Args:
        view: what the caller may see.
        ledger: where it is kept.
        subjects: the products or decisions.
        since: leave out what ended before.
        until: leave out what began after.
    """
    seen = [subject for subject in dict.fromkeys(subjects) if _holds(view, subject)]
    found: dict[Iri, list[Conformance]] = {}
    for span in ledger.conformance(seen, since=since, until=until):
        found.setdefault(span.subject, []).append(span)
    return {subject: tuple(spans) for subject, spans in found.items()}


def days(
    view: View, ledger: Ledger, first: date, last: date, *, domain: Iri | None = None
) -> tuple[Day, ...]:
    """How the products of the mesh, or of one domain, stood at the end of each day.

    Args:
        view: what the caller may see.
        ledger: where it is kept.
        first: the first day.
        last: the last day.
        domain: only products that lay in this domain then, or in one that is below it now.
    """
    spans = _spans(view, ledger, first, last)
    if domain is not None:
        parts = _below(view, [domain])[domain]
        spans = (span for span in spans if span.place.domain in parts)
    return _told(spans, first, last)


def days_by_domain(
    view: View, ledger: Ledger, first: date, last: date, domains: Iterable[Iri]
) -> dict[Iri, tuple[Day, ...]]:
    """How the products of each domain, and of those below it, stood at the end of each day.

    Args:
        view: what the caller may see.
        ledger: where it is kept.
        first: the first day.
        last: the last day.
        domains: the domains.
    """
    spans = list(_spans(view, ledger, first, last))
    return {
        domain: _told((span for span in spans if span.place.domain in parts), first, last)
        for domain, parts in _below(view, domains).items()
    }


def _spans(view: View, ledger: Ledger, first: date, last: date) -> Iterator[Conformance]:
    """What is known of products that may be seen, as far as it bears on those days."""
    seen: dict[Iri, bool] = {}
    for span in ledger.conformance(since=_end(first), until=_end(last)):
        if span.place.kind is Kind.PRODUCT:
            if span.subject not in seen:
                seen[span.subject] = _holds(view, span.subject)
            if seen[span.subject]:
                yield span


def _told(spans: Iterable[Conformance], first: date, last: date) -> tuple[Day, ...]:
    """The figures of each day: each span adds where it begins, and takes away where it ends."""
    number = max(0, (last - first).days + 1)
    steps = [[0] * 6 for _ in range(number + 1)]
    for span in spans:
        figures = (
            1, int(span.conforms), span.violations, span.warnings, span.infos, span.waived,
        )  # fmt: skip
        ends = number if span.ended is None else _index(span.ended, first, number)
        for place, sign in ((_index(span.since, first, number), 1), (ends, -1)):
            steps[place] = [a + sign * b for a, b in zip(steps[place], figures, strict=True)]
    running = accumulate(
        steps[:number], lambda one, two: [a + b for a, b in zip(one, two, strict=True)]
    )
    return tuple(Day(first + timedelta(days=n), *figures) for n, figures in enumerate(running))


def _index(moment: datetime, first: date, number: int) -> int:
    """The number of the first day whose end is at that moment or after it."""
    return min(number, max(0, (moment.astimezone(UTC).date() - first).days))


def _end(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def _below(view: View, domains: Iterable[Iri]) -> dict[Iri, set[Iri]]:
    """Each domain with those below it; one that is not described stands for itself."""
    found = {domain: {domain} for domain in domains}
    for row in view.select(many(query(__package__, "below"), "domain", found)):
        found[row.iri("domain")].add(row.iri("part"))
    return found


def _holds(view: View, subject: Iri) -> bool:
    return view.sees(subject) and view.sees(report_iri(subject))
