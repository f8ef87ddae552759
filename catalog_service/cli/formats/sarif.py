"""Findings as SARIF 2.1.0, which code scanning and editors read."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from catalog_service import __version__
from catalog_service.cli.findings import standard_of
from catalog_service.cli.output import plain
from catalog_service.domain.findings import NOTICES, REMEDIES, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report
    from catalog_service.domain.findings import Finding
    from catalog_service.governance.standard import Standard

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"
"""What readers of SARIF call the root of the checkout."""
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def written(report: "Report", known: "Known") -> str:
    """The log, with one run."""
    names = list(dict.fromkeys(finding.standard for finding in report.findings))
    results = [_result(f, names.index(f.standard), report) for f in report.findings]
    run = {
        "tool": {
            "driver": {
                "name": "polyseme",
                "semanticVersion": __version__,
                "rules": [_rule(name, report.findings, known) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.incomplete, "exitCode": report.code}],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str, findings: "Iterable[Finding]", known: "Known") -> dict[str, Any]:
    standard = standard_of(name, known)
    if standard is not None:
        return _asked(name, standard)
    weight = next(finding.severity for finding in findings if finding.standard == name)
    text = NOTICES.get(name, name)
    return {
        "id": name,
        "shortDescription": {"text": text},
        "help": {"text": REMEDIES.get(name, text)},
        "defaultConfiguration": {"level": _LEVELS[weight]},
    }


def _asked(name: str, standard: "Standard") -> dict[str, Any]:
    """A standard, with why it is there and how to meet it."""
    steps = list(standard.messages)
    listed = "\n".join(f"- {step}" for step in steps)
    return {
        "id": name,
        "name": standard.identifier,
        "shortDescription": {"text": standard.label},
        "fullDescription": {"text": standard.why},
        "help": {
            "text": "\n".join((standard.why, *steps)),
            "markdown": f"{standard.why}\n\n{listed}\n\n`polyseme explain {standard.identifier}`",
        },
        "helpUri": standard.iri,
        "defaultConfiguration": {"level": _LEVELS[standard.severity]},
        "properties": {"tags": [standard.group], "since": standard.since},
    }


def _result(finding: "Finding", index: int, report: "Report") -> dict[str, Any]:
    told = "\n".join(filter(None, (finding.message, finding.fix)))
    result: dict[str, Any] = {
        "ruleId": finding.standard,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(told)},
        "locations": [_location(finding, report)],
        "partialFingerprints": {"polyseme/v1": finding.fingerprint},
        "properties": finding.record(),
    }
    if report.known is not None:
        result["baselineState"] = "new"
    if finding.waiver:
        reason = _message(report.reason(finding))
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": reason}
        ]
    return result


def _location(finding: "Finding", report: "Report") -> dict[str, Any]:
    place = report.place(finding)
    location: dict[str, Any] = {}
    if place.file:
        physical: dict[str, Any] = {"artifactLocation": _artifact(place.file)}
        if place.line:
            columns = {"startColumn": place.column} if place.column else {}
            physical["region"] = {"startLine": place.line, **columns}
        location["physicalLocation"] = physical
    if finding.focus:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.focus, "kind": "resource"}]
    return location


def _artifact(file: str) -> dict[str, str]:
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="surrogateescape"), "uriBaseId": _ROOT}


def _message(text: str) -> str:
    """Text in which a reader of SARIF finds neither a link nor a gap to fill."""
    return _PLACEHOLDER.sub(r"{{\1}}", plain(text).replace("](", "] ("))
