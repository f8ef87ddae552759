"""A report as Markdown, to stand as a comment under a change."""

import re
from typing import TYPE_CHECKING

from catalog_service.cli.findings import called
from catalog_service.cli.formats.text import summary
from catalog_service.cli.output import plain
from catalog_service.domain.rdf import Origin

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report
    from catalog_service.domain.findings import Finding

MARK = "<!-- polyseme -->"
"""What a program looks for that writes over its own comment."""
_MOST = 60_000
"""GitHub takes comments of 65,536 characters, GitLab longer ones."""
_HEAD = "| | Standard | Where | What is wrong | What to do |\n|---|---|---|---|---|\n"
_SPECIAL = re.compile(r"[\\`*_{}\[\]#~|!]")


def written(report: "Report", known: "Known") -> str:
    """The summary, and the findings as a table, cut where a comment could not hold it."""
    text = f"{MARK}\n**polyseme**: {safe(summary(report))}\n"
    text += "".join(f"\n{safe(line)}\n" for line in report.aside.lines)
    rows = [_row(finding, report, known) for finding in report.findings]
    if not rows:
        return text
    text += f"\n{_HEAD}"
    for number, row in enumerate(rows):
        if len(text) + len(row) > _MOST:
            left = len(rows) - number
            return f"{text}\n{left:,} more that do not fit here: `polyseme validate` shows them.\n"
        text += row
    return text


def safe(text: str) -> str:
    """Text that is only text: no markup, no table cell of its own, nobody called by name."""
    line = " ".join(plain(text).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\g<0>", line).replace("@", "@\u200b")


def _row(finding: "Finding", report: "Report", known: "Known") -> str:
    where = str(Origin(finding.file, finding.line, finding.column)) or finding.focus or ""
    weight = finding.severity.value
    cells = [
        f"{weight}, waived" if finding.waiver else weight,
        called(finding.standard, known),
        where,
        finding.message,
        f"waived: {report.reason(finding)}" if finding.waiver else finding.fix,
    ]
    return f"| {' | '.join(map(safe, cells))} |\n"
