"""From a query to the relational algebra: each pattern becomes a relation and what it says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.errors import Refused
from catalog_service.semantic.sparql import algebra, basic, meanings, solutions, syntax
from catalog_service.semantic.sparql.algebra import TRUE, Operation, Scalar, both
from catalog_service.semantic.sparql.expressions import Expressions
from catalog_service.semantic.sparql.figures import figure
from catalog_service.semantic.sparql.gathering import gathered, scope
from catalog_service.semantic.sparql.identities import Discretion
from catalog_service.semantic.sparql.mapping import Mapped
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open
from catalog_service.semantic.sparql.solutions import Names, Solutions, held, joined, united
from catalog_service.semantic.sparql.syntax import Pattern, TriplePattern, Variable

Known = Callable[[TriplePattern], bool]
Catalog = Callable[[Sequence[TriplePattern], Names], Solutions]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query over data as a relation.

    Args:
        relation: its rows.
        shown: the variables that are asked for, each with what it stands for.
        withheld: one row, of how many groups are too small to be told; None where all may be.
    """

    relation: algebra.Relational
    shown: tuple[tuple[str, Meaning], ...]
    withheld: algebra.Relational | None = None


def rewritten(
    query: syntax.Query,
    mapped: Mapped,
    metadata: Known | None = None,
    catalog: Catalog | None = None,
    discretion: Discretion | None = None,
) -> Rewritten:
    """The query over guarded relations.

    Args:
        query: what is asked.
        mapped: what the data state.
        metadata: whether a triple pattern is about the catalog rather than about data.
        catalog: the solutions of such patterns, which are found first.
        discretion: what an asker is held to who may not see identities.

    Raises:
        Refused: it cannot be answered over data; says what stands in the way.
    """
    rewriter = _Rewriter(mapped, Names(), metadata or (lambda _: False), catalog, discretion)
    pattern = gathered(query.pattern)
    if query.ask:
        found = rewriter.solutions(syntax.Slice(pattern, 0, 1))
        seen = (("seen", TRUE),)
        found = Solutions(algebra.Project(found.relation, seen), {}, frozenset())
    else:
        found = held(rewriter.solutions(pattern), rewriter.names, only=query.variables)
    if discretion is not None:
        discretion.check(query, found.relation, found.variables.values())
    return Rewritten(found.relation, tuple(found.variables.items()), rewriter.withheld)


