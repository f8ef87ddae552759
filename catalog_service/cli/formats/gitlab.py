"""Findings as a Code Quality report, which GitLab shows in merge requests."""

import json
from typing import TYPE_CHECKING, Any

from catalog_service.cli.output import plain
from catalog_service.domain.findings import Severity

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report
    from catalog_service.domain.findings import Finding

_SEVERITIES = {Severity.VIOLATION: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def written(report: "Report", _: "Known") -> str:
    """The report: one issue for each fingerprint, since GitLab tells issues apart by it."""
    issues = {finding.fingerprint: finding for finding in reversed(report.findings)}
    rows = [_issue(finding, report) for finding in reversed(issues.values())]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _issue(finding: "Finding", report: "Report") -> dict[str, Any]:
    place = report.place(finding)
    told = [finding.message, finding.fix]
    if finding.waiver:
        told.append(f"Waived: {report.reason(finding)}")
    return {
        "description": plain(" ".join(filter(None, told))).replace("\n", " "),
        "check_name": finding.standard,
        "fingerprint": finding.fingerprint,
        "severity": "info" if finding.waiver else _SEVERITIES[finding.severity],
        "location": {"path": place.file, "lines": {"begin": place.line or 1}},
        "finding": finding.record(),
    }
