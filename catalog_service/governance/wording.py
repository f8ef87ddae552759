"""How findings put into words what a constraint found."""

import re

from catalog_service.governance.engines.result import Result
from catalog_service.terms import PREFIXES

_MAX_SHOWN = 200
_LOCAL = re.compile(r"[\w-]+")
_FOUND = {
    "MinCountConstraintComponent": "{path} is missing",
    "MaxCountConstraintComponent": "{path} is stated more often than it may be",
    "ClassConstraintComponent": "{value} is not declared as one",
    "DatatypeConstraintComponent": "{value} is of another datatype",
    "NodeKindConstraintComponent": "{value} is of the wrong kind for {path}",
    "PatternConstraintComponent": "{value} is not of that form",
    "InConstraintComponent": "{value} is none of them",
    "UniqueLangConstraintComponent": "{path} has two values in one language",
    "DisjointConstraintComponent": "{value} stands on both sides",
    "MinInclusiveConstraintComponent": "{value} is too low",
    "MaxInclusiveConstraintComponent": "{value} is too high",
}


def message(label: str, result: Result) -> str:
    """What is wrong: what the standard asks, and what was found instead.

    Where the constraint is a query, what to do names the culprit, and this says no more than which
    standard is not met.
    """
    found = _FOUND.get(result.component)
    if found is None:
        return f"Not met: {label[:1].lower()}{label[1:]}"
    value = result.value if result.value is None or isinstance(result.value, str) else (
        f"“{result.value.lexical}”"
    )  # fmt: skip
    said = found.format(path=path(result.path), value=shown(value or ""))
    return f"{label.rstrip('.')}: {said}."


def shown(text: str) -> str:
    """An IRI with its prefix where it has one, any other text in full unless it is very long."""
    for prefix, base in PREFIXES.items():
        local = text.removeprefix(base)
        if local != text and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def path(text: str) -> str:
    """A property path with prefixes."""
    return re.sub(r"<([^>]*)>", lambda iri: shown(iri[1]), text)
