"""What datasets and columns point at: definitions, other columns they refer to or derive from."""

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Refers
from catalog_service.harvesting.bitol import (
    CODE,
    custom,
    defined,
    definition_url,
    own_words,
)
from catalog_service.harvesting.words import address, link, squeezed, wrong
from catalog_service.terms import CSVW, DCT, PM, PROV, RDFS, Iri
from harvesters.odcs.contract import Column, Contract, Dataset

_BINDINGS = {
    "polyseme": (PM.identifies, Refers.POLYSEME),
    "identifierscheme": (PM.identifierScheme, Refers.SCHEME),
}


def define_dataset(contract: Contract, dataset: Dataset) -> None:
    """State the semantic model of a dataset, its other definitions, and its foreign keys."""
    for definition in dataset.node.mappings("authoritativeDefinitions"):
        url = definition_url(definition)
        if url is not None and squeezed(definition.text("type")) == "businessdefinition":
            link(contract.said, dataset.iri, DCT.conformsTo, url)
        else:
            defined(contract.said, contract.product, dataset.iri, definition)
    for relationship in dataset.node.mappings("relationships"):
        starts = _ends(relationship, "from")
        goals = _ends(relationship, "to")
        if len(starts) != len(goals):
            message = f"the relationship leads from {len(starts)} columns to {len(goals)}"
            hint = "give `from` and `to` as many columns each"
            raise wrong(message, relationship.origin, hint)
        for (start, origin), goal in zip(starts, goals, strict=True):
            if (column := contract.column(start, dataset)) is None:
                _unknown(contract, start, origin, dataset.iri)
            else:
                _refer_to(contract, dataset, column.iri, goal)


def define_column(contract: Contract, dataset: Dataset, column: Column) -> None:
    """State what a column identifies, where it is defined, what it refers to and comes from."""
    for level in column.levels:
        for definition in level.mappings("authoritativeDefinitions"):
            _define(contract, column.iri, definition)
        for relationship in level.mappings("relationships"):
            for goal in _ends(relationship, "to"):
                _refer_to(contract, dataset, column.iri, goal)
        for name, entry in custom(level, "foreignKey"):
            with own_words(contract.said, name, entry):
                for goal in entry.texts("value"):
                    _refer_to(contract, dataset, column.iri, goal)
        for source in level.texts("transformSourceObjects"):
            _derive(contract, dataset, column.iri, source)


def _define(contract: Contract, column: Iri, definition: Mapping) -> None:
    if (url := definition_url(definition)) is None:
        return
    kind = squeezed(definition.text("type"))
    if kind in _BINDINGS:
        predicate, refers = _BINDINGS[kind]
        contract.said.refer(column, predicate, refers, url.text.strip(), url.origin)
        if refers is Refers.SCHEME:
            contract.schemes[column] = url.text.strip()
    elif kind in CODE or (found := address(url.text)) is None:
        # Code becomes a component of the product; what is no address is warned of.
        defined(contract.said, contract.product, column, definition)
    elif kind == "dimension":
        contract.said.state(column, PM.dimensionTerm, found, url.origin)
    else:
        contract.said.refer(column, RDFS.seeAlso, Refers.DEFINITION, found, url.origin)


def _ends(relationship: Mapping, key: str) -> tuple[tuple[str, Origin], ...]:
    """The columns at one end of a relationship: one, or the parts of a composite key."""
    relationship.ignore("id", "type", "description", "customProperties")
    found = relationship.texts(key)
    if not found:
        message = f"a relationship has no `{key}`"
        raise wrong(message, relationship.origin, f"name the column under `{key}`")
    return found


def _refer_to(contract: Contract, dataset: Dataset, column: Iri, goal: tuple[str, Origin]) -> None:
    """State a foreign key, or leave it open where its goal is a column of another contract."""
    reference, origin = goal
    if "#" in reference:
        contract.said.refer(column, CSVW.foreignKey, Refers.COLUMN, _outside(reference), origin)
    elif (found := contract.column(reference, dataset)) is not None:
        contract.said.state(column, CSVW.foreignKey, found.iri, origin)
    else:
        _unknown(contract, reference, origin, column)


def _derive(contract: Contract, dataset: Dataset, column: Iri, source: tuple[str, Origin]) -> None:
    """State the column that this one comes from; a mere table name says nothing of columns."""
    reference, origin = source
    if "#" in reference:
        contract.said.refer(column, PROV.wasDerivedFrom, Refers.COLUMN, _outside(reference), origin)
    elif (found := contract.column(reference, dataset)) is not None and found.iri != column:
        contract.said.state(column, PROV.wasDerivedFrom, found.iri, origin)
    else:
        contract.said.notice(
            "unknown-reference",
            Severity.INFO,
            f"`{reference[:80]}` names no column: the lineage of this column is not stated",
            origin,
            fix="write `dataset.column`, or `contract-id#dataset.column` for another contract",
            focus=column,
        )


def _outside(reference: str) -> str:
    """A reference into another contract as `contract#dataset.column`, however it is written."""
    contract, _, path = reference.strip().partition("#")
    steps = path.strip("/").split("/")
    if steps[0] == "schema":
        path = ".".join(step for step in steps[1:] if step != "properties")
    return f"{contract}#{path}"


def _unknown(contract: Contract, reference: str, origin: Origin, focus: Iri) -> None:
    contract.said.notice(
        "unknown-reference",
        Severity.WARNING,
        f"`{reference[:80]}` names no column of this contract: the relationship is not stated",
        origin,
        fix="write `dataset.column` as they are named under `schema`",
        focus=focus,
    )
