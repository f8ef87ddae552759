"""Terms of the graph as the words that documents use; each reads back as the same term."""

from collections.abc import Iterable
from urllib.parse import unquote

from catalog_service.harvesting import Names
from catalog_service.terms import ODRL, PM, UNIT, XSD, Iri, Namespace

LIFECYCLE: dict[Iri, str] = {
    PM.Proposed: "proposed",
    PM.Draft: "draft",
    PM.Active: "active",
    PM.Deprecated: "deprecated",
    PM.Retired: "retired",
}
SENSITIVITY: dict[Iri, str] = {
    PM.Public: "public",
    PM.Internal: "internal",
    PM.Confidential: "confidential",
    PM.Restricted: "restricted",
}
DATATYPES: dict[Iri, str] = {
    XSD.string: "string",
    XSD.date: "date",
    XSD.dateTime: "timestamp",
    XSD.time: "time",
    XSD.decimal: "number",
    XSD.integer: "integer",
    XSD.boolean: "boolean",
    XSD.long: "integer",
    XSD.int: "integer",
    XSD.short: "integer",
    XSD.byte: "integer",
    XSD.float: "number",
    XSD.double: "number",
}
"""The logical types of the standard; a narrower type reads back as the wider one, and is told."""
ACTIONS: dict[Iri, str] = {ODRL.use: "use", ODRL.read: "read"}
UNITS: dict[Iri, str] = {
    UNIT.SEC: "s",
    UNIT.MIN: "min",
    UNIT.HR: "h",
    UNIT.DAY: "d",
    UNIT.MO: "mo",
    UNIT.YR: "y",
    UNIT.PERCENT: "percent",
    UNIT.NUM: "rows",
    UNIT.UNITLESS: "ratio",
}


def local(terms: Iterable[Iri], vocabulary: Namespace) -> list[str]:
    """Terms by their local names where they are of a vocabulary, in full where they are not."""
    return [term.removeprefix(vocabulary.base) for term in terms]


def one_or_all(values: list[str]) -> str | list[str] | None:
    """A single value bare, several as a list, none as None."""
    return values[0] if len(values) == 1 else values or None


def user(names: Names, agent: Iri) -> str:
    """The user name by which a document knows an agent."""
    for start in ("mailto:", f"{names.base}agents/"):
        name = unquote(agent.removeprefix(start))
        if name != agent and names.agent(name) == agent:
            return name
    return agent


def under(names: Names, folder: str, iri: Iri) -> str:
    """The name of a protocol or security scheme of the mesh; its address where it is elsewhere."""
    start = f"{names.base}{folder}/"
    return unquote(iri.removeprefix(start)) if iri.startswith(start) else iri
