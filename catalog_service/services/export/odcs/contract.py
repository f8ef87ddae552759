"""One contract: what it is, and its parts in the order in which the standard describes them."""

from typing import Any

from catalog_service.harvesting import Names
from catalog_service.services.export import shared
from catalog_service.services.export.division import Contract
from catalog_service.services.export.odcs.promises import promises
from catalog_service.services.export.odcs.schema import referred, schema
from catalog_service.services.export.odcs.servers import servers
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.yaml import kept
from catalog_service.terms import DCAT, DCT, DPROD, PM, Iri

VERSION = "v3.1.0"


def contract(
    stated: Stated, found: Contract, names: Names, elsewhere: dict[Iri, str]
) -> dict[str, Any]:
    """A contract as the standard writes it.

    Args:
        stated: what the graph of its product states.
        found: the contract.
        names: the IRIs that are minted for names.
        elsewhere: how columns of other contracts are referred to.
    """
    node = found.node
    listed, default = promises(stated, found)
    known = elsewhere | referred(stated, found)
    return kept(
        apiVersion=VERSION,
        kind="DataContract",
        id=found.identifier,
        name=stated.text(node, DCT.title),
        version=stated.text(node, DCAT.version),
        status=shared.status(stated, node),
        domain=_domain(stated, found),
        description=shared.description(stated, node),
        tags=shared.tags(stated, node),
        contractCreatedTs=stated.text(node, DCT.created),
        servers=servers(stated, found, names, known),
        schema=schema(stated, found, known),
        slaDefaultElement=default,
        slaProperties=listed,
        team=shared.team(stated, node, names),
        support=shared.support(stated, node),
        authoritativeDefinitions=shared.definitions(stated, node, code=True),
        customProperties=[
            *shared.properties(replacedBy=shared.replacements(stated, node)),
            *shared.components(stated, node),
        ],
    )


def _domain(stated: Stated, found: Contract) -> str | None:
    """The domain: the product's, or that of the concepts that the contract's data is about."""
    concepts = [c for d in found.datasets for c in stated.iris(d.iri, PM.about)]
    theirs = {domain for concept in concepts for domain in stated.iris(concept, PM.inDomain)}
    return stated.iri(found.node, DPROD.domain) or next(iter(sorted(theirs)), None)
