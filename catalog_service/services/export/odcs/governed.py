"""What the standard has no key for, as custom properties: regulation, concepts, crosswalks."""

from collections.abc import Mapping
from typing import Any

from catalog_service.services.export.division import Dataset
from catalog_service.services.export.odcs.measures import derived_keys, dimensions, measures
from catalog_service.services.export.shared import properties
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.words import SENSITIVITY, local, one_or_all
from catalog_service.services.export.yaml import kept
from catalog_service.terms import CSVW, DPROD, DPV, GDPR, LOC, PD, PM, SKOS, Iri, Namespace


def dataset_properties(
    stated: Stated, dataset: Dataset, known: Mapping[Iri, str]
) -> list[dict[str, Any]]:
    """The custom properties of a dataset.

    Args:
        stated: what the graph of the product states.
        dataset: the dataset.
        known: how columns are referred to.
    """
    iri = dataset.iri
    level = stated.iri(iri, DPROD.informationSensitivityClassification)
    at_columns = {
        category
        for column in dataset.columns
        for category in stated.iris(column, PM.personalDataCategory)
    }
    personal = [c for c in stated.iris(iri, DPV.hasPersonalData) if c not in at_columns]
    concepts = [_concept(stated, concept) for concept in stated.iris(iri, PM.about)]
    crosswalks = _crosswalks(stated, dataset)
    return properties(
        sensitivity=SENSITIVITY.get(level) if level else None,
        localConcept=concepts[0] if len(concepts) == 1 else concepts,
        personalData=one_or_all(local(personal, PD)),
        legalBasis=_terms(stated, iri, DPV.hasLegalBasis, GDPR),
        purpose=_terms(stated, iri, DPV.hasPurpose, DPV),
        jurisdiction=_terms(stated, iri, DPV.hasJurisdiction, LOC),
        technicalMeasure=_terms(stated, iri, DPV.hasTechnicalMeasure, DPV),
        crosswalk=crosswalks[0] if len(crosswalks) == 1 else crosswalks,
        measures=measures(stated, dataset, known),
        dimensions=dimensions(stated, dataset),
        derivedKeys=derived_keys(stated, dataset),
    )


def column_properties(stated: Stated, column: Iri, elsewhere: list[str]) -> list[dict[str, Any]]:
    """The custom properties of a column.

    Args:
        stated: what the graph of the product states.
        column: the column.
        elsewhere: the columns of other contracts that it is a key of.
    """
    return properties(
        personalData=_terms(stated, column, PM.personalDataCategory, PD),
        technicalMeasure=_terms(stated, column, DPV.hasTechnicalMeasure, DPV),
        foreignKey=one_or_all(elsewhere),
    )


def _terms(
    stated: Stated, subject: Iri, predicate: Iri, vocabulary: Namespace
) -> str | list[str] | None:
    return one_or_all(local(stated.iris(subject, predicate), vocabulary))


def _concept(stated: Stated, concept: Iri) -> dict[str, Any]:
    name = last(concept)
    label = stated.text(concept, SKOS.prefLabel)
    return kept(
        name=name,
        label=label if label != name else None,
        definition=stated.text(concept, SKOS.definition),
        interprets=one_or_all([str(p) for p in stated.iris(concept, PM.interprets)]),
    )


def _crosswalks(stated: Stated, dataset: Dataset) -> list[dict[str, Any]]:
    """The crosswalks that lead from a column of a dataset."""
    found = []
    for crosswalk in stated.below("crosswalks"):
        start = stated.iri(crosswalk, PM.fromColumn)
        if start not in dataset.columns:
            continue
        cardinality = stated.iri(crosswalk, PM.cardinality)
        found.append(
            {
                "name": last(crosswalk),
                **{
                    key: stated.text(column, CSVW.name)
                    for key, predicate in (
                        ("from", PM.fromColumn),
                        ("to", PM.toColumn),
                        ("validFrom", PM.validFromColumn),
                        ("validTo", PM.validToColumn),
                    )
                    if (column := stated.iri(crosswalk, predicate)) is not None
                },
                **kept(cardinality=cardinality.removeprefix(PM.base) if cardinality else None),
            }
        )
    return found
