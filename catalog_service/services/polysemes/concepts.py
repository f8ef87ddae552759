"""What a polyseme means in one domain: its interpretations, none of which speaks for the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, distinct, grouped, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class LocalConcept:
    """One domain's own notion, the polysemes it interprets, and the datasets that are about it."""

    iri: Iri
    name: str
    definition: str
    domain: Iri | None
    interprets: tuple[Iri, ...]
    datasets: tuple[Iri, ...]


def local_concepts(view: View, polysemes: Iterable[Iri]) -> dict[Iri, tuple[LocalConcept, ...]]:
    """The local concepts that interpret `polysemes`."""
    rows = view.select(many(query(__package__, "local_concepts"), "polyseme", polysemes))
    return {
        polyseme: tuple(_concept(told) for told in grouped(found, "concept").values())
        for polyseme, found in grouped(rows, "polyseme").items()
    }


def local_concepts_at(view: View, concepts: Iterable[Iri]) -> dict[Iri, LocalConcept]:
    """Those of `concepts` that are local concepts."""
    rows = view.select(many(query(__package__, "local_concepts"), "concept", concepts))
    return {concept: _concept(found) for concept, found in grouped(rows, "concept").items()}


def _concept(rows: list[Row]) -> LocalConcept:
    first = rows[0]
    return LocalConcept(
        iri=first.iri("concept"),
        name=first.text("label") or short(first.iri("concept")),
        definition=first.text("definition"),
        domain=optional(first, "domain"),
        interprets=distinct(rows, "polyseme"),
        datasets=distinct(rows, "dataset"),
    )
