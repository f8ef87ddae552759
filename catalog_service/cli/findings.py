"""Findings as people and programs read them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from catalog_service.cli.output import Output
from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Origin
from catalog_service.domain.waivers import Waiver
from catalog_service.errors import NotFound
from catalog_service.terms import Iri

if TYPE_CHECKING:  # its import is as long as the rest of a search
    from catalog_service.governance.standard import Standard

STYLES = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WIDTH = 100
_LONGEST_LINE = 1 << 16


class Known(Protocol):
    """The standards that findings may be of."""

    def named(self, text: str, /) -> "Standard":
        """The standard with this name, short id or IRI.

        Raises:
            NotFound: there is none.
        """
        ...


def written(
    out: Output,
    findings: Iterable[Finding],
    known: Known,
    waivers: Mapping[Iri, Waiver] | None = None,
) -> None:
    """Write findings one after the other, each with the line it is about and what to do.

    Args:
        out: where to.
        findings: the findings.
        known: the standards, for their names.
        waivers: what is known of the waivers that findings name.
    """
    for finding in findings:
        standard = standard_of(finding.standard, known)
        where = str(Origin(finding.file, finding.line, finding.column)) or finding.focus or ""
        out.line(
            (where, "bold"),
            "  ",
            (finding.severity.value, STYLES[finding.severity]),
            f"  {called(finding.standard, known)}   {finding.message}",
        )
        for line in _shown(finding):
            out.line((line, "dim"))
        explained = f"polyseme explain {standard.identifier}" if standard else ""
        fix = f"fix: {finding.fix}" if finding.fix else ""
        if finding.waiver:
            waiver = (waivers or {}).get(finding.waiver)
            why = f" until {waiver.expires.isoformat()}: {waiver.rationale}" if waiver else ""
            out.line(f"     waived by {finding.waiver}{why}")
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


def standard_of(name: str, known: Known) -> "Standard | None":
    """The standard that a finding names; None of what only a reader can notice."""
    try:
        return known.named(name)
    except NotFound:
        return None


def called(name: str, known: Known) -> str:
    """What a standard is called in output: by its short id and its name, where it has both."""
    standard = standard_of(name, known)
    return f"{standard.identifier} {standard.name}" if standard else name


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
