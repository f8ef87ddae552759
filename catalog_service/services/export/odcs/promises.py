"""The service levels of a contract: objectives of its ports, retention, the end of its life."""

import re
from decimal import Decimal
from typing import Any

from catalog_service.harvesting import segment
from catalog_service.services.export.division import Contract
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.words import UNITS
from catalog_service.services.export.yaml import kept, plain
from catalog_service.terms import DCT, DPV, PM, RDFS, SDMX, UNIT, Iri

NAMES: dict[str, Iri] = {
    "latency": PM.Freshness,
    "ly": PM.Freshness,
    "freshness": PM.Freshness,
    "frequency": PM.Freshness,
    "fy": PM.Freshness,
    "availability": PM.Availability,
    "av": PM.Availability,
    "errorRate": PM.ErrorRate,
    "er": PM.ErrorRate,
    "timeToDetect": PM.TimeToDetect,
    "td": PM.TimeToDetect,
    "timeToRepair": PM.TimeToRecover,
    "timeToRecover": PM.TimeToRecover,
    "tr": PM.TimeToRecover,
    "completeness": PM.Completeness,
    "validity": PM.Validity,
    "uniqueness": PM.Uniqueness,
}
"""The properties that promise a metric of the catalogue."""
_SPELT = {name.lower(): name for name in NAMES}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) ([A-Za-z]+)")


def promises(stated: Stated, contract: Contract) -> tuple[list[dict[str, Any]], str]:
    """The service levels of a contract, and the element that they are about by default."""
    listed: list[dict[str, Any]] = []
    defaults = set()
    for slo in stated.iris(contract.bearers[0], PM.slo):
        found = _promise(stated, slo)
        if found is None:
            continue
        listed.append(found)
        if "element" not in found:
            defaults.add(_elements(stated, contract, slo))
    listed += _retentions(stated, contract)
    end = stated.text(contract.node, PM.endOfLife)
    if end and contract.alone:
        listed.append({"property": "endOfLife", "value": end})
    return listed, next(iter(defaults)) if len(defaults) == 1 else ""


def _promise(stated: Stated, slo: Iri) -> dict[str, Any] | None:
    """One promise; None for a threshold of a quality rule, which stands with the rule."""
    key = last(slo)
    kind, _, about = key.partition("@")
    element, _, driver = about.partition("/") if about else ("", "", kind.partition("/")[2])
    spelt = _SPELT.get(kind.partition("/")[0])
    target = stated.text(slo, PM.target)
    if spelt is None or stated.iri(slo, PM.indicator) != NAMES[spelt] or not target:
        return None
    value, unit = _amount(target, stated.iri(slo, SDMX.unitMeasure))
    return kept(
        property=spelt,
        value=value,
        unit=unit,
        valueExt=stated.text(slo, PM.window),
        element=element or None,
        driver=driver,
        description=stated.text(slo, DCT.description),
    )


def _amount(target: str, unit: Iri | None) -> tuple[Any, str]:
    """A target in the unit that people read best, of those that come to exactly the same."""
    number = Decimal(target)
    if unit == UNIT.MIN:
        for size, word in ((1440, "d"), (60, "h")):
            if number and number % size == 0:
                return plain(str(number / size)), word
    if unit == UNIT.UNITLESS:
        return plain(str(number * 100)), "percent"
    return plain(target), UNITS.get(unit, "") if unit else ""


def _elements(stated: Stated, contract: Contract, slo: Iri) -> str:
    """What a promise is about, as contracts name it."""
    about = stated.iris(slo, DCT.subject)
    return ",".join(
        name
        for dataset in contract.datasets
        for iri, name in (
            (dataset.iri, dataset.name),
            *((c, f"{dataset.name}.{last(c)}") for c in dataset.columns),
        )
        if iri in about
    )


def _retentions(stated: Stated, contract: Contract) -> list[dict[str, Any]]:
    """How long data is kept: each dataset, or one of its columns."""
    found: list[dict[str, Any]] = []
    for dataset in contract.datasets:
        for thing in (dataset.iri, *dataset.columns):
            rule = Iri(f"{thing}/{segment('retention')}")
            if rule not in stated.iris(thing, DPV.hasStorageCondition):
                continue
            whole = thing == dataset.iri
            alone = whole and len(contract.datasets) == 1
            element = dataset.name if whole else f"{dataset.name}.{last(thing)}"
            written = stated.text(rule, RDFS.label)
            length = _LENGTH.fullmatch(written)
            found.append(
                kept(
                    property="retention",
                    value=plain(length[1]) if length else written,
                    unit=length[2] if length else None,
                    element=None if alone else element,
                    description=stated.text(rule, DCT.description),
                )
            )
    return found
