"""Basic patterns: triple patterns that hold together, as scans of relations and joins of them.

A graph is a set: a statement that two rows or two datasets make is there once, and so it has to be
met once. Patterns about one subject that one relation states, one row each, become one scan.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from catalog_service.domain.names import compact, short
from catalog_service.domain.rdf import Literal, Triple, line
from catalog_service.errors import Refused
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.sparql import algebra, kinds, meanings
from catalog_service.semantic.sparql.algebra import FALSE, TRUE, Operation, Scalar, both
from catalog_service.semantic.sparql.mapping import Assertion, Cell, Mapped, Named, Said
from catalog_service.semantic.sparql.meanings import Address, Meaning, Typed
from catalog_service.semantic.sparql.solutions import Names, Solutions, joined, nothing, united
from catalog_service.semantic.sparql.syntax import Node, TriplePattern, Variable
from catalog_service.semantic.sparql.templates import Template
from catalog_service.terms import ODRL, RDF, Iri


@dataclass(frozen=True, slots=True)
class Met:
    """A triple pattern and an assertion that may meet it."""

    pattern: TriplePattern
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class Candidates:
    """A triple pattern and all assertions that may meet it."""

    pattern: TriplePattern
    assertions: tuple[Assertion, ...]


def candidates(
    triples: Sequence[TriplePattern], mapped: Mapped, given: Mapping[str, Meaning] | None = None
) -> tuple[Candidates, ...]:
    """What may meet each of some patterns, when they have to be met together.

    Args:
        triples: the patterns.
        mapped: what the data state.
        given: what variables are elsewhere, where solutions have to agree with that.

    Raises:
        Refused: a property or a class is none of the data's, or a column is masked.
    """
    found = [Candidates(one, _fitting(one, _meeting(one, mapped), given or {})) for one in triples]
    while (fewer := _consistent(found)) != found:
        found = fewer
    for one in found:
        for assertion in one.assertions:
            _unmasked(assertion)
    return tuple(found)


def beside(
    triples: Sequence[TriplePattern], found: Sequence[Candidates], mapped: Mapped
) -> tuple[Candidates, ...]:
    """What may meet some optional patterns, given what meets those that are not."""
    narrowed: list[Candidates] = []
    for one in triples:
        heads = [
            {at.subject for at in other.assertions}
            for other in found
            if other.pattern.subject == one.subject
        ]
        kept = tuple(
            at
            for at in _meeting(one, mapped)
            if all(any(at.subject.may_meet(head) for head in every) for every in heads)
        )
        narrowed.append(Candidates(one, kept))
    return tuple(narrowed)


def _fitting(
    pattern: TriplePattern, found: Iterable[Assertion], given: Mapping[str, Meaning]
) -> tuple[Assertion, ...]:
    """The assertions whose terms may be what variables are elsewhere."""
    return tuple(
        one
        for one in found
        if all(
            _agrees(_said(pattern, name, one), given[name])
            for name in _variables(pattern)
            if name in given
        )
    )


def _agrees(said: Said, form: Meaning) -> bool:
    match form:
        case Address(template):
            return isinstance(said, Named) and said.template.may_meet(template)
        case Typed(datatype):
            return isinstance(said, Cell) and said.datatype == datatype
        case _:
            return True


def _meeting(pattern: TriplePattern, mapped: Mapped) -> tuple[Assertion, ...]:
    known = mapped.assertions.get(pattern.predicate)
    if known is None:
        raise unknown("property", pattern.predicate, mapped.assertions)
    classes = mapped.classes() if pattern.predicate == RDF.type else frozenset()
    if classes and isinstance(pattern.object, str) and pattern.object not in classes:
        raise unknown("class", pattern.object, classes)
    return tuple(
        one
        for one in known
        if _may_be(pattern.subject, one.subject) and _may_be(pattern.object, one.object)
    )


def unknown(what: str, iri: Iri, known: Iterable[Iri]) -> Refused:
    """That nothing states a term, with those that are written alike."""
    by_name = {short(one): one for one in known}
    near = get_close_matches(short(iri), by_name, n=3, cutoff=0.5)
    hint = ", ".join(compact(by_name[one]) for one in near)
    return Refused(
        f"no data that you may read have the {what} {compact(iri)}",
        code=f"unknown-{what}",
        hint=f"the nearest: {hint}" if hint else "ask the catalog which columns there are",
    )


def _may_be(node: Node, said: Said) -> bool:
    if isinstance(node, Variable):
        return True
    if isinstance(node, Literal):
        return (
            isinstance(said, Cell)
            and node.datatype == said.datatype
            and kinds.value(node) is not None
        )
    return isinstance(said, Named) and said.may_meet(Named(Template((node,)), ()))


def _consistent(found: list[Candidates]) -> list[Candidates]:
    """The candidates that agree with some candidate of each pattern that shares a variable."""
    options: dict[str, list[list[Said]]] = defaultdict(list)
    for one in found:
        for name in _variables(one.pattern):
            options[name].append([_said(one.pattern, name, at) for at in one.assertions])
    return [
        Candidates(
            one.pattern,
            tuple(
                assertion
                for assertion in one.assertions
                if all(
                    any(_said(one.pattern, name, assertion).may_meet(other) for other in others)
                    for name in _variables(one.pattern)
                    for others in options[name]
                )
            ),
        )
        for one in found
    ]


def _variables(pattern: TriplePattern) -> tuple[str, ...]:
    nodes = (pattern.subject, pattern.object)
    return tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, Variable)))


def _said(pattern: TriplePattern, name: str, assertion: Assertion) -> Said:
    return assertion.subject if pattern.subject == Variable(name) else assertion.object


def _unmasked(assertion: Assertion) -> None:
    for mask in assertion.guarded.masks:
        if mask.column in assertion.columns:
            relation = assertion.guarded.relation
            column = next(
                (at.iri for at in relation.columns if at.name == mask.column), relation.dataset
            )
            raise Refused(
                f"the column {mask.column} of {relation.dataset} is masked for you, and the query "
                f"reads it by {compact(assertion.predicate)}",
                code="masked-column",
                because=(line(Triple(mask.because, ODRL.prohibition, column)),),
                hint="leave that property out",
            )


def basic(
    triples: Sequence[TriplePattern], mapped: Mapped, names: Names, given: Mapping[str, Meaning]
) -> Solutions:
    """The solutions of a basic pattern."""
    return Stars(candidates(tuple(dict.fromkeys(triples)), mapped, given), names).joined()


class Stars:
    """The scans that some patterns become.

    Args:
        found: the patterns and what may meet them.
        names: names for columns.
    """

    def __init__(self, found: Sequence[Candidates], names: Names) -> None:
        self._found = found
        self._names = names
        self._optional: dict[Node, list[tuple[Met, ...]]] = defaultdict(list)

    def joined(self) -> Solutions:
        """The solutions of all of them."""
        every = dict.fromkeys(name for one in self._found for name in _variables(one.pattern))
        if any(not one.assertions for one in self._found):
            return nothing(every)
        groups: dict[Node, list[Candidates]] = defaultdict(list)
        for one in self._found:
            groups[one.pattern.subject].append(one)
        parts = [part for subject, group in groups.items() for part in self._group(subject, group)]
        return _in_turn(parts, self._names)

    def optionally(self, found: Sequence[Candidates]) -> bool:
        """Take an OPTIONAL in, if it only reads more columns of a row that is read anyway."""
        subjects = {one.pattern.subject for one in found}
        if len(subjects) != 1 or any(len(one.assertions) != 1 for one in found):
            return False
        (subject,) = subjects
        mets = tuple(Met(one.pattern, one.assertions[0]) for one in found)
        for met in mets:
            _unmasked(met.assertion)
        group = [one for one in self._found if one.pattern.subject == subject]
        relations = {at.guarded.relation.name for one in (*group, *found) for at in one.assertions}
        keyed = all(at.keyed for one in (*group, *found) for at in one.assertions)
        single = all(len(one.assertions) == 1 for one in group)
        if not group or len(relations) != 1 or not keyed or not single:
            return False
        if group[0].assertions[0].subject != mets[0].assertion.subject:
            return False
        self._optional[subject].append(mets)
        return True

    def _group(self, subject: Node, group: Sequence[Candidates]) -> list[Solutions]:
        """The patterns about one subject."""
        optional = self._optional.get(subject, [])
        if _one_row_each(group):
            by_relation: dict[str, list[Met]] = defaultdict(list)
            for one in group:
                for assertion in one.assertions:
                    by_relation[assertion.guarded.relation.name].append(Met(one.pattern, assertion))
            stars = [
                star(mets, self._names, optional)
                for mets in by_relation.values()
                if len(mets) == len(group)
            ]
            if not stars:
                return [nothing(name for one in group for name in _variables(one.pattern))]
            return [united(stars, self._names)]
        return [self._single(one) for one in group]

    def _single(self, one: Candidates) -> Solutions:
        """One pattern, met by any of its assertions, each statement once."""
        parts = [star([Met(one.pattern, at)], self._names) for at in one.assertions]
        if _apart(one.assertions) or len(parts) == 1:
            once = [
                part if at.once else united([part], self._names, distinct=True)
                for part, at in zip(parts, one.assertions, strict=True)
            ]
            return united(once, self._names)
        return united(parts, self._names, distinct=True)


def _one_row_each(group: Sequence[Candidates]) -> bool:
    """Whether each subject is one row of one relation, and each pattern one statement of it."""
    every = [at for one in group for at in one.assertions]
    if not all(at.keyed for at in every):
        return False
    for one in group:
        relations = [at.guarded.relation.name for at in one.assertions]
        if len(set(relations)) < len(relations):
            return False
    subjects = {(at.guarded.relation.name, at.subject) for at in every}
    pairs = [(a, b) for a in subjects for b in subjects if a != b]
    return not any(
        one[1].may_meet(other[1]) if one[0] != other[0] else True for one, other in pairs
    )


def _apart(assertions: Sequence[Assertion]) -> bool:
    """Whether no two of them can make the same statement."""
    return not any(
        one.subject.may_meet(other.subject) and one.object.may_meet(other.object)
        for at, one in enumerate(assertions)
        for other in assertions[at + 1 :]
    )


def star(mets: Sequence[Met], names: Names, optional: Sequence[Sequence[Met]] = ()) -> Solutions:
    """Patterns met by single rows of one relation."""
    guarded = mets[0].assertion.guarded
    scan = _Scan(guarded, names)
    variables: dict[str, Meaning] = {}
    conditions: list[Scalar] = []
    for met in mets:
        for node, said in (
            (met.pattern.subject, met.assertion.subject),
            (met.pattern.object, met.assertion.object),
        ):
            meaning = scan.meaning(said)
            scan.present(said)
            if isinstance(node, Variable) and node.name not in variables:
                variables[node.name] = meaning
                continue
            other = variables[node.name] if isinstance(node, Variable) else meanings.constant(node)
            if other != meaning:
                conditions.append(meanings.same(meaning, other))
    certain = frozenset(variables)
    for more in optional:
        needed = dict.fromkeys(column for met in more for column in met.assertion.object.columns)
        there = [Operation("present", (scan.field(column),)) for column in needed]
        for met in more:
            if isinstance(met.pattern.object, Variable):
                variables[met.pattern.object.name] = _where(
                    both(*there), scan.meaning(met.assertion.object), alone=len(there) == 1
                )
    if FALSE in conditions:
        return nothing(variables)
    condition = both(*scan.conditions(), *conditions)
    relation: algebra.Relational = algebra.Scan(guarded, scan.columns())
    if condition != TRUE:
        relation = algebra.Filter(relation, condition)
    return Solutions(relation, variables, certain)


def _where(there: Scalar, meaning: Meaning, *, alone: bool) -> Meaning:
    """A term that is there only if all columns of its OPTIONAL are."""
    if isinstance(meaning, Address) and not meaning.slots:
        meaning = meanings.opened(meaning)
    elif alone:
        return meaning
    return meanings.rebuilt(
        meaning,
        [
            Operation("if", (there, scalar, algebra.Value(None, kind)))
            for scalar, kind in meanings.parts(meaning)
        ],
    )


class _Scan:
    """The columns that are read of one relation."""

    def __init__(self, guarded: Guarded, names: Names) -> None:
        self._types = {at.name: at.datatype for at in guarded.relation.columns}
        self._names = names
        self._fields: dict[str, str] = {}
        self._needed: dict[str, None] = {}

    def field(self, column: str) -> algebra.Field:
        """The column under its new name."""
        if column not in self._fields:
            self._fields[column] = self._names.fresh()
        return algebra.Field(self._fields[column])

    def meaning(self, said: Said) -> Meaning:
        """The term that an assertion makes of a row."""
        return meanings.of(said, self.field, self._types)

    def present(self, said: Said) -> None:
        """Have the columns not be null: without them there is no statement."""
        for column in said.columns:
            self.field(column)
            self._needed[column] = None

    def conditions(self) -> Iterable[Scalar]:
        """That what is needed is there."""
        return (Operation("present", (self.field(column),)) for column in self._needed)

    def columns(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a new name and a column."""
        return tuple((new, column) for column, new in self._fields.items())


def _in_turn(parts: Sequence[Solutions], names: Names) -> Solutions:
    """The join of some parts, each with one that it shares a variable with, where there is one."""
    waiting = list(parts)
    found = waiting.pop(0)
    while waiting:
        at = next(
            (n for n, part in enumerate(waiting) if found.variables.keys() & part.variables.keys()),
            0,
        )
        found = joined(found, waiting.pop(at), names)
    return found
