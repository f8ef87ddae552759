"""A plan as SQL: each fact is aggregated by itself, and only then joined to the identities.

No other shape is ever written. Two facts never meet before both are aggregated (a chasm would
multiply them), every relation is read behind its policy, conditions on a fact stay inside its own
aggregation (so that identities without rows remain), and the identities are joined inside each
aggregation, where they let it read less.
"""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic import transforms
from catalog_service.semantic.checks import MANY, WHOLE
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import (
    Additivity,
    Aggregate,
    Crosswalk,
    Empty,
    FactAggregate,
    Guarded,
    Measure,
    Plan,
    Transform,
)
from catalog_service.semantic.predicates import rows
from catalog_service.semantic.question import Grain, Sharing
from catalog_service.semantic.template import Template, parameter, table
from catalog_service.semantic.trees import (
    column,
    count,
    double,
    either,
    equal,
    every,
    inner,
    join,
    named,
    null,
    number,
    relation,
    select,
    whole,
    window,
    with_,
)
from catalog_service.terms import Iri

COUNTED = "__identities"
"""The column that says how many identities a group has; it is never shown."""

ATTRIBUTED = "attributed"
"""The column that is false in the row of what leads to no identity."""

LAST = "__last"
"""The column that is 1 in the latest state of each thing."""


def units(at: int, one: Measure) -> tuple[str, ...]:
    """The columns that tell of the units of a measure's rows; they are never shown.

    Where a unit is declared, one that holds another unit if there is any; else the least and the
    greatest.
    """
    if one.unit_column is None:
        return ()
    return (f"__unit_{at}",) if one.unit else (f"__unit_from_{at}", f"__unit_to_{at}")


def statement(plan: Plan, dialect: str, *, limited: bool = False) -> Template:
    """The statement that answers a plan.

    Args:
        plan: the plan.
        dialect: `duckdb`, `spark`, `trino` or `postgres`.
        limited: whether it ends in a LIMIT, filled in as the value `limit`.

    Raises:
        Refused: the dialect has no template for a transform or an aggregate of the plan.
    """
    return Template.of(_Emission(plan, dialect).statement(limited=limited), dialect)


def coverage(plan: Plan, fact: FactAggregate, dialect: str) -> Template:
    """The statement that counts how many rows of a fact lead to an identity: `rows`, `matched`."""
    return Template.of(_Emission(plan, dialect).coverage(fact), dialect)


def repeated(guarded: Guarded, key: exp.Expr, dialect: str) -> Template:
    """The statement that counts by how many rows a key is not unique: 0 where it is."""
    many = exp.Sub(this=count(key), expression=count(key.copy(), distinct=True))
    made = select(
        [named(many, "repeated")],
        table(guarded.relation.name),
        where=rows(dialect, guarded.rows),
    )
    return Template.of(made, dialect)


def overlapping(walk: Crosswalk, dialect: str) -> Template:
    """The statement that counts the pairs of a temporal crosswalk that hold at one time."""
    assert walk.validity is not None  # noqa: S101 - asked of temporal ones only
    begins = walk.validity.start
    following = window(
        exp.Anonymous(this="LEAD", expressions=[column(None, begins)]),
        [column(None, walk.from_column)],
        column(None, begins),
    )
    periods = select(
        [named(column(None, walk.validity.end), "e"), named(following, "n")],
        table(walk.relation.relation.name),
        where=rows(dialect, walk.relation.rows),
    )
    open_or_later = either(
        [null(column("p", "e")), exp.GT(this=column("p", "e"), expression=column("p", "n"))]
    )
    made = select(
        [named(count(), "repeated")],
        inner(periods, "p"),
        where=[exp.Not(this=null(column("p", "n"))), open_or_later],
    )
    return Template.of(made, dialect)


