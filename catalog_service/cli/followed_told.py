"""Findings over time, told: as lines for people, as records, as facts, and as reports."""

import json
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from catalog_service.cli import findings
from catalog_service.cli.formats import written as reported
from catalog_service.cli.output import FORMAT_VERSION, Output
from catalog_service.cli.report import Aside, Report, from_here
from catalog_service.domain.findings import Severity, Verdict
from catalog_service.domain.publication import Fate, Outcome
from catalog_service.domain.rdf import Origin
from catalog_service.domain.tracking import Recovery, State, Tracked
from catalog_service.domain.waivers import Waiver
from catalog_service.graph import serialize
from catalog_service.publishing import conformance
from catalog_service.services import findings as followed
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from catalog_service.bootstrap import Catalog
    from catalog_service.cli.followed import Listed

_STYLES = {State.OPEN: "bold", State.RECOVERING: "cyan", State.WAIVED: "dim", State.CLOSED: "dim"}


def write(out: Output, listed: "Listed", catalog: "Catalog", *, narrow: bool) -> None:
    """Write the list where a person reads it.

    Args:
        out: where to.
        listed: the list.
        catalog: for what standards, waivers and recoveries are called.
        narrow: True where filters kept something out.
    """
    waivers, recoveries = _waivers(listed, catalog), _recoveries(listed, catalog)
    for tracked in listed.findings:
        _write(out, tracked, catalog, waivers, recoveries)
    for line in _nothing(listed, narrow=narrow) if not listed.total else ():
        out.line(line)
    out.line((" · ".join(_summary(listed)), "bold"))


def written(name: str, listed: "Listed", catalog: "Catalog") -> str:
    """The list in a format.

    Args:
        name: one of the formats of reports.
        listed: the list.
        catalog: for what standards, waivers and recoveries are called.
    """
    match name:
        case "text":
            paper = StringIO()
            write(Output(into=paper), listed, catalog, narrow=True)
            return paper.getvalue()
        case "json":
            return json.dumps(_record(listed, catalog), indent=2, ensure_ascii=False) + "\n"
        case "jsonl":
            taken = _recoveries(listed, catalog)
            records = (_told(tracked, taken) for tracked in listed.findings)
            return "".join(
                f"{json.dumps({'format_version': FORMAT_VERSION, **each})}\n" for each in records
            )
        case "rdf":
            facts = [fact for each in listed.findings for fact in conformance.finding(each)]
            for recovery in _recoveries(listed, catalog).values():
                facts.extend(conformance.recovery(recovery))
            return serialize(facts, "turtle").decode()
        case _:
            return reported(name, _report(listed, catalog).renamed(from_here), catalog.layers)


def _write(
    out: Output,
    tracked: Tracked,
    catalog: "Catalog",
    waivers: "Mapping[Iri, Waiver]",
    recoveries: "Mapping[Iri, Recovery]",
) -> None:
    found = tracked.finding
    out.line(
        (f"{tracked.state.value:<10}", _STYLES[tracked.state]),
        "  ",
        (f"{found.severity.value:<9}", findings.STYLES[found.severity]),
        f"  {findings.called(found.standard, catalog.layers)}   {found.message}",
    )
    out.line((f"     {tracked.subject}{_where(tracked)}", "dim"))
    out.line((f"     {_when(tracked)}", "dim"))
    recovery = recoveries.get(tracked.recovery) if tracked.recovery else None
    if recovery is not None:
        out.line(f"     {_recovered(recovery)}")
    if tracked.state is State.WAIVED:
        waiver = waivers.get(found.waiver) if found.waiver else None
        why = f" until {waiver.expires.isoformat()}: {waiver.rationale}" if waiver else ""
        out.line(f"     waived by {found.waiver}{why}")
    elif tracked.state is not State.CLOSED and found.fix:
        standard = findings.standard_of(found.standard, catalog.layers)
        explained = f"   polyseme explain {standard.identifier}" if standard else ""
        out.line(f"     fix: {found.fix}{explained}")


def _where(tracked: Tracked) -> str:
    """The part of the subject that it is about, and where that was read."""
    found, told = tracked.finding, ""
    if found.focus and found.focus != tracked.subject:
        told += f"  at {found.focus.removeprefix(f'{tracked.subject}/')}"
    if found.file:
        told += f"  read from {Origin(found.file, found.line, found.column)}"
    return told


def _when(tracked: Tracked) -> str:
    """`open since 2026-02-01 12:00 · found in revision 3 · came back once`."""
    told = [f"{tracked.state.value} since {_minute(tracked.changed)}"]
    if tracked.changed != tracked.opened:
        told.append(f"first found {_minute(tracked.opened)}")
    first, last = tracked.opened_revision, tracked.last_revision
    told.append(f"revision {first}" if first == last else f"revisions {first} to {last}")
    if tracked.closed_revision is not None:
        told.append(f"closed by revision {tracked.closed_revision}")
    if tracked.reopened:
        times = "once" if tracked.reopened == 1 else f"{tracked.reopened} times"
        told.append(f"came back {times}")
    return " · ".join(told)


