"""What follows from what products state: a fixed set of rules, each a CONSTRUCT in `rules/`.

Lineage is materialised one step at a time: `prov:wasDerivedFrom` between products, `pm:exposes`
between columns. A longer way is a path over that one property, asked when it is needed, so that
publishing a product leaves the inferred facts of all but its neighbours as they were.

A rule looks at one subject and recurses, where it must, by a path; none reads what it concludes.
So no loop is needed: in the order of what they read, each rule once is the fixpoint.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from catalog_service.domain.rdf import Triple
from catalog_service.governance.rule import Rule
from catalog_service.graph import Store, View, quad, query
from catalog_service.terms import Iri

_GRAPHS_PER_SUBJECT = 15
"""Asking one rule about all subjects at once costs a fifth per subject, and a subject has up to
three graphs: its own, its inferred facts, its report."""

_PART = 10_000
"""Conclusions that are loaded at once where all are new."""


class Inferred(NamedTuple):
    """A triple that nobody states, and the rule by which it holds."""

    triple: Triple
    rule: Rule


@cache
def strata() -> tuple[tuple[Rule, ...], ...]:
    """The rules in the order in which they run; each stratum reads what earlier ones conclude."""
    folder = files(__package__) / "rules"
    read = [
        Rule.read(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".rq")
    ]
    known = {rule.name: rule for rule in read}
    order = TopologicalSorter({name: rule.after for name, rule in known.items()})
    order.prepare()
    found = []
    while order.is_active():
        ready = sorted(order.get_ready())
        found.append(tuple(known[name] for name in ready))
        order.done(*ready)
    return tuple(found)


def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they run."""
    return tuple(rule for stratum in strata() for rule in stratum)


def graph_of(subject: Iri) -> Iri:
    """The name of the graph that holds what is inferred about a subject."""
    return Iri(f"{subject}/inferred")


def inferences(view: View, subject: Iri, by: Iterable[Rule] | None = None) -> tuple[Inferred, ...]:
    """What follows for one subject from what the view shows, each triple with its rule.

    What the subject's own graph states is never inferred. The view has to show the conclusions of
    earlier strata, which `settle` sees to.

    Args:
        view: what may be reasoned from.
        subject: a product or a decision, which is also the name of the graph that states it.
        by: the rules to apply; all of them unless given.
    """
    return tuple(
        Inferred(triple, rule)
        for rule in (rules() if by is None else by)
        for triple in view.construct(rule.query, product=subject)
    )


def inferred(view: View, subject: Iri) -> tuple[Triple, ...]:
    """What follows for one subject, without the reasons."""
    return tuple(triple for triple, _ in inferences(view, subject))


def dependants(view: View, subjects: Iterable[Iri]) -> tuple[Iri, ...]:
    """The products whose inferred facts rest on what the subjects state, the subjects left out.

    Ask before the graphs of the subjects are replaced and again after: a product may rest on what
    its upstream no longer states.
    """
    asked = set(subjects)
    found = {
        row.iri("product")
        for subject in asked
        for row in view.select(query(__package__, "dependants"), subject=subject)
    }
    return tuple(sorted(found - asked))


def fill(store: Store, subjects: Collection[Iri]) -> None:
    """Infer everything about the subjects in a store that holds no inferred graphs of them yet.

    As `settle` would, but with nothing to compare with, and without a mesh of triples in hand.
    """
    due = frozenset(subjects)
    for stratum in strata():
        view = store.view()
        for rule in stratum:
            store.fill(_quads(view, rule, due))


def _quads(view: View, rule: Rule, due: Collection[Iri]) -> Iterator[bytes]:
    """What one rule concludes everywhere, as N-Quads in chunks."""
    rows = (row for row in view.each(rule.everywhere) if row.iri("product") in due)
    while part := tuple(islice(rows, _PART)):
        lines = (quad(rule.conclusion(row), graph_of(row.iri("product"))) for row in part)
        yield "".join(lines).encode()


def settle(store: Store, subjects: Iterable[Iri]) -> dict[Iri, tuple[Triple, ...]]:
    """Bring the inferred graphs of the subjects, and of no others, up to date.

    Returns:
        The inferred graphs that changed, by name; an empty one is gone.
    """
    due = tuple(dict.fromkeys(subjects))
    changed: dict[Iri, tuple[Triple, ...]] = {}
    for stratum in strata():
        view = store.view()
        concludes = {rule.concludes for rule in stratum}
        fresh = {}
        for subject, follows in _conclusions(view, stratum, due).items():
            there = set(view.graph(graph_of(subject)))
            now = {triple for triple in there if triple.predicate not in concludes} | follows
            if now != there:
                fresh[graph_of(subject)] = tuple(now)
        store.replace(fresh)
        changed |= fresh
    return changed


def _conclusions(
    view: View, stratum: Sequence[Rule], subjects: Sequence[Iri]
) -> dict[Iri, set[Triple]]:
    """What the rules of one stratum conclude for each subject, whichever way asks less."""
    few = len(subjects) * _GRAPHS_PER_SUBJECT
    if next(islice(view.graphs(), few, None), None) is not None:
        return {
            subject: {triple for triple, _ in inferences(view, subject, stratum)}
            for subject in subjects
        }
    found: dict[Iri, set[Triple]] = {subject: set() for subject in subjects}
    for rule in stratum:
        for row in view.select(rule.everywhere):
            if row.iri("product") in found:
                found[row.iri("product")].add(rule.conclusion(row))
    return found
