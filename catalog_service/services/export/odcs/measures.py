"""What a dataset can be asked for, and which rows a policy hands out, as custom properties."""

from collections.abc import Mapping
from typing import Any

from catalog_service.domain.rdf import Literal, Term
from catalog_service.services.export.division import Dataset
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.words import local, one_or_all
from catalog_service.services.export.yaml import kept
from catalog_service.terms import CSVW, DCT, DPV, PM, SDMX, SKOS, XSD, Iri


def measures(stated: Stated, dataset: Dataset, known: Mapping[Iri, str]) -> list[dict[str, Any]]:
    """The measures that are counted on a dataset."""
    found = []
    for measure in stated.below("measures"):
        if stated.iri(measure, PM.countedOn) != dataset.iri:
            continue
        found.append(
            kept(
                name=stated.text(measure, CSVW.name) or last(measure),
                label=stated.text(measure, SKOS.prefLabel),
                description=stated.text(measure, DCT.description),
                aggregate=stated.text(measure, PM.aggregate),
                operand=_column(stated, dataset, known, stated.iri(measure, PM.operand)),
                additivity=_ours(stated.iri(measure, PM.additivity)),
                notAdditiveOver=_column(
                    stated, dataset, known, stated.iri(measure, PM.notAdditiveOver)
                ),
                clock=_column(stated, dataset, known, stated.iri(measure, PM.clock)),
                zone=stated.text(measure, PM.zone),
                whenEmpty=_ours(stated.iri(measure, PM.whenEmpty)),
                unit=next((_plain(u) for u in stated.values(measure, SDMX.unitMeasure)), None),
                unitColumn=_column(stated, dataset, known, stated.iri(measure, PM.unitColumn)),
            )
        )
    return found


def dimensions(stated: Stated, dataset: Dataset) -> list[str]:
    """The columns of a dataset by which questions may group and choose."""
    return [stated.text(column, CSVW.name) for column in stated.iris(dataset.iri, PM.dimension)]


def derived_keys(stated: Stated, dataset: Dataset) -> list[dict[str, Any]]:
    """The keys that a rule makes of columns of a dataset."""
    return [
        kept(
            name=stated.text(key, CSVW.name) or last(key),
            column=stated.text(column, CSVW.name),
            to=stated.iri(key, PM.toScheme),
            transform=stated.text(key, PM.transform),
        )
        for column in dataset.columns
        for key in stated.iris(column, PM.derivedKey)
    ]


def rows(stated: Stated, policy: Iri, known: Mapping[Iri, str]) -> list[dict[str, Any]]:
    """The rules that say which rows a policy hands out, in their order."""
    found = []
    for rule in sorted(stated.iris(policy, PM.rowRule), key=_number):
        column = stated.iri(rule, PM.onColumn)
        if column is None or column not in known:
            continue
        values = [
            _value(v, typed=bool(stated.iri(column, CSVW.datatype)))
            for v in stated.values(rule, PM.operandValue)
            if isinstance(v, Literal)
        ]
        found.append(
            {
                "column": known[column],
                "comparator": stated.text(rule, PM.comparator),
                **kept(values=values),
                **kept(purposes=one_or_all(local(stated.iris(rule, PM.forPurpose), DPV))),
            }
        )
    return found


def _number(rule: Iri) -> tuple[int, str]:
    """Rules are numbered as they were written; text alone would put 10 before 2."""
    end = last(rule)
    return (int(end) if end.isdigit() else 0), rule


def _column(
    stated: Stated, dataset: Dataset, known: Mapping[Iri, str], column: Iri | None
) -> str | None:
    """A column by its bare name in its own dataset, and with that of its dataset in another."""
    if column is None:
        return None
    return stated.text(column, CSVW.name) if column in dataset.columns else known.get(column)


def _ours(term: Iri | None) -> str | None:
    return term.removeprefix(PM.base) if term else None


def _plain(value: Term) -> str:
    return value.lexical if isinstance(value, Literal) else str(value)


def _value(value: Literal, *, typed: bool) -> str | int | float | bool:
    """A value as the document writes it: for a column without a datatype its kind must be seen."""
    if value.datatype == XSD.boolean:
        return value.lexical == "true"
    if value.datatype == XSD.integer:
        return int(value.lexical)
    if value.datatype == XSD.decimal and not typed:
        return float(value.lexical)
    return value.lexical
