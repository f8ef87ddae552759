"""A report as JUnit XML: a suite for each file, a case for each finding.

What weighs enough to fail the run is a failure, what could not be read an error, what is waived is
skipped; anything lighter is a case that passes and says what it noticed. A product that conforms is
a case that passes, so that a run with nothing to tell is not mistaken for one that did nothing.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from catalog_service.cli.findings import called
from catalog_service.cli.output import plain

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report
    from catalog_service.domain.findings import Finding

_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ELSEWHERE = "polyseme"
"""The suite of what is in no file."""


def written(report: "Report", known: "Known") -> str:
    """The report."""
    suites: dict[str, list[ET.Element]] = defaultdict(list)
    for finding in report.findings:
        place = report.place(finding)
        suites[place.file or _ELSEWHERE].append(_case(finding, report, known))
    for outcome in report.outcomes:
        if outcome.verdict.conforms:
            file = report.file_of(outcome.subject) or _ELSEWHERE
            attributes = {"name": f"{outcome.subject} conforms", "classname": file}
            suites[file].append(_element("testcase", attributes))
    cases = [case for name in sorted(suites) for case in suites[name]]
    root = _element("testsuites", {"name": "polyseme", **_counts(cases)})
    for name in sorted(suites):
        suite = _element("testsuite", {"name": name, **_counts(suites[name])})
        suite.extend(suites[name])
        root.append(suite)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _case(finding: "Finding", report: "Report", known: "Known") -> ET.Element:
    place = report.place(finding)
    name = f"{called(finding.standard, known)}: {finding.focus or place}"
    attributes = {"name": name, "classname": place.file or _ELSEWHERE}
    if place.file:
        attributes |= {"file": place.file, "line": str(place.line or 1)}
    case = _element("testcase", attributes)
    properties = ET.SubElement(case, "properties")
    for field, value in finding.record().items():
        if value not in (None, "", 0):
            said = {"name": field, "value": str(value)}
            properties.append(_element("property", said))
    case.append(_result(finding, report))
    return case


def _result(finding: "Finding", report: "Report") -> ET.Element:
    """How the case ended."""
    if finding.waiver:
        return _element("skipped", {"message": f"waived: {report.reason(finding)}"})
    told = "\n".join(filter(None, (str(report.place(finding)), finding.message, finding.fix)))
    if not report.weighs(finding):
        return _element("system-out", {}, f"{finding.severity.value}: {told}")
    kind = "error" if report.unread(finding) else "failure"
    return _element(kind, {"message": finding.message, "type": finding.standard}, told)


def _counts(cases: list[ET.Element]) -> dict[str, str]:
    ended = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    numbers = {
        name: sum(case.find(tag) is not None for case in cases) for name, tag in ended.items()
    }
    return {name: str(number) for name, number in {"tests": len(cases), **numbers}.items()}


def _element(tag: str, attributes: dict[str, str], text: str = "") -> ET.Element:
    made = ET.Element(tag, {name: _legal(value) for name, value in attributes.items()})
    made.text = _legal(text) or None
    return made


def _legal(text: str) -> str:
    """Text with nothing in it that XML cannot hold, not even escaped."""
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", plain(text))
