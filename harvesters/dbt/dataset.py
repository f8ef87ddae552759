"""An exposed model as an output port, a dataset and columns."""

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, Origin, boolean, text
from catalog_service.harvesting import Names, segment
from catalog_service.harvesting.words import address, doubtful
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, Iri
from harvesters.dbt.datatypes import datatype
from harvesters.dbt.external import External, external
from harvesters.dbt.governed import state_personal_data
from harvesters.dbt.manifest import Node
from harvesters.dbt.meta import state_column_words
from harvesters.dbt.model import Column, Model, some

PROTOCOLS = {"postgres": "postgresql"}
"""Adapters whose protocol has another name; the others have the same."""
HELD = frozenset({"primary_key", "not_null"})


def state_port(model: Model) -> None:
    """State the output port: the model's table in the warehouse."""
    said, node, origin, port = model.said, model.node, model.origin, model.port
    said.state(model.product, DPROD.outputPort, port, origin)
    said.type(port, DCAT.DataService, origin)
    said.state(port, DCT.title, text(node.meta.text("title") or node.name), origin)
    said.state(port, DCT.identifier, text(node.id), origin)
    said.state(port, DCAT.servesDataset, model.dataset, origin)
    adapter = model.manifest.adapter
    if not adapter:
        said.notice(
            "incomplete",
            Severity.INFO,
            "the manifest names no adapter: the port has no protocol and no address",
            origin,
            fix="write the manifest again with dbt",
            focus=port,
        )
        return
    where = _relation(node, adapter)
    if (outside := external(model.manifest, node)) is not None:
        _state_file(model, outside)
        if where is not None:
            _state_distribution(model, "relation", where, adapter, origin)
    else:
        _state_relation(model, adapter, where)


def _relation(node: Node, adapter: str) -> Iri | None:
    """The address of a model's table or view in the warehouse; None where none can be made."""
    database, *rest = node.relation
    path = "/".join(segment(part) for part in (database, *rest) if part)
    # Where an adapter has no databases, the schema is no host either: three slashes.
    where = address(f"{adapter}://{path}" if database else f"{adapter}:///{path}")
    return where if rest[-1] else None


def _state_relation(model: Model, adapter: str, where: Iri | None) -> None:
    """State the table or view in the warehouse that the port serves."""
    said, node, origin, port = model.said, model.node, model.origin, model.port
    said.state(port, DPROD.protocol, _protocol(model, PROTOCOLS.get(adapter, adapter)), origin)
    if where is not None:
        said.state(port, DCAT.endpointURL, where, origin)
    else:
        message = f"no address can be made of the relation {'.'.join(node.relation)[:80]!r}"
        doubtful(said, message, origin, "give the model a database, schema and alias", focus=port)


def _state_file(model: Model, outside: External) -> None:
    """State the file that the model is written to; relative paths begin at the project's file."""
    said, origin = model.said, outside.origin
    said.state(model.port, DPROD.protocol, _protocol(model, outside.protocol), origin)
    said.state(model.port, DCAT.endpointURL, outside.address, origin)
    _state_distribution(model, "external", outside.address, outside.format, origin)


def _state_distribution(model: Model, name: str, at: Iri, form: str, origin: Origin) -> None:
    """State one of the places that the dataset lies at; lineage events may name any of them."""
    said, distribution = model.said, Names.part(model.dataset, "distributions", name)
    said.state(model.dataset, DCAT.distribution, distribution, origin)
    said.type(distribution, DCAT.Distribution, origin)
    said.state(distribution, DCT.format, text(form), origin)
    said.state(distribution, DCAT.accessURL, at, origin)


def _protocol(model: Model, name: str) -> Iri:
    return Names.part(Iri(model.names.base.rstrip("/")), "protocols", name)


