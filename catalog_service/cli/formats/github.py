"""Findings as workflow commands of GitHub Actions, which shows them at the lines of a change."""

from typing import TYPE_CHECKING

from catalog_service.cli.findings import called
from catalog_service.cli.formats.text import summary
from catalog_service.cli.output import plain
from catalog_service.domain.findings import Severity

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report
    from catalog_service.domain.findings import Finding

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def written(report: "Report", known: "Known") -> str:
    """One command for each finding, and the summary.

    A finding that is waived is a notice: it blocks nothing.
    """
    lines = [_command(finding, report, known) for finding in report.findings]
    return "".join(f"{line}\n" for line in (*lines, _data(summary(report))))


def _command(finding: "Finding", report: "Report", known: "Known") -> str:
    level = _LEVELS[finding.severity] if finding.waiver is None else "notice"
    place = report.place(finding)
    said = {
        "file": place.file,
        "line": str(place.line or ""),
        "col": str(place.column or ""),
        "title": called(finding.standard, known),
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in said.items() if value)
    return f"::{level} {properties}::{_data(_message(finding, report))}"


def _message(finding: "Finding", report: "Report") -> str:
    told = [
        finding.message,
        f"fix: {finding.fix}" if finding.fix else "",
        f"about {finding.focus}" if finding.focus else "",
        f"waived: {report.reason(finding)}" if finding.waiver else "",
        f"fingerprint {finding.fingerprint}",
    ]
    return "\n".join(filter(None, told))


def _data(text: str) -> str:
    """What may stand behind the second pair of colons, on one line."""
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """What may stand in a property, where colon and comma mean something."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
