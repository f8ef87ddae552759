"""The service levels of a contract: objectives at its ports, retention, and the end of its life."""

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Names, Scalar
from catalog_service.harvesting.access import keep
from catalog_service.harvesting.words import day, doubtful, say, squeezed, wrong
from catalog_service.terms import DCT, DPV, ODRL, PM, UNIT
from harvesters.odcs.contract import Column, Contract, Dataset
from harvesters.odcs.objective import Objective, state_objective, window
from harvesters.odcs.units import amount, converted

PROMISES = {
    "latency": (PM.Freshness, ODRL.lteq),
    "ly": (PM.Freshness, ODRL.lteq),
    "freshness": (PM.Freshness, ODRL.lteq),
    "frequency": (PM.Freshness, ODRL.lteq),
    "fy": (PM.Freshness, ODRL.lteq),
    "availability": (PM.Availability, ODRL.gteq),
    "av": (PM.Availability, ODRL.gteq),
    "errorrate": (PM.ErrorRate, ODRL.lteq),
    "er": (PM.ErrorRate, ODRL.lteq),
    "timetodetect": (PM.TimeToDetect, ODRL.lteq),
    "td": (PM.TimeToDetect, ODRL.lteq),
    "timetorepair": (PM.TimeToRecover, ODRL.lteq),
    "timetorecover": (PM.TimeToRecover, ODRL.lteq),
    "tr": (PM.TimeToRecover, ODRL.lteq),
    "completeness": (PM.Completeness, ODRL.gteq),
    "validity": (PM.Validity, ODRL.gteq),
    "uniqueness": (PM.Uniqueness, ODRL.gteq),
}
"""Service level properties, the metric of the catalogue each is about, and the comparator."""
METRIC_UNITS = {
    PM.Freshness: UNIT.MIN,
    PM.TimeToDetect: UNIT.MIN,
    PM.TimeToRecover: UNIT.MIN,
    PM.Availability: UNIT.UNITLESS,
    PM.ErrorRate: UNIT.UNITLESS,
    PM.Completeness: UNIT.UNITLESS,
    PM.Validity: UNIT.UNITLESS,
    PM.Uniqueness: UNIT.UNITLESS,
}
"""The units of the catalogue: promises are stated in them, so that two can be compared."""
RETENTION = frozenset({"retention", "re"})
ENDS = ("endoflife", "el", "endofsupport", "es")
"""The ends of a product, the one that counts first."""

_ASIDE = (
    *("id", "driver", "scheduler", "schedule", "valueExt", "customProperties", "description"),
    "authoritativeDefinitions",
)


def state_promises(contract: Contract) -> None:
    """State the service levels of a contract.

    Raises:
        Unreadable: the same is promised twice of the same element.
    """
    ends: dict[str, Scalar] = {}
    places: dict[str, Origin] = {}
    default = contract.node.text("slaDefaultElement")
    for promise in contract.node.mappings("slaProperties"):
        promise.ignore(*_ASIDE)
        kind, value = squeezed(promise.text("property")), promise.scalar("value")
        unit, element = promise.text("unit"), promise.text("element")
        element = element or default
        if not kind or value is None or not value.text.strip():
            continue
        if kind in ENDS:
            ends.setdefault(kind, value)
        elif kind in RETENTION:
            _state_retention(contract, promise, element, f"{value.text.strip()} {unit}".strip())
        elif kind in PROMISES:
            key = _key(promise, kind, places)
            _state_promise(contract, promise, key, element)
        else:
            _no_metric(contract, promise)
    _state_end(contract, ends)


def _key(promise: Mapping, kind: str, places: dict[str, Origin]) -> str:
    """The name of an objective: what is promised, of which element, if need be for which driver."""
    element, driver = promise.text("element"), promise.text("driver")
    key = f"{kind}@{element}" if element else kind
    if key in places and driver:
        key = f"{key}/{driver}"
    if key in places:
        message = f"`{kind}` is promised twice, first on line {places[key].line}"
        raise wrong(message, promise.where("property"), "keep one of the two")
    places[key] = promise.where("property")
    return key


def _state_promise(contract: Contract, promise: Mapping, key: str, element: str) -> None:
    name, value, unit = (promise.text(part) for part in ("property", "value", "unit"))
    indicator, comparator = PROMISES[squeezed(name)]
    if (target := amount(value, unit)) is None:
        doubtful(
            contract.said,
            f"`{name}` promises {f'{value} {unit}'.strip()[:60]!r}, which is no amount",
            promise.where("value"),
            "write a number and its unit: `value: 24` with `unit: h`, or `value: 99.9%`",
        )
        return
    target = converted(target, METRIC_UNITS[indicator])
    objective = Objective(indicator, comparator, target, window(promise), promise.origin)
    about = _elements(contract, promise, element)
    for bearer in contract.bearers():
        slo = Names.part(bearer, "slo", key)
        state_objective(contract, bearer, slo, objective)
        say(contract.said, slo, DCT.description, promise, "description")
        for thing in about:
            contract.said.state(slo, DCT.subject, thing.iri, promise.where("element"))


def _elements(contract: Contract, promise: Mapping, element: str) -> list[Dataset | Column]:
    """The datasets and columns that a promise is restricted to; a warning for each unknown one."""
    found: list[Dataset | Column] = []
    for name in filter(None, (part.strip() for part in element.split(","))):
        thing = contract.datasets.get(name) or contract.column(name)
        if thing is not None:
            found.append(thing)
            continue
        contract.said.notice(
            "unknown-reference",
            Severity.WARNING,
            f"element `{name[:80]}` names nothing under `schema`",
            promise.where("element"),
            fix="write `dataset` or `dataset.column` as they are named under `schema`",
        )
    return found


def _state_retention(contract: Contract, promise: Mapping, element: str, length: str) -> None:
    """State how long data is kept: on the datasets it is said of, and on the column named."""
    said, origin = contract.said, promise.origin
    for thing in _elements(contract, promise, element) or list(contract.datasets.values()):
        rule = keep(said, thing.iri, length, promise.where("value"))
        say(said, rule, DCT.description, promise, "description")
        for dataset in contract.datasets.values():
            if dataset.columns.get(thing.name) is thing:
                said.state(dataset.iri, DPV.hasStorageCondition, rule, origin)


def _no_metric(contract: Contract, promise: Mapping) -> None:
    contract.said.notice(
        "unread-key",
        Severity.INFO,
        f"the promise `{promise.text('property')[:40]}` has no metric here: it is not stated",
        promise.where("property"),
        fix="nothing to do, unless it is misspelt",
    )


def _state_end(contract: Contract, ends: dict[str, Scalar]) -> None:
    """State the day on which the product ends; that of its support where no other is known."""
    for value in [ends[kind] for kind in ENDS if kind in ends][:1]:
        if (date := day(value.text)) is not None:
            contract.said.state(contract.product, PM.endOfLife, date, value.origin)
        else:
            message = f"{value.text[:40]!r} is no date: the end of life is not stated"
            doubtful(contract.said, message, value.origin, "write it as 2026-01-31")
