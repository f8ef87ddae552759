"""The service levels that a model promises in `meta.slo`."""

import re

from catalog_service.domain.rdf import Literal, number
from catalog_service.harvesting import Names
from catalog_service.harvesting.words import squeezed
from catalog_service.terms import ODRL, PM, SDMX, UNIT, XSD
from harvesters.dbt.artifacts import Values
from harvesters.dbt.meta import doubt, objects
from harvesters.dbt.model import Model

METRICS = {
    squeezed(name): PM[name]
    for name in (
        *("Freshness", "Availability", "Completeness", "Validity", "Uniqueness", "ErrorRate"),
        *("TimeToDetect", "TimeToRecover", "LeadTime", "UserSatisfaction"),
    )
}
COMPARATORS = {
    **{name: ODRL[name] for name in ("lteq", "gteq", "lt", "gt", "eq")},
    "<=": ODRL.lteq,
    ">=": ODRL.gteq,
    "<": ODRL.lt,
    ">": ODRL.gt,
    "=": ODRL.eq,
}
UNITS = {
    word: UNIT[unit]
    for unit, words in {
        "SEC": "sec s second seconds",
        "MIN": "min minute minutes",
        "HR": "hr h hour hours",
        "DAY": "day d days",
        "MO": "mo month months",
        "YR": "yr year years",
        "PERCENT": "percent %",
        "UNITLESS": "unitless ratio fraction",
        "NUM": "num count rows",
    }.items()
    for word in words.split()
}
_DURATION = re.compile(
    r"P(?=.)(\d{1,9}Y)?(\d{1,9}M)?(\d{1,9}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?"
)


def state_promises(model: Model) -> None:
    """State the objectives of a model's port."""
    taken: set[str] = set()
    for promise in objects(model.node.meta, "slo"):
        _state_promise(model, promise, taken)


def _state_promise(model: Model, promise: Values, taken: set[str]) -> None:
    """State an objective of the port, as far as its words are those of the catalog."""
    said, origin = model.said, model.origin
    name = promise.text("indicator")
    if (metric := METRICS.get(squeezed(re.split("[#:]", name)[-1]))) is None:
        known = ", ".join(sorted(iri.removeprefix(PM.base) for iri in METRICS.values()))
        said_so = f"the indicator {name[:40]!r}, which is unknown" if name else "no indicator"
        doubt(model, f"a promise in `meta.slo` has {said_so}", f"take one of {known}")
        return
    key = metric.removeprefix(PM.base)
    while key in taken:
        key += "-also"
    taken.add(key)
    slo = Names.part(model.port, "slo", key)
    said.state(model.port, PM.slo, slo, origin)
    said.type(slo, PM.ServiceLevelObjective, origin)
    said.state(slo, PM.indicator, metric, origin)
    for predicate, found, word, fix in (
        (PM.comparator, COMPARATORS.get(promise.text("comparator").lower()), "comparator", "lteq"),
        (PM.target, _decimal(promise), "target", "a number such as 60"),
        (SDMX.unitMeasure, UNITS.get(promise.text("unit").lower()), "unit", "SEC, MIN or PERCENT"),
        (PM.window, window(promise), "window", "an ISO 8601 duration such as P30D"),
    ):
        if found is not None:
            said.state(slo, predicate, found, origin)
        elif promise.entries.get(word) is not None:
            written = str(promise.entries[word])[:40]
            doubt(model, f"`meta.slo` has the {word} {written!r}", f"write {fix}")


def window(said: Values) -> Literal | None:
    """The time over which a promise is judged; None where `window` is no ISO 8601 duration."""
    written = said.text("window")
    return Literal(written, XSD.duration) if _DURATION.fullmatch(written) else None


def _decimal(promise: Values) -> Literal | None:
    written = promise.text("target")
    return number(written) if re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", written) else None
