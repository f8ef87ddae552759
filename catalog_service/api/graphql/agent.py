"""People and teams, as the schema has them."""

import strawberry

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import answer, described, told
from catalog_service.api.graphql.resource import Resource, head
from catalog_service.services import agents
from catalog_service.services.resources import Kind


@described
class Agent(Resource):
    """A person or a team."""

    found: strawberry.Private[agents.Agent]
    mailbox: str | None = told("The address to write to.")

    @classmethod
    def of(cls, found: agents.Agent) -> "Agent":
        """The person or team that was found."""
        kind = Kind.TEAM if found.team else Kind.PERSON
        return cls(**head(found.iri, kind, found.name), found=found, mailbox=found.mailbox or None)

    @answer
    async def member_of(self, info: Asked) -> list["Agent"]:
        """The teams that it is a member of."""
        return await info.context.nodes.agents(self.found.member_of)

    @answer
    async def members(self, info: Asked) -> list["Agent"]:
        """Its members, where it is a team."""
        found = await info.context.loaders.members.load(self.iri)
        return await info.context.nodes.agents(found)
