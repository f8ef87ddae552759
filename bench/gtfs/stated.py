"""The timetable as the catalog states it, as files, and as the triples that its rows make."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox

from bench.gtfs.made import Feed
from bench.gtfs.tables import BASE, GTFS, STOP, TABLES, TYPE, Said, Table
from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.semantic.plan import Column, Guarded, Place, Relation
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, RDF, SKOS, XSD, Iri

_ARROW = {
    "string": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(12, 6),
    "double": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
}  # fmt: skip
_STOP_CLASS = Iri(GTFS + "Stop")
_SCHEME = Iri(BASE + "schemes/stop")


def dataset_iri(table: str) -> Iri:
    """What a table is called in the graph."""
    return Iri(f"{BASE}products/{TABLES[table].product}/datasets/{table}")


def graph(folder: Path | None = None) -> tuple[Triple, ...]:
    """Everything that `files` say."""
    return tuple(triple for told in files(folder or Path("/nowhere")).values() for triple in told)


def files(folder: Path) -> dict[str, tuple[Triple, ...]]:
    """What the products state of their tables, and the decision that stops are a polyseme.

    Args:
        folder: where the tables lie.
    """
    decision = Iri(f"{BASE}decisions/stops")
    told: dict[str, list[Triple]] = {
        "stops": [
            Triple(decision, RDF.type, PM.Decision),
            Triple(_SCHEME, PM.iriTemplate, Literal(STOP)),
            Triple(_STOP_CLASS, RDF.type, PM.Polyseme),
            Triple(_STOP_CLASS, SKOS.prefLabel, Literal("stop", RDF.langString, "en")),
            Triple(_STOP_CLASS, PM.globalIdentifier, _SCHEME),
        ]
    }
    for name, table in TABLES.items():
        told.setdefault(table.product, []).extend(_stated(name, table, folder))
    return {name: tuple(dict.fromkeys(triples)) for name, triples in told.items()}


def _stated(name: str, table: Table, folder: Path) -> Iterator[Triple]:
    dataset = dataset_iri(name)
    product, schema = Iri(f"{BASE}products/{table.product}"), Iri(f"{dataset}/schema")
    port, file = Iri(f"{product}/ports/{name}"), Iri((folder / f"{name}.parquet").as_uri())
    yield Triple(product, RDF.type, DPROD.DataProduct)
    yield Triple(product, DCT.identifier, Literal(table.product))
    yield Triple(product, DCT.title, Literal(table.product.capitalize()))
    yield Triple(product, DPROD.outputDataset, dataset)
    yield Triple(product, DPROD.outputPort, port)
    yield Triple(port, DCAT.servesDataset, dataset)
    yield Triple(port, DCAT.endpointURL, file)
    yield Triple(port, DCT.title, Literal(f"{name} as a file"))
    yield Triple(dataset, DCAT.distribution, Iri(f"{dataset}/file"))
    yield Triple(Iri(f"{dataset}/file"), DCT["format"], Literal("parquet"))
    yield Triple(Iri(f"{dataset}/file"), DCAT.accessURL, file)
    yield Triple(dataset, DPROD.informationSensitivityClassification, PM.Public)
    yield Triple(dataset, CSVW.tableSchema, schema)
    if table.about:
        yield Triple(schema, CSVW.aboutUrl, Literal(table.about))
    for key in table.key:
        yield Triple(dataset, PM.grain, Iri(f"{dataset}/columns/{key}"))
    for said in table.columns:
        column = Iri(f"{dataset}/columns/{said.name}")
        yield Triple(schema, CSVW.column, column)
        for predicate, value in _column(said):
            yield Triple(column, predicate, value)


def _column(said: Said) -> Iterator[tuple[Iri, Term]]:
    yield CSVW.name, Literal(said.name)
    if said.virtual:
        yield CSVW.virtual, Literal("true", XSD.boolean)
    else:
        yield CSVW.datatype, XSD[said.datatype]
    if said.property:
        yield CSVW.propertyUrl, Literal(said.property)
    if said.value:
        yield CSVW.valueUrl, Literal(said.value)
    if said.about:
        yield CSVW.aboutUrl, Literal(said.about)
    if said.stop:
        yield PM.identifies, _STOP_CLASS
        yield PM.identifierScheme, _SCHEME


def relations(folder: Path) -> tuple[Guarded, ...]:
    """The tables as guarded relations over the files that `written` wrote."""
    return tuple(Guarded(_relation(name, table, folder)) for name, table in TABLES.items())


def _relation(name: str, table: Table, folder: Path) -> Relation:
    dataset = dataset_iri(name)
    product = Iri(f"{BASE}products/{table.product}")
    real = sorted((said for said in table.columns if not said.virtual), key=lambda said: said.name)
    return Relation(
        product=product,
        port=Iri(f"{product}/ports/{name}"),
        dataset=dataset,
        name=name,
        place=Place(str(folder / f"{name}.parquet"), "local", "parquet", name, str(folder)),
        columns=tuple(
            Column(said.name, Iri(f"{dataset}/columns/{said.name}"), XSD[said.datatype])
            for said in real
        ),
        unique_on=table.key,
    )


def written(made: Feed, folder: Path) -> None:
    """Write each table as a Parquet file."""
    for name, table in TABLES.items():
        columns = [said for said in table.columns if not said.virtual]
        schema = pa.schema([(said.name, _ARROW[said.datatype]) for said in columns])
        pq.write_table(pa.Table.from_pylist(made[name], schema), folder / f"{name}.parquet")


def triples(made: Feed) -> Iterator[ox.Quad]:
    """The triples that the rows make: CSV on the Web read by the letter, by no code of ours."""
    for name, table in TABLES.items():
        for row in made[name]:
            yield from _of_row(name, table, row)


def _of_row(name: str, table: Table, row: dict[str, Any]) -> Iterator[ox.Quad]:
    about = table.about or STOP.replace("{id}", "{stop_id}")
    if not table.about:
        yield _quad(_filled(about, row), TYPE, ox.NamedNode(_STOP_CLASS))
    for said in table.columns:
        subject = _filled(said.about or about, row)
        value = _value(said, row, is_subject=(said.name,) == table.key and not table.about)
        predicate = said.property or f"{dataset_iri(name)}/columns/{said.name}"
        if subject is not None and value is not None:
            yield _quad(subject, predicate, value)


def _quad(subject: str | None, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    assert subject is not None  # noqa: S101 - keys are never null
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _value(
    said: Said, row: dict[str, Any], *, is_subject: bool
) -> ox.NamedNode | ox.Literal | None:
    template = said.value or (STOP.replace("{id}", f"{{{said.name}}}") if said.stop else "")
    if template and not (said.stop and is_subject):
        iri = _filled(template, row)
        return None if iri is None else ox.NamedNode(iri)
    value = row[said.name]
    if value is None:
        return None
    return ox.Literal(_text(value), datatype=ox.NamedNode(XSD[said.datatype]))


def _filled(template: str, row: dict[str, Any]) -> str | None:
    names = re.findall(r"\{(\w+)\}", template)
    if any(row[name] is None for name in names):
        return None
    return re.sub(r"\{(\w+)\}", lambda found: quote(_text(row[found[1]]), safe=""), template)


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
