"""What the gate answers: findings, and the verdict over them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from catalog_service.domain.rdf import Origin, Term, ntriples
from catalog_service.terms import STD, Iri


class Severity(StrEnum):
    """How much a finding weighs: a violation blocks, a warning is told, an info feeds a backlog."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """3 for a violation, 2 for a warning, 1 for an info: to compare by."""
        return {"violation": 3, "warning": 2, "info": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result at one node: the same fields in every door (`docs/reference/findings.md`).

    `standard` is the folder of the standard in `shapes/` (`owner-named`), the IRI of a standard
    that a domain keeps for its own products, or one of the names for what no shape can see:
    `unreadable`, `incomplete`, `unread-key`, `unknown-reference`, `unknown-value`, `stated-twice`,
    `invalid-iri`, `governed-subject`, `foreign-subject`, `waiver-without-effect`,
    `waiver-without-finding`, `waiver-on-trust`.
    """

    standard: str
    severity: Severity
    message: str
    fix: str = ""
    focus: Iri | None = None
    path: str = ""
    value: Term | None = None
    file: str = ""
    line: int = 0
    column: int = 0
    product: Iri | None = None
    waiver: Iri | None = None

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding in two revisions: standard, focus, path, value.

        SHA-256 over the four as N-Triples, joined by newlines, `-` for what is absent. Findings
        about a file have no focus; the file then stands in its place.
        """
        focus = f"<{self.focus}>" if self.focus else (self.file or "-")
        value = ntriples(self.value) if self.value is not None else "-"
        parts = (self.standard, focus, self.path or "-", value)
        return sha256("\n".join(parts).encode()).hexdigest()

    @property
    def shape(self) -> Iri:
        """The IRI of the standard: a short name is one of the mesh's own standards."""
        return Iri(self.standard if ":" in self.standard else STD.base + self.standard)

    @property
    def blocks(self) -> bool:
        """True of a violation that no waiver covers."""
        return self.severity is Severity.VIOLATION and self.waiver is None

    def at(self, origin: Origin | None) -> "Finding":
        """The same finding, pointing at `origin` where there is one."""
        if origin is None:
            return self
        return replace(self, file=origin.file, line=origin.line, column=origin.column)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as people read them: by file and line, then by weight, standard and value."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                f.file,
                f.line,
                f.column,
                -f.severity.weight,
                f.standard,
                f.focus or "",
                f.path,
                ntriples(f.value) if f.value is not None else "",
                f.message,
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer of the gate for one subject.

    `not_evaluated` names the standards of later gates, which this one cannot decide.
    """

    subject: Iri
    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """True where no violation stands without a live waiver."""
        return not any(finding.blocks for finding in self.findings)