class _Rewriter:
    """What is shared while one query is rewritten."""

    def __init__(
        self,
        mapped: Mapped,
        names: Names,
        metadata: Known,
        catalog: Catalog | None,
        discretion: Discretion | None,
    ) -> None:
        self.names = names
        self.withheld: algebra.Relational | None = None
        self._discretion = discretion
        self._mapped = mapped
        self._metadata = metadata
        self._catalog = catalog
        self._outside: frozenset[str] = frozenset()
        self._given: Mapping[str, Meaning] = {}

    def solutions(self, pattern: Pattern) -> Solutions:  # noqa: C901, PLR0911, PLR0912 - a branch for each kind
        """The solutions of a pattern."""
        match pattern:
            case syntax.Basic(triples):
                return self._basic(triples)
            case syntax.Join(left, right):
                found = self.solutions(left)
                return joined(found, self._within(found, right, self._given), self.names)
            case syntax.Optional():
                return self._optional(pattern)
            case syntax.Union(left, right):
                return united([self.solutions(left), self.solutions(right)], self.names)
            case syntax.Minus():
                return self._minus(pattern)
            case syntax.Filter(of, condition):
                found = self.solutions(of)
                return self._filtered(found, self._expressions(found).truth(condition))
            case syntax.Extend():
                return self._extended(pattern)
            case syntax.Values(variables, rows):
                return solutions.stated([one.name for one in variables], rows, self.names)
            case syntax.Group():
                return self._grouped(pattern)
            case syntax.Project(of, variables):
                found = self._alone(of)
                shown = {
                    one.name: found.variables.get(one.name, meanings.NOTHING) for one in variables
                }
                return Solutions(found.relation, shown, found.certain & shown.keys())
            case syntax.Distinct(of):
                return self._distinct(of)
            case syntax.Order(of, by):
                return self._ordered(self.solutions(of), by)
            case syntax.Slice(of, offset, limit):
                found = self._alone(of)
                relation = algebra.Slice(found.relation, offset, limit)
                return Solutions(relation, found.variables, found.certain)

    def _alone(self, pattern: Pattern) -> Solutions:
        """The solutions of a pattern whose variables are its own, or that has to be read whole."""
        return self._with({}, pattern)

    def _within(
        self, found: Solutions, pattern: Pattern, given: Mapping[str, Meaning]
    ) -> Solutions:
        """The solutions of a pattern that have to agree with some others, as far as those tell."""
        sure = {name: found.variables[name] for name in found.certain & found.variables.keys()}
        return self._with({**given, **sure}, pattern)

    def _with(self, given: Mapping[str, Meaning], pattern: Pattern) -> Solutions:
        before, self._given = self._given, given
        try:
            return self.solutions(pattern)
        finally:
            self._given = before

    def _basic(self, triples: tuple[TriplePattern, ...]) -> Solutions:
        told, data = self._parted(triples)
        found = (
            basic.basic(data, self._mapped, self.names, self._given) if data else solutions.unit()
        )
        return self._with_catalog(found, told)

    def _parted(
        self, triples: tuple[TriplePattern, ...]
    ) -> tuple[tuple[TriplePattern, ...], tuple[TriplePattern, ...]]:
        """The patterns about the catalog, and those about data."""
        if self._catalog is None:
            return (), triples
        told = tuple(one for one in triples if self._metadata(one))
        return told, tuple(one for one in triples if one not in told)

    def _with_catalog(self, found: Solutions, told: tuple[TriplePattern, ...]) -> Solutions:
        if not told or self._catalog is None:
            return found
        return joined(self._catalog(told, self.names), found, self.names)

    def _optional(self, pattern: syntax.Optional) -> Solutions:
        merged = self._merged(pattern)
        if merged is not None:
            return merged
        return self._left_joined(self.solutions(pattern.left), pattern)

    def _merged(self, pattern: syntax.Optional) -> Solutions | None:
        """A basic pattern with OPTIONALs, those left to the scans that only read more columns."""
        chain: list[syntax.Optional] = []
        innermost: Pattern = pattern
        while isinstance(innermost, syntax.Optional):
            chain.insert(0, innermost)
            innermost = innermost.left
        if not isinstance(innermost, syntax.Basic):
            return None
        told, data = self._parted(innermost.triples)
        if not data:
            return None
        found = basic.candidates(tuple(dict.fromkeys(data)), self._mapped, self._given)
        stars = basic.Stars(found, self.names)
        left: list[syntax.Optional] = []
        for at, one in enumerate(chain):
            others = [innermost, *(other.right for n, other in enumerate(chain) if n != at)]
            if not self._only_reads(one, others, found, stars):
                left.append(one)
        if len(left) == len(chain):
            return None
        whole = self._with_catalog(stars.joined(), told)
        return self._onto(whole, left)

    def _only_reads(
        self,
        one: syntax.Optional,
        others: Sequence[Pattern],
        found: Sequence[basic.Candidates],
        stars: basic.Stars,
    ) -> bool:
        """Whether an OPTIONAL has become part of a scan."""
        right = one.right
        if one.condition is not None or not isinstance(right, syntax.Basic) or not right.triples:
            return False
        objects = [at.object for at in right.triples]
        names = [at.name for at in objects if isinstance(at, Variable)]
        if len(set(names)) < len(objects) or any(map(self._metadata, right.triples)):
            return False
        taken = {name for other in others for name in scope(other)}
        if taken & set(names) or any(at.subject in objects for at in right.triples):
            return False
        return stars.optionally(basic.beside(right.triples, found, self._mapped))

    def _onto(self, left: Solutions, optionals: Sequence[syntax.Optional]) -> Solutions:
        for one in optionals:
            left = self._left_joined(left, one)
        return left

    def _left_joined(self, left: Solutions, pattern: syntax.Optional) -> Solutions:
        right = held(self._within(left, pattern.right, {}), self.names)
        condition, variables = solutions.matched(left, right)
        if pattern.condition is not None:
            scope_ = Solutions(right.relation, variables, left.certain)
            condition = both(condition, self._expressions(scope_).truth(pattern.condition))
        relation = algebra.LeftJoin(left.relation, right.relation, condition)
        kept = {name: left.variables[name] for name in left.variables if name in left.certain}
        return Solutions(relation, {**variables, **kept}, left.certain)

    def _minus(self, pattern: syntax.Minus) -> Solutions:
        left = self.solutions(pattern.left)
        right = self._within(left, pattern.right, {})
        shared = left.variables.keys() & right.variables.keys()
        if not shared:
            return left
        condition, _ = solutions.matched(left, right)
        if not shared & left.certain & right.certain:
            bound = [
                both(meanings.bound(left.variables[name]), meanings.bound(right.variables[name]))
                for name in shared
            ]
            condition = both(condition, Operation("or", tuple(bound)))
        return self._filtered(left, Operation("not", (algebra.Any(right.relation, condition),)))

    def _filtered(self, found: Solutions, condition: Scalar) -> Solutions:
        if condition == TRUE:
            return found
        return Solutions(algebra.Filter(found.relation, condition), found.variables, found.certain)

    def _expressions(self, found: Solutions) -> Expressions:
        return Expressions(
            found.variables, lambda exists: self._exists(found, exists), self._outside
        )

    def _exists(self, outer: Solutions, exists: syntax.Exists) -> Scalar:
        """EXISTS as a semi-join: the variables that both bind have to be the same."""
        pattern, conditions = gathered(exists.pattern), []
        while isinstance(pattern, syntax.Filter):
            conditions.append(pattern.condition)
            pattern = pattern.of
        before = self._outside
        self._outside = before | outer.variables.keys()
        try:
            inner = self._within(outer, pattern, {})
        finally:
            self._outside = before
        condition, variables = solutions.matched(outer, inner)
        seen = Solutions(inner.relation, {**outer.variables, **variables}, inner.certain)
        within = [self._expressions(seen).truth(one) for one in conditions]
        found: Scalar = algebra.Any(inner.relation, both(condition, *within))
        return Operation("not", (found,)) if exists.negated else found

    def _extended(self, pattern: syntax.Extend) -> Solutions:
        found = self.solutions(pattern.of)
        meaning = self._expressions(found).meaning(pattern.expression)
        variables = {**found.variables, pattern.variable.name: meaning}
        certain = found.certain
        if meanings.bound(meaning) == TRUE or _sure(pattern.expression, found.certain):
            certain |= {pattern.variable.name}
        return Solutions(found.relation, variables, certain)

    def _grouped(self, pattern: syntax.Group) -> Solutions:
        found = self._alone(pattern.of)
        expressions = self._expressions(found)
        keys: list[tuple[str, Scalar]] = []
        variables: dict[str, Meaning] = {}
        for key in pattern.keys:
            meaning = found.variables.get(key.name, meanings.NOTHING)
            if isinstance(meaning, Address) and not meaning.slots:
                meaning = meanings.opened(meaning)
            fresh = [(self.names.fresh(), scalar) for scalar, _ in meanings.parts(meaning)]
            keys += fresh
            variables[key.name] = meanings.rebuilt(meaning, [algebra.Field(at) for at, _ in fresh])
        figures: list[tuple[str, Scalar]] = []
        certain = found.certain & variables.keys()
        for one in pattern.aggregates:
            if one.name == "sample" and one.argument in pattern.keys:
                assert isinstance(one.argument, Variable)  # noqa: S101 - a key is a variable
                variables[one.result.name] = variables[one.argument.name]
                certain |= {one.result.name} if one.argument.name in certain else set()
                continue
            meaning = figure(one, found, expressions)
            fresh = [(self.names.fresh(), scalar) for scalar, _ in meanings.parts(meaning)]
            figures += fresh
            variables[one.result.name] = meanings.rebuilt(
                meaning, [algebra.Field(at) for at, _ in fresh]
            )
            certain |= {one.result.name} if one.name == "count" else set()
        relation = self._told(found, keys, figures)
        return Solutions(relation, variables, frozenset(certain))

    def _told(
        self,
        found: Solutions,
        keys: Sequence[tuple[str, Scalar]],
        figures: Sequence[tuple[str, Scalar]],
    ) -> algebra.Relational:
        """The groups that the asker may be told of."""
        counts: tuple[Scalar, ...] = ()
        if self._discretion is not None:
            counts = self._discretion.counted(found.relation, found.variables)
        sizes = tuple((self.names.fresh(), count) for count in counts)
        groups = algebra.Aggregate(found.relation, tuple(keys), (*figures, *sizes))
        if self._discretion is None or not sizes:
            return groups
        beside, kept = self._discretion.kept(groups, tuple(name for name, _ in sizes))
        withheld = algebra.Filter(beside, Operation("not", (kept,)))
        number = ((self.names.fresh(), Operation("count rows", ())),)
        self.withheld = algebra.Aggregate(withheld, (), number)
        return algebra.Filter(beside, kept)

    def _distinct(self, of: Pattern) -> Solutions:
        """Each solution once; what is in order stays so."""
        by: tuple[syntax.Sort, ...] = ()
        if isinstance(of, syntax.Project) and isinstance(of.of, syntax.Order):
            by, of = of.of.by, syntax.Project(of.of.of, of.variables)
            shown = {one.name for one in of.variables}
            for sort in by:
                if not set(_looked_at(sort.expression)) <= shown:
                    raise Refused(
                        "the answer is ordered by what DISTINCT does not keep",
                        code="order-by-hidden",
                        hint="select what it is ordered by, too",
                    )
        found = held(self.solutions(of), self.names)
        relation = algebra.Distinct(found.relation)
        return self._ordered(Solutions(relation, found.variables, found.certain), by)

    def _ordered(self, found: Solutions, by: tuple[syntax.Sort, ...]) -> Solutions:
        if not by:
            return found
        expressions = self._expressions(found)
        keys: list[tuple[Scalar, bool]] = []
        for sort in by:
            meaning = expressions.meaning(sort.expression)
            if isinstance(meaning, Open):
                iri = Operation("!=", (meaning.sort, algebra.Value("", "text")))
                keys += [(iri, sort.descending), (meaning.text, sort.descending)]
            elif isinstance(meaning, Address):
                keys.append((meanings.text(meaning), sort.descending))
            else:
                keys.append((meaning.scalar, sort.descending))
        relation = algebra.Order(found.relation, tuple(keys))
        return Solutions(relation, found.variables, found.certain)


def _looked_at(expression: syntax.Expression) -> Iterator[str]:
    match expression:
        case Variable(name):
            yield name
        case syntax.Call(_, arguments):
            for one in arguments:
                yield from _looked_at(one)
        case _:
            return


def _sure(expression: syntax.Expression, certain: Iterable[str]) -> bool:
    return isinstance(expression, Variable) and expression.name in set(certain)
