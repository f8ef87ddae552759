"""The quality rules of a contract.

A rule, a promise, an objective and a measurement are four things. A rule is a metric of the
product's own. It is an objective as well only where it states a threshold. What was measured is
observed, and never read from a contract.
"""

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import text
from catalog_service.harvesting import Mapping, Names, Scalar, Sequence
from catalog_service.harvesting.words import doubtful, plainly, say, squeezed
from catalog_service.terms import DCT, DQV, ODRL, PM, SKOS, UNIT, Iri
from harvesters.odcs.contract import Column, Contract, Dataset
from harvesters.odcs.objective import Objective, state_objective, window
from harvesters.odcs.units import UNITS, Amount, number

OPERATORS = {
    "mustBe": (ODRL.eq,),
    "mustBeGreaterThan": (ODRL.gt,),
    "mustBeGreaterOrEqualTo": (ODRL.gteq,),
    "mustBeGreaterThanOrEqualTo": (ODRL.gteq,),
    "mustBeLessThan": (ODRL.lt,),
    "mustBeLessOrEqualTo": (ODRL.lteq,),
    "mustBeLessThanOrEqualTo": (ODRL.lteq,),
    "mustBeBetween": (ODRL.gteq, ODRL.lteq),
    "mustNotBe": (),
    "mustNotBeBetween": (),
}
"""The comparators that say the same as an operator, one for each number; none says `not`."""
KINDS = {
    "nullvalues": PM.Completeness,
    "missingvalues": PM.Completeness,
    "invalidvalues": PM.Validity,
    "validvalues": PM.Validity,
    "duplicatevalues": PM.Uniqueness,
    "duplicatecount": PM.Uniqueness,
    "completeness": PM.Completeness,
    "cp": PM.Completeness,
    "conformity": PM.Validity,
    "cf": PM.Validity,
    "uniqueness": PM.Uniqueness,
    "uq": PM.Uniqueness,
    "timeliness": PM.Freshness,
    "tm": PM.Freshness,
}
"""The metric of the catalogue of which a rule's own metric, or else its dimension, is a kind."""

_NAMES = ("id", "name", "metric", "rule", "code", "templateName", "type")
_ASIDE = (
    *_NAMES,
    *("dimension", "query", "engine", "implementation", "arguments", "validValues", "method"),
    *("severity", "businessImpact", "scheduler", "schedule", "tags", "authoritativeDefinitions"),
)


def state_rules(contract: Contract) -> None:
    """State the quality rules of every dataset and column."""
    for dataset in contract.datasets.values():
        taken: set[str] = set()
        for rule in dataset.node.mappings("quality"):
            _state_rule(contract, dataset, None, rule, taken)
        for column in dataset.columns.values():
            for level in column.levels:
                for rule in level.mappings("quality"):
                    _state_rule(contract, dataset, column, rule, taken)


def _state_rule(
    contract: Contract, dataset: Dataset, column: Column | None, rule: Mapping, taken: set[str]
) -> None:
    said, origin = contract.said, rule.origin
    rule.ignore(*_ASIDE)
    key = _key(rule, f"{column.name}." if column is not None else "", taken)
    metric = Names.part(dataset.iri, "metrics", key)
    said.type(metric, DQV.Metric, origin)
    said.state(metric, DCT.title, text(rule.text("name") or key), origin)
    say(said, metric, DCT.description, rule, "description")
    said.state(metric, DCT.subject, column.iri if column is not None else dataset.iri, origin)
    kinds = (KINDS.get(squeezed(rule.text(*keys))) for keys in (("metric", "rule"), ("dimension",)))
    if (kind := next(filter(None, kinds), None)) is not None:
        said.state(metric, SKOS.broadMatch, kind, origin)
    length = window(rule)
    for comparator, target in _bounds(contract, rule):
        name = f"{dataset.name}.{key}.{comparator.removeprefix(ODRL.base)}"
        objective = Objective(metric, comparator, target, length, origin)
        for bearer in contract.bearers():
            state_objective(contract, bearer, Names.part(bearer, "slo", name), objective)


def _key(rule: Mapping, prefix: str, taken: set[str]) -> str:
    """A name for the rule that stays when others come and go; numbered only among its likes."""
    own = f"{prefix}{(rule.text(*_NAMES) or 'rule')[:200]}"
    key, count = own, 1
    while key in taken:
        count += 1
        key = f"{own}-{count}"
    taken.add(key)
    return key


def _bounds(contract: Contract, rule: Mapping) -> list[tuple[Iri, Amount]]:
    """The bounds that a rule sets, each a comparator and a target; none where it sets no number."""
    bounds: list[tuple[Iri, Amount]] = []
    unit = _unit(contract, rule)
    for operator, comparators in OPERATORS.items():
        if (found := rule.get(operator)) is None:
            continue
        values = found.items if isinstance(found, Sequence) else (found,)
        stated = [number(value.text) if isinstance(value, Scalar) else None for value in values]
        targets = [target for target in stated if target is not None]
        if len(targets) == len(stated) == len(comparators):
            bounds += [(c, Amount(t, unit)) for c, t in zip(comparators, targets, strict=True)]
            continue
        contract.said.notice(
            "unread-key",
            Severity.INFO,
            f"`{operator}` sets no bound that an objective can hold: the rule stays a metric",
            rule.where(operator),
            fix="compare with a number, by another operator than mustNotBe and mustNotBeBetween",
        )
    return bounds


def _unit(contract: Contract, rule: Mapping) -> Iri | None:
    """The unit of a bound; metrics of the standard's library count rows unless they say percent."""
    word = plainly(rule.text("unit"))
    if not word:
        return UNIT.NUM if rule.text("metric", "rule") else None
    unit, size = UNITS.get(word, (None, None))
    if unit is None or size != 1:
        message = f"unit {word[:40]!r} is none that the catalog knows"
        doubtful(contract.said, message, rule.where("unit"), "write rows or percent")
        return None
    return unit
