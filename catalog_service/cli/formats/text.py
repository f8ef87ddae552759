"""A report as people read it: findings with the lines they are about, and a summary last."""

from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING

from catalog_service.cli import findings
from catalog_service.cli.output import Output
from catalog_service.domain.findings import Severity
from catalog_service.domain.publication import Fate

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report

_STYLES = {Fate.PUBLISHED: "green", Fate.QUARANTINED: "bold red"}


def written(report: "Report", known: "Known") -> str:
    """The report, with nothing left out."""
    paper = StringIO()
    out = Output(into=paper)
    findings.written(out, report.findings, known, report.waivers)
    _write_outcomes(out, report)
    out.line(summary(report))
    return paper.getvalue()


def write(out: Output, report: "Report", known: "Known", *, verbose: bool, seconds: float) -> None:
    """Write the report where a person reads it.

    Args:
        out: where to.
        report: the report.
        known: the standards, for their names.
        verbose: tell what is only good to know, and which files are of no kind that is harvested.
        seconds: how long the work took.
    """
    told = report.findings
    shown = [f for f in told if verbose or f.severity is not Severity.INFO]
    findings.written(out, shown, known, report.waivers)
    for file in report.files:
        if verbose and file.outcome == "ignored":
            out.note(f"ignored  {file.file}")
    _write_outcomes(out, report)
    line = summary(report)
    hidden = len(told) - len(shown)
    if hidden:
        line += f" · -v shows {findings.plural(hidden, 'info')}"
    out.line((f"{line} · {seconds:.2f} s", "bold"))


def summary(report: "Report") -> str:
    """What it came to, in one line: `2 violations · 3 files harvested · 1 checked`."""
    known = [f"{report.recognised:,} known before"] if report.recognised else []
    files = Counter(row.outcome for row in report.files if row.outcome != "ignored")
    fates = Counter(outcome.fate.value for outcome in report.outcomes)
    parts = [findings.counted(report.findings), *known, _counts(files, "file"), _counts(fates)]
    parts += report.aside.summary
    if report.not_evaluated:
        left = findings.plural(len(report.not_evaluated), "standard")
        parts.append(f"{left} left to a later gate")
    return " · ".join(filter(None, parts))


def _write_outcomes(out: Output, report: "Report") -> None:
    for outcome in report.outcomes:
        if report.aside.brief or (out.quiet and outcome.verdict.conforms):
            continue
        at = f"  revision {outcome.revision}" if outcome.revision else ""
        style = _STYLES.get(outcome.fate, "")
        out.line((f"{outcome.fate.value:<11}", style), f"  {outcome.subject}{at}")
    for line in report.aside.lines:
        out.line(line)


def _counts(counts: Counter[str], noun: str = "") -> str:
    """`14 files harvested, 1 unreadable`."""
    told = [f"{number:,} {name}" for name, number in sorted(counts.items())]
    if told and noun:
        first, number = min(counts.items())
        told[0] = f"{findings.plural(number, noun)} {first}"
    return ", ".join(told)
