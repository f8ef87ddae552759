"""A polyseme as each domain has it: its own concepts, and the columns of its products."""

from dataclasses import dataclass

from catalog_service.services.polysemes.carriers import Carrier
from catalog_service.services.polysemes.concepts import LocalConcept
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a polyseme is in one domain; `domain` is None for what lies in none."""

    domain: Iri | None
    concepts: tuple[LocalConcept, ...]
    columns: tuple[Carrier, ...]

    @property
    def schemes(self) -> tuple[Iri, ...]:
        """The schemes in which the domain writes its identifiers."""
        return tuple(sorted({column.scheme for column in self.columns if column.scheme}))


def side_by_side(
    concepts: tuple[LocalConcept, ...], columns: tuple[Carrier, ...]
) -> tuple[Meaning, ...]:
    """A polyseme's concepts and columns by domain; each domain has a word or a column for it.

    A concept that names no domain is of the domain whose data is about it.
    """
    around = {column.dataset: column.domain for column in columns}
    homes = {
        concept.iri: concept.domain or next(filter(None, map(around.get, concept.datasets)), None)
        for concept in concepts
    }
    domains = {*homes.values(), *(column.domain for column in columns)}
    return tuple(
        Meaning(
            domain,
            tuple(concept for concept in concepts if homes[concept.iri] == domain),
            tuple(column for column in columns if column.domain == domain),
        )
        for domain in sorted(domains, key=lambda found: (found is None, found or ""))
    )
