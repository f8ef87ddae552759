"""What a harvester is given, and what it gives back.

A harvester reads and maps. It sees the documents of its source and the names it may mint; it sees
no store, no network and no verdict. What only the mesh can tell (which IRI the domain `sales` has,
which port answers to a contract's number) it leaves as a `Reference`, which the runner resolves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Fact, Origin, Term, Triple
from catalog_service.errors import Unreadable
from catalog_service.harvesting.documents import Document
from catalog_service.harvesting.nodes import Mapping
from catalog_service.terms import RDF, Iri


class Names:
    """The IRIs that a harvester may mint: all below the base IRI of the mesh.

    Two different identifiers never share an IRI: what may not stand in a path segment is
    percent-encoded, never dropped.

    Args:
        base: the base IRI of the mesh, ending in `/`.
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def product(self, identifier: str) -> Iri:
        """The product with this identifier; the identifier itself where it is an http(s) IRI.

        A product owns everything below its IRI, so an IRI without a path, or one that the mesh's
        own IRIs lie below, is an identifier like any other text.
        """
        web = identifier.startswith(("http://", "https://"))
        narrow = urlsplit(identifier).path.strip("/") if web else ""
        if narrow and not self.base.startswith(identifier.rstrip("/")):
            return Iri(quote(identifier.rstrip("/"), safe=_SAFE_IRI))
        return Iri(f"{self.base}products/{segment(identifier)}")

    def agent(self, name: str) -> Iri:
        """A person or team by user name: `mailto:` for an address, the IRI itself for an IRI."""
        if name.startswith(("http://", "https://", "mailto:", "urn:")):
            return Iri(quote(name, safe=_SAFE_IRI))
        if "@" in name and " " not in name:
            return Iri(f"mailto:{quote(name, safe='@+-._~')}")
        return Iri(f"{self.base}agents/{segment(name)}")

    @staticmethod
    def part(whole: Iri, *path: str) -> Iri:
        """A part of a thing: `part(product, "ports", "sql")` is `<product>/ports/sql`."""
        return Iri("/".join((whole, *(segment(step) for step in path))))


_SAFE_IRI = ":/?#[]@!$&'()*+,;=-._~%"


def segment(text: str) -> str:
    """`text` as one path segment: percent-encoded where a segment may not hold the character."""
    if text in {".", ".."}:
        return text.replace(".", "%2E")
    return quote(text, safe="-._~:@!$&'()*+,;=")


class Refers(StrEnum):
    """What kind of thing a name in a document refers to."""

    DOMAIN = "domain"
    """A registered domain: by IRI, by the last segment of its IRI, or by its label."""
    POLYSEME = "polyseme"
    """A registered polyseme, by IRI, last segment or label."""
    SCHEME = "identifier scheme"
    """A registered identifier scheme, by IRI, last segment or label."""
    DEFINITION = "definition"
    """A link. Where it is a polyseme's IRI the column identifies it; where it is a scheme's, the
    column's values are in it; anywhere else it stays a link (rdfs:seeAlso)."""
    CONTRACT = "contract"
    """The contract (ODCS id, dbt unique id) that an output port of this product implements."""
    UPSTREAM = "output port or operational system"
    """What an input port reads: a contract's id, the IRI of an output port, or an operational
    system by IRI, dct:identifier or label."""
    COLUMN = "column"
    """A column of another product, as `<contract id>#<dataset>.<column>`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`subject predicate <what `name` turns out to be>`, to be resolved by the runner."""

    subject: Iri
    predicate: Iri
    refers: Refers
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Harvested:
    """What one document states about one subject.

    Args:
        subject: the product (or, for the federation's own files, the decision) it speaks of. Where
            several harvested parts share a subject and differ in `contract`, they are one product.
        facts: the statements, each with its place. Subjects are the product, or parts of it: their
            IRIs begin with the product's.
        origin: where the product is declared, for findings about what is missing.
        references: what the runner has to resolve.
        findings: what the reader noticed and could go on from, such as keys it does not know.
        contract: the identifier by which a descriptor's output port may claim this part; empty for
            a descriptor, and for what belongs to a project as a whole.
        decision: True for the federation's own words (domains, polysemes, schemes, policies).
        observed: True for measurements of what others publish. The facts are then those of
            `dqv:QualityMeasurement`s, and `subject` is the port, dataset or column measured.
    """

    subject: Iri
    facts: tuple[Fact, ...]
    origin: Origin
    references: tuple[Reference, ...] = ()
    findings: tuple[Finding, ...] = ()
    contract: str = ""
    decision: bool = False
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Faulty:
    """A document, or a part of one, from which no product can be stated.

    Args:
        origin: where.
        message: what is wrong or missing.
        fix: what to do.
        unread: True where the document could not be read at all (exit 3); False where it was read
            and lacks what a product cannot do without (exit 1).
    """

    origin: Origin
    message: str
    fix: str
    unread: bool = True

    @classmethod
    def of(cls, document: Document, fault: Unreadable) -> "Faulty":
        """What a reader raised, as a row of the report."""
        return cls(Origin(document.name, fault.line, fault.column), fault.message, fault.hint)

    def finding(self) -> Finding:
        """The same as a finding: `unreadable` or `incomplete`, always a violation."""
        return Finding(
            "unreadable" if self.unread else "incomplete",
            Severity.VIOLATION,
            self.message,
            fix=self.fix,
        ).at(self.origin)


