"""What the names in documents refer to: domains, polysemes, schemes, contracts, systems."""

from collections import defaultdict
from collections.abc import Iterable

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.graph import View, query
from catalog_service.harvesting.contract import Refers
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, RDF, RDFS, SKOS, Iri

_CLASSES = {
    PM.Domain: Refers.DOMAIN,
    PM.Polyseme: Refers.POLYSEME,
    PM.IdentifierScheme: Refers.SCHEME,
    PM.OperationalSystem: Refers.UPSTREAM,
}
_LABELS = (SKOS.prefLabel, DCT.title, RDFS.label, DCT.identifier, SKOS.altLabel)


class Register:
    """Names and what they stand for, over what is published and what a run has just harvested.

    A thing answers to its IRI, to the last segment of its IRI, and to its labels and identifiers
    whatever their case. What is harvested now comes before what is published.

    Args:
        view: what is published; None where there is no catalog.
    """

    def __init__(self, view: View | None = None) -> None:
        self._view = view
        self._names: dict[Refers, dict[str, set[Iri]]] = defaultdict(lambda: defaultdict(set))
        self._contracts: dict[str, set[Iri]] = defaultdict(set)
        self._products: dict[str, set[Iri]] = defaultdict(set)
        self._columns: dict[Iri, dict[str, Iri]] = {}
        if view is not None:
            for row in view.select(query(__package__, "governed")):
                refers = _CLASSES[row.iri("class")]
                self._name(refers, row.iri("thing"), row.text("label"))

    def add(self, triples: Iterable[Triple]) -> None:
        """Take in the graph of a product or decision that was just harvested."""
        stated = tuple(triples)
        labels: dict[Iri, set[str]] = defaultdict(set)
        identifiers: dict[Iri, set[str]] = defaultdict(set)
        linked: dict[Iri, dict[Iri, set[Iri]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, value in stated:
            if not isinstance(value, Literal):
                linked[predicate][subject].add(value)
            elif predicate in _LABELS:
                labels[subject].add(value.lexical)
                if predicate == DCT.identifier:
                    identifiers[subject].add(value.lexical)
        for thing, classes in linked[RDF.type].items():
            for refers in (_CLASSES[found] for found in classes if found in _CLASSES):
                for label in ("", *labels[thing]):
                    self._name(refers, thing, label)
        for product, ports in linked[DPROD.outputPort].items():
            self._add_ports(product, ports, identifiers, linked[DCT.conformsTo])
        self._add_columns(stated)

    def _add_ports(
        self,
        product: Iri,
        ports: set[Iri],
        identifiers: dict[Iri, set[str]],
        implements: dict[Iri, set[Iri]],
    ) -> None:
        for name in (product, *identifiers[product]):
            self._products[name] |= ports
        for port in ports:
            self._contracts[port].add(port)
            for named in (port, *implements.get(port, ())):
                for identifier in identifiers[named]:
                    self._contracts[identifier].add(port)

    def _add_columns(self, triples: tuple[Triple, ...]) -> None:
        datasets: dict[Iri, set[Iri]] = defaultdict(set)
        schemas: dict[Iri, Iri] = {}
        columns: dict[Iri, set[Iri]] = defaultdict(set)
        names: dict[Iri, str] = {}
        for subject, predicate, value in triples:
            if isinstance(value, Literal):
                if predicate == CSVW.name or (predicate == DCT.title and subject not in names):
                    names[subject] = value.lexical
            elif predicate == DCAT.servesDataset:
                datasets[subject].add(value)
            elif predicate == CSVW.tableSchema:
                schemas[subject] = value
            elif predicate == CSVW.column:
                columns[subject].add(value)
        for port, served in datasets.items():
            self._columns[port] = {
                f"{names.get(dataset, _last(dataset))}.{names[column]}".casefold(): column
                for dataset in served
                for column in columns[schemas.get(dataset, dataset)]
                if column in names
            }

    def find(self, refers: Refers, name: str) -> tuple[Iri, ...]:
        """All that `name` may stand for, sorted; more than one where it is ambiguous.

        For a port (`Refers.UPSTREAM`, `Refers.CONTRACT`) several are no ambiguity: one contract may
        be served through several ports.
        """
        if refers is Refers.UPSTREAM:
            return tuple(sorted(self._upstream(name)))
        if refers is Refers.COLUMN:
            return tuple(sorted(self._column(name)))
        known = self._names[refers]
        return tuple(sorted(known.get(name) or known.get(name.casefold()) or set()))

    def is_a(self, iri: str) -> Refers | None:
        """Whether an IRI is a registered polyseme or scheme; None where it is neither."""
        for refers in (Refers.POLYSEME, Refers.SCHEME):
            if iri in self._names[refers].get(iri, ()):
                return refers
        return None

    def known(self, refers: Refers) -> tuple[str, ...]:
        """The names of that kind, for the hint of an error."""
        things = {iri for found in self._names[refers].values() for iri in found}
        return tuple(sorted(_last(iri) for iri in things))

    def product_of(self, contract: str) -> Iri | None:
        """The published product in which a contract is already claimed by a descriptor's port."""
        if self._view is None:
            return None
        rows = self._view.select(query(__package__, "claimed"), identifier=Literal(contract))
        return rows[0].iri("product") if rows else None

    def _upstream(self, name: str) -> set[Iri]:
        here = self._contracts.get(name) or self._products.get(name)
        if here:
            return here
        systems = self._names[Refers.UPSTREAM]
        found = systems.get(name) or systems.get(name.casefold())
        if found:
            return set(found)
        return self._published(name)

    def _published(self, name: str) -> set[Iri]:
        if self._view is None:
            return set()
        rows = self._view.select(query(__package__, "ports"), identifier=Literal(name))
        if not rows and name.startswith(("http://", "https://")) and " " not in name:
            rows = self._view.select(query(__package__, "port"), port=Iri(name))
        return {row.iri("port") for row in rows}

    def _column(self, name: str) -> set[Iri]:
        contract, _, path = name.partition("#")
        found = set()
        for port in self._upstream(contract):
            columns = self._columns.get(port)
            if columns is None and self._view is not None:
                rows = self._view.select(query(__package__, "columns"), port=port)
                columns = {
                    f"{row.text('dataset')}.{row.text('name')}".casefold(): row.iri("column")
                    for row in rows
                }
                self._columns[port] = columns
            if columns and path.casefold() in columns:
                found.add(columns[path.casefold()])
        return found

    def _name(self, refers: Refers, thing: Iri, label: str = "") -> None:
        known = self._names[refers]
        for name in (thing, _last(thing), label):
            if name:
                known[name].add(thing)
                known[name.casefold()].add(thing)


def _last(iri: str) -> str:
    return iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]
