"""People and teams: who owns data products and domains."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.graph import Row, View, distinct, grouped, many, query
from catalog_service.terms import ORG, PM, Iri

_TEAMS = {ORG.OrganizationalUnit, ORG.Organization, PM.FederatedTeam}


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or a team (`team` is True); `mailbox` is an address or empty."""

    iri: Iri
    name: str
    team: bool
    mailbox: str
    member_of: tuple[Iri, ...]


def agents(view: View, iris: Iterable[Iri]) -> dict[Iri, Agent]:
    """All of `iris` as agents: whoever is named as an owner is one, known otherwise or not."""
    rows = view.select(many(query(__package__, "agents"), "agent", iris))
    return {iri: _agent(found) for iri, found in grouped(rows, "agent").items()}


def members(view: View, teams: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The members of `teams`."""
    rows = view.select(many(query(__package__, "members"), "team", teams))
    return {team: distinct(found, "member") for team, found in grouped(rows, "team").items()}


def _agent(rows: list[Row]) -> Agent:
    first = rows[0]
    iri = first.iri("agent")
    stated = first.text("mailbox") or iri
    return Agent(
        iri=iri,
        name=first.text("name") or short(iri),
        team=not _TEAMS.isdisjoint(distinct(rows, "type")),
        mailbox=short(Iri(stated)) if stated.startswith("mailto:") else "",
        member_of=distinct(rows, "team"),
    )
