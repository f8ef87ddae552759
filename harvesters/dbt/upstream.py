"""What an exposed model is made from: inputs from outside, other datasets, and their columns."""

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, Origin, number, text
from catalog_service.harvesting import Names, Refers
from catalog_service.harvesting.access import Purpose, consume
from catalog_service.terms import DCAT, DCT, DPROD, DQV, PM, PROV, SDMX, UNIT, Iri
from harvesters.dbt.governed import Words
from harvesters.dbt.lineage import Lineage
from harvesters.dbt.manifest import Manifest, Node
from harvesters.dbt.model import Model, dataset_of, some
from harvesters.dbt.relations import Unresolved
from harvesters.dbt.results import Results


def state_inputs(model: Model, freshness: Results) -> None:
    """State an input port for each source, and each model of another project, that it reads."""
    own = Words(model.node.meta, model.dataset, model.origin)
    purposes = own.purposes(model.said, "input_purpose")
    for source in model.manifest.inputs(model.node):
        if isinstance(source, str):
            name = source.partition(".")[2]
            _state_input(model, name, source, model.origin)
            consume(model.said, model.product, name, (source, model.origin), purposes)
            continue
        origin = model.manifest.where(source)
        if source.kind != "source":
            name = f"{source.package}.{source.name}"
            _state_input(model, name, source.id, origin)
            consume(model.said, model.product, name, (source.id, origin), purposes)
            continue
        contract, system = contract_of(source), _said(source, "operational_system")
        upstream = contract or system or source.name
        port = _state_input(model, source.name, upstream, origin)
        told = _purposes(model, source, port, origin) or (purposes if contract else ())
        consume(model.said, model.product, source.name, (upstream, origin), told)
        if description := source.values.text("description"):
            model.said.state(port, DCT.description, text(description), origin)
        _state_age(model, source, port, freshness)


def contract_of(source: Node) -> str:
    """The contract that a source is read under, as its `meta` or that of its system names it."""
    return _said(source, "contract")


def _said(source: Node, key: str) -> str:
    return source.meta.text(key) or source.values.values("source_meta").text(key)


def _purposes(model: Model, source: Node, port: Iri, origin: Origin) -> tuple[Purpose, ...]:
    """What a source is read for, as its `meta` or that of its system says."""
    system = source.values.values("source_meta")
    values = source.meta if source.meta.texts("purpose") else system
    return Words(values, port, origin).purposes(model.said, "purpose")


def _state_input(model: Model, name: str, upstream: str, origin: Origin) -> Iri:
    said = model.said
    port = Names.part(model.product, "inputs", name)
    said.state(model.product, DPROD.inputPort, port, origin)
    said.type(port, DCAT.DataService, origin)
    said.state(port, DCT.title, text(name), origin)
    said.refer(port, PM.readsFrom, Refers.UPSTREAM, upstream, origin)
    return port


def _state_age(model: Model, source: Node, port: Iri, freshness: Results) -> None:
    """State how old the newest row of a source was when dbt looked."""
    result = freshness.of(source.id)
    if result is None or result.value is None or not isinstance(result.time, Literal):
        return
    said, origin = model.said, result.origin
    measured = Names.part(port, "measurements", f"freshness@{result.at}")
    said.type(measured, DQV.QualityMeasurement, origin)
    said.state(measured, DQV.computedOn, port, origin)
    said.state(measured, DQV.isMeasurementOf, PM.Freshness, origin)
    said.state(measured, DQV.value, number(result.value), origin)
    said.state(measured, SDMX.unitMeasure, UNIT.SEC, origin)
    said.state(measured, PROV.generatedAtTime, result.time, origin)


def state_derivation(model: Model, lineage: Lineage, columns: dict[str, dict[str, Iri]]) -> None:
    """State which datasets and columns it comes from.

    Args:
        model: the model.
        lineage: the column lineage of the project.
        columns: the columns of every exposed node, by their names in lower case.
    """
    origin = model.manifest.places.code(model.node.code) or model.origin
    for parent in model.manifest.derived_from(model.node):
        there = dataset_of(model.product, parent)
        model.said.state(model.dataset, PROV.wasDerivedFrom, there, origin)
    unresolved: dict[str, list[str]] = {}
    for column in model.columns.values():
        try:
            found = lineage.origins(model.node, column.name)
        except Unresolved as fault:
            unresolved.setdefault(str(fault), []).append(column.name)
            continue
        for key, name in sorted(found):
            here = columns.get(key, {}).get(name)
            outside = _outside(model.manifest, key, name)
            if here is not None:
                model.said.state(column.iri, PROV.wasDerivedFrom, here, origin)
            elif outside:
                derived = PROV.wasDerivedFrom
                model.said.refer(column.iri, derived, Refers.COLUMN, outside, origin)
    for reason, names in unresolved.items():
        model.said.notice(
            "incomplete",
            Severity.INFO,
            f"the lineage of {some(names)} is not resolved: {reason[:300]}",
            origin,
            fix="compile the project, qualify its columns, or harvest a catalog.json too",
            focus=model.dataset,
        )


def _outside(manifest: Manifest, key: str, name: str) -> str:
    """A column of another product, as the mesh names it; empty where no contract is known."""
    source = manifest.nodes.get(key)
    if source is not None and source.kind == "source":
        contract = contract_of(source)
        dataset = source.meta.text("dataset") or source.values.text("name")
        return f"{contract}#{dataset}.{_spelt(source, name)}" if contract else ""
    if source is not None and manifest.outside(source):
        return f"{key}#{source.name}.{name}"
    return ""


def _spelt(source: Node, name: str) -> str:
    """A column of a source as its author spells it."""
    described = source.values.values("columns").entries
    return next((key for key in described if key.casefold() == name), name)


def unused(manifest: Manifest, read: set[str]) -> list[str]:
    """The sources that no exposed model reads, which are no inputs of the product."""
    own = (node for node in manifest.nodes.values() if node.package == manifest.project)
    return sorted(node.name for node in own if node.kind == "source" and node.id not in read)
