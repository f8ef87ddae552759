"""What of the mesh's data one asker may read for one purpose, and why not the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.graph import query
from catalog_service.semantic.plan import Guarded, Relation
from catalog_service.semantic.policy import Asker, Policies
from catalog_service.semantic.resolve import Stated, StatedDataset
from catalog_service.semantic.sparql.mapping import Mapped, mapped
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Readable:
    """The data that may be asked.

    Args:
        mapped: what they state.
        denied: the properties and classes that only data which may not be read state, each with
            the refusal of its policy.
        policies: what has to permit the joins of a query.
    """

    mapped: Mapped
    denied: Mapping[Iri, Refused]
    policies: Policies


def readable(stated: Stated, asker: Asker, purpose: str) -> Readable:
    """All datasets of the mesh behind their policies, each at the first port that serves it."""
    view = stated.view
    iris = [row.iri("dataset") for row in view.select(query(__package__, "readable"))]
    datasets = stated.datasets(iris)
    policies = Policies(stated, asker, purpose)
    policies.load(one.ports[0][0] for one in datasets.values())
    names = _Names()
    allowed: list[Guarded] = []
    refusals: list[tuple[Guarded, Refused]] = []
    for one in datasets.values():
        relation = _relation(one, names)
        try:
            allowed.append(policies.guard(relation, one))
        except Refused as refused:
            refusals.append((Guarded(relation), refused))
    found = mapped(view, allowed)
    return Readable(found, _denied(stated, refusals, found), policies)


def _denied(
    stated: Stated, refusals: list[tuple[Guarded, Refused]], found: Mapped
) -> dict[Iri, Refused]:
    denied: dict[Iri, Refused] = {}
    for guarded, refused in refusals:
        other = mapped(stated.view, (guarded,))
        for term in (*other.assertions, *other.classes()):
            if term not in found.assertions and term not in found.classes():
                denied.setdefault(term, refused)
    return denied


def _relation(dataset: StatedDataset, names: "_Names") -> Relation:
    port, place = dataset.ports[0]
    return Relation(
        product=dataset.product,
        port=port,
        dataset=dataset.iri,
        name=names.fresh(short(dataset.iri)),
        place=place,
        columns=tuple(one.column for one in dataset.columns),
        unique_on=dataset.grain,
    )


class _Names:
    """Short names of relations, each of them used once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def fresh(self, word: str) -> str:
        """A name like a word."""
        base = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "data"
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name
