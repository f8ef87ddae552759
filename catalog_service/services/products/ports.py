"""The ports of data products, and what they promise."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, distinct, grouped, many, optional, query, texts
from catalog_service.terms import ODRL, PM, UNIT, Iri


@dataclass(frozen=True, slots=True)
class Read:
    """What an input port reads: an output port and the product that serves it, or a system."""

    source: Iri
    provider: Iri | None


@dataclass(frozen=True, slots=True)
class InputPort:
    """Where a data product takes data."""

    iri: Iri
    product: Iri
    name: str
    description: str
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class OutputPort:
    """Where a data product serves data: how to reach it, and on which terms.

    `sensitivity` is the highest level of what it serves, or of what reaches that along lineage.
    """

    iri: Iri
    product: Iri
    name: str
    description: str
    protocol: str
    endpoint: str
    contract: Iri | None
    security: str
    sensitivity: Iri | None
    datasets: tuple[Iri, ...]
    policies: tuple[Iri, ...]


class Role(StrEnum):
    """What a management port is for."""

    DISCOVERY = "discovery"
    OBSERVABILITY = "observability"
    CONTROL = "control"


_ROLES = {
    PM.discoveryPort: Role.DISCOVERY,
    PM.observabilityPort: Role.OBSERVABILITY,
    PM.controlPort: Role.CONTROL,
}


@dataclass(frozen=True, slots=True)
class ManagementPort:
    """Where a data product can be asked about itself, watched or steered."""

    iri: Iri
    product: Iri
    role: Role
    name: str
    description: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Objective:
    """A service level objective: what is measured, against which target, over which window."""

    iri: Iri
    indicator: Iri | None
    comparator: Iri | None
    target: str
    unit: Iri | None
    window: str

    @property
    def sentence(self) -> str:
        """The promise in words: `Freshness at most 60 minutes, over P1D`."""
        indicator = short(self.indicator) if self.indicator else "Objective"
        comparator = _COMPARATORS.get(self.comparator or "", "against")
        unit = "" if self.unit is None else _UNITS.get(self.unit, f" {short(self.unit)}")
        over = f", over {self.window}" if self.window else ""
        return f"{indicator} {comparator} {self.target}{unit}{over}"


_COMPARATORS: dict[str, str] = {
    ODRL.lteq: "at most",
    ODRL.lt: "below",
    ODRL.gteq: "at least",
    ODRL.gt: "above",
    ODRL.eq: "exactly",
}
_UNITS: dict[str, str] = {
    UNIT.SEC: " seconds",
    UNIT.MIN: " minutes",
    UNIT.HR: " hours",
    UNIT.DAY: " days",
    UNIT.MO: " months",
    UNIT.YR: " years",
    UNIT.PERCENT: " %",
    UNIT.UNITLESS: "",
    UNIT.NUM: "",
}


def input_ports(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[InputPort, ...]]:
    """The input ports of `products`."""
    rows = view.select(many(query(__package__, "input_ports"), "product", products))
    return {
        product: tuple(_input(found) for found in grouped(ports, "port").values())
        for product, ports in grouped(rows, "product").items()
    }


def input_ports_at(view: View, ports: Iterable[Iri]) -> dict[Iri, InputPort]:
    """Those of `ports` that are input ports."""
    rows = view.select(many(query(__package__, "input_ports"), "port", ports))
    return {port: _input(found) for port, found in grouped(rows, "port").items()}


def output_ports(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[OutputPort, ...]]:
    """The output ports of `products`."""
    rows = view.select(many(query(__package__, "output_ports"), "product", products))
    return {
        product: tuple(_output(found) for found in grouped(ports, "port").values())
        for product, ports in grouped(rows, "product").items()
    }


def output_ports_at(view: View, ports: Iterable[Iri]) -> dict[Iri, OutputPort]:
    """Those of `ports` that are output ports."""
    rows = view.select(many(query(__package__, "output_ports"), "port", ports))
    return {port: _output(found) for port, found in grouped(rows, "port").items()}


def management_ports(view: View, products: Iterable[Iri]) -> dict[Iri, tuple[ManagementPort, ...]]:
    """The discovery, observability and control ports of `products`."""
    rows = view.select(many(query(__package__, "management_ports"), "product", products))
    return {
        product: tuple(_management(found[0]) for found in grouped(ports, "port").values())
        for product, ports in grouped(rows, "product").items()
    }


def management_ports_at(view: View, ports: Iterable[Iri]) -> dict[Iri, ManagementPort]:
    """Those of `ports` that are management ports."""
    rows = view.select(many(query(__package__, "management_ports"), "port", ports))
    return {port: _management(found[0]) for port, found in grouped(rows, "port").items()}


def objectives(view: View, ports: Iterable[Iri]) -> dict[Iri, tuple[Objective, ...]]:
    """What output ports promise."""
    rows = view.select(many(query(__package__, "objectives"), "port", ports))
    return {
        port: tuple(_objective(told[0]) for told in grouped(found, "objective").values())
        for port, found in grouped(rows, "port").items()
    }


def objectives_at(view: View, objectives: Iterable[Iri]) -> dict[Iri, Objective]:
    """Those of `objectives` that an output port promises."""
    rows = view.select(many(query(__package__, "objectives"), "objective", objectives))
    return {at: _objective(found[0]) for at, found in grouped(rows, "objective").items()}


def _input(rows: list[Row]) -> InputPort:
    first = rows[0]
    reads = {
        source: Read(source, next(iter(distinct(found, "provider")), None))
        for source, found in grouped((row for row in rows if "source" in row), "source").items()
    }
    return InputPort(
        iri=first.iri("port"),
        product=first.iri("product"),
        name=_name(first),
        description=first.text("description"),
        reads=tuple(reads.values()),
    )


def _output(rows: list[Row]) -> OutputPort:
    first = rows[0]
    return OutputPort(
        iri=first.iri("port"),
        product=first.iri("product"),
        name=_name(first),
        description=first.text("description"),
        protocol=next(iter(texts(rows, "protocol")), ""),
        endpoint=next(iter(texts(rows, "endpoint")), ""),
        contract=next(iter(distinct(rows, "contract")), None),
        security=next(iter(texts(rows, "security")), ""),
        sensitivity=optional(first, "sensitivity"),
        datasets=distinct(rows, "dataset"),
        policies=distinct(rows, "policy"),
    )


def _management(row: Row) -> ManagementPort:
    return ManagementPort(
        iri=row.iri("port"),
        product=row.iri("product"),
        role=_ROLES[row.iri("role")],
        name=_name(row),
        description=row.text("description"),
        endpoint=row.text("endpoint"),
    )


def _objective(row: Row) -> Objective:
    return Objective(
        iri=row.iri("objective"),
        indicator=optional(row, "indicator"),
        comparator=optional(row, "comparator"),
        target=row.text("target"),
        unit=optional(row, "unit"),
        window=row.text("window"),
    )


def _name(row: Row) -> str:
    return row.text("title") or short(row.iri("port"))
