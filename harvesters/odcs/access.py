"""The custom properties `policy` and `securityScheme`: who may use a port for what, and how."""

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Scalar, Sequence
from catalog_service.harvesting.access import ACTIONS, Purpose, guard, offer
from catalog_service.harvesting.bitol import custom, own_words, values
from catalog_service.harvesting.rows import Rule, permit_keys, restrict, rule
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
        if name == "policy":
            _state_rows(contract, entry, ports)


def _state_schemes(contract: Contract, entry: Mapping, ports: list[Iri]) -> None:
    for written, origin in entry.texts("value"):
        for port in ports:
            guard(contract.said, contract.names, port, written, origin)


def _state_policy(contract: Contract, policy: Mapping, ports: list[Iri]) -> None:
    action = policy.text("action") or "use"
    if (allowed := ACTIONS.get(squeezed(action))) is None:
        message = f"action {action[:40]!r} is unknown"
        raise wrong(message, policy.where("action"), "write use or read")
    policy.get("rows")
    keys = [_key(contract, *written) for written in policy.texts("keys")]
    purposes = _purposes(policy, "purpose")
    for port in ports:
        offer(contract.said, port, allowed, purposes, policy.origin)
        permit_keys(contract.said, port, keys)


def _key(contract: Contract, written: str, origin: Origin) -> tuple[Iri, Origin]:
    if (column := contract.column(written)) is None:
        message = f"`keys` of a policy names `{written[:60]}`, which is no column of this contract"
        raise wrong(message, origin, "write `column`, or `dataset.column`")
    return column.iri, origin


def _purposes(holder: Mapping, key: str) -> list[Purpose]:
    purposes = []
    for word, origin in holder.texts(key):
        if (purpose := term(word, DPV)) is None:
            raise wrong(f"purpose {word[:40]!r} names no term", origin, "write a purpose of DPV")
        purposes.append(Purpose(word.strip(), purpose, origin))
    return purposes


def _state_rows(contract: Contract, entry: Mapping, ports: list[Iri]) -> None:
    """State which rows a policy hands out.

    Raises:
        Unreadable: a rule of it cannot be read. The contract is refused for it, unlike for other
            custom properties: without the rule, its ports would hand out what it keeps back.
    """
    found = entry.get("value")
    policies = found.items if isinstance(found, Sequence) else (found,)
    for policy in policies:
        if isinstance(policy, Mapping) and "rows" in policy:
            rules = [_rule(contract, each) for each in policy.mappings("rows")]
            if rules and not ports:
                message = "the policy says which rows are handed out, and no server does so"
                raise wrong(message, policy.where("rows"), "name the servers under `servers`")
            for port in ports:
                restrict(contract.said, port, rules)


def _rule(contract: Contract, written: Mapping) -> Rule:
    reference, comparator = written.scalar("column"), written.scalar("comparator")
    if reference is None or comparator is None:
        message = "a row rule lacks `column` or `comparator`"
        raise wrong(message, written.origin, "write both, such as `column: status` and `in`")
    if (column := contract.column(reference.text)) is None:
        message = f"a row rule is on `{reference.text[:60]}`, which is no column of this contract"
        raise wrong(message, reference.origin, "write `column`, or `dataset.column`")
    values = [*_scalars(written, "value"), *_scalars(written, "values")]
    purposes = [purpose.term for purpose in _purposes(written, "purposes")]
    return rule(contract.said, column.iri, comparator, values, purposes)


def _scalars(holder: Mapping, key: str) -> list[Scalar]:
    found = holder.get(key)
    items = found.items if isinstance(found, Sequence) else () if found is None else (found,)
    for item in items:
        if not isinstance(item, Scalar) or item.type == "null":
            message = f"`{key}` of a row rule holds what is no plain value"
            raise wrong(message, item.origin, "write texts, numbers, days or truth values")
    return [item for item in items if isinstance(item, Scalar)]
