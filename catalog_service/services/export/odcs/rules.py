"""The quality rules of a dataset and its columns."""

import re
from typing import Any

from catalog_service.harvesting import segment
from catalog_service.services.export.division import Contract, Dataset
from catalog_service.services.export.shared import properties
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.words import UNITS
from catalog_service.services.export.yaml import kept, plain
from catalog_service.terms import DCT, DQV, ODRL, PM, RDF, SDMX, SKOS, Iri

LIBRARY = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
"""The metrics of the standard's library: only their rules may set a threshold without a query."""
DIMENSIONS = {
    PM.Completeness: "completeness",
    PM.Validity: "conformity",
    PM.Uniqueness: "uniqueness",
    PM.Freshness: "timeliness",
}
OPERATORS = {
    ("eq",): "mustBe",
    ("gt",): "mustBeGreaterThan",
    ("gteq",): "mustBeGreaterOrEqualTo",
    ("lt",): "mustBeLessThan",
    ("lteq",): "mustBeLessOrEqualTo",
    ("gteq", "lteq"): "mustBeBetween",
}
"""The operator for the comparators of a rule's objectives."""
_NUMBERED = re.compile(r"-(\d+)$")


def rules(
    stated: Stated, contract: Contract, dataset: Dataset, column: tuple[Iri, str] | None = None
) -> list[dict[str, Any]]:
    """The rules about a dataset, or about one of its columns by IRI and name."""
    subject, prefix = (column[0], f"{column[1]}.") if column else (dataset.iri, "")
    start = f"{dataset.iri}/metrics/"
    found = []
    for metric in stated.subjects():
        if metric.startswith(start) and subject in stated.iris(metric, DCT.subject):
            key = last(metric)
            if DQV.Metric in stated.iris(metric, RDF.type) and key.startswith(prefix):
                found.append((key.removeprefix(prefix), key, metric))
    bearer = contract.bearers[0]
    return [
        _rule(stated, own, metric)
        | (_threshold(stated, bearer, f"{dataset.name}.{key}", metric) if _sets(own) else {})
        for own, key, metric in sorted(found, key=_counted)
    ]


def _sets(own: str) -> bool:
    """True of a rule of the library, which alone may set a threshold."""
    return _NUMBERED.sub("", own) in LIBRARY


def _counted(rule: tuple[str, str, Iri]) -> tuple[str, int]:
    """Rules of one name as they are numbered: without a number first."""
    number = _NUMBERED.search(rule[0])
    return _NUMBERED.sub("", rule[0]), int(number[1]) if number else 1


def _rule(stated: Stated, own: str, metric: Iri) -> dict[str, Any]:
    known = _sets(own)
    title = stated.text(metric, DCT.title)
    kind = stated.iri(metric, SKOS.broadMatch)
    return kept(
        id=None if known else own,
        name=title if title != last(metric) else None,
        metric=_NUMBERED.sub("", own) if known else None,
        type=None if known else "text",
        description=stated.text(metric, DCT.description),
        dimension=DIMENSIONS.get(kind) if kind else None,
    )


def _threshold(stated: Stated, bearer: Iri, rule: str, metric: Iri) -> dict[str, Any]:
    """The bounds that a rule sets, their unit and window, from the objectives of the first port."""
    bounds: dict[str, Iri] = {}
    for slo in stated.iris(bearer, PM.slo):
        comparator = stated.iri(slo, PM.comparator)
        word = comparator.removeprefix(ODRL.base) if comparator else ""
        name = segment(f"{rule}.{word}")
        if stated.iri(slo, PM.indicator) == metric and slo.rpartition("/")[2] == name:
            bounds[word] = slo
    operator = OPERATORS.get(tuple(sorted(bounds)))
    if operator is None:
        return {}
    targets = [plain(stated.text(bounds[word], PM.target)) for word in sorted(bounds)]
    first = bounds[min(bounds)]
    unit = stated.iri(first, SDMX.unitMeasure)
    return kept(
        unit=UNITS.get(unit) if unit else None,
        customProperties=properties(window=stated.text(first, PM.window)),
        **{operator: targets if len(targets) > 1 else targets[0]},
    )