class _Emission:
    def __init__(self, plan: Plan, dialect: str) -> None:
        self._plan = plan
        self._dialect = dialect
        self._grouped = plan.grain is Grain.GROUPED
        self._by = (
            [f"d{at}" for at, _ in enumerate(plan.spine.dimensions)] if self._grouped else ["k"]
        )

    def statement(self, *, limited: bool) -> exp.Select:
        parts = [("identity", self._identity(filtered=True))]
        if self._plan.unattributed:
            parts.append(("everyone", self._identity(filtered=False)))
        parts += self._walks(self._plan.facts)
        if self._grouped:
            parts.append(("groups", self._counted()))
        parts += [(fact.name, self._fact(fact)) for fact in self._plan.facts]
        made = self._groups() if self._grouped else self._identities(limited=limited)
        return with_(made, parts)

    def coverage(self, fact: FactAggregate) -> exp.Select:
        source, joins, where, key = self._source(fact, optional=True)
        made = select(
            [named(count(), "rows"), named(count(column("r", "f")), "matched")],
            source,
            joins=[*joins, self._reached(fact, key)],
            where=where,
        )
        return with_(made, [("everyone", self._identity(filtered=False)), *self._walks([fact])])

    def _identity(self, *, filtered: bool) -> exp.Select:
        spine = self._plan.spine
        columns: list[exp.Expr] = [named(column(None, spine.key), "k")]
        for at, dimension in enumerate(spine.dimensions):
            columns.append(named(column(None, dimension.column), f"d{at}"))
        for at, derived in enumerate(spine.derived):
            key = self._transformed(column(None, derived.column), derived.transforms)
            columns.append(named(key, f"j{at}"))
        conditions = [spine.relation.rows, *([spine.filters] if filtered else [])]
        source = table(spine.relation.relation.name)
        return select(columns, source, where=rows(self._dialect, *conditions))

    def _walks(self, facts: Iterable[FactAggregate]) -> list[tuple[str, exp.Select]]:
        found: dict[str, exp.Select] = {}
        for fact in facts:
            walk = fact.path.crosswalk
            if walk and _walk_name(walk) not in found:
                found[_walk_name(walk)] = self._walk(walk, fact.sharing)
        return list(found.items())

    def _walk(self, walk: Crosswalk, sharing: Sharing) -> exp.Select:
        many = walk.cardinality in MANY
        columns = [named(column(None, walk.from_column), "f")]
        columns.append(named(column(None, walk.to_column), "t"))
        if walk.validity:
            columns.append(named(column(None, walk.validity.start), "b"))
            columns.append(named(column(None, walk.validity.end), "e"))
        source = table(walk.relation.relation.name)
        where = rows(self._dialect, walk.relation.rows)
        made = select(columns, source, where=where, distinct=many)
        if not many:
            return made
        f, t = column("p", "f"), column("p", "t")
        if sharing is Sharing.PRIMARY:
            first = [named(f, "f"), named(exp.Min(this=t), "t")]
            return select(first, inner(made, "p"), group=[column("p", "f")])
        share = window(count(), [column("p", "f")])
        return select([named(f, "f"), named(t, "t"), named(share, "w")], inner(made, "p"))

    def _counted(self) -> exp.Select:
        columns: list[exp.Expr] = [column(None, at) for at in self._by]
        group = [column(None, at) for at in self._by]
        return select([*columns, named(count(), "n")], relation("identity"), group=group)

    def _fact(self, fact: FactAggregate) -> exp.Select:
        source, joins, where, key = self._source(fact)
        if walk := fact.path.crosswalk:
            on = self._walked(fact, key, "x")
            joins.append(join(relation(_walk_name(walk), "x"), on))
            key = column("x", "t")
        identity = equal(key, column("i", self._spine_key(fact)))
        joins.append(join(relation("identity", "i"), identity))
        split = bool(walk and walk.cardinality in MANY and fact.sharing is Sharing.SPLIT)
        by = [named(column("i", at), at) for at in self._by]
        return select(
            [*by, *self._measured(fact, split=split)],
            source,
            joins=joins,
            where=where,
            group=[column("i", at) for at in self._by],
        )

    def _measured(self, fact: FactAggregate, *, split: bool = False) -> Iterator[exp.Expr]:
        for at, one in enumerate(fact.measures):
            yield named(self._figure(one, fact, split=split), f"m{at}")
            for found, name in zip(self._units(one), units(at, one), strict=True):
                yield named(found, name)

    def _units(self, one: Measure) -> Iterator[exp.Expr]:
        """What tells of the units of the rows that are counted, as `units` names it."""
        if one.unit_column is None:
            return
        stated = column("s", one.unit_column)
        if one.unit is None:
            yield exp.Min(this=stated)
            yield exp.Max(this=stated.copy())
            return
        declared = literal(short(Iri(one.unit)), self._dialect)
        other = exp.NEQ(this=stated, expression=declared)
        yield exp.Max(this=exp.Case(ifs=[exp.If(this=other, true=stated.copy())]))

    def _figure(self, one: Measure, fact: FactAggregate, *, split: bool) -> exp.Expr:
        operand: exp.Expr | None = column("s", one.operand) if one.operand else None
        if one.additivity is Additivity.SEMI_ADDITIVE:
            latest = equal(column("s", LAST), number(1))
            operand = exp.Case(ifs=[exp.If(this=latest, true=operand or number(1))])
        if split:
            shares = double(column("x", "w"))
            return exp.Sum(this=exp.Div(this=double(operand or number(1)), expression=shares))
        datatype = fact.relation.relation.column(one.operand).datatype if one.operand else ""
        return self._aggregate(one, operand, datatype)

    def _aggregate(  # noqa: PLR0911 - one for each aggregate
        self, one: Measure, operand: exp.Expr | None, datatype: str
    ) -> exp.Expr:
        if operand is None or one.aggregate is Aggregate.COUNT:
            return count(operand)
        match one.aggregate:
            case Aggregate.COUNT_DISTINCT:
                return count(operand, distinct=True)
            case Aggregate.SUM:
                made = exp.Sum(this=operand)
                return whole(made) if datatype in WHOLE else made
            case Aggregate.AVERAGE:
                some = exp.Nullif(this=count(operand.copy()), expression=number(0))
                return exp.Div(this=double(exp.Sum(this=operand)), expression=double(some))
            case Aggregate.MINIMUM:
                return exp.Min(this=operand)
            case Aggregate.MAXIMUM:
                return exp.Max(this=operand)
            case Aggregate.MEDIAN:
                if self._dialect not in {"duckdb", "spark"}:
                    raise Refused(
                        f"{one.name} is a median, which {self._dialect} has not exactly",
                        code="aggregate-not-in-dialect",
                        because=(one.iri,),
                        hint="ask another engine",
                    )
                return exp.Anonymous(this="MEDIAN", expressions=[double(operand)])

    def _source(
        self, fact: FactAggregate, *, optional: bool = False
    ) -> tuple[exp.Expr, list[exp.Join], list[exp.Expr], exp.Expr]:
        """What a fact is counted over: its rows, the join to their parents, and the key.

        Args:
            fact: the fact.
            optional: whether rows without a parent are kept.
        """
        source = inner(self._rows(fact), "s")
        parent, path = fact.parent, fact.path
        if parent is None:
            return source, [], [], self._transformed(column("s", path.column), path.transforms)
        names = {parent.parent_column, path.column}
        names |= {one.clock.column for one in fact.measures if one.clock and one.clock.of_parent}
        clocked = bool(fact.bounds and fact.bounds.clock.of_parent)
        where = rows(self._dialect, parent.relation.rows)
        if clocked and not optional:
            where.append(_within(fact, None))
        read = select(
            [column(None, name) for name in sorted(names)],
            table(parent.relation.relation.name),
            where=where,
        )
        on = equal(column("s", parent.column), column("p", parent.parent_column))
        return (
            source,
            [join(inner(read, "p"), on, left=optional)],
            [_within(fact, "p")] if clocked and optional else [],
            self._transformed(column("p", path.column), path.transforms),
        )

    def _rows(self, fact: FactAggregate) -> exp.Select:
        names: set[str] = set()
        for one in fact.measures:
            names |= {name for name in (one.operand, one.unit_column) if name}
            if one.clock and not one.clock.of_parent:
                names.add(one.clock.column)
        names.add(fact.parent.column if fact.parent else fact.path.column)
        columns: list[exp.Expr] = [column(None, name) for name in sorted(names)]
        if any(one.additivity is Additivity.SEMI_ADDITIVE for one in fact.measures):
            columns.append(named(_last(fact), LAST))
        where = rows(self._dialect, fact.relation.rows, fact.filters)
        if fact.bounds and not fact.bounds.clock.of_parent:
            where.append(_within(fact, None))
        return select(columns, table(fact.relation.relation.name), where=where)

    def _walked(self, fact: FactAggregate, key: exp.Expr, alias: str) -> exp.Expr:
        on = equal(key, column(alias, "f"))
        walk = fact.path.crosswalk
        if walk is None or walk.validity is None:
            return on
        clock = next(one.clock for one in fact.measures if one.clock)
        at = "p" if clock.of_parent else "s"
        begun = exp.GTE(this=column(at, clock.column), expression=column(alias, "b"))
        ends = exp.LT(this=column(at, clock.column), expression=column(alias, "e"))
        return every([on, begun, either([null(column(alias, "e")), ends])])

    def _reached(self, fact: FactAggregate, key: exp.Expr) -> exp.Join:
        """The join to the keys that lead to anybody, as `r.f`; what leads to nobody is kept."""
        at = column("e", self._spine_key(fact))
        walk = fact.path.crosswalk
        if walk is None:
            keys = select([named(at, "f")], relation("everyone", "e"))
            return join(inner(keys, "r"), equal(key, column("r", "f")), left=True)
        names = ["f", "b", "e"] if walk.validity else ["f"]
        keys = select(
            [named(column("x", name), name) for name in names],
            relation(_walk_name(walk), "x"),
            joins=[join(relation("everyone", "e"), equal(column("x", "t"), at))],
            distinct=True,
        )
        return join(inner(keys, "r"), self._walked(fact, key, "r"), left=True)

    def _spine_key(self, fact: FactAggregate) -> str:
        derived = [one.name for one in self._plan.spine.derived]
        return f"j{derived.index(fact.path.spine_key)}" if fact.path.spine_key else "k"

    def _groups(self) -> exp.Select:
        dimensions = self._plan.spine.dimensions
        columns: list[exp.Expr] = [
            named(column("g", f"d{at}"), one.name) for at, one in enumerate(dimensions)
        ]
        joins = []
        for fact in self._plan.facts:
            same = [
                exp.NullSafeEQ(this=column(fact.name, at), expression=column("g", at))
                for at in self._by
            ]
            joins.append(join(relation(fact.name), every(same), left=True))
        columns += [*self._figures(), named(column("g", "n"), COUNTED)]
        if not self._plan.unattributed:
            order = [column("g", at) for at in self._by]
            return select(columns, relation("groups", "g"), joins=joins, order=order)
        columns.append(named(exp.Boolean(this=True), ATTRIBUTED))
        attributed = select(columns, relation("groups", "g"), joins=joins)
        both = exp.Union(this=attributed, expression=self._lost(), distinct=False)
        return select([exp.Star()], inner(both, "u"))

    def _identities(self, *, limited: bool) -> exp.Select:
        spine = self._plan.spine
        columns: list[exp.Expr] = [named(column("i", "k"), spine.key)]
        for at, dimension in enumerate(spine.dimensions):
            columns.append(named(column("i", f"d{at}"), dimension.name))
        joins = [
            join(relation(fact.name), equal(column(fact.name, "k"), column("i", "k")), left=True)
            for fact in self._plan.facts
        ]
        return select(
            [*columns, *self._figures()],
            relation("identity", "i"),
            joins=joins,
            order=[column("i", "k")] if limited else [],
            limit=parameter("limit") if limited else None,
        )

    def _figures(self) -> Iterator[exp.Expr]:
        facts = self._plan.facts
        for fact in facts:
            for at, one in enumerate(fact.measures):
                figure: exp.Expr = column(fact.name, f"m{at}")
                if one.empty is Empty.ZERO:
                    figure = exp.Coalesce(this=figure, expressions=[number(0)])
                yield named(figure, one.name)
        for fact in facts:
            for at, one in enumerate(fact.measures):
                for name in units(at, one):
                    yield named(column(fact.name, name), f"{name}_{one.name}")

    def _lost(self) -> exp.Select:
        """One row of what leads to no identity."""
        columns: list[exp.Expr] = [
            named(exp.Null(), one.name) for one in self._plan.spine.dimensions
        ]
        columns += [*self._figures(), named(exp.Null(), COUNTED)]
        columns.append(named(exp.Boolean(this=False), ATTRIBUTED))
        joins = []
        for fact in self._plan.facts:
            source, joined, where, key = self._source(fact, optional=True)
            figures = select(
                list(self._measured(fact)),
                source,
                joins=[*joined, self._reached(fact, key)],
                where=[*where, null(column("r", "f"))],
            )
            joins.append(join(inner(figures, fact.name), exp.Boolean(this=True)))
        first, *others = joins
        return select(columns, first.this, joins=others)

    def _transformed(self, key: exp.Expr, rule: tuple[Transform, ...]) -> exp.Expr:
        for one in rule:
            key = transforms.apply(one, key, self._dialect)
        return key


def _within(fact: FactAggregate, alias: str | None) -> exp.Expr:
    assert fact.bounds is not None  # noqa: S101 - asked of facts with a period only
    clock = fact.bounds.clock.column
    begun = exp.GTE(this=column(alias, clock), expression=parameter(fact.bounds.start.name))
    ends = exp.LT(this=column(alias, clock), expression=parameter(fact.bounds.end.name))
    return exp.And(this=begun, expression=ends)


def _last(fact: FactAggregate) -> exp.Expr:
    """The place of a row among the states of one thing, the latest first."""
    clock = next(one.clock for one in fact.measures if one.clock).column
    others = [column(None, name) for name in fact.relation.relation.unique_on if name != clock]
    return window(exp.RowNumber(), others, column(None, clock), descending=True)


def _walk_name(walk: Crosswalk) -> str:
    return f"x_{walk.relation.relation.name}_{walk.from_column}"
