"""A mesh of any size straight in a home, as if it had been read, checked and published.

A product's graph is what the readers and the gate made of a product of the same kind: three are
harvested and published, one for each number of products that it may read from, and all others are
these texts with other names in them. They are appended to the journal by the journal; graph and
index are then filled by whoever opens the home, as after any start.
"""

import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from bench import mesh
from bench.mesh import BASE, Planned
from catalog_service.bootstrap import build
from catalog_service.domain.publication import Entry, Kind
from catalog_service.domain.rdf import Origin
from catalog_service.graph import content_hash
from catalog_service.journal import Draft, Journal
from catalog_service.settings import Settings
from catalog_service.terms import Iri

CLUSTERS = (1_000, 13_500)
"""So many products come from the first of them, by way of others, and nothing else does."""
_BATCH = 1_000
_TOPIC, _KIND, _DOMAIN, _FOLDER = "anytopic", "anykind", "domain001", "anywhere"
_FIRST = 900_000
_UPSTREAM = (910_001, 920_002)


def name_of(number: int) -> Iri:
    """The IRI of a product by its number."""
    return Iri(f"{BASE}products/p-{number}")


def roots(products: int) -> dict[int, Iri]:
    """For each cluster that there is room for: how many products it has, and its root."""
    found, first = {}, 0
    for size in CLUSTERS:
        if first + size <= products:
            found[size] = name_of(first)
            first += size
    return found


def planned(products: int, *, seed: int = 7) -> Iterator[Planned]:
    """The products of a mesh of so many: all sound, the first ones in clusters of known sizes."""
    chance = random.Random(seed)
    bounds, first = [], 0
    for size in (*(size for size in CLUSTERS if size <= products), products):
        bounds.append((first, min(products, first + size)))
        first += size
    for product in mesh.planned(products, seed=seed, defects=0):
        start = next(low for low, high in bounds if low <= product.number < high)
        place = product.number - start
        reads = {start + (place - 1) // 8, start + chance.randrange(place)} if place else set()
        yield replace(product, reads=tuple(sorted(reads)))


def fill(home: Path, products: int) -> None:
    """Begin a home with a mesh of so many products in its journal, and nothing projected yet."""
    with tempfile.TemporaryDirectory() as folder:
        mesh.write_governance(Path(folder), products)
        with build(Settings(home=home, base_iri=BASE)) as catalog:
            catalog.publish(catalog.read([Path(folder)]))
    journal = Journal(home / "journal.db")
    try:
        append(journal, planned(products))
    finally:
        journal.close()


def append(journal: Journal, products: Iterable[Planned]) -> None:
    """Append products to a journal, in parts that are durable one after the other."""
    kinds = Patterns()
    topics: dict[int, str] = {}
    left = iter(products)
    while part := tuple(islice(left, _BATCH)):
        topics |= {product.number: product.topic for product in part}
        journal.append([kinds.draft(product, topics) for product in part])


class Patterns:
    """The texts of which all products are made."""

    def draft(self, product: Planned, topics: dict[int, str]) -> Draft:
        """A product as the journal takes it.

        Args:
            product: the product.
            topics: what the products that it reads are about, by their numbers.
        """
        return self._patterns[len(product.reads)].draft(product, topics)

    @cached_property
    def _patterns(self) -> tuple["_Pattern", ...]:
        topic, kind = _TOPIC, _KIND
        upstream = [
            Planned(number, f"{topic}{number}_{kind}_{number:06d}", _DOMAIN, (), 0)
            for number in _UPSTREAM
        ]
        made = [
            Planned(number, f"{topic}_{kind}_{number:06d}", _DOMAIN, _UPSTREAM[:count], 0)
            for count, number in enumerate(range(_FIRST, _FIRST + len(_UPSTREAM) + 1))
        ]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "mesh"
            mesh.write_governance(source, 0)
            mesh.write_products(source, [*upstream, *made])
            with build(Settings(home=Path(folder) / "home", base_iri=BASE)) as catalog:
                catalog.publish(catalog.read([source]))
                there = {entry.subject: entry for entry in catalog.journal.current()}
            return tuple(
                _Pattern(planned, there[name_of(planned.number)], str(source)) for planned in made
            )


@dataclass(frozen=True)
class _Pattern:
    """One product that was published, to make others of.

    Args:
        planned: the product.
        entry: what the journal keeps of it.
        folder: where its files lay.
    """

    planned: Planned
    entry: Entry
    folder: str

    def draft(self, product: Planned, topics: dict[int, str]) -> Draft:
        """Another product, which reads from as many."""
        said = self._said(product, topics)
        renamed = _renaming(said)
        lines = [renamed(line) for line in self.entry.nquads.splitlines(keepends=True)]
        pairs = sorted(zip(lines, self.entry.origins, strict=True), key=lambda pair: pair[0])
        nquads = "".join(line for line, _ in pairs)
        files = {file: renamed(file) for file in {origin.file for _, origin in pairs}}
        return Draft(
            subject=name_of(product.number),
            kind=Kind.PRODUCT,
            version=self.entry.version,
            nquads=nquads,
            content_hash=content_hash(nquads),
            publisher=self.entry.publisher,
            verdict=replace(self.entry.verdict, subject=name_of(product.number)),
            origins=tuple(Origin(files[o.file], o.line, o.column) for _, o in pairs),
            source=self.entry.source,
        )

    def _said(self, product: Planned, topics: dict[int, str]) -> dict[str, str]:
        """What the pattern says, and what this product says in its place."""
        mine, note = self.planned, self.planned.number % 7
        said = {
            self.folder: f"/{_FOLDER}",
            _DOMAIN: product.domain,
            mine.name: product.name,
            _titled(mine): _titled(product),
            f"{mine.number}": f"{product.number}",
            f"note_{note}": f"note_{product.number % 7}",
            f"note {note}": f"note {product.number % 7}",
            f"Thing{mine.thing}": f"Thing{product.thing}",
            f"thing{mine.thing}-id": f"thing{product.thing}-id",
        }
        for pattern, number in zip(_UPSTREAM, product.reads, strict=False):
            said[f"{_TOPIC}{pattern}"] = topics[number]
            said[f"{pattern}"] = f"{number}"
        return said | {_TOPIC: product.topic}


def _titled(product: Planned) -> str:
    return product.name.replace("_", " ").capitalize()


def _renaming(said: dict[str, str]) -> Callable[[str], str]:
    """All the renamings in one pass, the longest first, so that none meets another's outcome."""
    either = re.compile("|".join(map(re.escape, sorted(said, key=len, reverse=True))))
    return lambda text: either.sub(lambda found: said[found[0]], text)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))
