"""The custom properties `policy` and `securityScheme`: who may use a port for what, and how."""

from catalog_service.harvesting import Mapping
from catalog_service.harvesting.access import ACTIONS, Purpose, guard, offer
from catalog_service.harvesting.bitol import custom, own_words, values
from catalog_service.harvesting.words import squeezed, term, wrong
from catalog_service.terms import DPV, Iri
from harvesters.odcs.contract import Contract


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
    for written, origin in entry.texts("value"):
        for port in ports:
            guard(contract.said, contract.names, port, written, origin)


def _state_policy(contract: Contract, policy: Mapping, ports: list[Iri]) -> None:
    action = policy.text("action") or "use"
    if (allowed := ACTIONS.get(squeezed(action))) is None:
        message = f"action {action[:40]!r} is unknown"
        raise wrong(message, policy.where("action"), "write use or read")
    purposes = []
    for word, origin in policy.texts("purpose"):
        if (purpose := term(word, DPV)) is None:
            raise wrong(f"purpose {word[:40]!r} names no term", origin, "write a purpose of DPV")
        purposes.append(Purpose(word.strip(), purpose, origin))
    for port in ports:
        offer(contract.said, port, allowed, purposes, policy.origin)
