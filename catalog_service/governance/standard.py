"""One standard: what it asks, why, who owns it, where its shape and examples lie."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path

import rdflib

from catalog_service.domain.findings import Severity
from catalog_service.governance.lint import SHACL
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.terms import DCT, PM, PROV, RDFS, STD, XSD, Iri

# As in `closure`: shapes are read as they are written, whichever module is the first to read one.
rdflib.NORMALIZE_LITERALS = False

GROUPS = {
    "DOM": "Domain ownership",
    "DP": "The data product as an architectural quantum",
    "POLY": "Polysemes and global identity",
    "SLO": "Service level objectives",
    "SEN": "Sensitivity",
    "REG": "Regulation",
    "POL": "Access policy",
    "LIN": "Lineage",
    "CON": "Consumption",
    "GOV": "Governance itself",
}
"""What the letters of the short ids stand for, in reading order."""


class Stage(IntEnum):
    """A gate. Each runs its own standards and those of the gates before it."""

    CI = 1
    PUBLISH = 2
    RUNTIME = 3


_STAGES = {str(PM.Ci): Stage.CI, str(PM.Publish): Stage.PUBLISH, str(PM.Runtime): Stage.RUNTIME}
SEVERITIES = {
    str(SHACL.Violation): Severity.VIOLATION,
    str(SHACL.Warning): Severity.WARNING,
    str(SHACL.Info): Severity.INFO,
}
_IDENTIFIER = rf"({'|'.join(GROUPS)})-\d\d"
_OF_A_DOMAIN = rf"(?!({'|'.join(GROUPS)})-)[A-Z][A-Z0-9]*-\d\d"
_VERSION = r"\d+\.\d+\.\d+"


def shape_of(name: str, domain: Iri | None = None) -> Iri:
    """The IRI of the shape in a folder of this name: the mesh's own, or that of a domain."""
    return Iri(f"{domain}/standards/{name}" if domain else STD.base + name)


