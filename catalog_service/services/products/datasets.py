"""The datasets that data products serve: their forms, their columns, and what identifies whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, distinct, grouped, many, optional, query, texts
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Dataset:
    """The content of a data product: one meaning, in one or more forms.

    `sensitivity` is what is stated; `effective` is what that of its columns comes to as well.
    """

    iri: Iri
    product: Iri
    name: str
    description: str
    sensitivity: Iri | None
    effective: Iri | None
    model: Iri | None
    primary_key: tuple[str, ...]
    about: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One form of a dataset."""

    iri: Iri
    dataset: Iri
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset; `polyseme` and `scheme` are its binding, where it has one.

    `sensitivity` is what is stated; `effective` is what reaches it along lineage as well.
    """

    iri: Iri
    dataset: Iri
    product: Iri | None
    name: str
    description: str
    datatype: Iri | None
    required: bool
    sensitivity: Iri | None
    effective: Iri | None
    personal_data: tuple[Iri, ...]
    polyseme: Iri | None
    scheme: Iri | None


@dataclass(frozen=True, slots=True)
class Binding:
    """A column's tie to a polyseme: whom its values identify, in which scheme."""

    column: Iri
    name: str
    dataset: Iri
    polyseme: Iri
    scheme: Iri | None


def datasets(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Dataset, ...]]:
    """The datasets of `products`."""
    rows = view.select(many(query(__package__, "datasets"), "product", products))
    return {
        product: tuple(_dataset(told) for told in grouped(found, "dataset").values())
        for product, found in grouped(rows, "product").items()
    }


def datasets_at(view: View, datasets: Iterable[Iri]) -> dict[Iri, Dataset]:
    """The datasets of these IRIs."""
    rows = view.select(many(query(__package__, "datasets"), "dataset", datasets))
    return {dataset: _dataset(found) for dataset, found in grouped(rows, "dataset").items()}


def distributions(view: View, datasets: Iterable[Iri]) -> dict[Iri, tuple[Distribution, ...]]:
    """The forms of `datasets`."""
    rows = view.select(many(query(__package__, "distributions"), "dataset", datasets))
    return {
        dataset: tuple(_distribution(told[0]) for told in grouped(found, "distribution").values())
        for dataset, found in grouped(rows, "dataset").items()
    }


def distributions_at(view: View, distributions: Iterable[Iri]) -> dict[Iri, Distribution]:
    """The distributions of these IRIs."""
    rows = view.select(many(query(__package__, "distributions"), "distribution", distributions))
    return {at: _distribution(found[0]) for at, found in grouped(rows, "distribution").items()}


def columns(view: View, datasets: Iterable[Iri]) -> dict[Iri, tuple[Column, ...]]:
    """The columns of `datasets`, by name."""
    rows = view.select(many(query(__package__, "columns"), "dataset", datasets))
    return {
        dataset: tuple(_column(told) for told in grouped(found, "column").values())
        for dataset, found in grouped(rows, "dataset").items()
    }


def columns_at(view: View, columns: Iterable[Iri]) -> dict[Iri, Column]:
    """The columns of these IRIs."""
    rows = view.select(many(query(__package__, "columns"), "column", columns))
    return {column: _column(found) for column, found in grouped(rows, "column").items()}


def bindings(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[Binding, ...]]:
    """The columns of `products` that identify a polyseme."""
    rows = view.select(many(query(__package__, "bindings"), "product", products))
    return {
        product: tuple(
            Binding(
                column=row.iri("column"),
                name=row.text("name") or short(row.iri("column")),
                dataset=row.iri("dataset"),
                polyseme=row.iri("polyseme"),
                scheme=optional(row, "scheme"),
            )
            for row in found
        )
        for product, found in grouped(rows, "product").items()
    }


def column_sources(view: View, columns: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The columns that `columns` were derived from, one step up."""
    rows = view.select(many(query(__package__, "column_sources"), "column", columns))
    return {at: distinct(found, "source") for at, found in grouped(rows, "column").items()}


def column_uses(view: View, columns: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The columns that were derived from `columns`, one step down."""
    rows = view.select(many(query(__package__, "column_uses"), "column", columns))
    return {at: distinct(found, "use") for at, found in grouped(rows, "column").items()}


def _dataset(rows: list[Row]) -> Dataset:
    first = rows[0]
    return Dataset(
        iri=first.iri("dataset"),
        product=first.iri("product"),
        name=first.text("title") or short(first.iri("dataset")),
        description=first.text("description"),
        sensitivity=optional(first, "sensitivity"),
        effective=optional(first, "effective"),
        model=optional(first, "model"),
        primary_key=tuple(sorted(texts(rows, "key"))),
        about=distinct(rows, "concept"),
    )


def _distribution(row: Row) -> Distribution:
    return Distribution(
        iri=row.iri("distribution"),
        dataset=row.iri("dataset"),
        media_type=row.text("media") or row.text("format"),
        url=row.text("url"),
    )


def _column(rows: list[Row]) -> Column:
    first = rows[0]
    return Column(
        iri=first.iri("column"),
        dataset=first.iri("dataset"),
        product=optional(first, "product"),
        name=first.text("name") or short(first.iri("column")),
        description=first.text("description"),
        datatype=optional(first, "datatype"),
        required=first.text("required") in {"true", "1"},
        sensitivity=optional(first, "sensitivity"),
        effective=optional(first, "effective"),
        personal_data=distinct(rows, "category"),
        polyseme=optional(first, "polyseme"),
        scheme=optional(first, "scheme"),
    )