class Source:
    """The files under one path that a harvester reads.

    Args:
        documents: the files, in order of their names.
        names: the IRIs that may be minted.
    """

    def __init__(self, documents: Iterable[Document], names: Names) -> None:
        self._documents = tuple(documents)
        self.names = names

    def documents(self) -> tuple[Document, ...]:
        """The documents of this harvester's kind, in order of their names."""
        return self._documents

    def beside(self, document: Document, name: str) -> Document | None:
        """The file `name` beside `document`, if it is there; links out are not followed."""
        folder = document.file.parent.resolve()
        file = (folder / name).resolve()
        if not file.is_file() or not file.is_relative_to(folder):
            return None
        return Document(file, str(Path(document.name).parent / name))


class Harvester(Protocol):
    """Reads one kind of source. Found by its entry point in the group `polyseme.harvesters`.

    Attributes:
        kind: its name on the command line (`--kind odcs`) and in reports.
        patterns: globs of file names that may be of its kind (`*.yaml`), matched on the last part.
        marks: texts that a file of its kind holds (`DataContract`), by which a file that does not
            parse is still known to be meant for it.
    """

    kind: str
    patterns: tuple[str, ...]
    marks: tuple[str, ...]

    def recognises(self, document: Document) -> bool:
        """True where the document says that it is of this kind; by content, never by name alone.

        May raise `Unreadable`; the runner then asks the other harvesters, and reports it if none
        knows the file.
        """
        ...

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """What the documents state, one after the other; never raises for what a document holds."""
        ...


@dataclass(slots=True)
class Statements:
    """Collects the facts of one subject while a mapping walks through a document."""

    subject: Iri
    facts: dict[Triple, Origin] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def state(self, subject: Iri, predicate: Iri, value: Term, origin: Origin) -> None:
        """State one fact; the first place counts where it is said twice."""
        self.facts.setdefault(Triple(subject, predicate, value), origin)

    def type(self, subject: Iri, cls: Iri, origin: Origin) -> None:
        """State what kind of thing a subject is."""
        self.state(subject, RDF.type, cls, origin)

    def refer(
        self, subject: Iri, predicate: Iri, refers: Refers, name: str, origin: Origin
    ) -> None:
        """Leave a fact whose object only the mesh can name."""
        self.references.append(Reference(subject, predicate, refers, name, origin))

    def notice(
        self,
        standard: str,
        severity: Severity,
        message: str,
        origin: Origin,
        *,
        fix: str = "",
        focus: Iri | None = None,
    ) -> None:
        """Report something that the reader could go on from."""
        found = Finding(
            standard, severity, message, fix=fix, focus=focus or self.subject, product=self.subject
        )
        self.findings.append(found.at(origin))

    def unread(self, document: Mapping) -> None:
        """Report, as infos, the keys the mapping does not know: none is skipped in silence."""
        for path, origin in document.unread():
            self.notice(
                "unread-key",
                Severity.INFO,
                f"`{path}` is not read",
                origin,
                fix="check its spelling; if it is right, the catalog does not use it",
            )

    def harvested(self, origin: Origin, *, contract: str = "", decision: bool = False) -> Harvested:
        """All of it, ready to hand over."""
        return Harvested(
            self.subject,
            tuple(Fact(triple, place) for triple, place in self.facts.items()),
            origin,
            tuple(self.references),
            tuple(self.findings),
            contract,
            decision,
        )