@dataclass(frozen=True, slots=True)
class Standard:
    """One rule of the mesh, or of one of its domains.

    Args:
        name: the folder of its shape, which is what it is called everywhere (`owner-named`).
        identifier: its short id (`DOM-03`).
        label: what it asks, as a sentence.
        why: the harm it prevents.
        severity: what a finding weighs, before `becomes_violation_on`.
        gate: the first gate that can decide it.
        since: the release it came with.
        owner: the team that answers for it.
        decision: the decision that made it binding.
        waivable: False where no waiver can excuse a product from it.
        becomes_violation_on: the day from which a warning is a violation.
        messages: what its constraints tell the reader to do.
        file: its shape.
        good: graphs that meet it.
        bad: graphs that do not, one for each way to fail.
        domain: the domain that keeps it for its own products; None where it holds for the mesh.
        tightens: the standards of the mesh that it makes stricter.
    """

    name: str
    identifier: str
    label: str
    why: str
    severity: Severity
    gate: Stage
    since: str
    owner: Iri
    decision: Iri
    waivable: bool
    becomes_violation_on: date | None
    messages: tuple[str, ...]
    file: Path
    good: tuple[Path, ...]
    bad: tuple[Path, ...]
    domain: Iri | None = None
    tightens: tuple[Iri, ...] = ()

    @property
    def iri(self) -> Iri:
        """The IRI of its shape."""
        return shape_of(self.name, self.domain)

    @property
    def key(self) -> str:
        """What findings call it: its name, or its IRI where a domain keeps it.

        Two domains may choose the same name, and neither may choose one of the mesh's.
        """
        return self.iri if self.domain else self.name

    @property
    def group(self) -> str:
        """The letters of its short id, a key of `GROUPS`."""
        return self.identifier.partition("-")[0]

    def severity_on(self, today: date) -> Severity:
        """What a finding weighs on a day."""
        due = self.becomes_violation_on
        return Severity.VIOLATION if due is not None and today >= due else self.severity

    @classmethod
    def of(cls, file: ShapeFile, path: Path, domain: Iri | None = None) -> "Standard":
        """The standard whose shape lies at `path` and reads as `file`.

        Args:
            file: what the shape says.
            path: where it lies.
            domain: the domain that keeps it; None for one of the mesh's own.

        Raises:
            Misconfigured: it does not say all that a standard has to say.
        """
        shape = rdflib.URIRef(shape_of(path.parent.name, domain))
        said = _Said(file, shape)
        waivable, due = said.optional(PM.waivable), said.optional(PM.becomesViolationOn)
        return cls(
            name=path.parent.name,
            identifier=said.text(
                DCT.identifier,
                _OF_A_DOMAIN if domain else _IDENTIFIER,
                "a short id with letters of the domain's own, such as PODCASTS-01"
                if domain
                else "a short id such as DOM-03",
            ),
            label=said.text(RDFS.label, r".*\S.*", "the standard as a sentence"),
            why=said.text(RDFS.comment, r".*\S.*", "the harm that the standard prevents"),
            severity=SEVERITIES[said.one_of(SHACL.severity, SEVERITIES)],
            gate=_STAGES[said.one_of(PM.enforcedAt, _STAGES)],
            since=said.text(PM.since, _VERSION, "the release it comes with, such as 0.1.0"),
            owner=Iri(said.one(PROV.wasAttributedTo, "the team that owns the standard")),
            decision=Iri(said.one(RDFS.seeAlso, "the decision that made the standard binding")),
            waivable=said.boolean(PM.waivable, waivable) if waivable else True,
            becomes_violation_on=said.day(PM.becomesViolationOn, due) if due else None,
            messages=tuple(sorted({str(text) for text in file.graph.objects(None, SHACL.message)})),
            file=path,
            good=tuple(sorted(path.parent.glob("conforms.*.ttl"))),
            bad=tuple(sorted(path.parent.glob("violates.*.ttl"))),
            domain=domain,
            tightens=tuple(
                sorted(Iri(str(o)) for o in file.graph.objects(shape, rdflib.URIRef(PM.tightens)))
            ),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a shape says of itself."""

    file: ShapeFile
    shape: rdflib.URIRef

    def one(self, predicate: str, meaning: str) -> str:
        """The one value of a property, its white space collapsed."""
        found = list(self.file.graph.objects(self.shape, rdflib.URIRef(predicate)))
        if len(found) != 1:
            raise self.file.refused(
                f"<{self.shape}> states {len(found) or 'no'} value of <{predicate}>",
                self.shape,
                hint=f"state exactly one: {meaning}",
            )
        return " ".join(str(found[0]).split())

    def text(self, predicate: str, pattern: str, meaning: str) -> str:
        """The one value of a property, which has to match a pattern."""
        found = self.one(predicate, meaning)
        if not re.fullmatch(pattern, found):
            raise self._odd(predicate, found, meaning)
        return found

    def one_of(self, predicate: str, known: Mapping[str, object]) -> str:
        """The one value of a property, which has to be a known one."""
        meaning = "one of " + ", ".join(known)
        found = self.one(predicate, meaning)
        if found not in known:
            raise self._odd(predicate, found, meaning)
        return found

    def optional(self, predicate: str) -> str:
        """The one value of a property that may be left out."""
        stated = (self.shape, rdflib.URIRef(predicate), None) in self.file.graph
        return self.one(predicate, "or none") if stated else ""

    def boolean(self, predicate: str, value: str) -> bool:
        """`true` or `false`."""
        if value not in ("true", "false"):
            raise self._odd(predicate, value, "true or false")
        return value == "true"

    def day(self, predicate: str, value: str) -> date:
        """A date."""
        try:
            return date.fromisoformat(value)
        except ValueError as fault:
            raise self._odd(predicate, value, f"a day such as 2027-01-31, as {XSD.date}") from fault

    def _odd(self, predicate: str, value: str, meaning: str) -> Exception:
        return self.file.refused(
            f"{value!r} is no value of <{predicate}>",
            rdflib.URIRef(predicate),
            hint=f"state {meaning}",
        )
