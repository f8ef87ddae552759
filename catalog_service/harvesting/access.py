"""Who may use a port for what, and who does: the same statements whatever format says so.

Harvesters may not import each other; what two formats have words for is stated here, so that a
policy reads the same behind a contract and behind a dbt model.
"""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.rdf import Origin, text
from catalog_service.harvesting.contract import Names, Refers, Statements
from catalog_service.harvesting.words import address
from catalog_service.terms import DPROD, DPV, ODRL, PM, RDFS, Iri

ACTIONS: Table[str, Iri] = {"use": ODRL.use, "read": ODRL.read}
"""What a policy may permit."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data is used for: as written, as a term, and where that stands."""

    word: str
    term: Iri
    origin: Origin


def offer(
    said: Statements, port: Iri, action: Iri, purposes: Sequence[Purpose], origin: Origin
) -> None:
    """State the policy of a port: a permission for each purpose, or one for any.

    Each purpose has a permission to itself, because the constraints of one must all hold.
    """
    policy = Names.part(port, "policy")
    said.state(port, ODRL.hasPolicy, policy, origin)
    said.type(policy, ODRL.Offer, origin)
    if not purposes:
        _permit(said, policy, "use", action, origin)
    for purpose in purposes:
        permission = _permit(said, policy, purpose.word, action, purpose.origin)
        constraint = Names.part(permission, "constraint")
        said.state(permission, ODRL.constraint, constraint, purpose.origin)
        said.state(constraint, ODRL.leftOperand, ODRL.purpose, purpose.origin)
        said.state(constraint, ODRL.operator, ODRL.eq, purpose.origin)
        said.state(constraint, ODRL.rightOperand, purpose.term, purpose.origin)


def _permit(said: Statements, policy: Iri, name: str, action: Iri, origin: Origin) -> Iri:
    permission = Names.part(policy, "permissions", name)
    said.state(policy, ODRL.permission, permission, origin)
    said.state(permission, ODRL.action, action, origin)
    return permission


def guard(said: Statements, names: Names, port: Iri, written: str, origin: Origin) -> None:
    """State how callers of a port prove who they are: a scheme by its address or its name."""
    scheme = address(written) if "://" in written else None
    base = Iri(names.base.rstrip("/"))
    scheme = scheme or Names.part(base, "security-schemes", written.strip())
    said.state(port, DPROD.securitySchemaType, scheme, origin)


def consume(
    said: Statements,
    product: Iri,
    name: str,
    upstream: tuple[str, Origin],
    purposes: Sequence[Purpose],
) -> None:
    """State what a product uses one of its inputs for: the edge of the mesh that it registers.

    Args:
        said: where to state it.
        product: the product.
        name: the name of the input.
        upstream: what it reads, as the run will resolve it, and where that is said.
        purposes: what for; without any, nothing is stated, and the gate will ask.
    """
    if not purposes:
        return
    consumption = Names.part(product, "consumptions", name)
    origin = purposes[0].origin
    said.type(consumption, PM.Consumption, origin)
    said.state(consumption, PM.consumer, product, origin)
    if upstream[0]:
        said.refer(consumption, PM.consumes, Refers.UPSTREAM, *upstream)
    for purpose in purposes:
        said.state(consumption, DPV.hasPurpose, purpose.term, purpose.origin)


def keep(said: Statements, thing: Iri, length: str, origin: Origin) -> Iri:
    """State how long a dataset or a column is kept; the rule that says so."""
    rule = Names.part(thing, "retention")
    said.type(rule, DPV.StorageDuration, origin)
    said.state(rule, RDFS.label, text(length), origin)
    said.state(thing, DPV.hasStorageCondition, rule, origin)
    return rule
