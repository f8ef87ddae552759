"""What `meta` says of law and access: on what ground data is held, who may use it for what."""

from dataclasses import dataclass

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Scalar, Statements
from catalog_service.harvesting.access import ACTIONS, Purpose, guard, keep, offer
from catalog_service.harvesting.rows import permit_keys, restrict, rule
from catalog_service.harvesting.words import doubtful, squeezed, term, wrong
from catalog_service.terms import DPV, GDPR, LOC, PD, PM, Iri, Namespace
from harvesters.dbt.artifacts import Values
from harvesters.dbt.meta import doubt, objects
from harvesters.dbt.model import Column, Model

GROUNDS: dict[str, tuple[Iri, Namespace]] = {
    "personal_data": (DPV.hasPersonalData, PD),
    "legal_basis": (DPV.hasLegalBasis, GDPR),
    "processing_purpose": (DPV.hasPurpose, DPV),
    "jurisdiction": (DPV.hasJurisdiction, LOC),
    "technical_measure": (DPV.hasTechnicalMeasure, DPV),
}
"""Words of a model, what its dataset says by them, and where bare values are looked up."""


@dataclass(frozen=True, slots=True)
class Words:
    """Some `meta`, what it is said of, and where."""

    values: Values
    focus: Iri
    origin: Origin

    def terms(self, said: Statements, key: str, vocabulary: Namespace) -> list[tuple[str, Iri]]:
        """The terms under a key, each as written and as an IRI; a warning for what is none."""
        found = []
        for written in self.values.texts(key):
            if (named := term(written, vocabulary)) is not None:
                found.append((written, named))
                continue
            message = f"`meta.{key}` is {written[:60]!r}, which names no term"
            fix = f"write an IRI, or a local name of {vocabulary.base}"
            doubtful(said, message, self.origin, fix, focus=self.focus)
        return found

    def purposes(self, said: Statements, key: str) -> tuple[Purpose, ...]:
        """The purposes under a key."""
        return tuple(
            Purpose(written, named, self.origin) for written, named in self.terms(said, key, DPV)
        )


def state_governed(model: Model) -> None:
    """State the grounds of a model's dataset, and the policy and security scheme of its port."""
    said, meta, origin = model.said, model.node.meta, model.origin
    words = Words(meta, model.dataset, origin)
    for key, (predicate, vocabulary) in GROUNDS.items():
        for _, named in words.terms(said, key, vocabulary):
            said.state(model.dataset, predicate, named, origin)
    if length := meta.text("retention"):
        keep(said, model.dataset, length, origin)
    for scheme in meta.texts("security_scheme"):
        guard(said, model.names, model.port, scheme, origin)
    for policy in objects(meta, "policy"):
        _state_policy(model, policy)


def state_personal_data(model: Model, column: Column) -> None:
    """State whose data a column holds, which its dataset then holds too, and what protects it."""
    said, origin = model.said, column.origin
    words = Words(column.meta, column.iri, origin)
    for _, named in words.terms(said, "personal_data", PD):
        said.state(column.iri, PM.personalDataCategory, named, origin)
        said.state(model.dataset, DPV.hasPersonalData, named, origin)
    for _, named in words.terms(said, "technical_measure", DPV):
        said.state(column.iri, DPV.hasTechnicalMeasure, named, origin)


def _state_policy(model: Model, policy: Values) -> None:
    _state_rows(model, policy)
    written = policy.text("action") or "use"
    if (action := ACTIONS.get(squeezed(written))) is None:
        doubt(model, f"the action of `meta.policy` is {written[:40]!r}", "write use or read")
        return
    words = Words(policy, model.dataset, model.origin)
    keys = [(name, model.column(name)) for name in policy.texts("keys")]
    if unknown := [name for name, column in keys if column is None]:
        message = f"`keys` of `meta.policy` names {unknown[0][:60]!r}, which is no column"
        doubt(model, message, f"name columns of `{model.node.name}`")
    purposes = words.purposes(model.said, "purpose")
    if len(purposes) == len(policy.texts("purpose")):
        offer(model.said, model.port, action, purposes, model.origin)
        known = [(column.iri, model.origin) for _, column in keys if column is not None]
        permit_keys(model.said, model.port, known)
    else:
        # Without the purpose that is none, the rest might permit more than was meant.
        message = "`meta.policy` is left out, for a purpose in it names no term"
        doubt(model, message, "write purposes of DPV")


def _state_rows(model: Model, policy: Values) -> None:
    """State which rows a policy hands out.

    Raises:
        Unreadable: a rule of it cannot be read. Without it, the port would hand out what it keeps
            back, so the manifest is refused.
    """
    origin = model.origin
    listed = policy.objects("rows")
    if policy.entries.get("rows") is not None and len(listed) != len(policy.items("rows")):
        raise wrong("`rows` of a policy is no list of rules", origin, "write a list of objects")
    if "rows" in policy.entries and not listed:
        raise wrong("`rows` of a policy is empty", origin, "write the rules, or leave `rows` out")
    rules = []
    for written in listed:
        if (column := model.column(written.text("column"))) is None:
            message = f"a row rule is on {written.text('column')[:60]!r}, which is no column"
            raise wrong(message, origin, f"name a column of `{model.node.name}`")
        comparator = Scalar(written.text("comparator"), "string", origin)
        values = [_plain(each, origin) for each in written.items("values")]
        if written.entries.get("value") is not None:
            values.append(_plain(written.entries["value"], origin))
        found = Words(written, model.dataset, origin).purposes(model.said, "purposes")
        if len(found) != len(written.texts("purposes")):
            raise wrong("a purpose of a row rule names no term", origin, "write purposes of DPV")
        purposes = [purpose.term for purpose in found]
        rules.append(rule(model.said, column.iri, comparator, values, purposes))
    restrict(model.said, model.port, rules)


def _plain(value: object, origin: Origin) -> Scalar:
    """One value of a rule, with the type that it has in the manifest."""
    if isinstance(value, bool):
        return Scalar(str(value).lower(), "boolean", origin)
    if isinstance(value, int):
        return Scalar(str(value), "integer", origin)
    if isinstance(value, float):
        return Scalar(repr(value), "number", origin)
    if isinstance(value, str):
        return Scalar(value, "string", origin)
    raise wrong("a row rule holds what is no plain value", origin, "write texts or numbers")
