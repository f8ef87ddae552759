"""Findings as people and programs read them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.cli.output import Output
from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Origin
from catalog_service.errors import NotFound

if TYPE_CHECKING:  # its import is as long as the rest of a search
    from catalog_service.governance.standards import Standards

STYLES = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WIDTH = 100
_LONGEST_LINE = 1 << 16


def written(out: Output, findings: Iterable[Finding], standards: "Standards") -> None:
    """Write findings one after the other, each with the line it is about and what to do."""
    for finding in findings:
        identifier, name = _called(finding.standard, standards)
        where = str(Origin(finding.file, finding.line, finding.column)) or finding.focus or ""
        out.line(
            (where, "bold"),
            "  ",
            (finding.severity.value, STYLES[finding.severity]),
            f"  {name}   {finding.message}",
        )
        for line in _shown(finding):
            out.line((line, "dim"))
        explained = f"polyseme explain {identifier}" if identifier else ""
        fix = f"fix: {finding.fix}" if finding.fix else ""
        if waiver := finding.waiver:
            out.line(f"     waived by {waiver}")
        elif fix or explained:
            out.line(f"     {'   '.join(filter(None, (fix, explained)))}")


def counted(findings: Sequence[Finding]) -> str:
    """How many findings there are, by weight: `2 violations, 1 warning, 1 waived`."""
    counts = Counter(finding.severity for finding in findings if finding.waiver is None)
    waived = sum(finding.waiver is not None for finding in findings)
    told = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    if waived:
        told.append(f"{waived} waived")
    return ", ".join(told) or "no findings"


def tally(findings: Sequence[Finding]) -> dict[str, int]:
    """The same as figures, for JSON."""
    open_ = [finding for finding in findings if finding.waiver is None]
    return {
        **{
            f"{severity.value}s": sum(finding.severity is severity for finding in open_)
            for severity in Severity
        },
        "waived": len(findings) - len(open_),
    }


def plural(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _called(standard: str, standards: "Standards") -> tuple[str, str]:
    """The short id of a standard and both its names; no id for what only a reader can notice."""
    try:
        found = standards.named(standard)
    except NotFound:
        return "", standard
    return found.identifier, f"{found.identifier} {found.name}"


def _shown(finding: Finding) -> list[str]:
    """The offending line, cut to what fits, with a caret under the column."""
    line = _line(finding.file, finding.line) if finding.file and finding.line else None
    if line is None:
        return []
    start = max(0, finding.column - _WIDTH * 3 // 4)
    number = f"{finding.line:>7} | "
    shown = [number + line[start : start + _WIDTH]]
    if finding.column:
        shown.append(" " * 7 + " | " + " " * (finding.column - 1 - start) + "^")
    return shown


@cache
def _line(file: str, number: int) -> str | None:
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as lines:
            found = next(islice(lines, number - 1, None), None)
    except OSError:
        return None
    return found[:_LONGEST_LINE].rstrip().replace("\t", " ") if found is not None else None
