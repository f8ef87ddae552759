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


NOTICES = {
    "unreadable": "A file cannot be read, or not as what it says it is. Nothing of it is taken.",
    "not-checked": "What something is checked against could not be read.",
    "incomplete": "Something is missing or still to be filled in; what rests on it is left out.",
    "unread-key": "What stands under this key has no place in the graph, so it is left out.",
    "unknown-reference": "Nothing that is known answers to this name, or several things do; "
    "the statement is left out.",
    "unknown-value": "This value means nothing where it stands; the statement is left out.",
    "stated-twice": "Two places state one thing differently; neither is taken.",
    "invalid-iri": "An IRI or a text that RDF cannot hold; the statement is left out.",
    "governed-subject": "A product describes what the federation decides, or somebody describes "
    "a word of the ontology.",
    "foreign-subject": "A product describes what is neither the product nor a part of it.",
    "waiver-without-effect": "A waiver was granted by nobody with that right, or for what cannot "
    "be waived; it covers nothing.",
    "waiver-without-finding": "A waiver covers nothing that is found; it can go.",
    "engines-disagree": "Two engines read a standard differently on this value, so nobody can tell "
    "whether it is met.",
    "waiver-on-trust": "A waiver was taken from a copy, since no decision is known to hold it.",
}
"""What readers and the gate notice that no shape can see: each name, and what it means."""

REMEDIES = {
    "unreadable": "Mend the file where the message says, in UTF-8 and as its kind asks, or leave "
    "it out: a file that is named has to be read, and one in a folder that looks like ours too.",
    "not-checked": "Make readable what it names, or hand it over as the message says; the run "
    "ends with 3 until everything was checked.",
    "incomplete": "Fill in what the message names; a placeholder such as <FILL IN …> counts as "
    "left empty.",
    "unread-key": "Nothing, if it is meant for other readers; else state it under a key that is "
    "read, which the page of the harvester lists.",
    "unknown-reference": "Correct the name; or have what it names decided or published first. "
    "Checked by itself, a file needs the mesh around it: polyseme validate --against names it.",
    "unknown-value": "Write one of the values that the message lists.",
    "stated-twice": "State it in one of the two places, or the same in both.",
    "invalid-iri": "Write an absolute IRI without spaces, percent-encoded where it must be, and "
    "text without control characters.",
    "governed-subject": "Leave it to a decision of the federation; a product only points at it.",
    "foreign-subject": "Name the parts of a product below its own IRI, and say of others nothing.",
    "waiver-without-effect": "Have it granted by the team that may, for a standard that can be "
    "waived, and until a day at most 90 days ahead: polyseme waive writes it so.",
    "waiver-without-finding": "Take the waiver out of its decision.",
    "engines-disagree": "State the value with the datatype that the standard expects; if it has "
    "that, report the disagreement as a fault of Polyseme.",
    "waiver-on-trust": "Nothing here; the catalog counts it once the decision is published.",
}
"""What to do about each of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result at one node: the same fields in every door (`docs/reference/findings.md`).

    Args:
        standard: the folder of the standard in `shapes/` (`owner-named`), the IRI of a standard
            that a domain keeps for its own products, or the name of what no shape can see.
        severity: how much it weighs.
        message: what is wrong.
        fix: what to do about it.
        focus: the node it is about.
        path: the property it is about, as a SPARQL path.
        value: the value at fault.
        file: the file where it was read.
        line: the line, counted from 1; 0 for the file as a whole.
        column: the column, counted from 1; 0 for the line as a whole.
        product: the product it belongs to.
        waiver: the waiver that covers it.
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
        return sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()

    @property
    def shape(self) -> Iri:
        """The IRI of the standard."""
        return shape_of(self.standard)

    @property
    def blocks(self) -> bool:
        """True of a violation that no waiver covers."""
        return self.severity is Severity.VIOLATION and self.waiver is None

    def record(self) -> dict[str, str | int | None]:
        """It as JSON has it: the same fields in every door."""
        return {
            "standard": self.standard,
            "severity": self.severity.value,
            "message": self.message,
            "fix": self.fix,
            "focus": self.focus,
            "path": self.path,
            "value": None if self.value is None else ntriples(self.value),
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "product": self.product,
            "fingerprint": self.fingerprint,
            "waiver": self.waiver,
        }

    def at(self, origin: Origin | None) -> "Finding":
        """The same finding, pointing at `origin` where there is one."""
        if origin is None:
            return self
        return replace(self, file=origin.file, line=origin.line, column=origin.column)


def shape_of(standard: str) -> Iri:
    """The IRI of a standard that a finding names: a short name is one of the mesh's own."""
    return Iri(standard if ":" in standard else STD.base + standard)


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
