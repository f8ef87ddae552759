"""Rights: who may excuse whom from which standard.

Whoever answers for a standard grants the waivers from it: the federated team for a standard of the
mesh, the team that owns the domain for one of the domain's own. Nobody excuses their own product
from what the mesh has agreed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog_service.domain.rdf import Triple
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.standard import Standard
from catalog_service.terms import DPROD, ORG, PM, RDF, Iri


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may grant what, as the federation's decisions say.

    Args:
        federated: the federated teams.
        teams: the teams of which each agent is a member.
        owners: the teams that own each domain.
    """

    federated: frozenset[Iri]
    teams: Mapping[Iri, set[Iri]]
    owners: Mapping[Iri, set[Iri]]

    @classmethod
    def among(cls, decided: Iterable[Triple]) -> "Rights":
        """The rights that follow from what the federation has decided."""
        federated: set[Iri] = set()
        teams: dict[Iri, set[Iri]] = {}
        owners: dict[Iri, set[Iri]] = {}
        for subject, predicate, value in decided:
            if not isinstance(value, str):
                continue
            if predicate == ORG.memberOf:
                teams.setdefault(subject, set()).add(value)
            elif predicate == PM.ownedBy:
                owners.setdefault(subject, set()).add(value)
            elif predicate == RDF.type and value == PM.FederatedTeam:
                federated.add(subject)
        return cls(frozenset(federated), teams, owners)

    def granters(self, standard: Standard) -> frozenset[Iri]:
        """The teams that may grant a waiver from a standard; none where none is known."""
        if standard.domain is None:
            return self.federated
        return frozenset(self.owners.get(standard.domain, ()))

    def belongs(self, agent: Iri, teams: Iterable[Iri]) -> bool:
        """True of each of the teams itself, and of their members."""
        of_agent = self.teams.get(agent, ())
        return any(team == agent or team in of_agent for team in teams)

    def excuses_itself(self, waiver: Waiver, subject: Iri, graph: Iterable[Triple]) -> bool:
        """True where whoever could grant the waiver answers for the product that it excuses.

        What the federated team grants as a whole, it has agreed on.
        """
        answering: set[Iri] = set()
        for node, predicate, value in graph:
            if node != subject or not isinstance(value, str):
                continue
            if predicate == DPROD.domain:
                answering |= self.owners.get(value, set())
            elif predicate == DPROD.dataProductOwner:
                answering.add(value)
        granting = (
            agent
            for agent in waiver.granted_by
            if not self.federated or self.belongs(agent, self.federated)
        )
        return all(
            agent not in self.federated and self.belongs(agent, answering) for agent in granting
        )
