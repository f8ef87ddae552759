"""Policies of a port: whether what was permitted still is."""

from collections.abc import Hashable

from catalog_service.services.changes.comparison import Comparison
from catalog_service.services.changes.facts import Facts, written
from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import ODRL, PM, Iri

_RULES = (ODRL.permission, ODRL.prohibition, ODRL.obligation, PM.rowRule, PM.permitsKey)

_Ruled = frozenset[tuple[Iri, Hashable]]


def policy(seen: Comparison, port: Iri, name: str) -> None:
    """Compare the policies of a port by what they permit, forbid and ask, whatever it is called."""
    links = seen.pair(port, ODRL.hasPolicy)
    before, after = _rules(seen.before, port), _rules(seen.after, port)
    for facts, policies in ((seen.before, links.before), (seen.after, links.after)):
        for each in policies:
            seen.cover(facts.reached(each))
    was, now = (
        frozenset(facts.form(each) for each in policies)
        for facts, policies in ((seen.before, links.before), (seen.after, links.after))
    )
    if (
        was == now
        and not links.differs
        and _reached(seen.before, port) == _reached(seen.after, port)
    ):
        return
    kind = _kind((was, now), (before, after))
    seen.add(
        kind, port, f"{name}.policy", before=_told(seen.before, port), after=_told(seen.after, port)
    )


def _kind(
    forms: tuple[frozenset[Hashable], frozenset[Hashable]], rules: tuple[_Ruled, _Ruled]
) -> Kind:
    (was, now), (before, after) = forms, rules
    if not was:
        return Kind.POLICY_ADDED
    if not now:
        return Kind.POLICY_REMOVED
    if was == now:
        return Kind.DESCRIBED
    more = {predicate for predicate, _ in after - before}
    widened = before < after and more <= {ODRL.permission, PM.permitsKey}
    return Kind.POLICY_WIDENED if widened else Kind.POLICY_CHANGED


def _rules(facts: Facts, port: Iri) -> _Ruled:
    return frozenset(
        (predicate, facts.form(rule))
        for held in facts.things(port, ODRL.hasPolicy)
        for predicate in _RULES
        for rule in facts.values(held, predicate)
    )


def _reached(facts: Facts, port: Iri) -> frozenset[Iri]:
    held = facts.things(port, ODRL.hasPolicy)
    return frozenset[Iri]().union(*(facts.reached(each) for each in held))


def _told(facts: Facts, port: Iri) -> str:
    """A policy in short: the purposes that it names, or else its name."""
    purposes = {
        value for part in _reached(facts, port) for value in facts.values(part, ODRL.rightOperand)
    }
    return written(purposes or facts.values(port, ODRL.hasPolicy))
