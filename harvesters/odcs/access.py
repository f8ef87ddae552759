"""The custom properties `policy` and `securityScheme`: who may use a port for what, and how."""

from catalog_service.harvesting import Mapping, Names
from catalog_service.harvesting.bitol import custom, own_words, values
from catalog_service.harvesting.words import address, squeezed, term, wrong
from catalog_service.terms import DPROD, DPV, ODRL, Iri
from harvesters.odcs.contract import Contract

ACTIONS = {"use": ODRL.use, "read": ODRL.read}


def state_access(contract: Contract, holder: Mapping, ports: list[Iri]) -> None:
    """State the policy and the security scheme of ports that `holder` names."""
    for name, entry in custom(holder, "policy", "securityScheme"):
        with own_words(contract.said, name, entry):
            if name == "policy":
                for policy in values(entry):
                    _state_policy(contract, policy, ports)
            else:
                _state_schemes(contract, entry, ports)


def _state_schemes(contract: Contract, entry: Mapping, ports: list[Iri]) -> None:
    base = Iri(contract.names.base.rstrip("/"))
    for written, origin in entry.texts("value"):
        scheme = address(written) if "://" in written else None
        scheme = scheme or Names.part(base, "security-schemes", written.strip())
        for port in ports:
            contract.said.state(port, DPROD.securitySchemaType, scheme, origin)


def _state_policy(contract: Contract, policy: Mapping, ports: list[Iri]) -> None:
    """State an offer, with a permission for each purpose: the constraints of one must all hold."""
    said, action = contract.said, policy.text("action") or "use"
    if (allowed := ACTIONS.get(squeezed(action))) is None:
        message = f"action {action[:40]!r} is unknown"
        raise wrong(message, policy.where("action"), "write use or read")
    purposes = [(word.strip(), term(word, DPV), origin) for word, origin in policy.texts("purpose")]
    for word, purpose, origin in purposes:
        if purpose is None:
            raise wrong(f"purpose {word[:40]!r} names no term", origin, "write a purpose of DPV")
    for port in ports:
        offer = Names.part(port, "policy")
        said.state(port, ODRL.hasPolicy, offer, policy.origin)
        said.type(offer, ODRL.Offer, policy.origin)
        for word, purpose, origin in purposes or [("use", None, policy.origin)]:
            permission = Names.part(offer, "permissions", word)
            said.state(offer, ODRL.permission, permission, origin)
            said.state(permission, ODRL.action, allowed, origin)
            if purpose is None:
                continue
            constraint = Names.part(permission, "constraint")
            said.state(permission, ODRL.constraint, constraint, origin)
            said.state(constraint, ODRL.leftOperand, ODRL.purpose, origin)
            said.state(constraint, ODRL.operator, ODRL.eq, origin)
            said.state(constraint, ODRL.rightOperand, purpose, origin)
