"""CONSTRUCT and DESCRIBE: triples made of solutions, as long as there are not too many of those."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from catalog_service.domain.rdf import Literal, Term, ntriples
from catalog_service.errors import Refused
from catalog_service.semantic.answer import PolicyApplied
from catalog_service.semantic.sparql import syntax
from catalog_service.semantic.sparql.mapping import Assertion, Mapped, Named
from catalog_service.semantic.sparql.syntax import Blank, Pattern, Templated, Variable
from catalog_service.semantic.sparql.templates import Template
from catalog_service.terms import Iri

MOST = 10_000
"""Solutions of which triples are made."""
MOST_DESCRIBED = 100
"""Resources that one DESCRIBE describes."""
Solution = Sequence[Term | None]


def limited(query: syntax.Query) -> syntax.Query:
    """The rows that triples are made of: one more than may be, to tell that there are more."""
    most = MOST_DESCRIBED if query.described is not None else MOST
    pattern: Pattern = query.pattern
    if query.described is not None:
        pattern = syntax.Distinct(syntax.Project(pattern, tuple(map(Variable, query.variables))))
    return replace(query, pattern=syntax.Slice(pattern, 0, most + 1))


def constructed(
    template: Sequence[Templated],
    names: Sequence[str],
    rows: Sequence[Solution],
    form: str = "CONSTRUCT",
) -> tuple[str, ...]:
    """The triples of a template, as lines of N-Triples, each once; those that are none left out.

    Raises:
        Refused: there are more solutions than triples are made of.
    """
    _within(form, len(rows), MOST, "solutions", "ask for less, or by SELECT")
    made: dict[str, None] = {}
    for number, row in enumerate(rows):
        bound = dict(zip(names, row, strict=True))
        for one in template:
            parts = [
                _written(node, bound, number) for node in (one.subject, one.predicate, one.object)
            ]
            if _is_triple(parts):
                made[f"{' '.join(map(str, parts))} ."] = None
    return tuple(made)


def resources(told: Sequence[Iri], rows: Sequence[Solution]) -> tuple[Iri, ...]:
    """What is to be described: those that are named, and those that were found.

    Raises:
        Refused: they are too many.
    """
    found = [
        term for row in rows for term in row if term is not None and not isinstance(term, Literal)
    ]
    every = tuple(dict.fromkeys((*told, *found)))
    _within("DESCRIBE", max(len(every), len(rows)), MOST_DESCRIBED, "resources", "describe fewer")
    return every


def description(mapped: Mapped, described: Sequence[Iri]) -> syntax.Query | None:
    """What the data state of some resources; None where that is nothing.

    Args:
        mapped: what the data state, masked columns left out.
        described: the resources.
    """
    subject, predicate, value = Variable("s"), Variable("p"), Variable("o")
    branches: list[Pattern] = []
    for word, assertions in mapped.assertions.items():
        about = [one for one in described if _any_about(one, assertions)]
        if about:
            values = syntax.Values((subject,), tuple((one,) for one in about))
            stated = syntax.Basic((syntax.TriplePattern(subject, word, value),))
            branches.append(syntax.Extend(syntax.Join(values, stated), predicate, word))
    if not branches:
        return None
    pattern = branches[0]
    for branch in branches[1:]:
        pattern = syntax.Union(pattern, branch)
    shown = (subject, predicate, value)
    return syntax.Query(
        syntax.Slice(syntax.Project(pattern, shown), 0, MOST + 1),
        tuple(one.name for one in shown),
        ask=False,
        template=(Templated(*shown),),
    )


def unmasked(mapped: Mapped) -> Mapped:
    """The same without what a masked column is part of."""
    return replace(mapped, assertions=dict(_without_masks(mapped.assertions)))


def masked(mapped: Mapped, described: Sequence[Iri]) -> tuple[PolicyApplied, ...]:
    """The policies by which a description lacks something."""
    found = {
        (one.guarded.relation.product, mask.because): None
        for assertions in mapped.assertions.values()
        for one in assertions
        for mask in one.guarded.masks
        if mask.column in one.columns and any(_any_about(at, (one,)) for at in described)
    }
    return tuple(PolicyApplied(product, rule, "masked") for product, rule in found)


def _without_masks(
    stated: Mapping[Iri, tuple[Assertion, ...]],
) -> Iterator[tuple[Iri, tuple[Assertion, ...]]]:
    for word, assertions in stated.items():
        kept = tuple(
            one
            for one in assertions
            if not one.columns & {mask.column for mask in one.guarded.masks}
        )
        if kept:
            yield word, kept


def _any_about(resource: Iri, assertions: Sequence[Assertion]) -> bool:
    one = Named(Template((resource,)), ())
    return any(at.subject.may_meet(one) for at in assertions)


def _written(node: syntax.Made, bound: Mapping[str, Term | None], number: int) -> str | None:
    """A node in the triple of one solution; None where it is unbound."""
    if isinstance(node, Blank):
        return f"_:{node.name}s{number}"
    term = bound.get(node.name) if isinstance(node, Variable) else node
    return None if term is None else ntriples(term)


def _is_triple(parts: Sequence[str | None]) -> bool:
    """Whether it has all its parts, the subject no literal and the predicate an IRI."""
    subject, predicate, value = parts
    if subject is None or predicate is None or value is None:
        return False
    return not subject.startswith('"') and predicate.startswith("<")


def _within(form: str, count: int, most: int, what: str, hint: str) -> None:
    if count > most:
        raise Refused(
            f"{form} is answered over data up to {most:,} {what}, and there are more than that",
            code=f"{form.lower()}-limit",
            hint=hint,
        )
