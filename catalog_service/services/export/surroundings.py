"""What products point at and do not describe: their domains, the teams and people behind them."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import View, distinct, grouped, many, optional, query
from catalog_service.services.export.stated import Stated
from catalog_service.terms import DPROD, Iri


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, as other catalogs need to know it."""

    iri: Iri
    name: str
    definition: str
    team: Iri | None
    parent: Iri | None


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or a team: what to call it, and the teams it belongs to."""

    iri: Iri
    name: str
    teams: tuple[Iri, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The domains and agents around some products."""

    domains: dict[Iri, Domain]
    agents: dict[Iri, Agent]

    def domain(self, stated: Stated) -> Domain | None:
        """The domain of a product."""
        found = stated.iri(stated.subject, DPROD.domain)
        return self.domains.get(found) if found else None

    def agent(self, iri: Iri) -> Agent:
        """An agent; by the end of its IRI where nothing is said of it."""
        return self.agents.get(iri) or Agent(iri, short(iri))

    def publisher(self, stated: Stated) -> Agent | None:
        """Who publishes a product: the team of its domain, else its owner."""
        domain = self.domain(stated)
        team = domain.team if domain else None
        found = team or stated.iri(stated.subject, DPROD.dataProductOwner)
        return self.agent(found) if found else None


def surroundings(
    view: View, products: Iterable[Stated], domains: Iterable[Iri] = ()
) -> Surroundings:
    """The domains and agents around products; three questions however many products there are."""
    listed = tuple(products)
    wanted = {i for s in listed for i in s.iris(s.subject, DPROD.domain)} | set(domains)
    rows = view.select(many(query(__package__, "domains"), "domain", sorted(wanted)))
    found = {
        iri: Domain(
            iri,
            told[0].text("label") or short(iri),
            told[0].text("definition"),
            optional(told[0], "team"),
            optional(told[0], "parent"),
        )
        for iri, told in grouped(rows, "domain").items()
    }
    people = {i for s in listed for i in s.iris(s.subject, DPROD.dataProductOwner)}
    people |= {domain.team for domain in found.values() if domain.team}
    known = agents(view, people)
    teams = {team for agent in known.values() for team in agent.teams} - set(known)
    return Surroundings(found, known | agents(view, teams))


def agents(view: View, iris: Iterable[Iri]) -> dict[Iri, Agent]:
    """People and teams by their IRIs."""
    rows = view.select(many(query(__package__, "agents"), "agent", sorted(iris)))
    return {
        iri: Agent(iri, told[0].text("name") or short(iri), distinct(told, "team"))
        for iri, told in grouped(rows, "agent").items()
    }
