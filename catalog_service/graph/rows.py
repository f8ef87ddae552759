"""Folding the rows of an answer: one question about many subjects, told apart again by subject."""

from collections.abc import Iterable

from catalog_service.graph.view import Row
from catalog_service.terms import Iri


def grouped(rows: Iterable[Row], name: str) -> dict[Iri, list[Row]]:
    """The rows by the IRI bound to `name`, subjects and rows in the order they came."""
    groups: dict[Iri, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.iri(name), []).append(row)
    return groups


def distinct(rows: Iterable[Row], name: str) -> tuple[Iri, ...]:
    """The different IRIs bound to `name`, in the order they came; other rows are passed over."""
    return tuple(dict.fromkeys(found for row in rows if (found := optional(row, name))))


def texts(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    """The different texts bound to `name`, in the order they came."""
    return tuple(dict.fromkeys(row.text(name) for row in rows if name in row))


def optional(row: Row, name: str) -> Iri | None:
    """The IRI bound to `name`; None where there is none, or a literal where an IRI should be."""
    return found if isinstance(found := row.get(name), str) else None
