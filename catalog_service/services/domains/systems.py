"""The operational side of domains: the systems that run the business, and their interfaces."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, grouped, many, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Interface:
    """One way in which an operational system is used."""

    iri: Iri
    name: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class System:
    """A system that runs the business of a domain; data products may read from it."""

    iri: Iri
    domain: Iri
    name: str
    identifier: str
    interfaces: tuple[Interface, ...]


def systems(view: View, domains: Iterable[Iri]) -> dict[Iri, tuple[System, ...]]:
    """The operational systems of `domains`."""
    rows = view.select(many(query(__package__, "systems"), "domain", domains))
    return {
        domain: tuple(_system(told) for told in grouped(found, "system").values())
        for domain, found in grouped(rows, "domain").items()
    }


def systems_at(view: View, systems: Iterable[Iri]) -> dict[Iri, System]:
    """Those of `systems` that are operational systems of a domain."""
    rows = view.select(many(query(__package__, "systems"), "system", systems))
    return {at: _system(found) for at, found in grouped(rows, "system").items()}


def interfaces_at(view: View, interfaces: Iterable[Iri]) -> dict[Iri, Interface]:
    """Those of `interfaces` that belong to an operational system."""
    rows = view.select(many(query(__package__, "interfaces"), "interface", interfaces))
    return {
        at: Interface(at, found[0].text("title") or short(at), found[0].text("endpoint"))
        for at, found in grouped(rows, "interface").items()
    }


def _system(rows: list[Row]) -> System:
    first = rows[0]
    interfaces = grouped((row for row in rows if "api" in row), "api")
    return System(
        iri=first.iri("system"),
        domain=first.iri("domain"),
        name=first.text("label") or first.text("identifier") or short(first.iri("system")),
        identifier=first.text("identifier"),
        interfaces=tuple(
            Interface(api, found[0].text("title") or short(api), found[0].text("endpoint"))
            for api, found in interfaces.items()
        ),
    )
