"""An objective: a metric, a comparator, a target with its unit, and the window it is judged in."""

from dataclasses import dataclass

from catalog_service.domain.rdf import Literal, Origin, number
from catalog_service.harvesting import Mapping
from catalog_service.harvesting.bitol import custom
from catalog_service.terms import PM, SDMX, Iri
from harvesters.odcs.contract import Contract
from harvesters.odcs.units import Amount, duration


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective ready to be stated."""

    indicator: Iri
    comparator: Iri
    target: Amount
    window: Literal | None
    origin: Origin


def window(node: Mapping) -> Literal | None:
    """The time over which a promise is judged: a custom property `window`, or a `valueExt`.

    Only an ISO 8601 duration is one. The standard has no key of its own for it, and none is
    invented: 99.9 percent over a day is another promise than 99.9 percent over a year.
    """
    stated = [node.scalar("valueExt")]
    stated += [entry.scalar("value") for _, entry in custom(node, "window")]
    lengths = (duration(found.text) for found in stated if found is not None)
    return next((length for length in lengths if length is not None), None)


def state_objective(contract: Contract, bearer: Iri, slo: Iri, objective: Objective) -> None:
    """State an objective that a port bears, or a product without ports."""
    said, origin = contract.said, objective.origin
    said.state(bearer, PM.slo, slo, origin)
    said.type(slo, PM.ServiceLevelObjective, origin)
    said.state(slo, PM.indicator, objective.indicator, origin)
    said.state(slo, PM.comparator, objective.comparator, origin)
    said.state(slo, PM.target, number(str(objective.target.number)), origin)
    if objective.target.unit is not None:
        said.state(slo, SDMX.unitMeasure, objective.target.unit, origin)
    if objective.window is not None:
        said.state(slo, PM.window, objective.window, origin)
