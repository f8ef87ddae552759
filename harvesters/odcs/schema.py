"""The schema of a contract: its objects as datasets, their properties as columns."""

from collections.abc import Iterator

from catalog_service.domain.rdf import Literal, Origin, boolean, text
from catalog_service.harvesting import Mapping, segment
from catalog_service.harvesting.bitol import tagged
from catalog_service.harvesting.words import (
    doubtful,
    named,
    once,
    say,
    sensitivity,
    squeezed,
    truth,
)
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, RDFS, XSD, Iri
from harvesters.odcs.contract import NOT_COLUMNS, Column, Contract, Dataset, Unlaid
from harvesters.odcs.links import define_column, define_dataset

DATATYPES = {
    "string": XSD.string,
    "text": XSD.string,
    "varchar": XSD.string,
    "uuid": XSD.string,
    "xml": XSD.string,
    "date": XSD.date,
    "timestamp": XSD.dateTime,
    "datetime": XSD.dateTime,
    "time": XSD.time,
    "number": XSD.decimal,
    "numeric": XSD.decimal,
    "decimal": XSD.decimal,
    "integer": XSD.integer,
    "int": XSD.integer,
    "long": XSD.long,
    "bigint": XSD.long,
    "float": XSD.float,
    "double": XSD.double,
    "boolean": XSD.boolean,
    "bool": XSD.boolean,
    "binary": XSD.base64Binary,
    "bytes": XSD.base64Binary,
}
"""What logical types stand for; version 2 let anyone choose the word, so common ones are here."""
STRUCTURES = frozenset({"object", "array", "map", "vector", "struct", "record"})
"""Logical types of columns whose values have parts: they have no one datatype."""

_DATASET_ASIDE = ("id", "logicalType", "context", "deprecated", "customProperties", "quality")
_COLUMN_ASIDE = (
    *("id", "name", "semanticType", "logicalTypeOptions", "physicalType", "physicalName"),
    *("partitioned", "partitionKeyPosition", "primaryKeyPosition", "criticalDataElement"),
    *("encryptedName", "transformLogic", "transformDescription", "examples", "enum"),
    *("deprecated", "context", "customProperties", "classification", "logicalType"),
)


def read_datasets(contract: Contract) -> None:
    """Find every dataset and column before anything is said of one, so that all can be named.

    Raises:
        Unreadable: two datasets, or two columns of one, have the same name.
    """
    places: dict[str, Origin] = {}
    for node in contract.node.mappings("schema"):
        name, origin = named(node, "schema object", "name")
        once(places, "schema object", name, origin)
        iri = contract.names.part(contract.product, "datasets", name)
        dataset = Dataset(iri, name, node, {})
        contract.datasets[name] = dataset
        seen: dict[str, Origin] = {}
        for column in _columns(contract, dataset, node, "", f"schema/{node.text('id') or name}"):
            once(seen, f"column of `{dataset.name}`", column.name, column.origin)
            dataset.columns[column.name] = column


def _columns(
    contract: Contract, dataset: Dataset, parent: Mapping, prefix: str, path: str
) -> Iterator[Column]:
    for node in parent.mappings("properties"):
        name, _ = named(node, "property", "name")
        if (kind := squeezed(node.text("semanticType"))) in NOT_COLUMNS:
            dataset.unlaid.append(Unlaid(kind, f"{prefix}{name}", node))
            continue
        levels = tuple(_levels(node))
        full = f"{prefix}{name}"
        here = f"{path}/properties/{node.text('id') or name}"
        yield Column(contract.names.part(dataset.iri, "columns", full), full, levels, here)
        for level in levels:
            yield from _columns(contract, dataset, level, f"{full}.", here)


def _levels(node: Mapping) -> Iterator[Mapping]:
    """The property, then what its array or map holds, level by level."""
    yield node
    held = node.mapping("items")
    if held is None and (pairs := node.mapping("map")) is not None:
        pairs.ignore("key")
        held = pairs.mapping("value")
    if held is not None:
        yield from _levels(held)


