"""What products state that a scorecard asks for, gathered for many products at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog_service.graph import Row, View, grouped, many, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class PortFacts:
    """An output port: where and how it is reached, and whether a policy governs it."""

    endpoint: str
    protocol: str
    governed: bool


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """A dataset.

    Args:
        meant: it is about a concept.
        served: an output port serves it.
        columns: how many columns it has; of these
        described: those told in words,
        typed: those with a datatype of XML Schema,
        identifying: those that identify a polyseme.
    """

    meant: bool
    served: bool
    columns: int
    described: int
    typed: int
    identifying: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a product states.

    Args:
        tagged: it has a keyword.
        purposed: it has a purpose.
        active: it is in service.
        origin: it says what it reads from.
        observed: it has an observability port.
        steered: it has a control port.
        consumed: another product reads from it, or a consumption of it is registered.
        ports: its output ports.
        datasets: its datasets.
        forms: its distributions, each with its media type.
    """

    tagged: bool
    purposed: bool
    active: bool
    origin: bool
    observed: bool
    steered: bool
    consumed: bool
    ports: Mapping[Iri, PortFacts]
    datasets: tuple[DatasetFacts, ...]
    forms: Mapping[Iri, str]

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return sum(dataset.columns for dataset in self.datasets)

    @property
    def described(self) -> int:
        """How many of them are told in words."""
        return sum(dataset.described for dataset in self.datasets)

    @property
    def typed(self) -> int:
        """How many of them have a datatype of XML Schema."""
        return sum(dataset.typed for dataset in self.datasets)

    @property
    def identifying(self) -> int:
        """How many of them identify a polyseme."""
        return sum(dataset.identifying for dataset in self.datasets)


def facts(view: View, products: Iterable[Iri]) -> dict[Iri, Facts]:
    """What those of `products` state that are published, in seven questions for all of them."""
    asked = tuple(products)

    def rows(name: str) -> dict[Iri, list[Row]]:
        return grouped(view.select(many(query(__package__, name), "product", asked)), "product")

    ports, datasets, forms = rows("port_facts"), rows("dataset_facts"), rows("form_facts")
    columns, sourced, consumed = rows("column_facts"), rows("sourced"), rows("consumed")
    return {
        product: Facts(
            tagged=_true(told[0], "tagged"),
            purposed=_true(told[0], "purposed"),
            active=_true(told[0], "active"),
            origin=product in sourced,
            observed=_true(told[0], "observed"),
            steered=_true(told[0], "steered"),
            consumed=product in consumed,
            ports=_ports(ports.get(product, ())),
            datasets=tuple(_datasets(datasets.get(product, ()), columns.get(product, ()))),
            forms={
                form: found[0].text("type")
                for form, found in grouped(forms.get(product, ()), "form").items()
            },
        )
        for product, told in rows("product_facts").items()
    }


def _ports(rows: Iterable[Row]) -> dict[Iri, PortFacts]:
    return {
        port: PortFacts(
            endpoint=found[0].text("endpoint"),
            protocol=found[0].text("protocol"),
            governed=_true(found[0], "governed"),
        )
        for port, found in grouped(rows, "port").items()
    }


def _datasets(rows: Iterable[Row], columns: Iterable[Row]) -> Iterator[DatasetFacts]:
    counted = {row.iri("dataset"): row for row in columns}
    for row in rows:
        told = counted.get(row.iri("dataset"), Row())
        yield DatasetFacts(
            meant=_true(row, "meant"),
            served=_true(row, "served"),
            columns=_number(told, "columns"),
            described=_number(told, "described"),
            typed=_number(told, "typed"),
            identifying=_number(told, "identifying"),
        )


def _true(row: Row, name: str) -> bool:
    return row.text(name) == "true"


def _number(row: Row, name: str) -> int:
    return int(row.text(name, "0"))
