"""Changes of standards: what two sets of them have in common, and in what they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.governance.layers import Layers
from catalog_service.governance.standard import Standard
from catalog_service.governance.standards import Standards
from catalog_service.terms import Iri


class Kind(StrEnum):
    """What became of a standard."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One standard that is not in both sets as it is in the other.

    Args:
        iri: the standard.
        name: what it is called.
        identifier: its short id.
        kind: added, removed or changed.
        details: what of it, such as `severity: warning → violation`.
    """

    iri: Iri
    name: str
    identifier: str
    kind: Kind
    details: tuple[str, ...] = ()


def changes(before: Layers, after: Layers) -> tuple[Change, ...]:
    """How `after` differs from `before`, by the IRI of the standard."""
    old, new = _by_iri(before), _by_iri(after)
    found = []
    for iri in sorted({*old, *new}):
        if iri not in old:
            found.append(_change(new[iri][0], Kind.ADDED, _summary(new[iri][0])))
        elif iri not in new:
            found.append(_change(old[iri][0], Kind.REMOVED, _summary(old[iri][0])))
        elif details := tuple(_differences(old[iri], new[iri])):
            found.append(_change(new[iri][0], Kind.CHANGED, details))
    return tuple(found)


_Kept = tuple[Standard, Standards]


def _by_iri(layers: Layers) -> dict[Iri, _Kept]:
    sets = (layers.mesh, *(layer.standards for layer in layers.domains))
    return {standard.iri: (standard, kept) for kept in sets for standard in kept}


def _change(standard: Standard, kind: Kind, details: tuple[str, ...]) -> Change:
    return Change(standard.iri, standard.name, standard.identifier, kind, details)


def _summary(standard: Standard) -> tuple[str, ...]:
    due = standard.becomes_violation_on
    until = f", a violation from {due}" if due else ""
    return (f"{standard.severity.value}{until}", f"gate: {standard.gate.name.lower()}")


def _differences(old: _Kept, new: _Kept) -> Iterator[str]:
    before, after = _told(old), _told(new)
    for part, was in before.items():
        if was != after[part]:
            yield f"{part}: {was} → {after[part]}"
    if old[1].constraints(old[0].name) != new[1].constraints(new[0].name):
        yield "what it demands"
    if _wording(old[0]) != _wording(new[0]):
        yield "its wording"


def _told(kept: _Kept) -> dict[str, str]:
    """What a reader compares at a glance."""
    standard, _ = kept
    return {
        "short id": standard.identifier,
        "severity": standard.severity.value,
        "violation from": str(standard.becomes_violation_on or "-"),
        "gate": standard.gate.name.lower(),
        "waivable": "yes" if standard.waivable else "no",
        "owner": standard.owner,
    }


def _wording(standard: Standard) -> tuple[object, ...]:
    return standard.label, standard.why, standard.messages
