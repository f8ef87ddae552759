"""What a contract or descriptor written in a test states, as triples with short names."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import Literal, Term
from catalog_service.harvesting import Document, Faulty, Harvested, Harvester, Names, Source
from catalog_service.terms import Iri

BASE = "https://mesh.example/"
HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
"""
DESCRIPTOR = """\
apiVersion: v1.0.0
kind: DataProduct
id: p
status: active
"""


@dataclass(frozen=True)
class Read:
    """What was harvested, to be asked for objects and references by subject and predicate."""

    harvested: Harvested

    @property
    def product(self) -> Iri:
        return self.harvested.subject

    def part(self, *path: str) -> Iri:
        return Names.part(self.product, *path)

    def objects(self, subject: Iri, predicate: Iri) -> set[Term]:
        triples = [fact.triple for fact in self.harvested.facts]
        return {t.object for t in triples if (t.subject, t.predicate) == (subject, predicate)}

    def texts(self, subject: Iri, predicate: Iri) -> set[str]:
        found = self.objects(subject, predicate)
        return {value.lexical for value in found if isinstance(value, Literal)}

    def text(self, predicate: Iri) -> str:
        (found,) = self.texts(self.product, predicate)
        return found

    def referred(self, subject: Iri, predicate: Iri) -> set[tuple[str, str]]:
        return {
            (r.refers.name, r.name)
            for r in self.harvested.references
            if (r.subject, r.predicate) == (subject, predicate)
        }

    def noticed(self, standard: str) -> list[Finding]:
        return [f for f in self.harvested.findings if f.standard == standard]

    @property
    def quiet(self) -> bool:
        return not self.harvested.findings


def answers(harvester: Harvester, folder: Path, content: str | bytes) -> Harvested | Faulty:
    """The one answer of a harvester to a file with this content."""
    file = folder / "file.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (found,) = harvester.harvest(Source([Document(file, file.name)], Names(BASE)))
    return found


def stated(harvester: Harvester, folder: Path, head: str, body: str = "") -> Read:
    """What a harvester states of a file with this head and body, which it must read."""
    found = answers(harvester, folder, head + dedent(body))
    assert isinstance(found, Harvested), found
    return Read(found)


def refused(harvester: Harvester, folder: Path, head: str, body: str = "") -> Faulty:
    """Why a harvester states nothing of a file with this head and body."""
    found = answers(harvester, folder, head + dedent(body))
    assert isinstance(found, Faulty), found
    assert found.message
    assert found.fix
    return found