def _recovered(recovery: Recovery) -> str:
    if recovery.ended is None:
        return f"{recovery.action}: under way since {_minute(recovery.started)}"
    return f"{recovery.action}: {recovery.outcome or 'ended'} ({_minute(recovery.ended)})"


def _minute(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def _nothing(listed: "Listed", *, narrow: bool) -> list[str]:
    """Why there is nothing to list, and what to do next."""
    if not listed.published:
        return ["nothing is published yet: polyseme harvest PATH"]
    if narrow:
        return ["no finding is like that; without filters, all that is not closed is listed"]
    told = ["all that is published meets the standards, as far as it was checked: polyseme sweep"]
    if listed.refused:
        number = findings.plural(len(listed.refused), "submission")
        told.append(f"{number} in quarantine, not published: {', '.join(listed.refused[:5])}")
    return told


def _summary(listed: "Listed") -> list[str]:
    total = findings.plural(listed.total, "finding")
    shown = len(listed.findings)
    told = [total if shown == listed.total else f"{shown:,} of {total} shown"]
    told.append(_counts(listed.severities, list(Severity)))
    return [part for part in (*told, *_standing(listed)) if part]


def _standing(listed: "Listed") -> list[str]:
    """What reports do not count: findings by their states, and what is on other pages."""
    more = f"more: --after {listed.next}" if listed.next else ""
    return [part for part in (_counts(listed.states, list(State)), more) if part]


def _counts(counts: "Counter[Any]", order: "Sequence[Severity | State]") -> str:
    told = []
    for each in order:
        if counts[each]:
            name = each.value
            weighs = isinstance(each, Severity)
            told.append(
                findings.plural(counts[each], name) if weighs else f"{counts[each]:,} {name}"
            )
    return ", ".join(told)


def _record(listed: "Listed", catalog: "Catalog") -> dict[str, Any]:
    taken = _recoveries(listed, catalog)
    return {
        "format_version": FORMAT_VERSION,
        "findings": [_told(tracked, taken) for tracked in listed.findings],
        "summary": {
            "total": listed.total,
            "states": {state.value: listed.states[state] for state in State},
            "severities": {severity.value: listed.severities[severity] for severity in Severity},
        },
        "next": listed.next or None,
    }


def _told(tracked: Tracked, recoveries: "Mapping[Iri, Recovery]") -> dict[str, Any]:
    """A finding with the fields it has in every door, and with what became of it."""
    recovery = recoveries.get(tracked.recovery) if tracked.recovery else None
    return {
        **tracked.finding.record(),
        "iri": tracked.iri,
        "subject": tracked.subject,
        "kind": tracked.place.kind.value,
        "domain": tracked.place.domain,
        "owner": tracked.place.owner,
        "state": tracked.state.value,
        "changed": tracked.changed.isoformat(),
        "opened": tracked.opened.isoformat(),
        "opened_revision": tracked.opened_revision,
        "last_seen": tracked.last_seen.isoformat(),
        "last_revision": tracked.last_revision,
        "closed": _iso(tracked.closed),
        "closed_revision": tracked.closed_revision,
        "reopened": tracked.reopened,
        "recovery": recovery
        and {
            "iri": recovery.iri,
            "action": recovery.action,
            "agent": recovery.agent,
            "started": recovery.started.isoformat(),
            "ended": _iso(recovery.ended),
            "outcome": recovery.outcome,
        },
    }


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _report(listed: "Listed", catalog: "Catalog") -> Report:
    """The list as a report on what is published, for the formats that other programs read."""
    found: dict[Iri, list[Tracked]] = {}
    for tracked in listed.findings:
        found.setdefault(tracked.subject, []).append(tracked)
    return Report(
        (),
        [
            Outcome(
                subject,
                Fate.CHECKED,
                Verdict(subject, tuple(tracked.finding for tracked in those)),
                max(tracked.last_revision for tracked in those),
            )
            for subject, those in found.items()
        ],
        exit_zero=True,
        waivers=_waivers(listed, catalog),
        aside=Aside(summary=_standing(listed), brief=True),
    )


def _waivers(listed: "Listed", catalog: "Catalog") -> dict[Iri, Waiver]:
    """What decisions say of the waivers that cover what is listed."""
    named = {tracked.finding.waiver for tracked in listed.findings if tracked.stands} - {None}
    if not named:
        return {}
    from catalog_service.governance.waivers import stated  # noqa: PLC0415 - waivers are rare
    from catalog_service.publishing.decided import decided  # noqa: PLC0415 - the same

    return {i: w for i, w in stated(decided(catalog.view(), {})).items() if i in named}


def _recoveries(listed: "Listed", catalog: "Catalog") -> dict[Iri, Recovery]:
    """The recoveries that last took up what is listed."""
    subjects = {tracked.subject for tracked in listed.findings if tracked.recovery}
    stands = followed.standings(catalog.view(), catalog.journal.ledger, sorted(subjects))
    return {taken.iri: taken for standing in stands.values() for taken in standing.recoveries}