def state_datasets(contract: Contract) -> None:
    """State every dataset with its columns."""
    for dataset in contract.datasets.values():
        _state_dataset(contract, dataset)


def _state_dataset(contract: Contract, dataset: Dataset) -> None:
    said, node, iri = contract.said, dataset.node, dataset.iri
    node.ignore(*_DATASET_ASIDE)
    said.state(contract.product, DPROD.outputDataset, iri, dataset.origin)
    said.type(iri, DCAT.Dataset, dataset.origin)
    say(said, iri, DCT.title, node, "name")
    say(said, iri, CSVW.title, node, "businessName")
    say(said, iri, DCT.description, node, "description")
    say(said, iri, RDFS.comment, node, "dataGranularityDescription")
    say(said, iri, DCT.identifier, node, "physicalName")
    say(said, iri, DCT.type, node, "physicalType")
    tagged(said, iri, node)
    define_dataset(contract, dataset)
    if not dataset.columns:
        return
    schema = Iri(f"{iri}/{segment('schema')}")
    said.state(iri, CSVW.tableSchema, schema, node.where("properties"))
    said.type(schema, CSVW.Schema, node.where("properties"))
    for column in dataset.columns.values():
        said.state(schema, CSVW.column, column.iri, column.origin)
        _state_column(contract, dataset, column)
    _state_keys(contract, dataset, schema)


def _state_column(contract: Contract, dataset: Dataset, column: Column) -> None:
    said, iri = contract.said, column.iri
    said.type(iri, CSVW.Column, column.origin)
    said.state(iri, CSVW.name, text(column.name), column.origin)
    for level in column.levels:
        level.ignore(*_COLUMN_ASIDE)
        tagged(said, iri, level)
        if level is not column.node:
            level.ignore("required", "unique", "primaryKey", "businessName", "description")
    say(said, iri, CSVW.title, column.node, "businessName")
    say(said, iri, DCT.description, column.node, "description")
    physical = column.node.scalar("physicalName")
    if physical is not None and physical.text.strip() not in {"", column.name}:
        said.state(iri, DCT.identifier, text(physical.text.strip()), physical.origin)
    if (required := truth(column.node, "required")) is not None:
        said.state(iri, CSVW.required, boolean(required[0]), required[1])
    if (level_of := column.scalar("classification")) is not None:
        sensitivity(said, iri, PM.sensitivity, level_of)
    _state_datatype(contract, column)
    define_column(contract, dataset, column)


def _state_datatype(contract: Contract, column: Column) -> None:
    """State the type of the values; of an array, that of the values it holds."""
    kind = column.levels[-1].scalar("logicalType")
    if kind is None or not kind.text.strip():
        return
    word = squeezed(kind.text)
    if found := DATATYPES.get(word):
        contract.said.state(column.iri, CSVW.datatype, found, kind.origin)
    elif word not in STRUCTURES:
        doubtful(
            contract.said,
            f"logicalType {kind.text[:40]!r} is none of the standard's",
            kind.origin,
            "write string, date, timestamp, time, number, integer, boolean, object or array",
            focus=column.iri,
        )


def _state_keys(contract: Contract, dataset: Dataset, schema: Iri) -> None:
    """State the primary key, and the grain: the columns that tell the rows apart.

    One column marked unique tells them apart as well; of several, each does alone and they are not
    one grain together, so none is stated.
    """
    said = contract.said
    keys = [(column, truth(column.node, "primaryKey")) for column in dataset.columns.values()]
    unique = [(column, truth(column.node, "unique")) for column in dataset.columns.values()]
    primary = [(column, found[1]) for column, found in keys if found is not None and found[0]]
    alone = [(column, found[1]) for column, found in unique if found is not None and found[0]]
    for column, origin in primary:
        said.state(schema, CSVW.primaryKey, Literal(column.name), origin)
    for column, origin in primary or (alone if len(alone) == 1 else ()):
        said.state(dataset.iri, PM.grain, column.iri, origin)
