"""What a harvest or a check came to, as text and as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from catalog_service.cli import exits, findings
from catalog_service.cli.session import Session
from catalog_service.domain.findings import Finding, Severity, in_order
from catalog_service.domain.publication import Fate, Outcome
from catalog_service.governance.standards import Standards
from catalog_service.harvesting.runner import FileReport

_STYLES = {Fate.PUBLISHED: "green", Fate.QUARANTINED: "bold red"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what became of it.

    Args:
        files: a row for each file.
        outcomes: what became of each product and decision.
        fail_on: the weight from which a finding fails the run.
        known: fingerprints that a baseline knows, whose findings are neither told nor counted.
    """

    files: Sequence[FileReport]
    outcomes: Sequence[Outcome]
    fail_on: Severity = Severity.VIOLATION
    known: frozenset[str] = frozenset()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in reading order."""
        of_files = (found for report in self.files for found in report.findings)
        of_products = (found for outcome in self.outcomes for found in outcome.verdict.findings)
        return self._told([*of_files, *of_products])

    @property
    def code(self) -> int:
        """The exit code."""
        unread = any(report.outcome == "unreadable" for report in self.files)
        return exits.judged(self.findings, unread=unread, fail_on=self.fail_on)

    def record(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "files": [
                {
                    "file": report.file,
                    "kind": report.kind,
                    "outcome": report.outcome,
                    "products": list(report.products),
                    "findings": [found.record() for found in self._told(report.findings)],
                }
                for report in self.files
            ],
            "products": [
                {
                    "iri": outcome.subject,
                    "outcome": outcome.fate.value,
                    "revision": outcome.revision,
                    "findings": [found.record() for found in self._told(outcome.verdict.findings)],
                }
                for outcome in self.outcomes
            ],
            "summary": self._summary(),
        }

    def write(self, session: Session, standards: Standards, started: float) -> int:
        """Write the report in the session's format; the exit code.

        Args:
            session: how and where to write.
            standards: the standards, for their names.
            started: when the work began, by `perf_counter`.
        """
        if session.writes("text", "json") == "json":
            session.out.json(self.record())
            return self.code
        told = self.findings
        shown = [f for f in told if session.verbose or f.severity is not Severity.INFO]
        findings.written(session.out, shown, standards)
        self._write_outcomes(session)
        parts = [_counts(self._files(), "file"), _counts(self._fates())]
        line = " · ".join(filter(None, [findings.counted(told), *parts]))
        left = {name for outcome in self.outcomes for name in outcome.verdict.not_evaluated}
        if left:
            line += f" · {findings.plural(len(left), 'standard')} left to a later gate"
        hidden = len(told) - len(shown)
        if hidden:
            line += f" · -v shows {findings.plural(hidden, 'info')}"
        session.out.line((f"{line} · {perf_counter() - started:.2f} s", "bold"))
        return self.code

    def _write_outcomes(self, session: Session) -> None:
        for report in self.files:
            if session.verbose and report.outcome == "ignored":
                session.out.note(f"ignored  {report.file}")
        for outcome in self.outcomes:
            if session.quiet and outcome.verdict.conforms:
                continue
            at = f"  revision {outcome.revision}" if outcome.revision else ""
            style = _STYLES.get(outcome.fate, "")
            session.out.line((f"{outcome.fate.value:<11}", style), f"  {outcome.subject}{at}")

    def _told(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        return in_order(f for f in dict.fromkeys(found) if f.fingerprint not in self.known)

    def _files(self) -> Counter[str]:
        return Counter(r.outcome for r in self.files if r.outcome != "ignored")

    def _fates(self) -> Counter[str]:
        return Counter(outcome.fate.value for outcome in self.outcomes)

    def _summary(self) -> dict[str, Any]:
        outcomes = Counter(report.outcome for report in self.files)
        fates = self._fates()
        return {
            "files": {
                name: outcomes[name] for name in ("harvested", "refused", "unreadable", "ignored")
            },
            "products": {fate.value: fates[fate.value] for fate in Fate},
            "findings": findings.tally(self.findings),
            "not_evaluated": sorted(
                {name for outcome in self.outcomes for name in outcome.verdict.not_evaluated}
            ),
            "exit": self.code,
        }


def _counts(counts: Counter[str], noun: str = "") -> str:
    """`14 files harvested, 1 unreadable`."""
    told = [f"{number:,} {name}" for name, number in sorted(counts.items())]
    if told and noun:
        first, number = min(counts.items())
        told[0] = f"{findings.plural(number, noun)} {first}"
    return ", ".join(told)
