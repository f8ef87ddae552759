"""Custom properties that say what the standard has no key for; README.md lists them.

Any other custom property is the team's own and is left alone.
"""

from collections.abc import Iterator

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping
from catalog_service.harvesting.bitol import components, custom, own_words, replaced
from catalog_service.harvesting.words import doubtful, named, sensitivity, term
from catalog_service.terms import DPROD, DPV, GDPR, LOC, PD, PM, Iri, Namespace
from harvesters.odcs.access import state_access
from harvesters.odcs.concepts import state_concepts, state_crosswalks
from harvesters.odcs.contract import Column, Contract, Dataset
from harvesters.odcs.measures import state_measures

REGULATION: dict[str, tuple[Iri, Namespace]] = {
    "personalData": (DPV.hasPersonalData, PD),
    "legalBasis": (DPV.hasLegalBasis, GDPR),
    "purpose": (DPV.hasPurpose, DPV),
    "jurisdiction": (DPV.hasJurisdiction, LOC),
    "technicalMeasure": (DPV.hasTechnicalMeasure, DPV),
}
"""Custom properties of a contract or a schema object, and where their bare words are looked up."""


def state_governed(contract: Contract) -> None:
    """State what the custom properties of the contract and of its parts say."""
    replaced(contract.said, contract.product, contract.names, contract.node)
    components(contract.said, contract.product, contract.node)
    state_access(contract, contract.node, list(contract.ports.values()))
    for server in contract.node.mappings("servers"):
        name, _ = named(server, "server", "server", "id")
        components(contract.said, contract.product, server)
        state_access(contract, server, [contract.ports[name]])
    state_crosswalks(contract)
    state_measures(contract)
    for dataset in contract.datasets.values():
        components(contract.said, contract.product, dataset.node)
        _state_sensitivity(contract, dataset)
        for holder in (contract.node, dataset.node):
            state_concepts(contract, dataset, holder)
            _state_regulation(contract, dataset, holder)
        for column in dataset.columns.values():
            _state_personal_data(contract, dataset, column)


def _state_sensitivity(contract: Contract, dataset: Dataset) -> None:
    for name, entry in custom(dataset.node, "sensitivity"):
        with own_words(contract.said, name, entry):
            if (level := entry.scalar("value")) is not None:
                held = DPROD.informationSensitivityClassification
                sensitivity(contract.said, dataset.iri, held, level)


def _state_regulation(contract: Contract, dataset: Dataset, holder: Mapping) -> None:
    for name, entry in custom(holder, *REGULATION):
        predicate, vocabulary = REGULATION[name]
        with own_words(contract.said, name, entry):
            for found, origin in _terms(contract, entry, vocabulary, dataset.iri):
                contract.said.state(dataset.iri, predicate, found, origin)


def _state_personal_data(contract: Contract, dataset: Dataset, column: Column) -> None:
    """State the personal data in a column; what a column holds, its dataset holds as well."""
    said = contract.said
    for level in column.levels:
        for name, entry in custom(level, "personalData", "technicalMeasure"):
            predicate, vocabulary = REGULATION[name]
            with own_words(said, name, entry):
                for found, origin in _terms(contract, entry, vocabulary, column.iri):
                    if name == "personalData":
                        said.state(column.iri, PM.personalDataCategory, found, origin)
                        said.state(dataset.iri, predicate, found, origin)
                    else:
                        said.state(column.iri, predicate, found, origin)


def _terms(
    contract: Contract, entry: Mapping, vocabulary: Namespace, focus: Iri
) -> Iterator[tuple[Iri, Origin]]:
    """The terms that the value of a custom property names; a warning for each that can be none."""
    for written, origin in entry.texts("value"):
        if (found := term(written, vocabulary)) is not None:
            yield found, origin
            continue
        doubtful(
            contract.said,
            f"{written[:60]!r} names no term",
            origin,
            f"write an IRI, or a local name of {vocabulary.base}",
            focus=focus,
        )
