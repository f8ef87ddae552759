"""A relevance set: a mesh of a retailer, what people type, and what should be found.

Names, texts and judgements are ours. The judgements were written down before the first run, by what
a reader of the mesh would want, and are changed only where a reader would agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog_service.search import Document, Kind
from catalog_service.terms import Iri

BASE = "https://retail.bench.example/"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody typed, and how much each thing is wanted: 3 was meant, 1 is related."""

    text: str
    grades: dict[Iri, int]


def documents() -> tuple[Document, ...]:
    """The mesh."""
    return tuple(document for row in _rows("mesh.tsv") for document in _documents(row))


def judged(mesh: tuple[Document, ...]) -> tuple[Judged, ...]:
    """The judged queries."""
    return tuple(Judged(text, dict(_grades(grades, mesh))) for text, grades in _rows("queries.tsv"))


def _rows(name: str) -> Iterator[list[str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


def _grades(grades: str, mesh: tuple[Document, ...]) -> Iterator[tuple[Iri, int]]:
    for each in grades.split():
        name, _, grade = each.partition("=")
        column = name.startswith("column:")
        found = [
            document.iri
            for document in mesh
            if document.name == name.removeprefix("column:")
            and (document.kind is Kind.COLUMN) == column
        ]
        if not found:
            msg = f"no document is called {name}"
            raise ValueError(msg)
        yield from ((iri, int(grade)) for iri in found)


def _documents(row: list[str]) -> Iterator[Document]:
    """The document of a row, and those of its columns."""
    kind, name, title, domain, keywords, description, columns, polysemes, others, uses, status = row
    iri = Iri(f"{BASE}{kind}s/{name}")
    of = f"{BASE}domains/{domain}" if domain else ""
    listed = _listed(columns)
    document = Document(
        iri=iri,
        kind=Kind(kind),
        name=name,
        title=title,
        description=description,
        domain=of,
        domains=(of,) if of else (),
        status=status,
        polysemes=tuple(f"{BASE}polysemes/{polyseme}" for polyseme in _listed(polysemes)),
        conformance="conforms" if status == "Active" else "",
        uses=int(uses or 0),
        keywords=_listed(keywords),
        aliases=_listed(others),
        words=(*listed, domain, *(polyseme.lower() for polyseme in _listed(polysemes))),
    )
    yield document
    for column in listed:
        yield Document(
            iri=Iri(f"{iri}/columns/{column}"),
            kind=Kind.COLUMN,
            name=column,
            domain=of,
            domains=document.domains,
            status=status,
            conformance=document.conformance,
            uses=document.uses,
            sort_key=f"{column} {name}",
        )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())
