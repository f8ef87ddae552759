"""What products state that a scorecard asks for, gathered for many products at once."""

from collections.abc import Iterable, Mapping
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
    """A dataset: whether it is about a concept, is served, and tells more than who is who."""

    meant: bool
    served: bool
    telling: bool


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
        columns: how many columns it has; of these
        described: those told in words,
        typed: those with a datatype of XML Schema,
        identifying: those that identify a polyseme.
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
    columns: int
    described: int
    typed: int
    identifying: int


def facts(view: View, products: Iterable[Iri]) -> dict[Iri, Facts]:
    """What those of `products` state that are published, in five questions for all of them."""
    asked = tuple(products)

    def rows(name: str) -> dict[Iri, list[Row]]:
        return grouped(view.select(many(query(__package__, name), "product", asked)), "product")

    ports, datasets, forms = rows("port_facts"), rows("dataset_facts"), rows("form_facts")
    columns = rows("column_facts")
    return {
        product: _facts(
            told[0],
            ports.get(product, []),
            datasets.get(product, []),
            forms.get(product, []),
            columns.get(product, [Row()])[0],
        )
        for product, told in rows("product_facts").items()
    }


def _facts(
    told: Row, ports: list[Row], datasets: list[Row], forms: list[Row], columns: Row
) -> Facts:
    return Facts(
        tagged=_true(told, "tagged"),
        purposed=_true(told, "purposed"),
        active=_true(told, "active"),
        origin=_true(told, "origin"),
        observed=_true(told, "observed"),
        steered=_true(told, "steered"),
        consumed=_true(told, "read") or _true(told, "registered"),
        ports={
            port: PortFacts(
                found[0].text("endpoint"), found[0].text("protocol"), _true(found[0], "governed")
            )
            for port, found in grouped(ports, "port").items()
        },
        datasets=tuple(
            DatasetFacts(_true(row, "meant"), _true(row, "served"), _true(row, "telling"))
            for row in datasets
        ),
        forms={form: found[0].text("type") for form, found in grouped(forms, "form").items()},
        columns=_number(columns, "columns"),
        described=_number(columns, "described"),
        typed=_number(columns, "typed"),
        identifying=_number(columns, "identifying"),
    )


def _true(row: Row, name: str) -> bool:
    return row.text(name) == "true"


def _number(row: Row, name: str) -> int:
    return int(row.text(name, "0"))
