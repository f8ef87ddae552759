"""What a harvest or a check came to: what every format tells of it, and the exit code."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from catalog_service.cli import exits, findings
from catalog_service.domain.findings import Finding, Severity, in_order
from catalog_service.domain.publication import Fate, Outcome
from catalog_service.domain.rdf import Origin
from catalog_service.domain.waivers import Waiver
from catalog_service.harvesting.runner import FileReport
from catalog_service.terms import Iri

_READ = ("harvested", "refused", "unreadable", "ignored")


@dataclass(frozen=True, slots=True)
class Aside:
    """What a verb tells beside files, verdicts and findings.

    Args:
        lines: for people, above the summary.
        summary: more parts of the summary.
        record: more keys of the JSON object.
        brief: verdicts are counted and not listed.
    """

    lines: Sequence[str] = ()
    summary: Sequence[str] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what became of it.

    Args:
        files: a row for each file.
        outcomes: what became of each product and decision.
        fail_on: the weight from which a finding fails the run.
        known: fingerprints that a baseline knows, whose findings are neither told nor counted; None
            where there is no baseline.
        exit_zero: findings fail nothing; what could not be read still does.
        waivers: the waivers that findings name, for their reasons.
        unchecked: what kept the files from being checked whole; no baseline knows it.
        aside: what the verb tells beside all that.
    """

    files: Sequence[FileReport]
    outcomes: Sequence[Outcome]
    fail_on: Severity = Severity.VIOLATION
    known: frozenset[str] | None = None
    exit_zero: bool = False
    waivers: Mapping[Iri, Waiver] = field(default_factory=dict)
    unchecked: Sequence[Finding] = ()
    aside: Aside = field(default_factory=Aside)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in reading order, behind what kept some from being found."""
        return (*dict.fromkeys(self.unchecked), *self.told(self._found()))

    @property
    def recognised(self) -> int:
        """How many findings the baseline knows."""
        known = self.known or frozenset()
        return sum(found.fingerprint in known for found in dict.fromkeys(self._found()))

    @property
    def incomplete(self) -> bool:
        """True where something could not be read or checked."""
        unread = any(report.outcome == "unreadable" for report in self.files)
        return unread or bool(self.unchecked)

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        """The standards that are left to a later gate."""
        return tuple(
            sorted({name for outcome in self.outcomes for name in outcome.verdict.not_evaluated})
        )

    @property
    def code(self) -> int:
        """The exit code."""
        code = exits.judged(self.findings, unread=self.incomplete, fail_on=self.fail_on)
        return exits.FINE if self.exit_zero and code == exits.FINDINGS else code

    def told(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those of some findings that the baseline does not know, each once, in reading order."""
        known = self.known or frozenset()
        return in_order(f for f in dict.fromkeys(found) if f.fingerprint not in known)

    def weighs(self, finding: Finding) -> bool:
        """True where a finding is heavy enough to fail the run."""
        return finding.waiver is None and finding.severity.weight >= self.fail_on.weight

    def unread(self, finding: Finding) -> bool:
        """True where a finding is that its file could not be read, or not be checked whole."""
        return finding in self.unchecked or any(
            report.outcome == "unreadable" and report.file == finding.file for report in self.files
        )

    def file_of(self, product: Iri | None) -> str:
        """The first file that states something of a product; empty where none does."""
        return next((row.file for row in self.files if product in row.products), "")

    def place(self, finding: Finding) -> Origin:
        """Where a finding is shown: its own place, else the file of its product."""
        if finding.file:
            return Origin(finding.file, finding.line, finding.column)
        return Origin(self.file_of(finding.product))

    def reason(self, finding: Finding) -> str:
        """Why a finding is waived, and until when; the waiver's name where no more is known."""
        waiver = self.waivers.get(finding.waiver) if finding.waiver else None
        if waiver is None:
            return finding.waiver or ""
        return f"{waiver.rationale} (until {waiver.expires.isoformat()}, {waiver.iri})"

    def renamed(self, name: Callable[[str], str]) -> Self:
        """The same report with other names for its files."""

        def of(found: Iterable[Finding]) -> tuple[Finding, ...]:
            return tuple(replace(f, file=name(f.file)) if f.file else f for f in found)

        return replace(
            self,
            unchecked=of(self.unchecked),
            files=[
                replace(row, file=name(row.file), findings=of(row.findings)) for row in self.files
            ],
            outcomes=[
                replace(o, verdict=replace(o.verdict, findings=of(o.verdict.findings)))
                for o in self.outcomes
            ],
        )

    def record(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "files": [
                {
                    "file": report.file,
                    "kind": report.kind,
                    "outcome": report.outcome,
                    "products": list(report.products),
                    "findings": [found.record() for found in self.told(report.findings)],
                }
                for report in self.files
            ],
            "products": [
                {
                    "iri": outcome.subject,
                    "outcome": outcome.fate.value,
                    "revision": outcome.revision,
                    "findings": [found.record() for found in self.told(outcome.verdict.findings)],
                }
                for outcome in self.outcomes
            ],
            "unchecked": [found.record() for found in self.unchecked],
            **self.aside.record,
            "summary": self._summary(),
        }

    def _found(self) -> list[Finding]:
        of_files = [found for report in self.files for found in report.findings]
        return of_files + [f for outcome in self.outcomes for f in outcome.verdict.findings]

    def _summary(self) -> dict[str, Any]:
        outcomes = Counter(report.outcome for report in self.files)
        fates = Counter(outcome.fate for outcome in self.outcomes)
        return {
            "files": {name: outcomes[name] for name in _READ},
            "products": {fate.value: fates[fate] for fate in Fate},
            "findings": findings.tally(self.findings),
            "known": self.recognised,
            "not_evaluated": list(self.not_evaluated),
            "exit": self.code,
        }


def from_here(file: str) -> str:
    """A file as seen from the current folder, so that reports of two machines name it alike.

    What lies outside the folder keeps its name.
    """
    path = Path(file)
    if not path.is_absolute():
        return file
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file