def state_dataset(model: Model) -> None:
    """State the dataset with its columns and keys."""
    said, node, origin, dataset = model.said, model.node, model.origin, model.dataset
    said.state(model.product, DPROD.outputDataset, dataset, origin)
    said.type(dataset, DCAT.Dataset, origin)
    said.state(dataset, DCT.title, text(node.name), origin)
    if description := node.values.text("description"):
        said.state(dataset, DCT.description, text(description), origin)
    if version := node.values.text("version"):
        said.state(dataset, DCAT.version, text(version), origin)
    for tag in node.values.texts("tags"):
        said.state(dataset, DCAT.keyword, text(tag), origin)
    schema = Names.part(dataset, "schema")
    if model.columns:
        said.state(dataset, CSVW.tableSchema, schema, origin)
        said.type(schema, CSVW.Schema, origin)
    for column in model.columns.values():
        said.state(schema, CSVW.column, column.iri, column.origin)
        _state_column(model, column)
    _state_constraints(model, schema)
    _report_columns(model)


def _state_column(model: Model, column: Column) -> None:
    said, origin = model.said, column.origin
    said.type(column.iri, CSVW.Column, origin)
    said.state(column.iri, CSVW.name, text(column.name), origin)
    if description := column.values.text("description"):
        said.state(column.iri, DCT.description, text(description), origin)
    if column.type and (found := datatype(column.type)) is not None:
        said.state(column.iri, CSVW.datatype, found, origin)
    state_column_words(said, column)
    state_personal_data(model, column)


def _state_constraints(model: Model, schema: Iri) -> None:
    """State keys and required columns, from the constraints of the columns and of the model."""
    stated: list[tuple[str, tuple[str, ...]]] = [
        (constraint.text("type"), (name,))
        for name, column in model.columns.items()
        for constraint in column.values.objects("constraints")
    ]
    stated += [
        (constraint.text("type"), constraint.texts("columns"))
        for constraint in model.node.values.objects("constraints")
    ]
    for kind, names in stated:
        for name in names:
            column = model.column(name.strip('"`[]'))
            if column is None:
                message = f"a constraint {kind[:40]!r} names `{name[:60]}`, which is no column here"
                doubtful(model.said, message, model.origin, "correct the name", focus=model.dataset)
            elif kind == "primary_key":
                model.said.state(schema, CSVW.primaryKey, Literal(column.name), column.origin)
                model.said.state(model.dataset, PM.grain, column.iri, column.origin)
            elif kind == "not_null":
                model.said.state(column.iri, CSVW.required, boolean(value=True), column.origin)
    if any(kind in HELD for kind, _ in stated) and not _enforced(model):
        model.said.notice(
            "incomplete",
            Severity.INFO,
            "keys and required columns are stated, and no contract holds the table to them",
            model.origin,
            fix="set `contract: {enforced: true}` on the model",
            focus=model.dataset,
        )


def _enforced(model: Model) -> bool:
    values = model.node.values
    contracts = (values.values("contract"), values.values("config").values("contract"))
    return any(contract.flag("enforced") for contract in contracts)


def _report_columns(model: Model) -> None:
    """Report what is not known of the columns, in one finding a model for each kind of lack."""
    columns = model.columns.values()
    absent = [column.name for column in columns if column.absent]
    if absent:
        model.said.notice(
            "incomplete",
            Severity.WARNING,
            f"the table in the warehouse has no column {some(absent)}, though it is described",
            model.origin,
            fix="correct the description, or run the model and `dbt docs generate` again",
            focus=model.dataset,
        )
    untyped = [column.name for column in columns if not column.type and not column.absent]
    strange = [
        f"{column.name} ({column.type[:40]})"
        for column in columns
        if column.type and datatype(column.type) is None
    ]
    for names, why, fix in (
        (untyped, "no type is stated for", "harvest a catalog.json with it (`dbt docs generate`)"),
        (strange, "no one datatype stands for", "nothing, if the column holds lists or objects"),
    ):
        if names:
            model.said.notice(
                "incomplete",
                Severity.INFO,
                f"{why} {some(names)}",
                model.origin,
                fix=fix,
                focus=model.dataset,
            )
    if not model.columns:
        model.said.notice(
            "incomplete",
            Severity.INFO,
            "no columns are known: neither described, nor in a catalog.json, nor in compiled SQL",
            model.origin,
            fix="describe the columns, or run `dbt docs generate`",
            focus=model.dataset,
        )
