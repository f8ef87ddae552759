"""What exposed models can be asked for, by `meta` and by the semantic models that stand on them."""

from collections.abc import Iterable, Mapping

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Refers, Scalar
from catalog_service.harvesting.measures import (
    Place,
    left_out,
    state_derived_key,
    state_dimension,
    state_measure,
)
from catalog_service.harvesting.words import address
from catalog_service.terms import CSVW, PM, Iri
from harvesters.dbt.meta import doubt, objects
from harvesters.dbt.model import Model, some
from harvesters.dbt.semantics import SemanticModel, semantic_models

WORDS = {
    "name": "name",
    "label": "label",
    "description": "description",
    "aggregate": "aggregate",
    "operand": "operand",
    "additivity": "additivity",
    "not_additive_over": "notAdditiveOver",
    "clock": "clock",
    "zone": "zone",
    "when_empty": "whenEmpty",
    "unit": "unit",
    "unit_column": "unitColumn",
}
"""The words of a measure in `meta`, and in the graph's own spelling."""
_KEY_WORDS = ("name", "to", "transform")


def state_measures(models: Iterable[Model]) -> None:
    """State what the exposed models of a project can be asked for, and where keys lead."""
    taken: dict[str, Origin] = {}
    listed = list(models)
    for model in listed:
        at = _place(model, listed, taken)
        _state_meta(at, model)
        for semantic in semantic_models(model.manifest, model.node):
            _state_semantic(at, model, semantic)


def _place(model: Model, models: list[Model], taken: dict[str, Origin]) -> Place:
    def own(name: str) -> Iri | None:
        found = model.column(name)
        return None if found is None else found.iri

    def near(name: str) -> Iri | None:
        if (found := own(name)) is not None:
            return found
        for other in models:
            start = f"{other.node.name}."
            column = other.column(name.removeprefix(start)) if name.startswith(start) else None
            if column is not None:
                return column.iri
        return None

    return Place(model.said, model.product, model.dataset, own, near, taken)


def _state_meta(at: Place, model: Model) -> None:
    meta, origin = model.node.meta, model.origin
    for measure in objects(meta, "measures"):
        found = {word: measure.text(key) for key, word in WORDS.items()}
        if "when_empty" in measure.entries and measure.entries["when_empty"] is None:
            doubt(model, "`when_empty` of a measure is null to YAML", "write 'Null' in quotes")
        with left_out(at, origin):
            state_measure(at, _scalars(found, origin), origin)
    for name in meta.texts("dimensions"):
        with left_out(at, origin):
            state_dimension(at, Scalar(name, "string", origin))
    for column in model.columns.values():
        if column.meta.flag("dimension"):
            at.said.state(at.dataset, PM.dimension, column.iri, column.origin)
        if written := column.meta.text("dimension_term"):
            if (term := address(written)) is not None:
                at.said.state(column.iri, PM.dimensionTerm, term, column.origin)
            else:
                doubt(model, f"`meta.dimension_term` is {written[:60]!r}", "write the term's IRI")
        for key in objects(column.meta, "derived_key"):
            found = {word: key.text(word) for word in _KEY_WORDS} | {"column": column.name}
            with left_out(at, column.origin):
                state_derived_key(at, _scalars(found, column.origin), column.origin)
        if goal := column.meta.text("foreign_key"):
            _refer_to(at, model, column.iri, goal, column.origin)


def _refer_to(at: Place, model: Model, column: Iri, goal: str, origin: Origin) -> None:
    """State a foreign key to another model here, or leave it open to a column of a contract."""
    if (found := at.near(goal)) is not None:
        at.said.state(column, CSVW.foreignKey, found, origin)
    elif "#" in goal:
        at.said.refer(column, CSVW.foreignKey, Refers.COLUMN, goal, origin)
    else:
        fix = "write `model.column` of an exposed model, or `contract-id#dataset.column`"
        doubt(model, f"`meta.foreign_key` {goal[:60]!r} names no column", fix)


def _state_semantic(at: Place, model: Model, semantic: SemanticModel) -> None:
    """State the dimensions and figures of a semantic model; tell of what it says otherwise."""
    origin, lacking = model.origin, []
    for name, column in semantic.dimensions():
        if (found := at.own(column)) is not None:
            at.said.state(at.dataset, PM.dimension, found, origin)
        else:
            lacking.append(f"dimension {name} is no column")
    for figure in semantic.figures():
        if figure.lack:
            lacking.append(f"{figure.words['name']} {figure.lack}")
            continue
        with left_out(at, origin):
            state_measure(at, _scalars(figure.words, origin), origin)
    if lacking:
        at.said.notice(
            "incomplete",
            Severity.INFO,
            f"the semantic model `{semantic.name[:60]}` is not stated whole: {some(lacking)}",
            origin,
            fix="state measures of columns of the model, without filters, or leave it at that",
            focus=at.dataset,
        )
    _propose(at, model, semantic)


def _propose(at: Place, model: Model, semantic: SemanticModel) -> None:
    """Tell of entities whose column is bound to no polyseme; equal names prove nothing."""
    loose = [
        f"{name} ({column.name})"
        for name, expr in semantic.entities()
        if (column := model.column(expr)) is not None and not column.meta.text("polyseme")
    ]
    if loose:
        at.said.notice(
            "incomplete",
            Severity.INFO,
            f"the entities {some(loose)} are only proposals: no polyseme is named",
            model.origin,
            fix="give the column `meta: {polyseme: …, identifier_scheme: …}` if it identifies one",
            focus=at.dataset,
        )


def _scalars(words: Mapping[str, str], origin: Origin) -> dict[str, Scalar]:
    return {key: Scalar(word, "string", origin) for key, word in words.items() if word}
