"""Gathering basic patterns: what stands apart only because an OPTIONAL was written between."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from catalog_service.semantic.sparql import syntax
from catalog_service.semantic.sparql.syntax import Pattern, Variable

_CHILDREN = ("of", "left", "right")


def gathered(pattern: Pattern) -> Pattern:
    """The same pattern with basic patterns joined first, where an OPTIONAL stands between them."""
    if isinstance(pattern, syntax.Join):
        return _together(gathered(pattern.left), gathered(pattern.right))
    if isinstance(pattern, syntax.Basic | syntax.Values):
        return pattern
    names = [at.name for at in fields(pattern) if at.name in _CHILDREN]
    parts: dict[str, Any] = {name: gathered(getattr(pattern, name)) for name in names}
    return replace(pattern, **parts)


def _together(left: Pattern, right: Pattern) -> Pattern:
    if isinstance(left, syntax.Basic) and isinstance(right, syntax.Basic):
        return syntax.Basic((*left.triples, *right.triples))
    if isinstance(left, syntax.Optional) and not _free(left, right):
        return syntax.Optional(_together(left.left, right), left.right, left.condition)
    if isinstance(right, syntax.Optional) and not _free(right, left):
        return syntax.Optional(_together(left, right.left), right.right, right.condition)
    return syntax.Join(left, right)


def _free(optional: syntax.Optional, other: Pattern) -> bool:
    """Whether another pattern looks at what an OPTIONAL may leave unbound."""
    maybe = set(scope(optional.right)) - set(_always(optional.left))
    return bool(maybe & set(scope(other)))


def _always(pattern: Pattern) -> Iterator[str]:
    """Variables that are surely bound by a pattern."""
    match pattern:
        case syntax.Basic():
            yield from scope(pattern)
        case syntax.Join(left, right):
            yield from _always(left)
            yield from _always(right)
        case syntax.Optional(left, _, _) | syntax.Minus(left, _):
            yield from _always(left)
        case syntax.Filter(of, _) | syntax.Extend(of, _, _):
            yield from _always(of)
        case _:
            return


def scope(pattern: Pattern) -> Iterator[str]:
    """The variables that a pattern may bind."""
    match pattern:
        case syntax.Basic(triples):
            for one in triples:
                yield from (
                    node.name for node in (one.subject, one.object) if isinstance(node, Variable)
                )
        case syntax.Join(left, right) | syntax.Union(left, right):
            yield from scope(left)
            yield from scope(right)
        case syntax.Optional(left, right, _):
            yield from scope(left)
            yield from scope(right)
        case syntax.Minus(left, _):
            yield from scope(left)
        case syntax.Extend(of, variable, _):
            yield variable.name
            yield from scope(of)
        case syntax.Values(variables, _) | syntax.Project(_, variables):
            yield from (one.name for one in variables)
        case syntax.Group(_, keys, aggregates):
            yield from (one.name for one in keys)
            yield from (one.result.name for one in aggregates)
        case _:
            yield from scope(pattern.of)
