"""A warning of chasms: what is aggregated across two branches counts each row several times.

SPARQL says that it does, so the answer is right; it is seldom the one that was meant.
"""

from collections import defaultdict
from collections.abc import Iterator

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.sparql import basic, syntax
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.syntax import Pattern, TriplePattern, Variable
from catalog_service.terms import Iri


def chasms(pattern: Pattern, mapped: Mapped) -> tuple[str, ...]:
    """A sentence for each variable from which two to-many branches go out below an aggregate."""
    found = [
        sentence
        for group in _groups(pattern)
        if any(one.name in ("count", "sum", "avg") for one in group.aggregates)
        for sentence in _below(group, mapped)
    ]
    return tuple(dict.fromkeys(found))


def _groups(part: object) -> Iterator[syntax.Group]:
    if isinstance(part, syntax.Group):
        yield part
    for child in ("of", "left", "right"):
        if hasattr(part, child):
            yield from _groups(getattr(part, child))


def _below(group: syntax.Group, mapped: Mapped) -> Iterator[str]:
    known = tuple(
        dict.fromkeys(one for one in _joined(group.of) if one.predicate in mapped.assertions)
    )
    try:
        candidates = basic.candidates(known, mapped)
    except Refused:
        return  # the query is refused for it where it is rewritten
    branches: dict[str, dict[tuple[str, str], Iri]] = defaultdict(dict)
    for one in candidates:
        subject = one.pattern.subject
        if len(one.assertions) != 1 or not isinstance(subject, Variable):
            continue
        assertion = one.assertions[0]
        relation = assertion.guarded.relation
        by_object = isinstance(one.pattern.object, Variable)
        if by_object and not set(relation.unique_on) <= set(assertion.object.columns):
            assert isinstance(one.pattern.object, Variable)  # noqa: S101 - just looked at
            branches[one.pattern.object.name][relation.name, subject.name] = relation.dataset
        if not assertion.keyed:
            branches[subject.name][relation.name, one.pattern.predicate] = relation.dataset
    for name, rows in branches.items():
        if len(rows) > 1 and _shared(name, known):
            yield _sentence(name, tuple(dict.fromkeys(rows.values())), mapped)


def _shared(name: str, known: tuple[TriplePattern, ...]) -> bool:
    return sum(Variable(name) in (one.subject, one.object) for one in known) > 1


def _joined(part: object) -> Iterator[TriplePattern]:
    """The triple patterns that are joined with each other; branches of UNION are not."""
    match part:
        case syntax.Basic(triples):
            yield from triples
        case syntax.Join(left, right) | syntax.Optional(left, right, _):
            yield from _joined(left)
            yield from _joined(right)
        case syntax.Minus(left, _):
            yield from _joined(left)
        case syntax.Filter(of, _) | syntax.Extend(of, _, _):
            yield from _joined(of)
        case _:
            return


def _sentence(name: str, datasets: tuple[Iri, ...], mapped: Mapped) -> str:
    measures = [one for dataset in datasets for one in mapped.measures.get(dataset, ())]
    what = " and ".join(short(one) for one in datasets)
    instead = (
        f"ask for the measures {', '.join(measures)} by correlation instead"
        if measures
        else "aggregate each branch in a sub-SELECT of its own instead"
    )
    return (
        f"?{name} has several rows of {what}: what is aggregated across them counts each row of "
        f"one for each of the other; {instead}"
    )
