"""Small meshes made for counting: domains, products, columns in schemes, crosswalks, readers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from hypothesis import strategies as st

from catalog_service.domain.rdf import Literal, Triple, number, text
from catalog_service.graph import Store, View
from catalog_service.terms import (
    CSVW,
    DCAT,
    DPROD,
    DQV,
    PM,
    PROV,
    RDF,
    SDMX,
    SKOS,
    UNIT,
    XSD,
    Iri,
)  # fmt: skip

BASE = "https://mesh.example/"


def at(*path: object) -> Iri:
    return Iri(BASE + "/".join(map(str, path)))


@dataclass(frozen=True)
class Made:
    """A mesh as a test thinks of it.

    Args:
        homes: the number of each product's domain; None for none.
        keys: of each product, the polysemes and schemes of its columns.
        hubs: the global scheme of each polyseme.
        walks: the schemes that crosswalks lead between, and whether a port serves them.
        reads: which product reads from which.
        parts: the domain that each domain is a part of.
    """

    homes: tuple[int | None, ...]
    keys: tuple[tuple[tuple[int, int], ...], ...]
    hubs: Mapping[int, int] = field(default_factory=dict)
    walks: tuple[tuple[int, int, bool], ...] = ()
    reads: frozenset[tuple[int, int]] = frozenset()
    parts: Mapping[int, int] = field(default_factory=dict)

    def joins(self, polyseme: int, one: int, other: int) -> bool:
        """Whether two products join on a polyseme, by looking at every pair of columns."""
        served = {(start, goal) for start, goal, is_served in self.walks if is_served}
        hub = self.hubs.get(polyseme)
        for left_polyseme, left in self.keys[one]:
            for right_polyseme, right in self.keys[other]:
                if not left_polyseme == right_polyseme == polyseme:
                    continue
                if left == right or {(left, right), (right, left)} & served:
                    return True
                if hub is not None and {(left, hub), (right, hub)} <= served:
                    return True
        return False

    def pairs(self, polyseme: int) -> set[tuple[int, int]]:
        several = combinations(range(len(self.homes)), 2)
        return {(one, other) for one, other in several if self.joins(polyseme, one, other)}

    def view(self) -> View:
        store = Store()
        graphs: dict[Iri, list[Triple]] = {at("decisions", "mesh"): list(self._governed())}
        for product in range(len(self.homes)):
            graphs[at("products", product)] = list(self._product(product))
        store.replace(graphs)
        return store.view()

    def _governed(self) -> Iterable[Triple]:
        polysemes = {polyseme for keys in self.keys for polyseme, _ in keys} | set(self.hubs)
        for polyseme in sorted(polysemes):
            yield Triple(at("polysemes", polyseme), RDF.type, PM.Polyseme)
            if polyseme in self.hubs:
                hub = at("schemes", self.hubs[polyseme])
                yield Triple(at("polysemes", polyseme), PM.globalIdentifier, hub)
        for domain in {*(home for home in self.homes if home is not None), *self.parts}:
            yield Triple(at("domains", domain), RDF.type, PM.Domain)
            yield Triple(at("domains", domain), SKOS.prefLabel, text(f"domain {domain}"))
        for part, whole in self.parts.items():
            yield Triple(at("domains", part), SKOS.broader, at("domains", whole))

    def _product(self, product: int) -> Iterable[Triple]:
        me, home = at("products", product), self.homes[product]
        port, dataset = Iri(f"{me}/ports/p"), Iri(f"{me}/datasets/d")
        yield Triple(me, RDF.type, DPROD.DataProduct)
        yield Triple(me, DPROD.outputPort, port)
        yield Triple(me, DPROD.outputDataset, dataset)
        yield Triple(port, DCAT.servesDataset, dataset)
        yield Triple(dataset, CSVW.tableSchema, Iri(f"{dataset}/schema"))
        if home is not None:
            yield Triple(me, DPROD.domain, at("domains", home))
        for place, (polyseme, scheme) in enumerate(self.keys[product]):
            column = Iri(f"{dataset}/columns/c{place}")
            yield Triple(Iri(f"{dataset}/schema"), CSVW.column, column)
            yield Triple(column, PM.identifies, at("polysemes", polyseme))
            yield Triple(column, PM.identifierScheme, at("schemes", scheme))
        for reader, source in self.reads:
            if reader == product:
                read = Iri(f"{me}/inputs/{source}")
                yield Triple(me, DPROD.inputPort, read)
                yield Triple(read, PM.readsFrom, Iri(f"{at('products', source)}/ports/p"))
                used = Iri(f"{me}/consumptions/{source}")
                yield Triple(used, RDF.type, PM.Consumption)
                yield Triple(used, PM.consumer, me)
                yield Triple(used, PM.consumes, Iri(f"{at('products', source)}/ports/p"))
        for place, (start, goal, served) in enumerate(self.walks if product == 0 else ()):
            walk = Iri(f"{me}/crosswalks/{place}")
            yield Triple(walk, RDF.type, PM.Crosswalk)
            yield Triple(walk, PM.fromScheme, at("schemes", start))
            yield Triple(walk, PM.toScheme, at("schemes", goal))
            if served:
                yield Triple(walk, PM.realisedBy, port)


def measured(walk: Iri, value: str, unit: Iri | None, day: int) -> Iterable[Triple]:
    """A measurement of how many values a crosswalk has a pair for."""
    me = Iri(f"{walk}/measurements/{day}")
    yield Triple(me, DQV.computedOn, walk)
    yield Triple(me, DQV.isMeasurementOf, PM.Completeness)
    yield Triple(me, DQV.value, number(value))
    yield Triple(me, PROV.generatedAtTime, Literal(f"2026-01-{day:02}T00:00:00Z", XSD.dateTime))
    if unit is not None:
        yield Triple(me, SDMX.unitMeasure, unit)


PERCENT = UNIT.PERCENT
SMALL = st.integers(0, 3)


@st.composite
def meshes(draw: st.DrawFn) -> Made:
    size = draw(st.integers(1, 7))
    key = st.tuples(st.integers(0, 1), SMALL)
    numbers = st.integers(0, size - 1)
    return Made(
        homes=tuple(draw(st.lists(st.none() | SMALL, min_size=size, max_size=size))),
        keys=tuple(
            tuple(draw(st.lists(key, max_size=3, unique=True))) for _ in range(size)
        ),
        hubs=draw(st.dictionaries(st.integers(0, 1), SMALL)),
        walks=tuple(draw(st.lists(st.tuples(SMALL, SMALL, st.booleans()), max_size=4))),
        reads=frozenset(
            pair for pair in draw(st.sets(st.tuples(numbers, numbers))) if pair[0] != pair[1]
        ),
        parts={part: whole for part, whole in draw(st.dictionaries(SMALL, SMALL)).items()
               if part > whole},
    )  # fmt: skip
