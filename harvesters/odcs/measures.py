"""What datasets can be asked for: measures, dimensions and keys by rule, as contracts say it."""

from collections.abc import Iterator

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Scalar
from catalog_service.harvesting.bitol import custom, own_words, values
from catalog_service.harvesting.measures import (
    KEY_WORDS,
    MEASURE_WORDS,
    Place,
    Words,
    left_out,
    state_derived_key,
    state_dimension,
    state_measure,
)
from catalog_service.terms import Iri
from harvesters.odcs.contract import Contract, Dataset, Unlaid


def state_measures(contract: Contract) -> None:
    """State what the datasets of the contract can be asked for."""
    taken: dict[str, Origin] = {}
    for dataset in contract.datasets.values():
        at = _place(contract, dataset, taken)
        for name, entry in custom(dataset.node, "measures", "dimensions", "derivedKeys"):
            with own_words(contract.said, name, entry):
                _state(at, name, entry)
        for unlaid in dataset.unlaid:
            _state_unlaid(at, unlaid)


def _place(contract: Contract, dataset: Dataset, taken: dict[str, Origin]) -> Place:
    def own(name: str) -> Iri | None:
        found = contract.column(name, dataset)
        return found.iri if found is not None and found in dataset.columns.values() else None

    def near(name: str) -> Iri | None:
        found = contract.column(name, dataset)
        return None if found is None else found.iri

    return Place(contract.said, contract.product, dataset.iri, own, near, taken)


def _state(at: Place, name: str, entry: Mapping) -> None:
    if name == "dimensions":
        for written, origin in entry.texts("value"):
            with left_out(at, origin):
                state_dimension(at, Scalar(written, "string", origin))
        return
    known = MEASURE_WORDS if name == "measures" else KEY_WORDS
    tell = state_measure if name == "measures" else state_derived_key
    for value in values(entry):
        with left_out(at, value.origin):
            tell(at, words(value, known), value.origin)


def words(value: Mapping, known: tuple[str, ...]) -> Words:
    """The words that are written in a mapping.

    `whenEmpty: Null` without quotes is a null to YAML; it is meant as the word.
    """
    found = {key: value.scalar(key) for key in known}
    empty = value.entries.get("whenEmpty")
    if isinstance(empty, Scalar) and empty.type == "null" and empty.text.strip() not in {"", "~"}:
        found["whenEmpty"] = empty
    return {key: scalar for key, scalar in found.items() if scalar is not None}


def _state_unlaid(at: Place, unlaid: Unlaid) -> None:
    """State a property that is a measure or a dimension, where it says all that is needed."""
    node, origin = unlaid.node, unlaid.node.where("name")
    stated = False
    if unlaid.kind == "measure":
        for said in _own_measure(node):
            with left_out(at, origin):
                state_measure(at, said, origin)
            stated = True
    elif (written := node.scalar("physicalName")) is not None:
        with left_out(at, origin):
            state_dimension(at, written)
        stated = True
    if not stated:
        at.said.notice(
            "unread-key",
            Severity.INFO,
            f"property `{unlaid.name}` is a {unlaid.kind}, not a column, and does not say how it is"
            " computed: it is not stated",
            origin,
            fix="give a measure a custom property `measure` with aggregate, operand, additivity and"
            " clock; give a dimension the column it shows as `physicalName`",
            focus=at.dataset,
        )
    node.ignore(*node.entries)


def _own_measure(node: Mapping) -> Iterator[Words]:
    """The words of the custom property `measure` of a property, which lends it name and label."""
    about = {
        "name": node.scalar("name"),
        "label": node.scalar("businessName"),
        "description": node.scalar("description"),
    }
    for _, entry in custom(node, "measure"):
        for value in values(entry):
            lent = {key: scalar for key, scalar in about.items() if scalar is not None}
            yield {**lent, **words(value, MEASURE_WORDS)}
