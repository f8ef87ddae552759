"""Of whom an answer tells: what may be asked by somebody who may not see identities one by one.

A column that identifies a member of a polyseme is followed through the plan. It may be joined and
counted; it may not be shown, grouped by, or compared with something else. Where small groups are
withheld, an answer is of groups alone: each figure is a count, a sum or an average of a column over
at least so many identities, and nothing in the pattern can single one of them out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from catalog_service.errors import Refused
from catalog_service.semantic.sparql import algebra, meanings, syntax
from catalog_service.semantic.sparql.algebra import Operation, Relational, Scalar, Value, both
from catalog_service.semantic.sparql.meanings import Meaning
from catalog_service.semantic.sparql.syntax import Variable
from catalog_service.terms import Iri

Sources = frozenset[str]
_NONE: Sources = frozenset()
_LOGIC = {"and", "or", "not", "if", "when"}
_UNTOLD = {"present", "complete"}
_FIGURES = {"count", "sum", "avg"}


@dataclass(frozen=True, slots=True)
class Discretion:
    """What an asker who may not see identities is held to.

    Args:
        columns: by the name of a relation, its columns that identify somebody or something.
        minimum: groups of fewer identities are withheld; 1 withholds none.
    """

    columns: Mapping[str, frozenset[str]]
    minimum: int = 1

    def check(self, query: syntax.Query, relation: Relational, shown: Iterable[Meaning]) -> None:
        """Refuse a plan that tells of single identities.

        Raises:
            Refused: it does.
        """
        traced = Traced(self.columns)
        traced.learn(relation)
        if not traced.scans:
            return
        if self.minimum > 1:
            _check_groups(query, traced.datasets)
        if any(traced.of(one) for one in shown):
            raise _refused("shows who it is about", traced.datasets)

    def counted(self, relation: Relational, variables: Mapping[str, Meaning]) -> tuple[Scalar, ...]:
        """How many identities each group has, where that decides whether it is told.

        Raises:
            Refused: a part of the pattern is about identities that it does not bind.
        """
        if self.minimum <= 1:
            return ()
        traced = Traced(self.columns)
        traced.learn(relation)
        told = [one for one in variables.values() if traced.of(one)]
        bound = traced.alike(_NONE.union(*(traced.of(one) for one in told)))
        if any(not (scan & bound) for scan in traced.scans):
            raise Refused(
                "the groups are of identities that the pattern does not bind, so that they cannot"
                " be counted",
                code="identities-not-permitted",
                because=traced.datasets,
                hint="bind whom the rows are about to a variable",
            )
        return tuple(Operation("count distinct", (_key(one),)) for one in told)

    def kept(self, groups: algebra.Aggregate, sizes: tuple[str, ...]) -> tuple[Relational, Scalar]:
        """Groups beside how many are too small, and which of them may be told.

        Where one group alone is too small it could be told from a total; the next smallest goes
        too.

        Args:
            groups: the groups.
            sizes: the figures that count identities.
        """
        counts = tuple(algebra.Field(name) for name in sizes)
        size: Scalar = counts[0] if len(counts) == 1 else Operation("fewest", counts)
        least = Value(self.minimum, "integer")
        keys = tuple(algebra.Field(name) for name, _ in groups.keys)
        names = tuple(name for name, _ in (*groups.keys, *groups.figures))
        beside = algebra.Project(
            groups,
            (
                *((name, algebra.Field(name)) for name in names if name not in sizes),
                ("size", size),
                ("small", Operation("number below", (size, least))),
                ("place", Operation("place by", (size, *keys))),
            ),
        )
        one, two = Value(1, "integer"), Value(2, "integer")
        next_smallest = both(
            Operation("=", (algebra.Field("small"), one)),
            Operation("=", (algebra.Field("place"), two)),
        )
        large = Operation(">=", (algebra.Field("size"), least))
        return beside, both(large, Operation("not", (next_smallest,)))


class Traced:
    """Which columns of a plan tell of identities, and of which.

    Args:
        columns: by the name of a relation, its columns that identify somebody or something.
    """

    def __init__(self, columns: Mapping[str, frozenset[str]]) -> None:
        self._columns = columns
        self._sources: dict[str, Sources] = {}
        self._datasets: dict[Iri, None] = {}
        self._joined: list[Sources] = []
        self.scans: list[Sources] = []

    @property
    def datasets(self) -> tuple[Iri, ...]:
        """The datasets about identities that are read."""
        return tuple(self._datasets)

    def of(self, meaning: Meaning) -> Sources:
        """The identifying columns that a term is made of."""
        return _NONE.union(*(self._of(scalar) for scalar, _ in meanings.parts(meaning)))

    def alike(self, sources: Sources) -> Sources:
        """Those columns, and all that a join makes equal to one of them."""
        while any(pair & sources and not pair <= sources for pair in self._joined):
            sources = sources.union(*(pair for pair in self._joined if pair & sources))
        return sources

    def learn(self, node: Relational) -> None:
        """Follow the columns of a plan.

        Raises:
            Refused: it groups by an identity, or compares one with something else.
        """
        for part in _parts(node):
            self.learn(part)
        match node:
            case algebra.Scan():
                self._scan(node)
            case algebra.Join(_, _, condition) | algebra.Filter(_, condition):
                self._condition(condition)
                self._joined += map(self._of, _equations(condition))
            case algebra.LeftJoin(_, _, condition):
                self._condition(condition)
            case algebra.Project(_, columns):
                self._named(columns)
            case algebra.Aggregate(_, keys, figures):
                self._named((*keys, *figures))
                if any(self._of(key) for _, key in keys):
                    raise _refused("groups by identities", self.datasets)
            case algebra.Order(_, by):
                for key, _ in by:
                    self._looked_into(key)
            case _:
                pass

    def _scan(self, node: algebra.Scan) -> None:
        known = self._columns.get(node.guarded.relation.name)
        if not known:
            return
        found = frozenset(name for name, column in node.columns if column in known)
        self._sources |= {name: frozenset((name,)) for name in found}
        self._datasets[node.guarded.relation.dataset] = None
        self.scans.append(found)

    def _named(self, columns: Iterable[tuple[str, Scalar]]) -> None:
        for name, scalar in columns:
            self._looked_into(scalar)
            self._sources[name] = self._sources.get(name, _NONE) | self._of(scalar)

    def _of(self, scalar: Scalar) -> Sources:
        match scalar:
            case algebra.Field(name):
                return self._sources.get(name, _NONE)
            case Operation(name, _) if name.startswith("count") or name in _UNTOLD:
                return _NONE
            case Operation(_, arguments):
                return _NONE.union(*map(self._of, arguments))
            case _:
                return _NONE

    def _looked_into(self, scalar: Scalar) -> None:
        """Learn what stands within EXISTS, and look at each condition on the way."""
        match scalar:
            case algebra.Any(relation, condition):
                self.learn(relation)
                self._condition(condition)
            case Operation("if" | "when" | "either", (condition, *rest)):
                self._condition(condition)
                for one in rest:
                    self._looked_into(one)
            case Operation(name, _) if name in _COMPARING:
                self._condition(scalar)
            case Operation(_, arguments):
                for one in arguments:
                    self._looked_into(one)
            case _:
                pass

    def _condition(self, scalar: Scalar) -> None:
        match scalar:
            case Operation(name, arguments) if name in _LOGIC:
                for one in arguments:
                    self._condition(one)
            case Operation(name, arguments) if name not in _UNTOLD:
                for one in arguments:
                    self._looked_into(one)
                told = [bool(self._of(one)) for one in arguments]
                if any(told) and not (name == "=" and all(told)):
                    raise _refused("singles out identities", self.datasets)
            case _:
                self._looked_into(scalar)


_COMPARING = {"=", "!=", "<", "<=", ">", ">=", "regex", "contains", "strstarts", "strends"}


def _parts(node: Relational) -> Iterator[Relational]:
    match node:
        case algebra.Join(left, right, _) | algebra.LeftJoin(left, right, _):
            yield from (left, right)
        case algebra.Union(parts, _):
            yield from parts
        case algebra.Scan() | algebra.Rows():
            return
        case _:
            yield node.of


def _equations(condition: Scalar) -> Iterator[Operation]:
    """The equations between columns that a condition demands."""
    match condition:
        case Operation("and", arguments):
            for one in arguments:
                yield from _equations(one)
        case Operation("=", (algebra.Field(), algebra.Field())):
            yield condition
        case _:
            return


def _key(meaning: Meaning) -> Scalar:
    scalars = tuple(scalar for scalar, _ in meanings.parts(meaning))
    return scalars[0] if len(scalars) == 1 else Operation("row", scalars)


def _check_groups(query: syntax.Query, datasets: tuple[Iri, ...]) -> None:
    """Refuse what is not of groups alone, or could take a group apart."""
    pattern = query.pattern
    while isinstance(
        pattern, syntax.Slice | syntax.Distinct | syntax.Project | syntax.Order
        | syntax.Extend | syntax.Filter,
    ):  # fmt: skip
        pattern = pattern.of
    if query.ask or not isinstance(pattern, syntax.Group):
        raise _refused("is not of groups", datasets)
    if any(isinstance(part, syntax.Exists) for part in _every(query.pattern)):
        raise _refused("looks at single identities by EXISTS", datasets)
    stated = set(_bound(pattern.of, datasets))
    for one in pattern.aggregates:
        if one.name == "sample" and one.argument in pattern.keys:
            continue
        plain = one.argument is None or one.argument in stated
        if one.name not in _FIGURES or not plain:
            raise _refused(
                f"asks for {one.name.upper()} of what may be one identity's"
                if one.name not in _FIGURES
                else "computes what it adds up",
                datasets,
            )


def _bound(pattern: syntax.Pattern, datasets: tuple[Iri, ...]) -> Iterator[Variable]:
    """The variables that triple patterns bind; nothing but those may be added up."""
    match pattern:
        case syntax.Basic(triples):
            for one in triples:
                yield from (at for at in (one.subject, one.object) if isinstance(at, Variable))
        case syntax.Join(left, right):
            yield from _bound(left, datasets)
            yield from _bound(right, datasets)
        case syntax.Filter(of, _) | syntax.Extend(of, _, _):
            yield from _bound(of, datasets)
        case syntax.Values(variables, rows) if len(variables) == 1 and len(set(rows)) == len(rows):
            return
        case _:
            raise _refused(f"has {type(pattern).__name__.upper()} below its groups", datasets)


def _every(part: object) -> Iterator[object]:
    yield part
    if isinstance(part, tuple):
        for one in part:
            yield from _every(one)
    elif is_dataclass(part):
        for at in fields(part):
            yield from _every(getattr(part, at.name))


def _refused(why: str, datasets: tuple[Iri, ...]) -> Refused:
    return Refused(
        f"the query {why}, and that wants the permission to see identities",
        code="identities-not-permitted",
        because=datasets,
        hint="ask for counts, sums or averages of groups, or for the permission",
    )
