"""Running the harvesters over paths: which file is whose, what it states, what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from catalog_service.domain.findings import Finding, Severity, in_order
from catalog_service.domain.measurement import Measured
from catalog_service.domain.publication import Submission
from catalog_service.domain.rdf import Origin
from catalog_service.errors import Misconfigured, Unreadable
from catalog_service.harvesting.assembled import Assembled, Part
from catalog_service.harvesting.assembly import assemble
from catalog_service.harvesting.contract import Faulty, Harvested, Harvester, Names, Source
from catalog_service.harvesting.documents import Document
from catalog_service.harvesting.measurements import measured
from catalog_service.harvesting.placeholders import unfilled
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.resolution import resolve
from catalog_service.terms import Iri

_SHAPE = "shape.ttl"
_SKIPPED = frozenset({"node_modules", "dbt_packages", "__pycache__", "site-packages", "venv"})


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    `outcome` is `harvested` (it states products), `refused` (it was read, and lacks what a product
    cannot do without), `unreadable`, or `ignored` (it is of no kind that is harvested).
    """

    file: str
    kind: str
    outcome: str
    products: tuple[Iri, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a run read: a row for each file, the submissions, and what the readers noticed.

    `noticed` holds, by subject, the findings that go with it to the gate; `measured` what was
    measured of products, whoever publishes them.
    """

    files: tuple[FileReport, ...]
    submissions: tuple[Submission, ...]
    noticed: Mapping[Iri, tuple[Finding, ...]]
    measured: tuple[Measured, ...] = ()

    @property
    def unread(self) -> bool:
        """True where a file could not be read at all."""
        return any(report.outcome == "unreadable" for report in self.files)

    def noticing(self, findings: Iterable[Finding]) -> "Harvest":
        """The same harvest, with what was noticed later in the rows of the files it is about."""
        told: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            told[finding.file].append(finding)
        rows = (
            replace(
                row,
                outcome="refused" if row.outcome == "harvested" else row.outcome,
                findings=in_order([*row.findings, *told[row.file]]),
            )
            if row.file in told
            else row
            for row in self.files
        )
        return replace(self, files=tuple(rows))


def harvest(
    paths: Sequence[Path],
    harvesters: Mapping[str, Harvester],
    *,
    base: str,
    register: Register | None = None,
    domain: Iri | None = None,
) -> Harvest:
    """Read every file of `paths` that a harvester knows, and put together what they state.

    Args:
        paths: files and folders. A file that is named must be of a known kind; in a folder, files
            of no known kind and those of standards (beside a `shape.ttl`) are ignored, hidden
            folders and installed packages are left out, and links that lead out of the folder are
            not followed.
        harvesters: the harvesters by kind.
        base: the base IRI of the mesh.
        register: the names that are already published.
        domain: the domain of products that name none.

    Raises:
        Misconfigured: a path does not exist.
    """
    found = _documents(paths, harvesters)
    return harvest_documents(found, harvesters, base=base, register=register, domain=domain)


def harvest_documents(
    documents: Iterable[tuple[Document, bool]],
    harvesters: Mapping[str, Harvester],
    *,
    base: str,
    register: Register | None = None,
    domain: Iri | None = None,
) -> Harvest:
    """Read documents, and put together what they state.

    Args:
        documents: each with whether it has to be of a known kind.
        harvesters: the harvesters by kind.
        base: the base IRI of the mesh.
        register: the names that are already published.
        domain: the domain of products that name none.
    """
    reading = _Reading(Names(base))
    for document, named in documents:
        reading.sort(document, harvesters, named=named)
    for kind in sorted(reading.mine):
        reading.read(kind, harvesters[kind])
    known = register or Register()
    assembled = assemble(reading.parts, known)
    for product in assembled:
        known.add(product.facts)
    resolve(assembled, known, domain=domain)
    for product in assembled:
        product.findings.extend(unfilled(product.subject, product.facts))
    return Harvest(
        reading.reports(assembled),
        tuple(product.submission() for product in assembled if product.facts),
        {p.subject: in_order(dict.fromkeys(p.findings)) for p in assembled if p.findings},
        measured(reading.observed),
    )


class _Reading:
    """The state of one run: which documents are whose, and what they gave."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.mine: dict[str, list[Document]] = defaultdict(list)
        self.parts: list[Part] = []
        self.observed: list[Part] = []
        self.kinds: dict[str, str] = {}
        self.faults: dict[str, list[Faulty]] = defaultdict(list)
        self.ignored: dict[str, tuple[Finding, ...]] = {}

    def sort(self, document: Document, harvesters: Mapping[str, Harvester], *, named: bool) -> None:
        """Find whose the document is."""
        fault: Unreadable | None = None
        if not named and (document.file.parent / _SHAPE).is_file():
            self.ignored[document.name] = ()  # a standard and its examples describe no mesh
            return
        for kind, harvester in harvesters.items():
            if not named and not _may_be(document, harvester):
                continue
            try:
                if harvester.recognises(document):
                    self.kinds[document.name] = kind
                    self.mine[kind].append(document)
                    document.forget()  # thousands of parsed files would fill the memory
                    return
            except Unreadable as unread:
                fault = fault or unread
        if named:
            self.faults[document.name].append(
                Faulty.of(document, fault)
                if fault
                else Faulty(
                    document.origin,
                    "no harvester knows this file",
                    f"the kinds are {', '.join(sorted(harvesters))}; name one with --kind",
                )
            )
        elif fault is not None and _claims_to_be_ours(document, harvesters):
            self.faults[document.name].append(Faulty.of(document, fault))
        else:
            self.ignored[document.name] = _why_ignored(document, fault)

    def read(self, kind: str, harvester: Harvester) -> None:
        """Let a harvester read its documents."""
        source = Source(sorted(self.mine[kind], key=lambda d: d.name), self.names)
        for found in harvester.harvest(source):
            if isinstance(found, Harvested):
                (self.observed if found.observed else self.parts).append(Part(kind, found))
            else:
                self.faults[found.origin.file].append(found)

    def reports(self, assembled: Sequence[Assembled]) -> tuple[FileReport, ...]:
        """A row for each file that was looked at, in order of their names."""
        states: dict[str, set[Iri]] = defaultdict(set)
        told: dict[str, list[Finding]] = defaultdict(list)
        for product in assembled:
            for origin in product.facts.values():
                states[origin.file].add(product.subject)
            for finding in product.findings:
                told[finding.file].append(finding)
        for part in self.observed:
            for finding in part.harvested.findings:
                told[finding.file].append(finding)
        rows = [FileReport(name, "", "ignored", findings=why) for name, why in self.ignored.items()]
        for name in {*self.kinds, *self.faults}:
            faults = self.faults[name]
            findings = in_order([*(fault.finding() for fault in faults), *told[name]])
            lost = any(f.standard == "stated-twice" for f in findings)
            outcome = "refused" if faults or lost else "harvested"
            if any(fault.unread for fault in faults):
                outcome = "unreadable"
            stated = tuple(sorted(states[name]))
            rows.append(FileReport(name, self.kinds.get(name, ""), outcome, stated, findings))
        return tuple(sorted(rows, key=lambda row: row.file))


def _documents(
    paths: Iterable[Path], harvesters: Mapping[str, Harvester]
) -> Iterator[tuple[Document, bool]]:
    """Each file once, and whether it was named (rather than found in a folder)."""
    patterns = tuple({pattern for h in harvesters.values() for pattern in h.patterns})
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise Misconfigured(f"{path} does not exist", hint="name a file or a folder")
        whole = path.is_dir()
        for file in _files(path, patterns) if whole else (path,):
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield Document(file, str(file)), not whole


def _files(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    root = folder.resolve()
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _SKIPPED:
            continue
        if entry.is_symlink() and not entry.resolve().is_relative_to(root):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry, patterns)
        elif entry.is_file() and any(fnmatch(entry.name.lower(), p) for p in patterns):
            yield entry


def _may_be(document: Document, harvester: Harvester) -> bool:
    """True where name and marks allow that a document is of a kind: a look, before it is parsed."""
    name = document.file.name.lower()
    if not any(fnmatch(name, pattern) for pattern in harvester.patterns):
        return False
    try:
        text = document.text()
    except Unreadable:
        return True
    return any(mark in text for mark in harvester.marks)


def _claims_to_be_ours(document: Document, harvesters: Mapping[str, Harvester]) -> bool:
    """True where a file that does not parse bears the marks of a kind, in its name or its text.

    Folders hold much that is nobody's contract: templates with `{{ }}` in them, settings of other
    tools. Only what looks like ours is an error there.
    """
    name = document.file.name.lower()
    try:
        with document.file.open("rb") as opened:
            raw = opened.read(1 << 20)
    except OSError:
        return True
    return any(
        f".{kind}." in name or any(mark.encode() in raw for mark in harvester.marks)
        for kind, harvester in harvesters.items()
    )


def _why_ignored(document: Document, fault: Unreadable | None) -> tuple[Finding, ...]:
    if fault is None:
        return ()
    found = Finding("unreadable", Severity.INFO, fault.message, fix="leave it, if it is not yours")
    return (found.at(Origin(document.name, fault.line, fault.column)),)
