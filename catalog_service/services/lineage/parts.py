"""Which parts belong to which product, as far as a view shows: looked up, each once."""

from collections.abc import Callable, Iterable
from functools import cache

from catalog_service.graph import View
from catalog_service.terms import CSVW, DCAT, DPROD, PM, PROV, Iri

Lookup = Callable[[Iri], tuple[Iri, ...]]
"""What one thing points at, or what points at it."""


class Parts:
    """Ports, datasets and columns, and what is said of where they come from.

    A walk looks at thousands of things and asks the same few questions of each, which as SPARQL
    would be parsed and planned thousands of times; or once for a level, at a multiple of the cost.
    One object serves one answer: it remembers what it has looked up.

    Args:
        view: where to look.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.inputs = _out(view, DPROD.inputPort)
        self.outputs = _out(view, DPROD.outputPort)
        self.datasets = _out(view, DPROD.outputDataset)
        self.serves = _out(view, DCAT.servesDataset)
        self.reads = _out(view, PM.readsFrom)
        self.interfaces = _out(view, PM.operationalApi)
        self.sources = _out(view, PROV.wasDerivedFrom)
        self.of_input = _into(view, DPROD.inputPort)
        self.of_output = _into(view, DPROD.outputPort)
        self.readers = _into(view, PM.readsFrom)
        self.systems = _into(view, PM.operationalApi)
        self.derived = _into(view, PROV.wasDerivedFrom)
        self.owners = _out(view, DPROD.dataProductOwner)
        self.domains = _out(view, DPROD.domain)
        self._consumers = _out(view, PM.consumer)
        self._consumptions = _into(view, PM.consumes)
        self._of_dataset = _into(view, DPROD.outputDataset)
        self._servers = _into(view, DCAT.servesDataset)
        self._schemas = _into(view, CSVW.column)
        self.product = cache(self._is_product)

    def unpublished(self, product: Iri) -> tuple[Iri, ...]:
        """What the input ports of a product read that nobody publishes as an output port."""
        read = (source for port in self.inputs(product) for source in self.reads(port))
        return tuple(source for source in read if not self.of_output(source))

    def _is_product(self, iri: Iri) -> bool:
        return self._view.describes(iri, type_=DPROD.DataProduct)

    def column(self, iri: Iri) -> bool:
        """True of a column of some dataset."""
        return bool(self._schemas(iri))

    def stated_sources(self, product: Iri) -> tuple[Iri, ...]:
        """What a product says itself that it comes from, beside what follows from its parts."""
        return self._view.objects(product, PROV.wasDerivedFrom, graph=product)

    def columns(self, datasets: Iterable[Iri]) -> tuple[Iri, ...]:
        """The columns of datasets."""
        return tuple(
            column
            for dataset in datasets
            for schema in self._view.objects(dataset, CSVW.tableSchema)
            for column in self._view.objects(schema, CSVW.column)
        )

    def datasets_of(self, column: Iri) -> tuple[Iri, ...]:
        """The datasets that have a column."""
        return tuple(
            dataset
            for schema in self._schemas(column)
            for dataset in self._view.subjects(CSVW.tableSchema, schema)
        )

    def ports_of(self, datasets: Iterable[Iri]) -> tuple[Iri, ...]:
        """The output ports that serve datasets."""
        return tuple(port for dataset in datasets for port in self._servers(dataset))

    def products_of(self, part: Iri) -> tuple[Iri, ...]:
        """The products that a port, a dataset or a column is a part of."""
        found = (*self.of_output(part), *self.of_input(part), *self._of_dataset(part))
        return found or tuple(
            product for dataset in self.datasets_of(part) for product in self._of_dataset(dataset)
        )

    def consumers(self, ports: Iterable[Iri]) -> tuple[Iri, ...]:
        """Who registered that they consume some ports: products, teams or people."""
        return tuple(
            consumer
            for port in ports
            for consumption in self._consumptions(port)
            for consumer in self._consumers(consumption)
        )

    def known(self, iri: Iri) -> bool:
        """True where something is said of a thing, or somebody says that they read it.

        What follows about a product from what others say does not count: it may have been inferred
        from what the view does not show.
        """
        if self._view.describes(iri) or self.readers(iri) or self.products_of(iri):
            return True
        return any(
            not self.product(other) or iri in self.stated_sources(other)
            for other in self.derived(iri)
        )


def _out(view: View, predicate: Iri) -> Lookup:
    return cache(lambda subject: view.objects(subject, predicate))


def _into(view: View, predicate: Iri) -> Lookup:
    return cache(lambda value: view.subjects(predicate, value))
