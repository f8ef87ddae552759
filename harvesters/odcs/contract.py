"""One contract while it is being read: its product, its datasets, and what was said so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Names, Scalar, Statements
from catalog_service.terms import Iri

NOT_COLUMNS = frozenset({"measure", "dimension"})
"""Semantic types (since 3.2) of properties that are computed and lie in no table."""


@dataclass(frozen=True, slots=True)
class Unlaid:
    """A property that is no column: a measure or a dimension, by its full name."""

    kind: str
    name: str
    node: Mapping


@dataclass(frozen=True, slots=True)
class Column:
    """A property of a dataset, under its full name: `address.street` inside `address`.

    `levels` are the property itself and, for an array or map, what it holds: an array's type,
    classification and definitions may stand on either.
    """

    iri: Iri
    name: str
    levels: tuple[Mapping, ...]
    path: str

    @property
    def node(self) -> Mapping:
        """The property itself."""
        return self.levels[0]

    @property
    def origin(self) -> Origin:
        """Where the property is declared."""
        return self.node.where("name")

    def scalar(self, key: str) -> Scalar | None:
        """The value of `key` on the outermost level that has one."""
        found = [level.scalar(key) for level in self.levels]
        return next((value for value in found if value is not None and value.text.strip()), None)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table, topic, file or other object of the contract's schema."""

    iri: Iri
    name: str
    node: Mapping
    columns: dict[str, Column]
    unlaid: list[Unlaid] = field(default_factory=list)

    @property
    def origin(self) -> Origin:
        """Where the dataset is declared."""
        return self.node.where("name")


@dataclass(slots=True)
class Contract:
    """What the parts of the mapping hand to each other."""

    names: Names
    node: Mapping
    product: Iri
    said: Statements
    datasets: dict[str, Dataset] = field(default_factory=dict)
    ports: dict[str, Iri] = field(default_factory=dict)
    schemes: dict[Iri, str] = field(default_factory=dict)
    """The identifier scheme that a column names, as it is written there."""

    def bearers(self) -> tuple[Iri, ...]:
        """Who makes the promises: every port, or the product where the contract names no server."""
        return tuple(self.ports.values()) or (self.product,)

    def columns(self) -> Iterator[Column]:
        """The columns of all datasets."""
        for dataset in self.datasets.values():
            yield from dataset.columns.values()

    def column(self, reference: str, within: Dataset | None = None) -> Column | None:
        """The column that a reference in this contract names; None where there is none such.

        `orders.address.street` by names, `schema/orders_tbl/properties/street_id` by ids,
        `street` inside its own dataset, or anywhere if the contract has only one dataset.
        """
        path = reference.strip().lstrip("/")
        if path.startswith("schema/"):
            return next((column for column in self.columns() if column.path == path), None)
        if within is None and len(self.datasets) == 1:
            within = next(iter(self.datasets.values()))
        if within is not None and path in within.columns:
            return within.columns[path]
        inside = (
            dataset.columns.get(path[len(name) + 1 :])
            for name, dataset in self.datasets.items()
            if path.startswith(f"{name}.")
        )
        return next((column for column in inside if column is not None), None)
