"""A plan as SQL: each fact is aggregated by itself, and only then joined to the identities.

No other shape is ever written. Two facts never meet before both are aggregated (a chasm would
multiply them), every relation is read behind its policy, conditions on a fact stay inside its own
aggregation (so that identities without rows remain), and the identities are joined inside each
aggregation, where they let it read less.
"""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from catalog_service.semantic import spans, transforms
from catalog_service.semantic.checks import MANY
from catalog_service.semantic.measured import LAST, measured, units
from catalog_service.semantic.plan import (
    AllOf,
    Axis,
    Bounds,
    Crosswalk,
    Empty,
    FactAggregate,
    Guarded,
    Lookup,
    ParentJoin,
    Plan,
    Transform,
)
from catalog_service.semantic.predicates import columns_of, rows
from catalog_service.semantic.question import Grain, Sharing
from catalog_service.semantic.template import Template, parameter, table
from catalog_service.semantic.trees import (
    column,
    count,
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
    window,
    with_,
)

COUNTED = "__identities"
"""The column that says how many identities a group has; it is never shown."""

ATTRIBUTED = "attributed"
"""The column that is false in the row of what leads to no identity."""


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


def keys(plan: Plan, fact: FactAggregate, dialect: str, most: int) -> Template:
    """The statement that lists, as `key`, by which keys a fact leads to identities that are asked.

    Args:
        plan: the plan.
        fact: the fact.
        dialect: as for `statement`.
        most: how many are listed.
    """
    return Template.of(_Emission(plan, dialect).keys(fact, most), dialect)


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
        named_keys = {one.name: f"d{at}" for at, one in enumerate(plan.spine.dimensions)}
        self._of_identity = [*named_keys.values()] if self._grouped else ["k"]
        self._axes = [f"a{at}" for at, _ in enumerate(plan.axes)]
        self._by = [*self._of_identity, *self._axes]
        named_keys |= dict(zip((one.name for one in plan.axes), self._axes, strict=True))
        self._named = {name: named_keys[name] for name in plan.order or named_keys}

    def statement(self, *, limited: bool) -> exp.Select:
        parts = [("identity", self._identity(filtered=True))]
        if self._plan.unattributed:
            parts.append(("everyone", self._identity(filtered=False)))
        parts += self._walks(self._plan.facts)
        if self._grouped and not self._axes:
            parts.append(("groups", self._counted()))
        parts += [(fact.name, self._fact(fact)) for fact in self._plan.facts]
        if self._axes and len(self._plan.facts) > 1:
            parts.append(("groups", self._met()))
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

    def keys(self, fact: FactAggregate, most: int) -> exp.Select:
        at = column("i", self._spine_key(fact))
        walk = fact.path.crosswalk
        key, source, joins = at, relation("identity", "i"), []
        if walk:
            key, source = column("x", "f"), relation(_walk_name(walk), "x")
            joins = [join(relation("identity", "i"), equal(column("x", "t"), at))]
        present = exp.Not(this=null(key.copy()))
        made = select([named(key, "key")], source, joins=joins, where=[present], distinct=True)
        made = made.limit(number(most), copy=False)
        return with_(made, [("identity", self._identity(filtered=True)), *self._walks([fact])])

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

    def _met(self) -> exp.Select:
        """The groups that any fact has rows in; of the identities in one, the fewest of a fact."""
        names = [*self._by, *(["n"] if self._told_apart() else [])]
        parts = [
            select([column(None, name) for name in names], relation(fact.name))
            for fact in self._plan.facts
        ]
        made: exp.Select | exp.Union = parts[0]
        for part in parts[1:]:
            made = exp.Union(this=made, expression=part, distinct=not self._told_apart())
        columns: list[exp.Expr] = [column("u", at) for at in self._by]
        if not self._told_apart():
            return select(columns, inner(made, "u"))
        fewest = named(exp.Min(this=column("u", "n")), "n")
        group = [column("u", at) for at in self._by]
        return select([*columns, fewest], inner(made, "u"), group=group)

    def _told_apart(self) -> bool:
        """Whether the identities in each group of the facts are counted, to withhold small ones."""
        return bool(self._axes) and self._plan.minimum_group > 1

    def _fact(self, fact: FactAggregate) -> exp.Select:
        source, joins, where, key = self._source(fact)
        if walk := fact.path.crosswalk:
            on = self._walked(fact, key, "x")
            joins.append(join(relation(_walk_name(walk), "x"), on))
            key = column("x", "t")
        identity = equal(key, column("i", self._spine_key(fact)))
        joins.append(join(relation("identity", "i"), identity))
        split = bool(walk and walk.cardinality in MANY and fact.sharing is Sharing.SPLIT)
        columns = [named(column("i", at), at) for at in self._of_identity]
        columns += [named(self._position(fact, at), name) for at, name in enumerate(self._axes)]
        if self._told_apart():
            columns.append(named(count(column("i", "k"), distinct=True), "n"))
        group: list[exp.Expr] = [column("i", at) for at in self._of_identity]
        group += [self._position(fact, at) for at, _ in enumerate(self._axes)]
        return select(
            [*columns, *measured(fact, self._dialect, split=split)],
            source,
            joins=joins,
            where=where,
            group=group,
        )

    def _position(self, fact: FactAggregate, at: int) -> exp.Column:
        """The value of an axis, as the joined rows of a fact have it."""
        position = fact.positions[at]
        name = f"__t{at}" if self._plan.axes[at].span else position.column
        if position.lookup is not None:
            return column(f"l{position.lookup}", name)
        return column("p" if position.of_parent else "s", name)

    def _placed(self, fact: FactAggregate, *, of_parent: bool) -> tuple[set[str], list[exp.Expr]]:
        """What the axes want of a fact or of its parent: columns, and spans of its clock."""
        names: set[str] = set()
        spans: list[exp.Expr] = []
        for at, (axis, position) in enumerate(zip(self._plan.axes, fact.positions, strict=True)):
            if position.of_parent is not of_parent or position.lookup is not None:
                continue
            if axis.span:
                spans.append(named(self._span(fact, axis), f"__t{at}"))
            else:
                names.add(position.column)
        names |= {one.column for one in fact.lookups if one.of_parent is of_parent}
        return names, spans

    def _span(self, fact: FactAggregate, axis: Axis) -> exp.Expr:
        assert fact.clock is not None  # noqa: S101 - checked where the plan is made
        assert axis.span is not None  # noqa: S101 - asked of spans only
        moment = column(None, fact.clock.column)
        return spans.told(moment, axis.span, fact.clock, axis.zone, self._dialect)

    def _source(
        self, fact: FactAggregate, *, optional: bool = False
    ) -> tuple[exp.Expr, list[exp.Join], list[exp.Expr], exp.Expr]:
        """The rows of a fact as `s`, the joins to what they refer to, and the key.

        Args:
            fact: the fact.
            optional: whether rows without a parent are kept.
        """
        source = inner(self._rows(fact), "s")
        parent, path = fact.parent, fact.path
        joins, where = [], []
        if parent:
            on = equal(column("s", parent.column), column("p", parent.parent_column))
            read = self._parents(fact, parent, within=not optional)
            joins.append(join(inner(read, "p"), on, left=optional))
            where += rows(self._dialect, parent.filters, alias="p")
            if optional and fact.bounds and fact.bounds.clock.of_parent:
                where.append(_within(fact.bounds, "p"))
        for number_, lookup in enumerate(fact.lookups):
            if not optional or lookup.filters != AllOf():
                joins.append(self._looked_up(lookup, f"l{number_}", fact, number_))
            where += rows(self._dialect, lookup.filters, alias=f"l{number_}")
        key = column("p" if parent else "s", path.column)
        return source, joins, where, self._transformed(key, path.transforms)

    def _parents(self, fact: FactAggregate, parent: ParentJoin, *, within: bool) -> exp.Select:
        names, told = self._placed(fact, of_parent=True)
        names |= {parent.parent_column, fact.path.column, *columns_of(parent.filters)}
        if fact.clock and fact.clock.of_parent:
            names.add(fact.clock.column)
        where = rows(self._dialect, parent.relation.rows)
        if within and fact.bounds and fact.bounds.clock.of_parent:
            where.append(_within(fact.bounds, None))
        columns = [*(column(None, name) for name in sorted(names)), *told]
        return select(columns, table(parent.relation.relation.name), where=where)

    def _looked_up(self, lookup: Lookup, alias: str, fact: FactAggregate, number_: int) -> exp.Join:
        names = {lookup.parent_column, *columns_of(lookup.filters)}
        names |= {at.column for at in fact.positions if at.lookup == number_}
        read = select(
            [column(None, name) for name in sorted(names)],
            table(lookup.relation.relation.name),
            where=rows(self._dialect, lookup.relation.rows),
        )
        own = column("p" if lookup.of_parent else "s", lookup.column)
        return join(inner(read, alias), equal(own, column(alias, lookup.parent_column)), left=True)

    def _rows(self, fact: FactAggregate) -> exp.Select:
        names, told = self._placed(fact, of_parent=False)
        for one in fact.measures:
            names |= {name for name in (one.operand, one.unit_column) if name}
        if fact.clock and not fact.clock.of_parent:
            names.add(fact.clock.column)
        names.add(fact.parent.column if fact.parent else fact.path.column)
        columns: list[exp.Expr] = [*(column(None, name) for name in sorted(names)), *told]
        if any(one.last_state for one in fact.measures):
            columns.append(named(self._last(fact), LAST))
        where = rows(self._dialect, fact.relation.rows, fact.filters)
        if fact.bounds and not fact.bounds.clock.of_parent:
            where.append(_within(fact.bounds, None))
        return select(columns, table(fact.relation.relation.name), where=where)

    def _last(self, fact: FactAggregate) -> exp.Expr:
        """The place of a row among the states of one thing in one span, the latest first."""
        assert fact.clock is not None  # noqa: S101 - checked where the plan is made
        clock = fact.clock.column
        each: list[exp.Expr] = [
            column(None, name) for name in fact.relation.relation.unique_on if name != clock
        ]
        each += [self._span(fact, axis) for axis in self._plan.axes if axis.span]
        return window(exp.RowNumber(), each, column(None, clock), descending=True)

    def _walked(self, fact: FactAggregate, key: exp.Expr, alias: str) -> exp.Expr:
        on = equal(key, column(alias, "f"))
        walk = fact.path.crosswalk
        if walk is None or walk.validity is None:
            return on
        clock = fact.clock
        assert clock is not None  # noqa: S101 - checked where the plan is made
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

    def _joined(self) -> tuple[exp.Table, list[exp.Join]]:
        """The groups as `g`, with the facts joined to them."""
        facts = self._plan.facts
        if self._axes and len(facts) == 1:
            return relation(facts[0].name, "g"), []
        joins = []
        for fact in facts:
            same = [
                exp.NullSafeEQ(this=column(fact.name, at), expression=column("g", at))
                for at in self._by
            ]
            joins.append(join(relation(fact.name), every(same), left=True))
        return relation("groups", "g"), joins

    def _groups(self) -> exp.Select:
        columns: list[exp.Expr] = [
            named(column("g", key), name) for name, key in self._named.items()
        ]
        source, joins = self._joined()
        columns += self._figures(of_group=not joins)
        if self._told_apart() or not self._axes:
            columns.append(named(column("g", "n"), COUNTED))
        if not self._plan.unattributed:
            order = [column("g", key) for key in self._named.values()]
            return select(columns, source, joins=joins, order=order)
        columns.append(named(exp.Boolean(this=True), ATTRIBUTED))
        attributed = select(columns, source, joins=joins)
        both = exp.Union(this=attributed, expression=self._lost(), distinct=False)
        return select([exp.Star()], inner(both, "u"))

    def _identities(self, *, limited: bool) -> exp.Select:
        """One row for each identity, or for each group of the rows that an identity has."""
        columns: list[exp.Expr] = [named(column("i", "k"), self._plan.spine.key)]
        for name, key in self._named.items():
            columns.append(named(column("g" if key in self._axes else "i", key), name))
        if self._axes:
            source, joins = self._joined()
            found = equal(column("i", "k"), column("g", "k"))
            joins.insert(0, join(relation("identity", "i"), found))
        else:
            source = relation("identity", "i")
            joins = [
                join(relation(at.name), equal(column(at.name, "k"), column("i", "k")), left=True)
                for at in self._plan.facts
            ]
        order = [column("i", "k"), *(column("g", at) for at in self._axes)]
        return select(
            [*columns, *self._figures(of_group=bool(self._axes) and len(joins) == 1)],
            source,
            joins=joins,
            order=order if limited else [],
            limit=parameter("limit") if limited else None,
        )

    def _figures(self, *, of_group: bool = False) -> Iterator[exp.Expr]:
        """The figures of all facts; `of_group` where the groups are the one fact itself."""
        facts = self._plan.facts
        for fact in facts:
            for at, one in enumerate(fact.measures):
                figure: exp.Expr = column("g" if of_group else fact.name, f"m{at}")
                if one.empty is Empty.ZERO:
                    figure = exp.Coalesce(this=figure, expressions=[number(0)])
                yield named(figure, one.name)
        for fact in facts:
            for at, one in enumerate(fact.measures):
                for name in units(at, one):
                    unit = column("g" if of_group else fact.name, name)
                    yield named(unit, f"{name}_{one.name}")

    def _lost(self) -> exp.Select:
        """One row of what leads to no identity."""
        columns: list[exp.Expr] = [named(exp.Null(), name) for name in self._named]
        columns += self._figures()
        if self._told_apart() or not self._axes:
            columns.append(named(exp.Null(), COUNTED))
        columns.append(named(exp.Boolean(this=False), ATTRIBUTED))
        joins = []
        for fact in self._plan.facts:
            source, joined, where, key = self._source(fact, optional=True)
            figures = select(
                list(measured(fact, self._dialect)),
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


def _within(bounds: Bounds, alias: str | None) -> exp.Expr:
    clock = bounds.clock.column
    ends: list[exp.Expr] = []
    if bounds.start:
        begun = parameter(bounds.start.name)
        ends.append(exp.GTE(this=column(alias, clock), expression=begun))
    if bounds.end:
        end = parameter(bounds.end.name)
        ends.append(exp.LT(this=column(alias, clock), expression=end))
    return every(ends)


def _walk_name(walk: Crosswalk) -> str:
    return f"x_{walk.relation.relation.name}_{walk.from_column}"
