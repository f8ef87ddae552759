"""The datasets of a product as tables: names, keys, and what their columns identify."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_service.services.export.stated import Stated, entitled
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, Iri


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table.

    Args:
        iri: the column in the graph.
        name: what it is called.
        datatype: the type of its values; None where none is stated.
        polyseme: what its values identify, if anything.
        scheme: the identifier scheme they are written in.
        keys: the columns that it is a foreign key of.
    """

    iri: Iri
    name: str
    datatype: Iri | None
    polyseme: Iri | None
    scheme: Iri | None
    keys: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A dataset with a schema.

    Args:
        iri: the dataset in the graph.
        name: its title.
        place: how its source calls it: by its physical name, else by the address of its port.
        about: the template of whom a row is about, where the schema states one.
        columns: its columns, by name.
        grain: the columns that tell its rows apart, taken together, by name.
    """

    iri: Iri
    name: str
    place: str
    about: str
    columns: tuple[TableColumn, ...]
    grain: tuple[TableColumn, ...]


def tables(stated: Stated) -> Iterator[Table]:
    """The tables of a product, in order of their IRIs."""
    places = {
        dataset: stated.iri(port, DCAT.endpointURL)
        for port in reversed(stated.iris(stated.subject, DPROD.outputPort))
        for dataset in stated.iris(port, DCAT.servesDataset)
    }
    for dataset in stated.iris(stated.subject, DPROD.outputDataset):
        schemas = stated.iris(dataset, CSVW.tableSchema)
        found = [_column(stated, c) for schema in schemas for c in stated.iris(schema, CSVW.column)]
        columns = tuple(sorted((c for c in found if c.name), key=lambda column: column.name))
        grain = set(stated.iris(dataset, PM.grain))
        name = entitled(stated, dataset, DCT.title)
        about = next((stated.text(schema, CSVW.aboutUrl) for schema in schemas), "")
        yield Table(
            dataset,
            name,
            stated.text(dataset, DCT.identifier) or places.get(dataset) or name,
            about,
            columns,
            tuple(column for column in columns if column.iri in grain),
        )


def _column(stated: Stated, column: Iri) -> TableColumn:
    return TableColumn(
        column,
        stated.text(column, CSVW.name),
        stated.iri(column, CSVW.datatype),
        stated.iri(column, PM.identifies),
        stated.iri(column, PM.identifierScheme),
        stated.iris(column, CSVW.foreignKey),
    )
